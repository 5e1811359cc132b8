#include "logstore/segment.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/crc.hpp>
#include <cerrno>

#include "io/file.h"

namespace roadstead {

namespace {

constexpr std::size_t chunk_bytes = std::size_t{256} << 10;

// Little-endian whatever the machine, so that a directory can be carried to another one.
void put_number(std::string& out, std::uint64_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>((number >> (8 * i)) & 0xff));
}

std::uint64_t get_number(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    number |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return number;
}

std::int64_t get_time(std::string_view bytes) { return static_cast<std::int64_t>(get_number(bytes)); }

std::uint32_t checksum(std::string_view a, std::string_view b) {
  boost::crc_32_type crc;
  crc.process_bytes(a.data(), a.size());
  crc.process_bytes(b.data(), b.size());
  return crc.checksum();
}

/// A window over a file, which moves forwards only.
class FileWindow {
 public:
  FileWindow(Fd fd, std::uint64_t end) : fd_(std::move(fd)), end_(end) {}

  /// The next `size` bytes, less at the end of the file. Errors: those of pread.
  Result<std::string_view> peek(std::size_t size) {
    while (buffer_.size() - at_ < size && read_to_ < end_) {
      auto more = TRY(read_more(std::max(size, chunk_bytes)));
      if (more == 0) break;
    }
    return std::string_view(buffer_).substr(at_, size);
  }

  void skip(std::size_t size) { at_ += size; }

 private:
  Result<std::size_t> read_more(std::size_t wanted) {
    buffer_.erase(0, at_);
    at_ = 0;
    auto old = buffer_.size();
    auto size = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, end_ - read_to_));
    buffer_.resize(old + size);
    ssize_t got = 0;
    do {
      got = ::pread(fd_.get(), buffer_.data() + old, size, static_cast<off_t>(read_to_));
    } while (got < 0 && errno == EINTR);
    if (got < 0) return system_error(errno, "read", "a log segment");
    buffer_.resize(old + static_cast<std::size_t>(got));
    read_to_ += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
  }

  Fd fd_;
  std::uint64_t end_;
  std::uint64_t read_to_ = 0;
  std::string buffer_;
  std::size_t at_ = 0;
};

}  // namespace

void SegmentSummary::add(std::int64_t timestamp, std::int64_t ingested, std::uint64_t bytes_on_disk) {
  first_timestamp = count == 0 ? timestamp : std::min(first_timestamp, timestamp);
  last_timestamp = count == 0 ? timestamp : std::max(last_timestamp, timestamp);
  last_ingested = ingested;
  ++count;
  bytes += bytes_on_disk;
}

void append_record(std::string& out, std::int64_t timestamp, std::int64_t ingested, std::string_view message) {
  std::string head;
  put_number(head, message.size(), 4);
  std::string times;
  put_number(times, static_cast<std::uint64_t>(timestamp), 8);
  put_number(times, static_cast<std::uint64_t>(ingested), 8);
  put_number(head, checksum(head + times, message), 4);
  out += head;
  out += times;
  out += message;
}

Result<SegmentSummary> scan_segment(
    const std::string& path, std::uint64_t first_number, std::uint64_t most_bytes,
    const std::function<bool(const RecordView&)>& visit
) {
  SegmentSummary summary{.first_number = first_number};
  FileWindow window(TRY(open_file(path, O_RDONLY)), most_bytes);
  auto magic = TRY(window.peek(segment_magic.size()));
  if (magic != segment_magic) return summary;
  window.skip(segment_magic.size());
  summary.bytes = segment_magic.size();
  while (true) {
    auto head = TRY(window.peek(record_head_bytes));
    if (head.size() < record_head_bytes) return summary;
    auto size = static_cast<std::size_t>(get_number(head.substr(0, 4)));
    if (size > largest_message) return summary;
    auto record = TRY(window.peek(record_head_bytes + size));
    if (record.size() < record_head_bytes + size) return summary;
    std::string checked(record.substr(0, 4));
    checked += record.substr(8, 16);
    auto message = record.substr(record_head_bytes);
    if (get_number(record.substr(4, 4)) != checksum(checked, message)) return summary;
    RecordView view{.number = first_number + summary.count, .timestamp = get_time(record.substr(8, 8)),
                    .ingested = get_time(record.substr(16, 8)), .message = message};
    summary.add(view.timestamp, view.ingested, record.size());
    if (!visit(view)) return summary;
    window.skip(record_head_bytes + size);
  }
}

std::string index_record(const SegmentSummary& summary) {
  std::string out;
  put_number(out, summary.first_number, 8);
  put_number(out, summary.count, 8);
  put_number(out, summary.bytes, 8);
  put_number(out, static_cast<std::uint64_t>(summary.first_timestamp), 8);
  put_number(out, static_cast<std::uint64_t>(summary.last_timestamp), 8);
  put_number(out, static_cast<std::uint64_t>(summary.last_ingested), 8);
  put_number(out, checksum(out, {}), 8);
  return out;
}

bool read_index_record(std::string_view bytes, SegmentSummary& summary) {
  if (bytes.size() < index_record_bytes) return false;
  if (get_number(bytes.substr(48, 8)) != checksum(bytes.substr(0, 48), {})) return false;
  summary.first_number = get_number(bytes.substr(0, 8));
  summary.count = get_number(bytes.substr(8, 8));
  summary.bytes = get_number(bytes.substr(16, 8));
  summary.first_timestamp = get_time(bytes.substr(24, 8));
  summary.last_timestamp = get_time(bytes.substr(32, 8));
  summary.last_ingested = get_time(bytes.substr(40, 8));
  return true;
}

}  // namespace roadstead
