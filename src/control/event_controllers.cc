#include "control/event_controllers.h"

#include "base/id/arn.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "decide/events/due_times.h"
#include "decide/events/queue_call.h"
#include "decide/events/retry.h"
#include "decide/events/run_task_call.h"
#include "decide/queues/queue_expiry.h"
#include "rows/rows.gen.h"
#include "services/ecs/tasks/tasks.h"

namespace roadstead {

namespace {

using Keys = std::vector<std::string>;

template <class Row>
void interest_of(const Change& change, Keys& keys) {
  if (change.table == RowTraits<Row>::table && change.after != nullptr) keys.push_back(change.key);
}

template <class Row>
void all_of(const Reader& rows, Keys& keys) {
  rows.for_each<Row>([&](const Row& row) { keys.emplace_back(RowTraits<Row>::key(row)); });
}

/// Whoever set up the rule or schedule, as AWS's services act in their name.
Caller caller_of(const InvocationRow& invocation) {
  auto arn = parse_arn(invocation.source_arn).value_or(Arn{});
  Caller who{.account_id = arn.account, .region = arn.region, .principal_arn = invocation.source_arn, .access_key_id = {}};
  who.partition = arn.partition;
  return who;
}

Status run_tasks(Tx& tx, const InvocationRow& invocation) {
  auto request = TRY(run_task_call(invocation));
  auto answer = TRY(ecs::run_task(tx, caller_of(invocation), request));
  if (answer.tasks && !answer.tasks->empty()) return Done{};
  auto reason = answer.failures && !answer.failures->empty() ? answer.failures->front().reason.value_or("") : std::string();
  return Error{"NoPlace", cat("No task could be placed: ", reason)};
}

Result<std::optional<Instant>> reconcile_invocation(Tx& tx, const std::string& key) {
  auto row = tx.find<InvocationRow>(key);
  if (row == nullptr) return std::optional<Instant>();
  bool to_queue = sends_to_queue(row->target);
  if (!to_queue && !runs_tasks(row->target)) return std::optional<Instant>();
  auto due = row->due_at.value_or(tx.now());
  if (due > tx.now()) return std::optional(due);
  auto before = tx.savepoint();
  auto done = to_queue ? send_to_queue(tx, *row) : run_tasks(tx, *row);
  if (done) {
    tx.erase<InvocationRow>(key);
    return std::optional<Instant>();
  }
  tx.undo_to(before);
  return try_again_later(tx, *row, done.error());
}

/// Only a new time of expiry is news; what else happens to a message is not.
template <class Row>
bool expires_anew(const Change& change) {
  auto before = change.before_as<Row>();
  auto after = change.after_as<Row>();
  return after != nullptr && (before == nullptr || before->expires_at != after->expires_at);
}

void interest_of_queue_expiry(const Change& change, Keys& keys) {
  if (expires_anew<QueueMessageRow>(change) || expires_anew<QueueDeduplicationRow>(change)) keys.emplace_back(queue_expiry_key);
}

void all_queue_expiry(const Reader&, Keys& keys) { keys.emplace_back(queue_expiry_key); }

}  // namespace

std::vector<Controller> event_controllers(const ZoneSource& zones) {
  auto schedules = [&zones](Tx& tx, const std::string& key) { return reconcile_schedule(tx, zones, key); };
  return {
      {"rules", interest_of<EventRuleRow>, reconcile_rule, all_of<EventRuleRow>},
      {"schedules", interest_of<ScheduleRow>, schedules, all_of<ScheduleRow>},
      {"invocations", interest_of<InvocationRow>, reconcile_invocation, all_of<InvocationRow>},
      {"queues", interest_of_queue_expiry, reconcile_queue_expiry, all_queue_expiry},
  };
}

}  // namespace roadstead
