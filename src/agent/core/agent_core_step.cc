#include <algorithm>

#include "agent/core/agent_core.h"
#include "agent/core/network/render_names.h"
#include "agent/core/observation.h"
#include "agent/core/render/render_env_files.h"
#include "agent/core/render/render_firelens.h"
#include "agent/core/render/render_log.h"
#include "agent/core/render/render_secrets.h"
#include "agent/core/render/render_volumes.h"
#include "base/text/text.h"
#include "decide/containers/rules_of.h"
#include "decide/discovery/connect_endpoints.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

constexpr Duration resend_after = 5s;
constexpr std::size_t most_tasks_a_step = 256;

std::string share_of(const TaskRow& row) {
  if (row.service_arn) return *row.service_arn;
  return row.group.value_or(row.task_arn);
}

SecurityGroupRule rule_of(const SecurityRule& rule) {
  SecurityGroupRule out{.protocol = rule.protocol};
  bool ports = rule.protocol == "tcp" || rule.protocol == "udp" || rule.protocol == "icmp";
  if (ports) {
    out.from_port = rule.from_port;
    out.to_port = rule.to_port;
  }
  out.cidr = rule.cidr.value_or("");
  out.group_id = rule.group_id.value_or("");
  return out;
}

}  // namespace

std::vector<AgentAction> AgentCore::step(Instant now) {
  std::vector<AgentAction> actions;
  while (!wakes_.empty() && wakes_.begin()->first <= now) {
    auto [at, arn] = *wakes_.begin();
    wakes_.erase(wakes_.begin());
    tasks_[arn].wake_at.reset();
    mark(arn);
  }
  step_groups(now, actions);
  for (std::size_t done = 0; done < most_tasks_a_step && !dirty_.empty(); ++done) {
    std::string arn = *dirty_.begin();
    dirty_.erase(dirty_.begin());
    auto here = tasks_.find(arn);
    if (here != tasks_.end()) step_task(arn, here->second, now, actions);
  }
  return actions;
}

std::optional<Instant> AgentCore::next_wake() const {
  if (!dirty_.empty() || (groups_dirty_ && groups_step_ != Step::doing)) return Instant{};
  std::optional<Instant> next = groups_retry_at_;
  if (!wakes_.empty() && (!next || wakes_.begin()->first < *next)) next = wakes_.begin()->first;
  return next;
}

TaskIntent AgentCore::intent_of(const HostedTask& task) const {
  if (task.row == nullptr) {
    // Before the control plane has spoken, a task without a row is left alone.
    return {.run = false, .stop = synced_ || task.orphan, .own_interface = false};
  }
  bool wanted = task.row->desired_status == DesiredStatus::running;
  return {
      .run = wanted,
      .stop = !wanted && task.row->released_to_stop,
      .own_interface = task.row->network.has_value(),
  };
}

void AgentCore::begin_task(HostedTask& task) {
  if (task.definition == nullptr) {
    auto definition = definitions_.find(task.row->task_definition_arn);
    if (definition == definitions_.end()) return;
    task.definition = definition->second;
  }
  task.rules = container_rules_of(task.definition->definition);
  if (task.progress) return;
  task.progress = new_progress(task.row->task_arn, task.row->task_id, task.rules, on_fargate(*task.row));
  task.progress->sequence = task.row->observed_sequence;
  auto found = recovered_.extract(task.row->task_id);
  if (!found.empty()) take_recovered(task, found.mapped(), Instant{});
}

