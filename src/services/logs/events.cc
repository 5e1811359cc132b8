#include "services/logs/events.h"

#include <algorithm>
#include <limits>

#include "base/data/hash.h"
#include "base/text/text.h"
#include "logstore/log_store.h"
#include "rows/rows.gen.h"
#include "services/logs/filter_pattern.h"
#include "services/logs/names.h"

namespace roadstead::logs {

namespace {

constexpr std::size_t largest_batch = std::size_t{1} << 20;
constexpr std::size_t event_overhead = 26;
constexpr std::int64_t hour_millis = 3'600'000;
constexpr std::int64_t day_millis = 24 * hour_millis;
constexpr std::int64_t furthest_ahead = 2 * hour_millis;
constexpr std::int64_t oldest = 14 * day_millis;
constexpr std::uint64_t most_read = std::uint64_t{64} << 20;
constexpr std::size_t number_digits = 20;
constexpr std::size_t event_id_digits = 56;
constexpr std::int64_t no_end = std::numeric_limits<std::int64_t>::max();

Status check_batch(const std::vector<InputLogEvent>& events) {
  std::size_t size = 0;
  for (const auto& event : events) size += event.message.size() + event_overhead;
  if (size > largest_batch) {
    return invalid_parameter(cat("Upload too large: ", size, " bytes exceeds limit of ", largest_batch));
  }
  if (!std::ranges::is_sorted(events, {}, &InputLogEvent::timestamp)) {
    return invalid_parameter("Log events in a single PutLogEvents request must be in chronological order.");
  }
  if (!events.empty() && events.back().timestamp - events.front().timestamp > day_millis) {
    return invalid_parameter("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  }
  return Done{};
}

/// Which events of a batch are taken: [first, last), since they are in order of time.
struct Acceptance {
  std::size_t first = 0;
  std::size_t last = 0;
  std::optional<RejectedLogEventsInfo> rejected;
};

Acceptance accept(const std::vector<InputLogEvent>& events, std::int64_t now, std::optional<std::int32_t> retention) {
  auto index_of = [&](std::int64_t time) {
    return static_cast<std::size_t>(std::ranges::lower_bound(events, time, {}, &InputLogEvent::timestamp) - events.begin());
  };
  auto too_old = index_of(now - oldest);
  auto expired = retention ? index_of(now - *retention * day_millis) : 0;
  auto too_new = index_of(now + furthest_ahead + 1);
  Acceptance out{.first = std::max(too_old, expired), .last = too_new};
  out.last = std::max(out.last, out.first);
  RejectedLogEventsInfo rejected;
  if (too_old > 0) rejected.too_old_log_event_end_index = static_cast<std::int32_t>(too_old);
  if (expired > 0) rejected.expired_log_event_end_index = static_cast<std::int32_t>(expired);
  if (too_new < events.size()) rejected.too_new_log_event_start_index = static_cast<std::int32_t>(too_new);
  if (rejected != RejectedLogEventsInfo()) out.rejected = rejected;
  return out;
}

/// "f/0001790000000000000000000000000000000042/s": time and number of the event that the token stands before.
std::string render_stream_token(char direction, const EventPlace& place) {
  auto time = static_cast<std::uint64_t>(std::max<std::int64_t>(0, place.timestamp));
  return cat(direction, '/', padded(time, number_digits), padded(place.number, number_digits), "/s");
}

struct StreamToken {
  bool backwards = false;
  EventPlace place;
};

Result<StreamToken> parse_stream_token(const std::string& text, const std::string& stream) {
  bool shape = text.size() == 2 * number_digits + 4 && text.ends_with("/s");
  if (!shape || (!text.starts_with("f/") && !text.starts_with("b/"))) return invalid_token();
  auto time = to_number<std::int64_t>(std::string_view(text).substr(2, number_digits));
  auto number = to_number<std::uint64_t>(std::string_view(text).substr(2 + number_digits, number_digits));
  if (!time || *time < 0 || !number) return invalid_token();
  return StreamToken{text[0] == 'b', {*time, stream, *number}};
}

Status check_range(const std::optional<std::int64_t>& from, const std::optional<std::int64_t>& until) {
  if (from && until && *from > *until) {
    return invalid_parameter("startTime must be less than or equal to endTime.");
  }
  return Done{};
}

/// The place after everything that a forward search without a place can have looked at.
EventPlace start_of(const EventQuery& query) { return {std::max<std::int64_t>(0, query.from), query.streams[0], 0}; }

std::string render_place(const EventPlace& place) {
  return cat(padded(static_cast<std::uint64_t>(std::max<std::int64_t>(0, place.timestamp)), number_digits),
             padded(place.number, number_digits), place.stream);
}

Result<EventPlace> parse_place(std::string_view text) {
  if (text.size() < 2 * number_digits) return invalid_token();
  auto time = to_number<std::int64_t>(text.substr(0, number_digits));
  auto number = to_number<std::uint64_t>(text.substr(number_digits, number_digits));
  if (!time || !number) return invalid_token();
  return EventPlace{*time, std::string(text.substr(2 * number_digits)), *number};
}

/// 56 digits, the same whenever the event is read: time, stream, number.
std::string event_id(const LogEvent& event) {
  auto digest = sha256(event.stream);
  std::uint64_t stream = 0;
  for (std::size_t i = 0; i < 7; ++i) stream = stream << 8 | static_cast<unsigned char>(digest[i]);
  constexpr std::size_t stream_digits = 17;
  constexpr std::size_t time_digits = event_id_digits - number_digits - stream_digits;
  auto time = static_cast<std::uint64_t>(std::max<std::int64_t>(0, event.timestamp));
  return cat(padded(time, time_digits), padded(stream, stream_digits), padded(event.number, number_digits));
}

Result<EventQuery> query_of(const FilterLogEventsRequest& in) {
  if (in.log_stream_names && in.log_stream_name_prefix) {
    return invalid_parameter("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.");
  }
  TRY(check_range(in.start_time, in.end_time));
  EventQuery query{.group = TRY(group_of(in.log_group_name, in.log_group_identifier))};
  query.streams = in.log_stream_names.value_or(std::vector<std::string>());
  query.stream_prefix = in.log_stream_name_prefix.value_or("");
  query.from = in.start_time.value_or(0);
  // Unlike GetLogEvents, FilterLogEvents leaves out only what is later than endTime.
  query.until = in.end_time && *in.end_time < no_end ? *in.end_time + 1 : no_end;
  query.backwards = !in.start_from_head.value_or(true);
  if (in.limit) query.limit = static_cast<std::size_t>(*in.limit);
  query.most_read = most_read;
  auto pattern = TRY(parse_filter_pattern(in.filter_pattern.value_or("")));
  if (!pattern.matches_all()) query.matches = [pattern](std::string_view message) { return pattern.matches(message); };
  return query;
}

std::string scope_of(const FilterLogEventsRequest& in, const EventQuery& query) {
  return cat("filter\n", query.group, '\n', join(query.streams, "\n"), '\n', query.stream_prefix, '\n',
             in.filter_pattern.value_or(""), query.backwards ? "\ndown" : "\nup");
}

}  // namespace

Result<PutLogEventsResponse> put_log_events(LogStore& store, const PutLogEventsRequest& in) {
  auto group = store.group(in.log_group_name);
  if (group == nullptr) return log_group_missing();
  if (store.stream(in.log_group_name, in.log_stream_name) == nullptr) return log_stream_missing();
  TRY(check_batch(in.log_events));
  auto accepted = accept(in.log_events, store.now().millis(), group->retention_in_days);
  std::vector<NewEvent> events;
  for (auto i = accepted.first; i < accepted.last; ++i) events.push_back({in.log_events[i].timestamp, in.log_events[i].message});
  PutLogEventsResponse out;
  out.next_sequence_token = padded(TRY(store.append(in.log_group_name, in.log_stream_name, events)), event_id_digits);
  out.rejected_log_events_info = accepted.rejected;
  return out;
}

Result<GetLogEventsResponse> get_log_events(LogStore& store, const GetLogEventsRequest& in) {
  TRY(check_range(in.start_time, in.end_time));
  EventQuery query{.group = TRY(group_of(in.log_group_name, in.log_group_identifier)), .streams = {in.log_stream_name}};
  query.from = in.start_time.value_or(0);
  query.until = in.end_time.value_or(no_end);
  query.backwards = !in.start_from_head.value_or(false);
  if (in.limit) query.limit = static_cast<std::size_t>(*in.limit);
  auto here = start_of(query);
  if (in.next_token) {
    auto token = TRY(parse_stream_token(*in.next_token, in.log_stream_name));
    query.backwards = token.backwards;
    query.place = token.place;
    here = token.place;
  }
  auto page = TRY(store.find(query));
  GetLogEventsResponse out;
  out.events.emplace();
  auto before = here;
  auto after = here;
  if (!page.events.empty()) {
    before = {page.events.front().timestamp, in.log_stream_name, page.events.front().number};
    after = {page.events.back().timestamp, in.log_stream_name, page.events.back().number + 1};
  }
  for (auto& event : page.events) out.events->push_back({event.timestamp, std::move(event.message), event.ingested});
  out.next_forward_token = render_stream_token('f', after);
  out.next_backward_token = render_stream_token('b', before);
  return out;
}

Result<FilterLogEventsResponse> filter_log_events(LogStore& store, const FilterLogEventsRequest& in) {
  auto query = TRY(query_of(in));
  auto scope = scope_of(in, query);
  auto token = TRY(read_token(scope, in.next_token));
  if (in.next_token) query.place = TRY(parse_place(token));
  auto page = TRY(store.find(query));
  FilterLogEventsResponse out;
  out.events.emplace();
  for (auto& event : page.events) {
    FilteredLogEvent found;
    found.event_id = event_id(event);
    found.log_stream_name = std::move(event.stream);
    found.timestamp = event.timestamp;
    found.message = std::move(event.message);
    found.ingestion_time = event.ingested;
    out.events->push_back(std::move(found));
  }
  if (query.backwards) std::ranges::reverse(*out.events);
  // AWS answers an empty list since it merges streams.
  out.searched_log_streams.emplace();
  if (page.next) out.next_token = make_token(scope, render_place(*page.next));
  return out;
}

}  // namespace roadstead::logs
