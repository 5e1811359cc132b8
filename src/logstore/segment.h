// One segment file of a log stream: how an event looks on disk, and how a file of them is read.
//
// A segment is only ever appended to; each record carries its own checksum, so that what was torn by a crash ends the
// segment and nothing else. The layout is drawn in docs/formats/logs.md. Any thread; reading needs one descriptor and a
// buffer of 256 KiB (or one record, if that is more), however long the file is.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result/result.h"
#include "io/fd.h"

namespace roadstead {

/// Stands at the beginning of every segment.
inline constexpr std::string_view segment_magic = "rstdlog1";

/// What a record adds to its message: size, checksum, two times.
inline constexpr std::size_t record_head_bytes = 24;

/// The largest message that a record may have; a size beyond it is a torn record.
inline constexpr std::size_t largest_message = std::size_t{4} << 20;

/// What is known of a segment without reading it. Times are milliseconds since 1970; the first and last timestamp are
/// the least and the greatest, and mean nothing while `count` is 0.
struct SegmentSummary {
  std::uint64_t first_number = 0;  // of its first event, counted from the first that the stream ever had
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;  // of whole records, with the magic; the file may be longer by a torn one
  std::int64_t first_timestamp = 0;
  std::int64_t last_timestamp = 0;
  std::int64_t last_ingested = 0;

  bool operator==(const SegmentSummary&) const = default;

  /// Takes one more event of `bytes_on_disk` into account.
  void add(std::int64_t timestamp, std::int64_t ingested, std::uint64_t bytes_on_disk);
};

/// One event as it is in a segment. `message` lives until the next record is read.
struct RecordView {
  std::uint64_t number = 0;
  std::int64_t timestamp = 0;
  std::int64_t ingested = 0;
  std::string_view message;
};

/// Adds a record to `out`.
void append_record(std::string& out, std::int64_t timestamp, std::int64_t ingested, std::string_view message);

/// Reads at most `most_bytes` of the segment at `path`, whose first event is number `first_number`, and visits its whole
/// records in order until `visit` returns false. Gives what it went through: `bytes` is where the next record would
/// begin. A record that is torn or damaged ends the reading. Errors: those of io/fd.h (NotFound: it was deleted).
Result<SegmentSummary> scan_segment(
    const std::string& path, std::uint64_t first_number, std::uint64_t most_bytes,
    const std::function<bool(const RecordView&)>& visit
);

/// A summary as a record of the stream's index, and back; nothing when the checksum is wrong.
inline constexpr std::size_t index_record_bytes = 56;
std::string index_record(const SegmentSummary& summary);
bool read_index_record(std::string_view bytes, SegmentSummary& summary);

}  // namespace roadstead