void AgentCore::step_task(
    const std::string& task_arn, HostedTask& task, Instant now, std::vector<AgentAction>& out
) {
  if (task.row != nullptr && (task.definition == nullptr || !task.progress)) begin_task(task);
  if (!task.progress) {
    if (task.row == nullptr) forget_if_over(task_arn, task);
    return;
  }
  // Nothing is decided about a task before what it is made of is known: the definition's arrival marks it again.
  if (task.row != nullptr && task.definition == nullptr) return;
  // Nor does a service's task begin before its revision can be known: it says which names the task is told.
  if (!synced_ && task.row != nullptr && task.row->revision_arn && !task.progress->started_at) return;
  TaskIntent intent = intent_of(task);
  settle(task.rules, intent, *task.progress, now);
  bool groups_ready = !groups_dirty_ && groups_step_ != Step::doing;
  std::optional<Instant> wake;
  for (const auto& step : due_steps(task.rules, intent, *task.progress, groups_ready, now)) {
    if (step.kind == ActionKind::wake) {
      wake = step.at;
      continue;
    }
    out.push_back(render(task, step));
    begin(*task.progress, step, now);
  }
  report(task, now);
  if (task.resend_at && (!wake || *task.resend_at < *wake)) wake = task.resend_at;
  set_wake(task_arn, task, wake);
  if (!forget_if_over(task_arn, task)) store(task);
}

// By name: what was loaded and what was told are different objects.
bool AgentCore::is_used_by_another(const std::string& task_arn, const TaskDefinitionRow& definition) const {
  return std::ranges::any_of(tasks_, [&](const auto& entry) {
    const auto& [other_arn, other] = entry;
    if (other_arn == task_arn) return false;
    if (other.definition != nullptr) return other.definition->task_definition_arn == definition.task_definition_arn;
    return other.row != nullptr && other.row->task_definition_arn == definition.task_definition_arn;
  });
}

bool AgentCore::forget_if_over(const std::string& task_arn, HostedTask& task) {
  bool removed = !task.progress || task.progress->removal == Step::done;
  if (task.row != nullptr || !removed) return false;
  set_wake(task_arn, task, std::nullopt);
  if (task.stored != nullptr) {
    changes_.push_back({std::string(node_progress_table), task_arn});
    changes_.push_back({std::string(node_tasks_table), task_arn});
    if (task.definition != nullptr && !is_used_by_another(task_arn, *task.definition)) {
      changes_.push_back({std::string(node_definitions_table), task.definition->task_definition_arn});
    }
  }
  std::erase_if(arn_of_id_, [&](const auto& entry) { return entry.second == task_arn; });
  tasks_.erase(task_arn);
  groups_dirty_ = true;
  return true;
}

void AgentCore::store(HostedTask& task) {
  bool fresh = task.stored == nullptr;
  if (task.row != nullptr && task.stored_row != task.row) {
    changes_.push_back({.table = std::string(node_tasks_table), .key = task.row->task_arn, .task = task.row});
    task.stored_row = task.row;
  }
  if (fresh && task.definition != nullptr) {
    changes_.push_back({
        .table = std::string(node_definitions_table),
        .key = task.definition->task_definition_arn,
        .definition = task.definition,
    });
  }
  if (!fresh && *task.stored == *task.progress) return;
  task.stored = std::make_shared<const TaskProgress>(*task.progress);
  changes_.push_back(
      {.table = std::string(node_progress_table), .key = task.progress->task_arn, .progress = task.stored}
  );
}

void AgentCore::report(HostedTask& task, Instant now) {
  if (task.row == nullptr) return;
  TaskProgress& progress = *task.progress;
  TaskObservation report = render_observation(
      settings_.node_id, task.rules, &task.definition->definition, progress, task.row->network.has_value()
  );
  bool resend = task.resend_at && now >= *task.resend_at;
  if (task.sent) {
    report.sequence = task.sent->sequence;
    if (report == *task.sent && !resend) return;
  }
  // The clock makes numbers grow even if the last ones were not stored before a crash.
  progress.sequence = std::max(progress.sequence + 1, now.micros);
  report.sequence = progress.sequence;
  task.sent = report;
  task.resend_at = now + resend_after;
  observations_.push_back(std::move(report));
}

void AgentCore::set_wake(const std::string& task_arn, HostedTask& task, std::optional<Instant> at) {
  if (task.wake_at == at) return;
  if (task.wake_at) wakes_.erase({*task.wake_at, task_arn});
  task.wake_at = at;
  if (at) wakes_.insert({*at, task_arn});
}

