#include "logstore/stored_log_sink.h"

#include <future>
#include <memory>

#include "base/id/arn.h"
#include "base/text/text.h"
#include "logstore/log_store.h"
#include "rows/rows.gen.h"
#include "store/transactor.h"

namespace roadstead {

namespace {

/// The group that awslogs-create-group makes, of the account and region of this installation.
LogGroupRow new_group(Tx& tx, const std::string& name) {
  LogGroupRow row{.log_group_name = name, .log_group_arn = {}, .created_at = tx.now()};
  Arn arn{.service = "logs", .resource = cat("log-group:", name)};
  tx.for_each<InstallationRow>([&](const InstallationRow& installation) {
    arn.region = installation.region;
    arn.account = installation.account_id;
  });
  row.log_group_arn = to_string(arn);
  return row;
}

Status make_rows(Tx& tx, const std::string& group, const std::string& stream, bool create_group) {
  if (!tx.contains<LogGroupRow>(group)) {
    if (!create_group) return log_group_missing();
    tx.put(new_group(tx, group));
  }
  LogStreamRow row{.log_group_name = group, .log_stream_name = stream, .created_at = tx.now()};
  if (!tx.contains<LogStreamRow>(RowTraits<LogStreamRow>::key(row))) tx.put(std::move(row));
  return Done{};
}

}  // namespace

StoredLogSink::StoredLogSink(Transactor& transactor, LogStore& logs) : transactor_(transactor), logs_(logs) {
  logs_.follow(transactor_);
}

Status StoredLogSink::ensure_stream(const std::string& group, const std::string& stream, bool create_group) {
  if (logs_.stream(group, stream) != nullptr) return Done{};
  auto promise = std::make_shared<std::promise<Status>>();
  auto outcome = promise->get_future();
  transactor_.submit(
      [group, stream, create_group](Tx& tx) { return make_rows(tx, group, stream, create_group); },
      [promise](Status status) { promise->set_value(std::move(status)); }
  );
  return outcome.get();
}

Status StoredLogSink::append(const std::string& group, const std::string& stream, std::span<const LogLine> events) {
  std::vector<NewEvent> fresh;
  fresh.reserve(events.size());
  for (const auto& event : events) fresh.push_back({event.timestamp.millis(), event.message});
  TRY(logs_.append(group, stream, fresh));
  return Done{};
}

std::optional<std::uint64_t> StoredLogSink::appended(const std::string& group, const std::string& stream) {
  return logs_.appended(group, stream);
}

}  // namespace roadstead
