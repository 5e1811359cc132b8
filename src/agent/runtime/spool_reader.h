// Reads the output of a container from its spool (docs/formats/task_dir.md) from a remembered place on, across the
// change of files, while the keeper goes on writing. It counts what was lost because nobody read in time, and never
// waits unless asked. One thread at a time; several readers of one spool do not disturb each other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result/result.h"
#include "base/time/time.h"
#include "io/fd.h"

namespace roadstead {

/// Where a reader stands; to be stored by who must go on there after a restart.
struct SpoolPosition {
  /// Number of the segment file; 0: before the oldest there is.
  std::int64_t segment = 0;
  std::int64_t offset = 0;
  /// The sequence number that the next record should have.
  std::uint64_t sequence = 0;

  bool operator==(const SpoolPosition&) const = default;
};

/// One line of output, or a piece of one.
struct SpoolRecord {
  enum class Stream { end = 0, standard_output = 1, standard_error = 2 };
  /// `end`: the container ended here; `text` is empty. After a restart more may follow.
  Stream stream = Stream::standard_output;
  /// The line goes on in the next record of this stream.
  bool partial = false;
  Instant at;
  /// Without the newline; at most 16 KiB.
  std::string text;
  /// Lines that were lost right before this one.
  std::uint64_t lost = 0;
};

class SpoolReader {
 public:
  /// `directory` is Runtime::spool_directory; it may not exist yet.
  explicit SpoolReader(std::string directory, SpoolPosition from = {});

  /// The next record, or nothing when all that was written has been read. Errors: SpoolBroken when a file is not a
  /// spool; the reader then goes on with the next file.
  Result<std::optional<SpoolRecord>> next();

  /// Waits until something was written after the last `next` that gave nothing, at most `timeout`. False when time is
  /// up.
  bool wait(Duration timeout);

  /// The place behind the last record given.
  const SpoolPosition& position() const { return position_; }

 private:
  bool open_segment();
  bool has_later_segment() const;
  std::string path_of(std::int64_t segment) const;

  std::string directory_;
  SpoolPosition position_;
  Fd file_;
  Fd notify_;
  int watching_ = -1;
};

/// Deletes the files before `segment`, for which a kept spool waits. What is not there is gone already.
void discard_segments(const std::string& directory, std::int64_t segment);

/// "0000000042": the name of a segment file.
std::string spool_segment_name(std::int64_t segment);

}  // namespace roadstead