void AgentCore::step_groups(Instant now, std::vector<AgentAction>& out) {
  if (!synced_ || groups_step_ == Step::doing) return;
  bool retry = groups_retry_at_ && now >= *groups_retry_at_;
  if (!groups_dirty_ && !retry) return;
  groups_dirty_ = false;
  groups_retry_at_.reset();
  std::vector<SecurityGroup> needed = needed_groups();
  std::vector<ConnectEndpoint> endpoints = needed_endpoints();
  bool nothing_yet = !groups_set_ && needed.empty() && endpoints.empty();
  if (nothing_yet || (groups_set_ == needed && endpoints_set_ == endpoints)) return;
  groups_step_ = Step::doing;
  groups_set_ = needed;
  endpoints_set_ = endpoints;
  out.push_back(UpdateSecurityGroups{
      .target = {.reason = retry ? "an earlier update failed" : "security groups or their members have changed"},
      .groups = std::move(needed),
      .endpoints = std::move(endpoints),
  });
}

std::vector<ConnectEndpoint> AgentCore::needed_endpoints() const {
  std::map<std::string_view, const ServiceRevisionRow*> primaries;
  for (const auto& [arn, revision] : revisions_) {
    if (revision->deployment_status == "PRIMARY") primaries[revision->service_arn] = revision.get();
  }
  std::vector<ConnectEndpoint> out;
  for (const auto& [key, endpoint] : endpoints_) {
    auto primary = primaries.find(endpoint->service_arn);
    out.push_back(render_connect_endpoint(*endpoint, primary == primaries.end() ? nullptr : primary->second, groups_));
  }
  return out;
}

std::vector<SecurityGroup> AgentCore::needed_groups() const {
  std::set<std::string> ids;
  for (const auto& [arn, task] : tasks_) ids.insert(task.groups.begin(), task.groups.end());
  std::set<std::string> named = ids;
  for (const auto& id : ids) {
    auto group = groups_.find(id);
    if (group == groups_.end()) continue;
    for (const auto* rules : {&group->second->ingress, &group->second->egress}) {
      for (const auto& rule : *rules) {
        if (rule.group_id) named.insert(*rule.group_id);
      }
    }
  }
  std::vector<SecurityGroup> needed;
  for (const auto& id : named) {
    SecurityGroup group{.id = id};
    if (auto row = groups_.find(id); row != groups_.end()) {
      for (const auto& rule : row->second->ingress) group.ingress.push_back(rule_of(rule));
      for (const auto& rule : row->second->egress) group.egress.push_back(rule_of(rule));
    }
    if (auto members = members_.find(id); members != members_.end()) {
      for (const auto& [address, task_arn] : members->second) {
        if (!tasks_.contains(task_arn)) group.remote_members.push_back(address);
      }
    }
    needed.push_back(std::move(group));
  }
  return needed;
}

