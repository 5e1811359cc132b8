#include "task_services.h"

#include <chrono>
#include <future>
#include <memory>

#include "api/ecs/get_task_protection.gen.h"
#include "api/ecs/update_task_protection.gen.h"
#include "base/id/arn.h"
#include "base/text/text.h"
#include "rows/rows.gen.h"
#include "services/ecs/handlers.h"
#include "services/sts/temporary_credentials.h"
#include "store/tx/tx.h"

namespace roadstead {

namespace {

/// As long as AWS's agent waits for the control plane.
constexpr auto patience = std::chrono::seconds(4);
/// Keys of task roles live up to six hours on AWS.
constexpr Duration credentials_life = std::chrono::hours(6);

/// Runs one transaction and waits for it. `Out` belongs to the transaction too, should it come too late.
template <class Out, class F>
Result<Out> ask(Transactor& transactor, F work) {
  auto out = std::make_shared<Out>();
  auto promise = std::make_shared<std::promise<Status>>();
  auto outcome = promise->get_future();
  transactor.submit(
      [out, work](Tx& tx) -> Status {
        *out = TRY(work(tx));
        return Done{};
      },
      [promise](Status status) { promise->set_value(std::move(status)); }
  );
  if (outcome.wait_for(patience) != std::future_status::ready) {
    return Error{"RequestCanceled", "Timed out calling ECS Task Protection API"};
  }
  auto status = outcome.get();
  if (!status) return status.error();
  return *out;
}

template <class In, class Out>
Result<Out> call(const Handler<In, Out>& slot, Tx& tx, const Caller& caller, const In& in) {
  if (slot.kind() != SlotKind::in_transaction) return Error{"ServerException", "This server has no task protection"};
  return slot(&tx, caller, in);
}

/// "arn:aws:sts::<account>:assumed-role/<role>/<task id>"
Result<std::string> session_of(const std::string& role_arn, const std::string& task_id) {
  auto role = parse_arn(role_arn);
  if (!role || role->service != "iam" || role->resource_type() != "role" || role->resource_path().empty()) {
    return Error{"InvalidRole", cat(role_arn, " is not the ARN of a role")};
  }
  auto path = role->resource_path();
  return cat("arn:", role->partition, ":sts::", role->account, ":assumed-role/", path.substr(path.rfind('/') + 1), '/', task_id);
}

ProtectionAnswer answer_of(
    const std::optional<std::vector<ecs::ProtectedTask>>& tasks, const std::optional<std::vector<ecs::Failure>>& failures
) {
  ProtectionAnswer answer;
  if (failures && !failures->empty()) {
    answer.failure_reason = failures->front().reason.value_or("");
    answer.failure_detail = failures->front().detail.value_or("");
  } else if (tasks && !tasks->empty()) {
    answer.enabled = tasks->front().protection_enabled.value_or(false);
    answer.expires_at = tasks->front().expiration_date;
  }
  return answer;
}

}  // namespace

RowTaskServices::RowTaskServices(Transactor& transactor, std::string account_id, std::string region)
    : transactor_(transactor) {
  caller_.account_id = std::move(account_id);
  caller_.region = std::move(region);
  caller_.principal_arn = cat("arn:aws:iam::", caller_.account_id, ":root");
}

Result<RoleCredentials> RowTaskServices::issue_credentials(const std::string& task_arn, const std::string& role_arn) {
  return ask<RoleCredentials>(transactor_, [=](Tx& tx) -> Result<RoleCredentials> {
    auto task = tx.find<TaskRow>(task_arn);
    if (!task) return Error{"ResourceNotFoundException", cat("There is no task ", task_arn)};
    auto session = TRY(session_of(role_arn, task->task_id));
    auto account = parse_arn(role_arn)->account;
    auto issued = sts::issue_credentials(tx, account, session, credentials_life);
    return RoleCredentials{role_arn, issued.access_key_id.value_or(""), issued.secret_access_key.value_or(""),
                           issued.session_token.value_or(""), issued.expiration.value_or(tx.now())};
  });
}

Result<ProtectionAnswer> RowTaskServices::protection(const std::string& task_arn) {
  return ask<ProtectionAnswer>(transactor_, [=, caller = caller_](Tx& tx) -> Result<ProtectionAnswer> {
    auto task = tx.find<TaskRow>(task_arn);
    if (!task) return Error{"ResourceNotFoundException", "Failed to find a task for the request"};
    ecs::GetTaskProtectionRequest request;
    request.cluster = task->cluster_arn;
    request.tasks = std::vector<std::string>{task_arn};
    auto answer = TRY(call(ecs::handlers.get_task_protection, tx, caller, request));
    return answer_of(answer.protected_tasks, answer.failures);
  });
}

Result<ProtectionAnswer> RowTaskServices::protect(const std::string& task_arn, const ProtectionChange& change) {
  return ask<ProtectionAnswer>(transactor_, [=, caller = caller_](Tx& tx) -> Result<ProtectionAnswer> {
    auto task = tx.find<TaskRow>(task_arn);
    if (!task) return Error{"ResourceNotFoundException", "Failed to find a task for the request"};
    ecs::UpdateTaskProtectionRequest request;
    request.cluster = task->cluster_arn;
    request.tasks = {task_arn};
    request.protection_enabled = change.enabled;
    if (change.enabled) request.expires_in_minutes = change.minutes;
    auto answer = TRY(call(ecs::handlers.update_task_protection, tx, caller, request));
    return answer_of(answer.protected_tasks, answer.failures);
  });
}

Result<TaskSurroundings> RowTaskServices::surroundings(const std::string& task_arn) {
  return ask<TaskSurroundings>(transactor_, [=](Tx& tx) -> Result<TaskSurroundings> {
    auto task = tx.find<TaskRow>(task_arn);
    if (!task) return Error{"ResourceNotFoundException", cat("There is no task ", task_arn)};
    TaskSurroundings out;
    if (task->network) {
      if (auto subnet = tx.find<SubnetRow>(task->network->subnet_id)) {
        out.subnet_cidr = subnet->cidr_block;
        out.vpc_id = subnet->vpc_id;
        out.availability_zone = subnet->availability_zone;
      }
    }
    auto tags = tx.find<ResourceTagsRow>(task_arn);
    if (!tags) return out;
    for (const auto& tag : tags->tags) {
      if (tag.key) out.tags[*tag.key] = tag.value.value_or("");
    }
    return out;
  });
}

}  // namespace roadstead
