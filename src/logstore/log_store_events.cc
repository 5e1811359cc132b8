#include <algorithm>

#include "base/observe/log.h"
#include "base/text/text.h"
#include "logstore/log_store.h"
#include "rows/rows.gen.h"

namespace roadstead {

namespace {

/// A failure of the disk, as clients see it.
Error unavailable(const Error& error) {
  if (error.code == "NoSpace") {
    return {"ServiceUnavailableException", "There is no space left for log events. Try again later.", error.message};
  }
  return {"ServiceUnavailableException", "The log events cannot be reached. Try again later.", error.message};
}

}  // namespace

/// One search: the streams in it by name, and their segments in the order in which they are looked through.
struct LogStore::Search {
  struct Part {
    std::uint32_t stream = 0;
    SegmentSummary segment;
  };

  std::vector<std::string> names;
  std::vector<std::shared_ptr<StreamLog>> logs;
  std::int64_t from = 0;
  std::int64_t until = 0;
  std::optional<EventKey> place;
  std::vector<Part> parts;
  EventWindow window;

  explicit Search(const EventQuery& query)
      : window({.events = query.limit, .bytes = query.most_bytes, .backwards = query.backwards}) {}

  /// The key of a place; a stream that is gone counts as the first of the next one.
  EventKey key_of(const EventPlace& at) const {
    auto found = std::ranges::lower_bound(names, at.stream);
    auto index = static_cast<std::uint32_t>(found - names.begin());
    bool there = found != names.end() && *found == at.stream;
    return {at.timestamp, index, there ? at.number : 0};
  }

  EventPlace place_of(const EventKey& key) const {
    return {key.timestamp, key.stream < names.size() ? names[key.stream] : std::string(), key.number};
  }

  bool within(const EventKey& key, bool backwards) const {
    if (key.timestamp < from || key.timestamp >= until) return false;
    if (!place) return true;
    return backwards ? key < *place : key >= *place;
  }

  /// Whether a segment can have an event that is searched for.
  bool touches(const SegmentSummary& segment, bool backwards) const {
    if (segment.count == 0 || segment.last_timestamp < from || segment.first_timestamp >= until) return false;
    if (!place) return true;
    return backwards ? segment.first_timestamp <= place->timestamp : segment.last_timestamp >= place->timestamp;
  }

  Status collect_parts(bool backwards) {
    for (std::uint32_t i = 0; i < logs.size(); ++i) {
      auto segments = logs[i]->segments();
      if (!segments && segments.error().code == "Deleted") continue;
      if (!segments) return unavailable(segments.error());
      for (const auto& segment : *segments) {
        if (touches(segment, backwards)) parts.push_back({i, segment});
      }
    }
    if (backwards) {
      std::ranges::sort(parts, std::greater{}, [](const Part& part) { return part.segment.last_timestamp; });
    } else {
      std::ranges::sort(parts, {}, [](const Part& part) { return part.segment.first_timestamp; });
    }
    return Done{};
  }

  /// Before any event of this part and of those behind it, in the direction of the search.
  EventKey bound_of(const Part& part, bool backwards) const {
    if (backwards) return {part.segment.last_timestamp + 1, 0, 0};
    return {part.segment.first_timestamp, 0, 0};
  }

  /// Whether the window needs nothing of this part nor of those behind it.
  bool is_beyond(const Part& part, bool backwards) const {
    const auto& barrier = window.barrier();
    if (!barrier) return false;
    return backwards ? bound_of(part, true) <= *barrier : bound_of(part, false) >= *barrier;
  }

  /// Whether stopping before this part is further on than where the search began.
  bool is_progress(const Part& part, bool backwards) const {
    auto bound = bound_of(part, backwards);
    if (backwards) return bound.timestamp < until && (!place || bound < *place);
    return bound.timestamp > from && (!place || bound > *place);
  }
};

Status LogStore::choose_streams(const EventQuery& query, Search& search) const {
  std::lock_guard lock(mutex_);
  auto found = groups_.find(query.group);
  if (found == groups_.end() || found->second.row == nullptr) return log_group_missing();
  const auto& group = found->second;
  auto names = query.streams;
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const auto& name : names) {
    auto stream = group.streams.find(name);
    if (stream == group.streams.end()) return log_stream_missing();
    search.names.push_back(name);
    search.logs.push_back(stream->second.log);
  }
  if (names.empty()) {
    for (auto at = group.streams.lower_bound(query.stream_prefix); at != group.streams.end(); ++at) {
      if (!at->first.starts_with(query.stream_prefix)) break;
      search.names.push_back(at->first);
      search.logs.push_back(at->second.log);
    }
  }
  search.from = std::max(query.from, cutoff_of(*group.row).value_or(query.from));
  search.until = query.until;
  if (query.place) search.place = search.key_of(*query.place);
  return Done{};
}

