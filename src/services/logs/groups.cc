#include "services/logs/groups.h"

#include <algorithm>
#include <array>

#include "base/id/arn.h"
#include "base/text/text.h"
#include "logstore/log_store.h"
#include "rows/rows.gen.h"
#include "services/logs/names.h"
#include "services/logs/tags.h"
#include "store/tx/tx.h"

namespace roadstead::logs {

namespace {

constexpr std::array<std::int32_t, 22> retention_days{1,   3,   5,   7,    14,   30,   60,   90,   120,  150,  180, 365,
                                                      400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653};

std::string list_of_days() {
  std::vector<std::string> days;
  for (auto number : retention_days) days.push_back(cat(number));
  return join(days, ", ");
}

std::string key_of_stream(const std::string& group, const std::string& stream) {
  return RowTraits<LogStreamRow>::key({.log_group_name = group, .log_stream_name = stream});
}

void erase_streams(Tx& tx, const std::string& group) {
  for (const auto& row : tx.list(LogStreamRowIndex::by_group, group)) {
    tx.erase<LogStreamRow>(RowTraits<LogStreamRow>::key(*row));
  }
}

Status refuse_unsupported(const CreateLogGroupRequest& in) {
  if (in.kms_key_id) return invalid_parameter("Log groups are not encrypted with KMS keys here. Leave kmsKeyId out.");
  if (in.log_group_class && *in.log_group_class != LogGroupClass::standard) {
    return invalid_parameter("The only log group class here is STANDARD.");
  }
  if (in.deletion_protection_enabled.value_or(false)) {
    return invalid_parameter("Log groups are not protected against deletion here. Leave deletionProtectionEnabled out.");
  }
  return Done{};
}

}  // namespace

Result<Done> create_log_group(Tx& tx, const Caller& who, const CreateLogGroupRequest& in) {
  TRY(refuse_unsupported(in));
  if (tx.contains<LogGroupRow>(in.log_group_name)) {
    return Error{"ResourceAlreadyExistsException", "The specified log group already exists"};
  }
  // Streams that were left behind by whoever erased only the group are not those of the new one.
  erase_streams(tx, in.log_group_name);
  Arn arn{.partition = who.partition, .service = "logs", .region = who.region, .account = who.account_id,
          .resource = cat("log-group:", in.log_group_name)};
  LogGroupRow row{.log_group_name = in.log_group_name, .log_group_arn = to_string(arn), .created_at = tx.now()};
  if (in.tags) TRY(add_tags(tx, row.log_group_arn, *in.tags));
  tx.put(std::move(row));
  return Done{};
}

Result<Done> delete_log_group(Tx& tx, const Caller&, const DeleteLogGroupRequest& in) {
  auto row = tx.find<LogGroupRow>(in.log_group_name);
  if (row == nullptr) return log_group_missing();
  erase_streams(tx, in.log_group_name);
  tx.erase<ResourceTagsRow>(plain_arn(row->log_group_arn));
  tx.erase<LogGroupRow>(in.log_group_name);
  return Done{};
}

Result<Done> create_log_stream(Tx& tx, const Caller&, const CreateLogStreamRequest& in) {
  if (!tx.contains<LogGroupRow>(in.log_group_name)) return log_group_missing();
  if (tx.contains<LogStreamRow>(key_of_stream(in.log_group_name, in.log_stream_name))) {
    return Error{"ResourceAlreadyExistsException", "The specified log stream already exists"};
  }
  tx.put(LogStreamRow{.log_group_name = in.log_group_name, .log_stream_name = in.log_stream_name, .created_at = tx.now()});
  return Done{};
}

Result<Done> delete_log_stream(Tx& tx, const Caller&, const DeleteLogStreamRequest& in) {
  if (!tx.contains<LogGroupRow>(in.log_group_name)) return log_group_missing();
  if (!tx.erase<LogStreamRow>(key_of_stream(in.log_group_name, in.log_stream_name))) return log_stream_missing();
  return Done{};
}

Result<Done> put_retention_policy(Tx& tx, const Caller&, const PutRetentionPolicyRequest& in) {
  if (std::ranges::find(retention_days, in.retention_in_days) == retention_days.end()) {
    return invalid_parameter(cat("1 validation error detected: Value '", in.retention_in_days,
                                 "' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [",
                                 list_of_days(), "]"));
  }
  auto row = tx.update<LogGroupRow>(in.log_group_name, [&](LogGroupRow& group) {
    group.retention_in_days = in.retention_in_days;
  });
  if (row == nullptr) return log_group_missing();
  return Done{};
}

Result<Done> delete_retention_policy(Tx& tx, const Caller&, const DeleteRetentionPolicyRequest& in) {
  auto row = tx.update<LogGroupRow>(in.log_group_name, [](LogGroupRow& group) { group.retention_in_days.reset(); });
  if (row == nullptr) return log_group_missing();
  return Done{};
}

}  // namespace roadstead::logs