AgentAction AgentCore::render(HostedTask& task, const TaskStep& step) const {
  const TaskProgress& progress = *task.progress;
  const ContainerProgress* container = progress.container(step.container);
  ActionTarget target{
      .task_arn = progress.task_arn, .task_id = progress.task_id, .container = step.container, .reason = step.reason
  };
  if (task.row != nullptr) target.share = share_of(*task.row);
  switch (step.kind) {
    case ActionKind::pull: {
      PullImage pull{.target = std::move(target)};
      auto row = std::ranges::find(task.row->containers, step.container, &TaskContainer::name);
      const auto* definition = find_container(task.definition->definition, step.container);
      bool known = row != task.row->containers.end();
      pull.reference = known ? row->image : definition->image.value_or("");
      if (known) pull.digest = row->image_digest.value_or("");
      const auto& platform = task.definition->definition.runtime_platform;
      if (platform && platform->cpu_architecture) {
        pull.cpu_architecture = std::string(to_string(*platform->cpu_architecture));
      }
      // What runs already keeps the image that it was started from.
      pull.policy = container->state.started_at ? PullPolicy::once : settings_.pull_policy;
      pull.credentials = render_credentials_parameter(settings_, *definition);
      return pull;
    }
    case ActionKind::root: {
      const auto& definition = task.definition->definition;
      const auto* rendered = find_container(definition, step.container);
      return PrepareRoot{
          std::move(target), container->runtime_id, task.images.at(step.container),
          render_volumes(settings_, *task.row, definition, *rendered),
          render_log_of(task, *rendered, *container)
      };
    }
    case ActionKind::network:
      return render_join(task, std::move(target));
    case ActionKind::start:
      return render_start(task, std::move(target));
    case ActionKind::stop:
      return render_stop(task, std::move(target), container->stop_signal);
    case ActionKind::kill:
      return KillContainer{std::move(target)};
    case ActionKind::health: {
      auto rules = std::ranges::find(task.rules, step.container, &ContainerRules::name);
      ExecSpec command{.args = rules->health->command, .timeout = rules->health->timeout};
      return CheckHealth{std::move(target), std::move(command)};
    }
    default:
      break;
  }
  RemoveTask removal{.target = std::move(target)};
  for (const auto& one : progress.containers) removal.root_ids.push_back(one.runtime_id);
  removal.directories.push_back(task_directory(settings_, progress.task_id));
  return removal;
}

AgentAction AgentCore::render_join(const HostedTask& task, ActionTarget target) const {
  const auto& definition = task.definition->definition;
  auto names = render_names(settings_, *task.row, definition, *task.progress);
  auto network = render_network(settings_, *task.row, definition);
  auto revision = revisions_.find(task.row->revision_arn.value_or(""));
  if (revision != revisions_.end()) {
    network.connect_namespace = *connect_namespace_id(*revision->second);
    auto lines = render_connect_hosts(endpoints_, network.connect_namespace);
    for (auto& own : names.containers) own.extra_hosts.insert(own.extra_hosts.end(), lines.begin(), lines.end());
  }
  return JoinNetwork{
      std::move(target), std::move(network), render_task_spec(*task.row, definition), std::move(names),
      render_needed_secrets(definition, *task.progress), render_needed_env_files(*task.row, definition, *task.progress)
  };
}

LogTarget AgentCore::render_log_of(
    const HostedTask& task, const ecs::ContainerDefinition& definition, const ContainerProgress& container
) const {
  if (task.row == nullptr) return {};
  return render_log({
      .settings = &settings_,
      .task = task.row.get(),
      .definition = &task.definition->definition,
      .container = &definition,
      .runtime_id = container.runtime_id,
      .image_digest = container.image_digest,
  });
}

AgentAction AgentCore::render_stop(const HostedTask& task, ActionTarget target, int signal) const {
  const auto* definition =
      task.definition == nullptr ? nullptr : find_container(task.definition->definition, target.container);
  bool router = definition != nullptr && definition->firelens_configuration.has_value();
  return StopContainer{.target = std::move(target), .signal = signal, .is_router = router};
}

AgentAction AgentCore::render_start(const HostedTask& task, ActionTarget target) const {
  const ContainerProgress& container = *task.progress->container(target.container);
  const auto* definition = find_container(task.definition->definition, target.container);
  ContainerSources sources{
      .settings = &settings_, .task = task.row.get(), .definition = &task.definition->definition, .container = definition
  };
  sources.runtime_id = container.runtime_id;
  sources.rootfs = task.roots.at(target.container);
  sources.image = task.images.at(target.container).config;
  sources.joined = *task.joined;
  StartContainer start{.target = std::move(target), .spec = render_container_spec(sources)};
  start.secrets = render_secrets(*definition);
  for (auto& secret : render_router_secrets(*sources.definition, *definition)) start.secrets.push_back(std::move(secret));
  start.env_files = render_env_files(sources);
  start.log = render_log_of(task, *definition, container);
  start.router = render_router_files(settings_, *task.row, *sources.definition, *definition);
  if (container.restart_due) start.restart = container.state.restart_count + 1;
  return start;
}

}  // namespace roadstead