Result<SegmentSummary> LogStore::scan(const EventQuery& query, Search& search, std::size_t index) const {
  const auto& part = search.parts[index];
  auto path = search.logs[part.stream]->path_of(part.segment);
  return scan_segment(path, part.segment.first_number, part.segment.bytes, [&](const RecordView& record) {
    EventKey key{record.timestamp, part.stream, record.number};
    if (!search.within(key, query.backwards) || !search.window.wants(key)) return true;
    if (query.matches && !query.matches(record.message)) return true;
    search.window.add({key, record.ingested, std::string(record.message)});
    return true;
  });
}

Result<LogPage> LogStore::find(const EventQuery& query) {
  Search search(query);
  TRY(choose_streams(query, search));
  TRY(search.collect_parts(query.backwards));
  std::uint64_t read = 0;
  for (std::size_t i = 0; i < search.parts.size(); ++i) {
    const auto& part = search.parts[i];
    if (search.is_beyond(part, query.backwards)) break;
    if (read >= query.most_read && search.is_progress(part, query.backwards)) {
      search.window.cut(search.bound_of(part, query.backwards));
      break;
    }
    auto scanned = scan(query, search, i);
    // A segment that was deleted or expired meanwhile has no events.
    if (!scanned && scanned.error().code != "NotFound") return unavailable(scanned.error());
    if (scanned && scanned->bytes < part.segment.bytes) {
      log_warning("log_segment_damaged", {{"file", search.logs[part.stream]->path_of(part.segment)},
                                          {"after_bytes", cat(scanned->bytes)}});
    }
    read += part.segment.bytes;
  }
  LogPage page;
  for (auto& [key, event] : search.window.events()) {
    page.events.push_back({search.names[key.stream], key.number, key.timestamp, event.ingested, std::move(event.message)});
  }
  if (search.window.barrier()) page.next = search.place_of(*search.window.barrier());
  return page;
}

Result<std::uint64_t> LogStore::append(
    const std::string& group, const std::string& stream, std::span<const NewEvent> events
) {
  auto log = TRY(log_of(group, stream));
  auto appended = log->append(events, now().millis());
  if (!appended && appended.error().code == "Deleted") return log_stream_missing();
  if (!appended) {
    if (!failing_.exchange(true)) log_error("log_store_cannot_write", {{"why", appended.error().message}});
    return unavailable(appended.error());
  }
  if (failing_.exchange(false)) log_info("log_store_writes_again");
  bool close = false;
  {
    std::lock_guard lock(mutex_);
    if (std::ranges::find(written_, log) == written_.end()) {
      close = written_.size() >= settings_.open_files;
      written_.push_back(log);
    }
  }
  if (close) log->close_writer();
  auto count = log->appended();
  if (!count) return log_stream_missing();
  return *count;
}

std::optional<std::uint64_t> LogStore::appended(const std::string& group, const std::string& stream) {
  auto log = log_of(group, stream);
  if (!log) return std::nullopt;
  auto count = (*log)->appended();
  if (!count) return std::nullopt;
  return *count;
}

Result<StreamStatus> LogStore::status(const std::string& group, const std::string& stream) {
  auto log = TRY(log_of(group, stream));
  auto segments = log->segments();
  if (!segments && segments.error().code == "Deleted") return log_stream_missing();
  if (!segments) return unavailable(segments.error());
  StreamStatus status;
  for (const auto& segment : *segments) {
    status.stored_bytes += segment.bytes;
    status.appended = segment.first_number + segment.count;
    if (segment.count == 0) continue;
    status.first_event = std::min(status.first_event.value_or(segment.first_timestamp), segment.first_timestamp);
    status.last_event = std::max(status.last_event.value_or(segment.last_timestamp), segment.last_timestamp);
    status.last_ingested = std::max(status.last_ingested.value_or(segment.last_ingested), segment.last_ingested);
  }
  return status;
}

std::uint64_t LogStore::stored_bytes(const std::string& group) {
  std::uint64_t bytes = 0;
  std::vector<std::shared_ptr<StreamLog>> logs;
  {
    std::lock_guard lock(mutex_);
    auto found = groups_.find(group);
    if (found == groups_.end()) return 0;
    for (const auto& [name, stream] : found->second.streams) logs.push_back(stream.log);
  }
  for (const auto& log : logs) {
    auto segments = log->segments();
    if (!segments) continue;
    for (const auto& segment : *segments) bytes += segment.bytes;
  }
  return bytes;
}

}  // namespace roadstead
