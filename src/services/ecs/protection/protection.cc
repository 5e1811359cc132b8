#include "services/ecs/protection/protection.h"

#include "base/text/text.h"
#include "decide/services/protection.h"
#include "services/ecs/lookup.h"

namespace roadstead::ecs {

namespace {

using std::chrono::minutes;

constexpr std::size_t most_read = 100;
constexpr std::size_t most_changed = 10;
constexpr int default_minutes = 120;
constexpr int longest_minutes = 2880;

ProtectedTask describe_protection(const TaskRow& task, Instant now) {
  ProtectedTask out;
  out.task_arn = task.task_arn;
  out.protection_enabled = is_protected(task, now);
  if (*out.protection_enabled) out.expiration_date = task.protection_expires_at;
  return out;
}

/// Whether tasks of old revisions that are protected keep the service's deployment from going on, this one being one of them.
bool blocks_deployment(const Reader& rows, const TaskRow& task, Instant now) {
  auto service = rows.find<ServiceRow>(*task.service_arn);
  if (!service || !service->current_deployment_arn || task.revision_arn == service->primary_revision_arn) return false;
  bool blocked = false;
  rows.for_each(TaskRowIndex::present_by_service, service->service_arn, [&](const TaskRow& other) {
    blocked = other.revision_arn != service->primary_revision_arn && is_protected(other, now);
    return !blocked;
  });
  return blocked;
}

Failure failure_of(const Caller& who, const ClusterRow& cluster, const std::string& task, const Error& error) {
  return {.arn = task_arn_of(who, cluster.cluster_arn, task), .reason = error.code, .detail = error.message};
}

}  // namespace

Result<ProtectedTask> protect_task(Tx& tx, const TaskRow& task, bool enabled, int length) {
  bool stops = task.desired_status == roadstead::DesiredStatus::stopped || task.last_status == TaskStatus::stopped;
  if (!task.service_arn || stops) {
    return Error{"TASK_NOT_VALID", "Only running tasks of services can be protected."};
  }
  if (enabled && blocks_deployment(tx, task, tx.now())) {
    return Error{"DEPLOYMENT_BLOCKED", "Protected tasks keep the deployment of the service from reaching a steady state."};
  }
  auto changed = tx.update<TaskRow>(task.task_arn, [&](TaskRow& row) {
    row.protection_enabled = enabled;
    row.protection_expires_at.reset();
    if (enabled) row.protection_expires_at = tx.now() + minutes(length);
  });
  return describe_protection(*changed, tx.now());
}

Result<GetTaskProtectionResponse> get_task_protection(Tx& tx, const Caller& who, const GetTaskProtectionRequest& in) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  auto references = in.tasks.value_or(std::vector<std::string>{});
  if (references.empty()) return invalid_parameter("Tasks cannot be empty.");
  if (references.size() > most_read) return invalid_parameter("At most 100 tasks can be read at once.");
  GetTaskProtectionResponse out;
  auto& tasks = out.protected_tasks.emplace();
  auto& failures = out.failures.emplace();
  for (const auto& reference : references) {
    auto task = find_task(tx, who, cluster->cluster_arn, reference);
    if (!task) {
      failures.push_back({.arn = task_arn_of(who, cluster->cluster_arn, reference), .reason = "MISSING"});
    } else if (!task->service_arn) {
      failures.push_back(failure_of(who, *cluster, reference, {"TASK_NOT_VALID", "Only tasks of services can be protected."}));
    } else {
      tasks.push_back(describe_protection(*task, tx.now()));
    }
  }
  return out;
}

Result<UpdateTaskProtectionResponse> update_task_protection(Tx& tx, const Caller& who, const UpdateTaskProtectionRequest& in) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  if (in.tasks.empty()) return invalid_parameter("Tasks cannot be empty.");
  if (in.tasks.size() > most_changed) return invalid_parameter("At most 10 tasks can be updated at once.");
  int length = in.expires_in_minutes.value_or(default_minutes);
  if (length < 1 || length > longest_minutes) return invalid_parameter("expiresInMinutes must be between 1 and 2880.");
  UpdateTaskProtectionResponse out;
  auto& tasks = out.protected_tasks.emplace();
  auto& failures = out.failures.emplace();
  for (const auto& reference : in.tasks) {
    auto task = find_task(tx, who, cluster->cluster_arn, reference);
    if (!task) {
      failures.push_back({.arn = task_arn_of(who, cluster->cluster_arn, reference), .reason = "MISSING"});
      continue;
    }
    auto done = protect_task(tx, *task, in.protection_enabled, length);
    if (done) {
      tasks.push_back(std::move(done).value());
    } else {
      failures.push_back(failure_of(who, *cluster, reference, done.error()));
    }
  }
  return out;
}

}  // namespace roadstead::ecs
