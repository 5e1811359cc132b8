#include "services/ecs/exec/exec.h"

#include <algorithm>
#include <vector>

#include "base/data/hash.h"
#include "base/id/id.h"
#include "base/text/text.h"
#include "services/ecs/lookup.h"

namespace roadstead::ecs {

namespace {

constexpr Duration token_life = std::chrono::minutes(1);
/// A session whose plugin went away without a word is not kept for ever.
constexpr Duration session_life = std::chrono::hours(24);
constexpr Duration node_silence = std::chrono::seconds(60);
constexpr std::size_t most_sessions_of_a_task = 1000;
constexpr const char* not_enabled =
    "The execute command failed because execute command was not enabled when the task was run or the execute command agent "
    "isn’t running. Wait and try again or run a new task with execute command enabled and try again.";

void forget_old_sessions(Tx& tx) {
  std::vector<std::string> old;
  tx.for_each<ExecSessionRow>([&](const ExecSessionRow& row) {
    bool unused = !row.opened_at && row.expires_at && *row.expires_at < tx.now();
    bool ancient = row.created_at && *row.created_at + session_life < tx.now();
    if (unused || ancient) old.push_back(row.session_id);
  });
  for (const auto& id : old) tx.erase<ExecSessionRow>(id);
}

/// The container that is meant. Errors: InvalidParameterException.
Result<const TaskContainer*> find_container(const TaskRow& task, const std::optional<std::string>& name) {
  if (!name && task.containers.size() == 1) return &task.containers.front();
  if (!name) {
    return invalid_parameter(cat("The task has ", task.containers.size(), " containers. Name one of them in 'container'."));
  }
  for (const auto& container : task.containers) {
    if (container.name == *name) return &container;
  }
  return invalid_parameter(cat("Container ", *name, " was not found in the task."));
}

/// AWS refuses at once what no agent would carry out.
Status check_target(Tx& tx, const TaskRow& task, const TaskContainer& container) {
  bool running = task.last_status == TaskStatus::running && container.last_status == ContainerStatus::running;
  if (!task.enable_execute_command || !running) return invalid_parameter(not_enabled);
  auto node = tx.find<NodeRow>(task.node_id.value_or(""));
  bool silent = !node || (node->last_seen_at && *node->last_seen_at + node_silence < tx.now());
  if (silent) {
    return Error{"TargetNotConnectedException", "The execute command failed due to an internal error. Try again later."};
  }
  return Done{};
}

/// "ws://127.0.0.1:4848/v1/data-channel/<session id>?role=publish_subscribe", on the host that the caller reached us by.
std::string stream_url(const Caller& who, const std::string& session_id) {
  auto base = who.endpoint;
  if (base.starts_with("http")) base.replace(0, 4, "ws");
  return cat(base, data_channel_path, session_id, "?role=publish_subscribe");
}

}  // namespace

Result<ExecuteCommandResponse> make_exec_session(Tx& tx, const Caller& who, const ExecuteCommandRequest& in) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  auto task = find_task(tx, who, cluster->cluster_arn, in.task);
  if (!task) return invalid_parameter("The referenced task was not found.");
  if (trim(in.command).empty()) return invalid_parameter("The command cannot be empty.");
  const auto* container = TRY(find_container(*task, in.container));
  TRY(check_target(tx, *task, *container));
  forget_old_sessions(tx);
  std::size_t sessions = 0;
  tx.for_each(ExecSessionRowIndex::by_task, task->task_arn, [&](const ExecSessionRow&) { ++sessions; });
  if (sessions >= most_sessions_of_a_task) {
    return Error{"LimitExceededException", "The task has too many sessions. End some of them and try again."};
  }
  ExecSessionRow row;
  row.session_id = cat("ecs-execute-command-", new_hex(tx.ids(), 17));
  row.token_value = new_url_safe(tx.ids(), 120);
  row.cluster_arn = cluster->cluster_arn;
  row.task_arn = task->task_arn;
  row.container_name = container->name;
  row.command = in.command;
  row.interactive = in.interactive;
  row.created_at = tx.now();
  row.expires_at = tx.now() + token_life;
  ExecuteCommandResponse out;
  out.cluster_arn = row.cluster_arn;
  out.task_arn = row.task_arn;
  out.container_arn = container->container_arn;
  out.container_name = container->name;
  out.interactive = row.interactive;
  out.session = Session{.session_id = row.session_id, .stream_url = stream_url(who, row.session_id), .token_value = row.token_value};
  tx.put(std::move(row));
  return out;
}

Result<ExecuteCommandResponse> execute_command(Tx& tx, const Caller& who, const ExecuteCommandRequest& in) {
  if (!in.interactive) return invalid_parameter("Interactive is the only mode supported currently.");
  return make_exec_session(tx, who, in);
}

Result<ExecSessionRow> open_exec_session(Tx& tx, const std::string& session_id, const std::string& token) {
  auto row = tx.find<ExecSessionRow>(session_id);
  bool good = row && !row->opened_at && row->expires_at && tx.now() < *row->expires_at &&
              equal_in_constant_time(row->token_value, token);
  if (!good) return Error{"AccessDeniedException", "The token of the session is wrong, was used already, or is too old."};
  auto opened = *row;
  opened.opened_at = tx.now();
  tx.put(opened);
  return opened;
}

Status close_exec_session(Tx& tx, const std::string& session_id) {
  if (tx.find<ExecSessionRow>(session_id)) tx.erase<ExecSessionRow>(session_id);
  return Done{};
}

Status forget_exec_sessions(Tx& tx) {
  std::vector<std::string> all;
  tx.for_each<ExecSessionRow>([&](const ExecSessionRow& row) { all.push_back(row.session_id); });
  for (const auto& id : all) tx.erase<ExecSessionRow>(id);
  return Done{};
}

}  // namespace roadstead::ecs
