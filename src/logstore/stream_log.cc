#include "logstore/stream_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {

namespace {

constexpr std::string_view segment_suffix = ".log";
constexpr std::size_t segment_digits = 20;
constexpr std::size_t largest_index = std::size_t{256} << 20;

std::string segment_name(std::uint64_t first_number) {
  auto digits = cat(first_number);
  return cat(std::string(segment_digits - digits.size(), '0'), digits, segment_suffix);
}

std::optional<std::uint64_t> number_of_segment(std::string_view name) {
  if (name.size() != segment_digits + segment_suffix.size() || !name.ends_with(segment_suffix)) return std::nullopt;
  return to_number<std::uint64_t>(name.substr(0, segment_digits));
}

/// The index of a stream, by first number. What is damaged is left out: those segments are read instead.
std::vector<SegmentSummary> read_index(const std::string& path) {
  std::vector<SegmentSummary> index;
  auto bytes = read_file(path, largest_index);
  if (!bytes) return index;
  std::string_view rest = *bytes;
  SegmentSummary summary;
  for (; rest.size() >= index_record_bytes; rest.remove_prefix(index_record_bytes)) {
    if (read_index_record(rest.substr(0, index_record_bytes), summary)) index.push_back(summary);
  }
  std::ranges::sort(index, {}, &SegmentSummary::first_number);
  return index;
}

Status write_at(int fd, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    auto wrote = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return system_error(errno, "append to", "a log segment");
    offset += static_cast<std::uint64_t>(wrote);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return Done{};
}

Result<std::uint64_t> size_of_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return system_error(errno, "look at", path);
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

std::string StreamLog::path_of(const SegmentSummary& segment) const {
  return cat(directory_, '/', segment_name(segment.first_number));
}

std::uint64_t StreamLog::next_number() const {
  return segments_.empty() ? 0 : segments_.back().first_number + segments_.back().count;
}

Result<SegmentSummary> StreamLog::load_segment(std::uint64_t first_number, const std::vector<SegmentSummary>& index) {
  auto path = cat(directory_, '/', segment_name(first_number));
  auto size = TRY(size_of_file(path));
  auto known = std::ranges::lower_bound(index, first_number, {}, &SegmentSummary::first_number);
  for (; known != index.end() && known->first_number == first_number; ++known) {
    if (known->bytes == size) return *known;
  }
  return scan_segment(path, first_number, size, [](const RecordView&) { return true; });
}

Status StreamLog::load() {
  if (deleted_) return Error{"Deleted", "the log stream was deleted"};
  if (loaded_) return Done{};
  auto names = list_directory(directory_);
  if (!names && names.error().code != "NotFound") return names.error();
  std::vector<SegmentSummary> found;
  if (names) {
    auto index = read_index(cat(directory_, "/index"));
    for (const auto& name : *names) {
      auto number = number_of_segment(name);
      if (number) found.push_back(TRY(load_segment(*number, index)));
    }
  }
  segments_ = std::move(found);
  loaded_ = true;
  return Done{};
}

Status StreamLog::open_writer() {
  if (writer_) return Done{};
  auto& last = segments_.back();
  auto path = path_of(last);
  if (last.bytes == 0 && !exists(path)) {
    TRY(make_directories(directory_, 0700));
    auto label = cat(directory_, "/stream");
    if (!exists(label)) TRY(write_file_atomic(label, label_));
    directory_dirty_ = true;
  }
  auto fd = TRY(open_file(path, O_WRONLY | O_CREAT));
  // A torn record goes: what comes next must begin where the whole ones end.
  if (::ftruncate(fd.get(), static_cast<off_t>(last.bytes)) != 0) return system_error(errno, "cut", path);
  writer_ = std::move(fd);
  return Done{};
}

Status StreamLog::roll() {
  if (!segments_.empty()) {
    auto sealed = segments_.back();
    if (dirty_ && writer_ && ::fdatasync(writer_.get()) != 0) return system_error(errno, "sync", path_of(sealed));
    dirty_ = false;
    auto index = TRY(open_file(cat(directory_, "/index"), O_WRONLY | O_CREAT));
    auto end = ::lseek(index.get(), 0, SEEK_END);
    if (end < 0) return system_error(errno, "read", "a log index");
    auto whole = static_cast<std::uint64_t>(end) / index_record_bytes * index_record_bytes;
    TRY(write_at(index.get(), index_record(sealed), whole));
  }
  writer_.reset();
  segments_.push_back({.first_number = next_number()});
  return Done{};
}

Status StreamLog::append(std::span<const NewEvent> events, std::int64_t ingested) {
  std::lock_guard lock(mutex_);
  TRY(load());
  if (events.empty()) return Done{};
  if (segments_.empty() || segments_.back().bytes >= segment_bytes_) TRY(roll());
  TRY(open_writer());
  auto grown = segments_.back();
  std::string bytes;
  if (grown.bytes == 0) {
    bytes = segment_magic;
    grown.bytes = segment_magic.size();
  }
  for (const auto& event : events) {
    auto before = bytes.size();
    append_record(bytes, event.timestamp, ingested, event.message);
    grown.add(event.timestamp, ingested, bytes.size() - before);
  }
  auto& last = segments_.back();
  auto wrote = write_at(writer_.get(), bytes, last.bytes);
  if (!wrote) {
    // Opening it again cuts off what was written of these.
    writer_.reset();
    return wrote;
  }
  last = grown;
  dirty_ = true;
  return Done{};
}

Result<std::vector<SegmentSummary>> StreamLog::segments() {
  std::lock_guard lock(mutex_);
  TRY(load());
  return segments_;
}

Result<std::uint64_t> StreamLog::appended() {
  std::lock_guard lock(mutex_);
  TRY(load());
  return next_number();
}

Status StreamLog::expire(std::int64_t cutoff) {
  std::lock_guard lock(mutex_);
  TRY(load());
  auto expired = [cutoff](const SegmentSummary& segment) { return segment.count > 0 && segment.last_timestamp < cutoff; };
  if (std::ranges::none_of(segments_, expired)) return Done{};
  if (expired(segments_.back())) {
    // The name of an empty segment keeps the count.
    TRY(roll());
    TRY(open_writer());
  }
  Status outcome = Done{};
  std::erase_if(segments_, [&](const SegmentSummary& segment) {
    if (!expired(segment)) return false;
    auto removed = remove_file(path_of(segment));
    if (!removed) outcome = removed;
    return removed.has_value();
  });
  return outcome;
}

Status StreamLog::sync() {
  std::string path;
  bool sync_names = false;
  {
    std::lock_guard lock(mutex_);
    if (deleted_ || segments_.empty() || (!dirty_ && !directory_dirty_)) return Done{};
    if (dirty_) path = path_of(segments_.back());
    sync_names = directory_dirty_;
    dirty_ = false;
    directory_dirty_ = false;
  }
  // Without the lock, so that appending goes on meanwhile.
  if (!path.empty()) {
    auto fd = open_file(path, O_WRONLY);
    if (!fd) return fd.error().code == "NotFound" ? Status(Done{}) : Status(fd.error());
    if (::fdatasync(fd->get()) != 0) return system_error(errno, "sync", path);
  }
  if (sync_names) TRY(sync_directory(directory_));
  return Done{};
}

void StreamLog::close_writer() {
  std::lock_guard lock(mutex_);
  writer_.reset();
}

Status StreamLog::remove() {
  std::lock_guard lock(mutex_);
  deleted_ = true;
  writer_.reset();
  segments_.clear();
  return remove_tree(directory_);
}

}  // namespace roadstead
