#include "agent/runtime/spool_reader.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "agent/runtime/shim_protocol.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

constexpr std::size_t name_digits = 10;

std::optional<std::int64_t> parse_segment_name(std::string_view name) {
  if (name.size() != name_digits) return std::nullopt;
  return to_number<std::int64_t>(name);
}

}  // namespace

std::string spool_segment_name(std::int64_t segment) {
  auto digits = cat(segment);
  return std::string(name_digits - std::min(name_digits, digits.size()), '0') + digits;
}

void discard_segments(const std::string& directory, std::int64_t segment) {
  auto names = list_directory(directory);
  if (!names) return;
  for (const auto& name : *names) {
    auto number = parse_segment_name(name);
    if (number && *number < segment) ::unlink(cat(directory, '/', name).c_str());
  }
}

SpoolReader::SpoolReader(std::string directory, SpoolPosition from)
    : directory_(std::move(directory)), position_(from) {}

std::string SpoolReader::path_of(std::int64_t segment) const {
  return cat(directory_, '/', spool_segment_name(segment));
}

/// Opens the segment of the position, or the oldest one behind it when it is gone.
bool SpoolReader::open_segment() {
  file_ = Fd(::open(path_of(position_.segment).c_str(), O_RDONLY | O_CLOEXEC));
  if (file_) return true;
  auto names = list_directory(directory_);
  if (!names) return false;
  for (const auto& name : *names) {
    auto number = parse_segment_name(name);
    if (!number || *number <= position_.segment) continue;
    file_ = Fd(::open(path_of(*number).c_str(), O_RDONLY | O_CLOEXEC));
    if (!file_) continue;  // deleted just now
    position_.segment = *number;
    position_.offset = 0;
    return true;
  }
  return false;
}

bool SpoolReader::has_later_segment() const {
  auto names = list_directory(directory_);
  if (!names) return false;
  return std::any_of(names->begin(), names->end(), [&](const std::string& name) {
    return parse_segment_name(name).value_or(0) > position_.segment;
  });
}

Result<std::optional<SpoolRecord>> SpoolReader::next() {
  for (;;) {
    if (!file_ && !open_segment()) return std::optional<SpoolRecord>();
    // Asked before reading: a segment with a successor is written no more, so its end is the end.
    bool complete = has_later_segment();
    spool_record_header header{};
    auto got = ::pread(file_.get(), &header, sizeof header, position_.offset);
    bool whole =
        got == static_cast<ssize_t>(sizeof header) && header.length <= SPOOL_LINE_MAX && header.stream <= SPOOL_STDERR;
    bool broken = got == static_cast<ssize_t>(sizeof header) && !whole;
    SpoolRecord record;
    if (whole) {
      record.text.resize(header.length);
      auto size =
          ::pread(file_.get(), record.text.data(), header.length, position_.offset + static_cast<off_t>(sizeof header));
      whole = size == static_cast<ssize_t>(header.length);
    }
    if (!whole) {
      if (!complete && !broken) return std::optional<SpoolRecord>();
      file_.reset();
      position_.segment += 1;
      position_.offset = 0;
      if (broken)
        return Error{"SpoolBroken", cat("segment ", position_.segment - 1, " of ", directory_, " is not a spool")};
      continue;
    }
    record.stream = static_cast<SpoolRecord::Stream>(header.stream);
    record.partial = (header.flags & SPOOL_PARTIAL) != 0;
    record.at = Instant{header.micros};
    // A lower number than expected is a new keeper counting from zero.
    if (header.sequence > position_.sequence) record.lost = header.sequence - position_.sequence;
    position_.sequence = header.sequence + 1;
    position_.offset += static_cast<std::int64_t>(sizeof header) + header.length;
    return std::optional<SpoolRecord>(std::move(record));
  }
}

bool SpoolReader::wait(Duration timeout) {
  if (!notify_) notify_ = Fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (watching_ < 0) {
    watching_ = ::inotify_add_watch(notify_.get(), directory_.c_str(), IN_MODIFY | IN_CREATE);
    if (watching_ >= 0) return true;  // what came before the watch is not announced: look once more
  }
  pollfd polled{notify_.get(), POLLIN, 0};
  auto millis = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
  if (::poll(&polled, 1, static_cast<int>(millis)) <= 0) return false;
  char events[4096];
  while (::read(notify_.get(), events, sizeof events) > 0) {
  }
  return true;
}

}  // namespace roadstead
