#include <algorithm>

#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/events/dead_letter.h"
#include "decide/events/dispatch.h"
#include "decide/events/event_input.h"
#include "decide/events/queue_call.h"
#include "decide/secrets/page.h"
#include "services/events/names.h"
#include "services/events/operations.h"

namespace roadstead::events {

namespace {

constexpr std::size_t most_targets = 5;
constexpr int most_tasks = 10;

/// Why a target cannot be called here; nothing when it can.
std::optional<std::string> why_not(const Target& target) {
  auto arn = parse_arn(target.arn);
  if (!arn) return cat("Parameter ", target.arn, " is not valid. Reason: Provided Arn is not in correct format.");
  if (arn->service == "ecs" && arn->resource_type() == "cluster") return std::nullopt;
  if (arn->service == "logs" && arn->resource_type() == "log-group") return std::nullopt;
  if (arn->service == "sqs") return std::nullopt;
  return cat("Roadstead has no targets such as ", target.arn,
             ". It has ECS clusters (with EcsParameters), log groups of CloudWatch Logs and queues of SQS.");
}

/// A FIFO queue needs a message group, and nothing else takes one.
Status check_queue_target(const Target& target) {
  if (target.dead_letter_config) {
    if (auto why = why_no_dead_letter_queue(target.dead_letter_config->arn)) return validation_error(*why);
  }
  bool grouped = target.sqs_parameters && target.sqs_parameters->message_group_id;
  if (target.sqs_parameters && !sends_to_queue(target)) {
    return validation_error(cat("SqsParameters cannot be used with the Arn of target ", target.id, ", which is no queue of SQS."));
  }
  if (sends_to_queue(target) && names_fifo_queue(target.arn) && !grouped) {
    return validation_error(cat("Parameter(s) MessageGroupId must be specified for target: ", target.id, '.'));
  }
  return Done{};
}

Status check_target(const Target& target) {
  TRY(check_input(target));
  TRY(check_queue_target(target));
  bool cluster = target.arn.find(":cluster/") != std::string::npos;
  if (cluster && !target.ecs_parameters) {
    return validation_error(cat("Parameter EcsParameters is required for the ECS cluster of target ", target.id, '.'));
  }
  if (!target.ecs_parameters) return Done{};
  if (!cluster) return validation_error(cat("EcsParameters cannot be used with the Arn of target ", target.id, ", which is no ECS cluster."));
  if (target.ecs_parameters->task_count.value_or(1) > most_tasks) {
    return validation_error(cat("TaskCount of target ", target.id, " must be between 1 and 10."));
  }
  return Done{};
}

}  // namespace

Result<PutTargetsResponse> put_targets(Tx& tx, const Caller&, const PutTargetsRequest& in) {
  auto bus = TRY(find_bus(tx, in.event_bus_name));
  TRY(find_rule(tx, bus, in.rule));
  PutTargetsResponse out;
  auto& failed = out.failed_entries.emplace();
  for (const auto& target : in.targets) {
    if (auto why = why_not(target)) {
      failed.push_back({.target_id = target.id, .error_code = "ValidationException", .error_message = *why});
      continue;
    }
    TRY(check_target(target));
    tx.put(EventTargetRow{.bus_name = bus, .rule_name = in.rule, .target_id = target.id, .target_arn = target.arn, .target = target});
  }
  if (tx.count(EventTargetRowIndex::by_rule, cat(bus, '\n', in.rule)) > most_targets) {
    return Error{"LimitExceededException", "The requested resource exceeds the maximum number allowed: a rule has at most 5 targets."};
  }
  out.failed_entry_count = static_cast<std::int32_t>(failed.size());
  return out;
}

Result<RemoveTargetsResponse> remove_targets(Tx& tx, const Caller&, const RemoveTargetsRequest& in) {
  auto bus = TRY(find_bus(tx, in.event_bus_name));
  TRY(find_rule(tx, bus, in.rule));
  RemoveTargetsResponse out;
  auto& failed = out.failed_entries.emplace();
  for (const auto& id : in.ids) {
    if (tx.erase<EventTargetRow>(event_target_key(bus, in.rule, id))) continue;
    failed.push_back({.target_id = id, .error_code = "ResourceNotFoundException", .error_message = cat("Rule ", in.rule, " has no target ", id, '.')});
  }
  out.failed_entry_count = static_cast<std::int32_t>(failed.size());
  return out;
}

Result<ListTargetsByRuleResponse> list_targets_by_rule(Tx& tx, const Caller&, const ListTargetsByRuleRequest& in) {
  auto bus = TRY(find_bus(tx, in.event_bus_name));
  TRY(find_rule(tx, bus, in.rule));
  std::vector<Target> found;
  tx.for_each(EventTargetRowIndex::by_rule, cat(bus, '\n', in.rule), [&](const EventTargetRow& row) { found.push_back(row.target); });
  auto key = [](const Target& target) { return target.id; };
  std::ranges::sort(found, {}, key);
  PageRequest wanted{.filters = cat("targets ", bus, ' ', in.rule), .token = in.next_token, .size = page_size_of(in.limit)};
  auto page = page_of(std::move(found), key, wanted);
  if (!page) return invalid_token();
  ListTargetsByRuleResponse out;
  out.targets = std::move(page->items);
  out.next_token = page->next_token;
  return out;
}

}  // namespace roadstead::events
