#include "services/logs/describe.h"

#include <algorithm>
#include <set>

#include "base/text/text.h"
#include "logstore/log_store.h"
#include "rows/rows.gen.h"
#include "services/logs/names.h"

namespace roadstead::logs {

namespace {

constexpr std::size_t default_page = 50;
constexpr std::size_t time_digits = 20;
constexpr std::size_t sequence_digits = 56;

std::size_t page_size(const std::optional<std::int32_t>& limit) {
  return limit ? static_cast<std::size_t>(*limit) : default_page;
}

/// One page of `items`, whose keys ascend: those after `start`. Sets `next_token` when there is more.
template <class T, class Key>
std::vector<T> page_of(
    std::vector<T> items, Key key, const std::string& scope, const std::string& start, std::size_t size,
    std::optional<std::string>& next_token
) {
  auto first = std::ranges::find_if(items, [&](const T& item) { return start.empty() || key(item) > start; });
  items.erase(items.begin(), first);
  if (items.size() > size) {
    next_token = make_token(scope, key(items[size - 1]));
    items.resize(size);
  }
  return items;
}

using GroupPointer = std::shared_ptr<const LogGroupRow>;

const std::string& name_of_group(const GroupPointer& row) { return row->log_group_name; }

LogGroup render_group(LogStore& store, const LogGroupRow& row) {
  LogGroup group;
  group.log_group_name = row.log_group_name;
  if (row.created_at) group.creation_time = row.created_at->millis();
  group.retention_in_days = row.retention_in_days;
  group.metric_filter_count = 0;
  group.log_group_arn = plain_arn(row.log_group_arn);
  group.arn = cat(*group.log_group_arn, ":*");
  group.stored_bytes = static_cast<std::int64_t>(store.stored_bytes(row.log_group_name));
  group.log_group_class = LogGroupClass::standard;
  return group;
}

/// Whether a name fits one of the alternatives of "a|^b".
bool fits(const std::string& name, const std::string& pattern) {
  return std::ranges::any_of(split(pattern, '|'), [&](std::string_view part) {
    if (part.starts_with('^')) return name.starts_with(part.substr(1));
    return name.find(part) != std::string::npos;
  });
}

/// A stream with what orders it: ascending keys are the order of the listing.
struct ListedStream {
  std::shared_ptr<const LogStreamRow> row;
  StreamStatus status;
  std::string key;
};

LogStream render_stream(const LogGroupRow& group, const ListedStream& listed) {
  LogStream stream;
  stream.log_stream_name = listed.row->log_stream_name;
  if (listed.row->created_at) stream.creation_time = listed.row->created_at->millis();
  stream.first_event_timestamp = listed.status.first_event;
  stream.last_event_timestamp = listed.status.last_event;
  stream.last_ingestion_time = listed.status.last_ingested;
  stream.upload_sequence_token = padded(listed.status.appended, sequence_digits);
  stream.arn = cat(plain_arn(group.log_group_arn), ":log-stream:", listed.row->log_stream_name);
  stream.stored_bytes = static_cast<std::int64_t>(listed.status.stored_bytes);
  return stream;
}

std::string key_of_stream(const ListedStream& listed, bool by_time) {
  if (!by_time) return listed.row->log_stream_name;
  auto time = static_cast<std::uint64_t>(std::max<std::int64_t>(0, listed.status.last_event.value_or(-1) + 1));
  return cat(padded(time, time_digits), listed.row->log_stream_name);
}

}  // namespace

Result<DescribeLogGroupsResponse> describe_log_groups(LogStore& store, const DescribeLogGroupsRequest& in) {
  if (in.log_group_name_prefix && in.log_group_name_pattern) {
    return invalid_parameter("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
  }
  std::set<std::string, std::less<>> wanted;
  for (const auto& identifier : in.log_group_identifiers.value_or(std::vector<std::string>())) {
    wanted.insert(TRY(group_of(std::nullopt, identifier)));
  }
  auto prefix = in.log_group_name_prefix.value_or("");
  auto pattern = in.log_group_name_pattern.value_or("");
  auto scope = cat("groups\n", prefix, '\n', pattern, '\n', join({wanted.begin(), wanted.end()}, "\n"));
  auto start = TRY(read_token(scope, in.next_token));
  auto rows = store.groups();
  std::erase_if(rows, [&](const GroupPointer& row) {
    const auto& name = row->log_group_name;
    if (!wanted.empty() && !wanted.contains(name)) return true;
    return !name.starts_with(prefix) || name.find(pattern) == std::string::npos;
  });
  if (in.log_group_class.value_or(LogGroupClass::standard) != LogGroupClass::standard) rows.clear();
  DescribeLogGroupsResponse out;
  out.log_groups.emplace();
  for (const auto& row : page_of(std::move(rows), name_of_group, scope, start, page_size(in.limit), out.next_token)) {
    out.log_groups->push_back(render_group(store, *row));
  }
  return out;
}

Result<ListLogGroupsResponse> list_log_groups(LogStore& store, const ListLogGroupsRequest& in) {
  if (in.data_sources || in.field_index_names || in.log_group_tags) {
    return invalid_parameter("Log groups are listed by logGroupNamePattern and logGroupClass only.");
  }
  auto pattern = in.log_group_name_pattern.value_or("");
  auto scope = cat("list\n", pattern);
  auto start = TRY(read_token(scope, in.next_token));
  auto rows = store.groups();
  std::erase_if(rows, [&](const GroupPointer& row) { return !fits(row->log_group_name, pattern); });
  if (in.log_group_class.value_or(LogGroupClass::standard) != LogGroupClass::standard) rows.clear();
  ListLogGroupsResponse out;
  out.log_groups.emplace();
  for (const auto& row : page_of(std::move(rows), name_of_group, scope, start, page_size(in.limit), out.next_token)) {
    out.log_groups->push_back({row->log_group_name, plain_arn(row->log_group_arn), LogGroupClass::standard});
  }
  return out;
}

Result<DescribeLogStreamsResponse> describe_log_streams(LogStore& store, const DescribeLogStreamsRequest& in) {
  auto name = TRY(group_of(in.log_group_name, in.log_group_identifier));
  bool by_time = in.order_by.value_or(OrderBy::log_stream_name) == OrderBy::last_event_time;
  if (by_time && in.log_stream_name_prefix) {
    return invalid_parameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
  }
  auto group = store.group(name);
  if (group == nullptr) return log_group_missing();
  bool descending = in.descending.value_or(false);
  auto prefix = in.log_stream_name_prefix.value_or("");
  auto scope = cat("streams\n", name, '\n', prefix, by_time ? "\ntime" : "\nname", descending ? " down" : " up");
  auto start = TRY(read_token(scope, in.next_token));
  std::vector<ListedStream> listed;
  for (const auto& row : store.streams(name)) {
    if (!row->log_stream_name.starts_with(prefix)) continue;
    ListedStream stream{.row = row};
    if (by_time) stream.status = store.status(name, row->log_stream_name).value_or({});
    stream.key = key_of_stream(stream, by_time);
    listed.push_back(std::move(stream));
  }
  std::ranges::sort(listed, {}, &ListedStream::key);
  if (descending) {
    std::ranges::reverse(listed);
    auto after = std::ranges::find_if(listed, [&](const ListedStream& item) { return start.empty() || item.key < start; });
    listed.erase(listed.begin(), after);
    start.clear();
  }
  DescribeLogStreamsResponse out;
  auto key = [](const ListedStream& item) { return item.key; };
  auto page = page_of(std::move(listed), key, scope, start, page_size(in.limit), out.next_token);
  out.log_streams.emplace();
  for (auto& stream : page) {
    if (!by_time) stream.status = store.status(name, stream.row->log_stream_name).value_or({});
    out.log_streams->push_back(render_stream(*group, stream));
  }
  return out;
}

}  // namespace roadstead::logs
