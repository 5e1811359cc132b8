#include "agent/core/agent_core.h"

#include <algorithm>

#include "base/text/text.h"
#include "decide/containers/rules_of.h"
#include "decide/discovery/connect_endpoints.h"

namespace roadstead {
namespace {

ContainerEnding ending_of(const ContainerExit& exit) {
  return {.code = exit.exit_code, .out_of_memory = exit.oom_killed, .at = exit.finished_at};
}

const ContainerRules* rules_of(const AgentCore::HostedTask& task, std::string_view container) {
  auto found = std::ranges::find(task.rules, container, &ContainerRules::name);
  return found == task.rules.end() ? nullptr : &*found;
}

// Brings one container's state to what the runtime found of it.
void take_found(
    const AgentCore::HostedTask& task, ContainerProgress& container, const RecoveredContainer* found, bool stopping,
    Instant now
) {
  const ContainerRules* rules = rules_of(task, container.name);
  if (rules == nullptr) return;
  ContainerState& state = container.state;
  bool known_running = state.phase == ContainerPhase::running && !container.restart_due;
  if (found == nullptr || found->state == RecoveredContainer::State::never_started) {
    if (known_running) finish_container(*rules, container, {.code = std::nullopt, .at = now}, stopping);
    return;
  }
  bool newer = state.started_at && found->started_at > latest_start(state);
  if (state.phase == ContainerPhase::pending || !state.started_at) {
    state.started_at = found->started_at;
    state.phase = ContainerPhase::running;
  } else if (container.restart_due && newer) {
    state.restarted_at = found->started_at;
    ++state.restart_count;
    container.restart_due = false;
  }
  if (found->state == RecoveredContainer::State::running) {
    state.phase = ContainerPhase::running;
    state.finished_at.reset();
    state.exit_code.reset();
    return;
  }
  if (state.phase == ContainerPhase::running && !container.restart_due && found->exit) {
    finish_container(*rules, container, ending_of(*found->exit), stopping);
  }
}

}  // namespace

NodeRows read_node_rows(const Reader& rows, const std::string& node_id) {
  NodeRows all{.seq = rows.seq()};
  all.tasks = rows.list(TaskRowIndex::by_node, node_id);
  all.definitions = rows.all<TaskDefinitionRow>();
  all.groups = rows.all<SecurityGroupRow>();
  all.interfaces = rows.all<NetworkInterfaceRow>();
  all.endpoints = rows.all<ConnectEndpointRow>();
  rows.for_each<ServiceRevisionRow>([&](const std::shared_ptr<const ServiceRevisionRow>& row) {
    if (connect_namespace_id(*row)) all.revisions.push_back(row);
  });
  return all;
}

void AgentCore::load(const NodeStoreChange& stored) {
  if (stored.progress != nullptr) {
    HostedTask& task = tasks_[stored.key];
    arn_of_id_[stored.progress->task_id] = stored.key;
    task.stored = stored.progress;
    task.progress = *stored.progress;
    mark(stored.key);
  } else if (stored.task != nullptr) {
    HostedTask& task = tasks_[stored.key];
    arn_of_id_[stored.task->task_id] = stored.key;
    task.row = stored.task;
    if (task.row->network) task.groups = task.row->network->security_group_ids;
    task.stored_row = stored.task;
    mark(stored.key);
  } else if (stored.definition != nullptr) {
    definitions_[stored.key] = stored.definition;
  }
}

void AgentCore::on_recovered(const std::vector<RecoveredTask>& found, Instant now) {
  for (const auto& task : found) recovered_[task.task_id] = task;
  for (auto& [arn, task] : tasks_) {
    if (task.row != nullptr && task.definition == nullptr) {
      auto definition = definitions_.find(task.row->task_definition_arn);
      if (definition != definitions_.end()) task.definition = definition->second;
    }
    if (task.definition != nullptr) task.rules = container_rules_of(task.definition->definition);
    if (!task.progress) continue;
    if (task.rules.empty()) {
      for (const auto& container : task.progress->containers) task.rules.push_back({.name = container.name});
    }
    auto here = recovered_.extract(task.progress->task_id);
    take_recovered(task, here.empty() ? RecoveredTask{.task_id = task.progress->task_id} : here.mapped(), now);
    mark(arn);
  }
}

void AgentCore::take_recovered(HostedTask& task, const RecoveredTask& found, Instant now) {
  if (task.progress->execution_stopped_at) return;
  bool stopping = is_stopping(intent_of(task), *task.progress);
  for (auto& container : task.progress->containers) {
    auto one = std::ranges::find_if(found.containers, [&](const RecoveredContainer& other) {
      return other.container.name == container.name;
    });
    take_found(task, container, one == found.containers.end() ? nullptr : &*one, stopping, now);
  }
}

void AgentCore::on_snapshot(const NodeRows& rows) {
  synced_ = true;
  groups_dirty_ = true;
  for (const auto& row : rows.definitions) take_definition(row->task_definition_arn, row);
  groups_.clear();
  interfaces_.clear();
  members_.clear();
  endpoints_.clear();
  revisions_.clear();
  for (const auto& row : rows.groups) take_group(row->group_id, row);
  for (const auto& row : rows.interfaces) take_interface(row->network_interface_id, row);
  for (const auto& row : rows.endpoints) take_endpoint(RowTraits<ConnectEndpointRow>::key(*row), row);
  for (const auto& row : rows.revisions) take_revision(row->service_revision_arn, row);
  std::set<std::string> wanted;
  for (const auto& row : rows.tasks) {
    wanted.insert(row->task_arn);
    take_task(row->task_arn, row);
  }
  for (auto& [arn, task] : tasks_) {
    if (wanted.contains(arn)) continue;
    task.row = nullptr;
    mark(arn);
  }
  adopt_orphans();
}

// What runs here without anyone wanting it is brought to an end like a task whose row is gone.
void AgentCore::adopt_orphans() {
  for (const auto& [task_id, found] : recovered_) {
    if (arn_of_id_.contains(task_id)) continue;
    std::string arn = cat("orphan:", task_id);
    HostedTask& task = tasks_[arn];
    task.orphan = true;
    for (const auto& container : found.containers) task.rules.push_back({.name = container.container.name});
    task.progress = new_progress(arn, task_id, task.rules, true);
    arn_of_id_[task_id] = arn;
    take_recovered(task, found, Instant{});
    mark(arn);
  }
  std::erase_if(recovered_, [&](const auto& entry) { return find_by_id(entry.first)->orphan; });
}

void AgentCore::on_rows(const Batch& batch) {
  synced_ = true;
  for (const auto& change : batch.changes) {
    if (change.is<TaskRow>()) {
      take_task(change.key, change.after_as<TaskRow>());
    } else if (change.is<TaskDefinitionRow>()) {
      take_definition(change.key, change.after_as<TaskDefinitionRow>());
    } else if (change.is<SecurityGroupRow>()) {
      take_group(change.key, change.after_as<SecurityGroupRow>());
    } else if (change.is<NetworkInterfaceRow>()) {
      take_interface(change.key, change.after_as<NetworkInterfaceRow>());
    } else if (change.is<ConnectEndpointRow>()) {
      take_endpoint(change.key, change.after_as<ConnectEndpointRow>());
    } else if (change.is<ServiceRevisionRow>()) {
      take_revision(change.key, change.after_as<ServiceRevisionRow>());
    }
  }
}

void AgentCore::take_task(const std::string& task_arn, std::shared_ptr<const TaskRow> row) {
  // A task that is STOPPED, or another node's, is none of ours, whatever we thought.
  if (row != nullptr && (row->node_id != settings_.node_id || row->last_status == TaskStatus::stopped)) row = nullptr;
  auto here = tasks_.find(task_arn);
  if (here == tasks_.end()) {
    if (row == nullptr) return;
    here = tasks_.emplace(task_arn, HostedTask{}).first;
    arn_of_id_[row->task_id] = task_arn;
  }
  HostedTask& task = here->second;
  if (row != nullptr && row->network && task.groups != row->network->security_group_ids) {
    task.groups = row->network->security_group_ids;
    groups_dirty_ = true;
  }
  bool acknowledged = task.sent && row != nullptr && row->observed_sequence >= task.sent->sequence;
  if (acknowledged || row == nullptr) task.resend_at.reset();
  task.row = std::move(row);
  mark(task_arn);
}

void AgentCore::take_definition(const std::string& arn, std::shared_ptr<const TaskDefinitionRow> row) {
  if (row == nullptr) {
    definitions_.erase(arn);
    return;
  }
  bool fresh = !definitions_.contains(arn);
  definitions_[arn] = std::move(row);
  if (!fresh) return;
  for (const auto& [task_arn, task] : tasks_) {
    if (task.definition == nullptr && task.row != nullptr && task.row->task_definition_arn == arn) mark(task_arn);
  }
}

void AgentCore::take_group(const std::string& id, std::shared_ptr<const SecurityGroupRow> row) {
  groups_dirty_ = true;
  if (row == nullptr) {
    groups_.erase(id);
  } else {
    groups_[id] = std::move(row);
  }
}

void AgentCore::take_interface(const std::string& id, std::shared_ptr<const NetworkInterfaceRow> row) {
  auto old = interfaces_.find(id);
  if (old != interfaces_.end()) {
    for (const auto& group : old->second->security_group_ids) members_[group].erase(old->second->private_ip);
    groups_dirty_ = groups_dirty_ || !tasks_.contains(old->second->task_arn);
    interfaces_.erase(old);
  }
  if (row == nullptr) return;
  for (const auto& group : row->security_group_ids) members_[group][row->private_ip] = row->task_arn;
  groups_dirty_ = groups_dirty_ || !tasks_.contains(row->task_arn);
  interfaces_[id] = std::move(row);
}

void AgentCore::take_endpoint(const std::string& key, std::shared_ptr<const ConnectEndpointRow> row) {
  groups_dirty_ = true;
  if (row == nullptr) {
    endpoints_.erase(key);
  } else {
    endpoints_[key] = std::move(row);
  }
}

void AgentCore::take_revision(const std::string& arn, std::shared_ptr<const ServiceRevisionRow> row) {
  bool gone = revisions_.erase(arn) > 0;
  bool connects = row != nullptr && connect_namespace_id(*row);
  groups_dirty_ = groups_dirty_ || gone || connects;
  if (connects) revisions_[arn] = std::move(row);
}

void AgentCore::on_outcome(const ActionOutcome& outcome) {
  if (outcome.kind == ActionKind::groups) {
    groups_step_ = outcome.error() == nullptr ? Step::done : Step::failed;
    if (outcome.error() != nullptr) {
      groups_set_.reset();
      groups_retry_at_ = outcome.at + std::chrono::seconds(2);
    }
    for (const auto& [arn, task] : tasks_) {
      if (task.progress && !task.progress->started_at) mark(arn);
    }
    return;
  }
  auto here = tasks_.find(outcome.task_arn);
  if (here == tasks_.end() || !here->second.progress) return;
  HostedTask& task = here->second;
  if (const auto* joined = std::get_if<NetworkJoined>(&outcome.result)) task.joined = joined->joined;
  if (const auto* pulled = std::get_if<ImagePulled>(&outcome.result)) {
    task.images[outcome.container] = pulled->image;
    ContainerProgress* container = task.progress->container(outcome.container);
    if (container != nullptr) container->stop_signal = signal_number(pulled->image.config.stop_signal);
  }
  if (const auto* root = std::get_if<RootPrepared>(&outcome.result)) task.roots[outcome.container] = root->path;
  finish(task.rules, *task.progress, outcome);
  auto early = task.early_endings.extract(outcome.container);
  if (outcome.kind == ActionKind::start && !early.empty() && outcome.error() == nullptr) {
    on_ending({task.progress->task_id, outcome.container}, early.mapped());
  } else if (!early.empty() && outcome.kind != ActionKind::start) {
    task.early_endings.insert(std::move(early));
  }
  mark(outcome.task_arn);
}

void AgentCore::on_ending(const ContainerRef& ref, const ContainerEnding& ending) {
  auto arn = arn_of_id_.find(ref.task_id);
  if (arn == arn_of_id_.end()) return;
  HostedTask& task = tasks_[arn->second];
  if (!task.progress) return;
  ContainerProgress* container = task.progress->container(ref.name);
  const ContainerRules* rules = rules_of(task, ref.name);
  if (container == nullptr || rules == nullptr) return;
  if (container->starting) {
    // The end of what is just being started came before the word that it started.
    task.early_endings[ref.name] = ending;
    return;
  }
  TaskIntent intent = intent_of(task);
  finish_container(*rules, *container, ending, is_stopping(intent, *task.progress) || !intent.run);
  mark(arn->second);
}

void AgentCore::on_unknown_task(const std::string& task_arn) { take_task(task_arn, nullptr); }

std::set<std::string> AgentCore::task_ids() const {
  std::set<std::string> ids;
  for (const auto& [id, arn] : arn_of_id_) ids.insert(id);
  return ids;
}

std::set<std::string> AgentCore::root_ids() const {
  std::set<std::string> ids;
  for (const auto& [arn, task] : tasks_) {
    if (!task.progress) continue;
    for (const auto& container : task.progress->containers) ids.insert(container.runtime_id);
  }
  return ids;
}

const AgentCore::HostedTask* AgentCore::find(const std::string& task_arn) const {
  auto found = tasks_.find(task_arn);
  return found == tasks_.end() ? nullptr : &found->second;
}

const AgentCore::HostedTask* AgentCore::find_by_id(const std::string& task_id) const {
  auto found = arn_of_id_.find(task_id);
  return found == arn_of_id_.end() ? nullptr : find(found->second);
}

std::vector<TaskObservation> AgentCore::take_observations() { return std::exchange(observations_, {}); }

std::vector<NodeStoreChange> AgentCore::take_changes() { return std::exchange(changes_, {}); }

}  // namespace roadstead
