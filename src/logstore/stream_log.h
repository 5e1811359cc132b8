// The events of one log stream: a directory of segments, of which the last one grows.
//
//   <directory>/stream                     the names of group and stream, for people
//   <directory>/00000000000000000000.log   segments, named by the number of their first event
//   <directory>/00000000000000041233.log
//   <directory>/index                      a summary of each segment that is full
//
// Nothing is read before the stream is first used; then the directory, the index and the last segment are. Any thread:
// a mutex is held while writing, never while events are read.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"
#include "io/fd.h"
#include "logstore/segment.h"

namespace roadstead {

/// An event to append. Milliseconds since 1970; the message is only read during the call.
struct NewEvent {
  std::int64_t timestamp = 0;
  std::string_view message;
};

class StreamLog {
 public:
  /// `label` is what the file `stream` says.
  StreamLog(std::string directory, std::string label, std::uint64_t segment_bytes)
      : directory_(std::move(directory)), label_(std::move(label)), segment_bytes_(segment_bytes) {}

  /// Appends events in order, all or none. They are in the files when it returns, on the disk after `sync`.
  /// Errors: Deleted; NoSpace and others of io/fd.h, after which it may be called again.
  Status append(std::span<const NewEvent> events, std::int64_t ingested);

  /// Its segments, oldest first, as they are now. Errors: those of io/fd.h.
  Result<std::vector<SegmentSummary>> segments();

  /// The file of a segment.
  std::string path_of(const SegmentSummary& segment) const;

  /// How many events were ever appended.
  Result<std::uint64_t> appended();

  /// Deletes the segments in which all events are older than `cutoff`. The numbers go on.
  Status expire(std::int64_t cutoff);

  /// Writes to the disk what was appended. Nothing to do is success.
  Status sync();

  /// Closes the file that is open for appending, until the next append.
  void close_writer();

  /// Deletes everything; from now on appending fails with Deleted.
  Status remove();

  const std::string& directory() const { return directory_; }

 private:
  Status load();
  Result<SegmentSummary> load_segment(std::uint64_t first_number, const std::vector<SegmentSummary>& index);
  Status open_writer();
  Status roll();
  std::uint64_t next_number() const;

  const std::string directory_;
  const std::string label_;
  const std::uint64_t segment_bytes_;
  std::mutex mutex_;  // guards everything below
  bool loaded_ = false;
  bool deleted_ = false;
  bool dirty_ = false;            // the last segment has bytes that were not synced
  bool directory_dirty_ = false;  // it has a file that was not synced
  Fd writer_;                     // of the last segment
  std::vector<SegmentSummary> segments_;
};

}  // namespace roadstead
