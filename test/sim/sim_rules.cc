// What must hold after every step of a SimWorld.
//
//   always      no address is used twice; a task with a network has its interface
//   always      a task never goes back to an earlier state; what is wanted STOPPED stays wanted STOPPED
//   always      no more tasks are started than maximumPercent allows (of services behind two target groups: per revision)
//   always      a target belongs to a task that is there and not stopped; one that takes requests to a running task
//   always      the weights of a rule sum to 1000
//   always      tasks on a container instance reserve no more than it offers; no host port is given twice
//   always      a DAEMON service has at most one task on a machine
//   always      a steady service has exactly one live revision: deployments[] has one entry
//   always      all tasks of a service belong to live revisions
//   always      a container is started once, unless its machine lost power
//   calm        a service that was healthy stays at minimumHealthyPercent, and groups with traffic have healthy targets
//   always      the desired count of a service that scales is between its minimum and its maximum
//   const load  scaling goes one way only and ends at what the load needs
//   (nodes crash, lose power and their links, are drained; clocks of machines and of the control plane are set back and forward)
//   mended      every deployment has ended; what is wanted STOPPED is STOPPED; services have what they want, DAEMON services a
//               task on each machine
//   mended      services that are to be even over Availability Zones are
//   taken away  nothing is left but log groups, and after a day no task either
//   one seed    gives one trace (sim_test.cc)
#include <algorithm>
#include <ranges>

#include "base/text/text.h"
#include "decide/scaling/scaling_plan.h"
#include "decide/scaling/scaling_rows.h"
#include "decide/services/service_places.h"
#include "decide/services/service_view.h"
#include "decide/services/zones/rebalancing.h"
#include "services/ecs/services/services.h"
#include "sim/sim_world.h"

namespace roadstead {

using namespace std::chrono_literals;

namespace {

/// Of several target groups, side by side, instead of rolling.
bool side_by_side(const ServiceRow& service) {
  return service.deployment_configuration && service.deployment_configuration->strategy &&
         service.deployment_configuration->strategy != ecs::DeploymentStrategy::rolling;
}

bool is_live(const ServiceRevisionRow& revision) { return revision.deployment_status != "INACTIVE"; }

}  // namespace

void SimWorld::expect(bool holds, const std::string& rule) {
  if (holds || !broken_.empty()) return;
  broken_ = cat("broken at ", format_iso8601(clock_.now(), true), ": ", rule);
  tell(broken_);
}

void SimWorld::check() {
  if (checked_ == plane_->database.seq()) return;
  checked_ = plane_->database.seq();
  std::map<std::string, std::string> addresses;
  rows().for_each<TaskRow>([&](const TaskRow& task) { check_task(task, addresses); });
  if (!log_failed_) check_targets();
  if (!log_failed_) check_instances();
  check_reserved();
  rows().for_each<ServiceRow>([&](const std::shared_ptr<const ServiceRow>& service) { check_service(service); });
  rows().for_each<ListenerRuleRow>([&](const ListenerRuleRow& rule) {
    int sum = 0;
    for (const auto& group : rule.action.forward) sum += group.weight;
    expect(sum == 1000, cat("the weights of ", rule.rule_arn, " sum to 1000, not ", sum));
  });
  check_starts();
}

void SimWorld::check_task(const TaskRow& task, std::map<std::string, std::string>& addresses) {
  auto& memory = tasks_[task.task_arn];
  expect(task.last_status >= memory.furthest, cat("task ", task.task_id, " does not go back to ", to_string(task.last_status)));
  memory.furthest = task.last_status;
  bool stops = task.desired_status == DesiredStatus::stopped;
  expect(stops || !memory.wanted_stopped, cat("task ", task.task_id, " stays wanted STOPPED"));
  memory.wanted_stopped = stops;
  if (task.last_status == TaskStatus::stopped || !task.network) return;
  auto [other, fresh] = addresses.emplace(task.network->private_ip, task.task_id);
  expect(fresh, cat("address ", task.network->private_ip, " of task ", task.task_id, " is not that of ", other->second));
  expect(rows().contains<NetworkInterfaceRow>(task.network->network_interface_id), cat("task ", task.task_id, " has its interface"));
}

void SimWorld::check_targets() {
  rows().for_each<TargetRow>([&](const TargetRow& target) {
    auto task = rows().find<TaskRow>(target.task_arn.value_or(""));
    expect(task != nullptr, cat("target ", target.target_id, " belongs to a task"));
    if (!task) return;
    expect(task->last_status != TaskStatus::stopped, cat("target ", target.target_id, " is not of a stopped task"));
    if (target.deregistering) return;
    expect(task->desired_status == DesiredStatus::running, cat("target ", target.target_id, " drains with its task"));
    expect(task->last_status == TaskStatus::running, cat("target ", target.target_id, " is of a running task"));
  });
}

void SimWorld::check_instances() {
  rows().for_each<DiscoveryInstanceRow>([&](const DiscoveryInstanceRow& instance) {
    auto task = rows().find<TaskRow>(instance.owner.value_or(""));
    expect(task != nullptr, cat("instance ", instance.instance_id, " belongs to a task"));
    if (!task) return;
    expect(task->last_status < TaskStatus::deactivating, cat("instance ", instance.instance_id, " is not of a task that ends"));
    expect(task->desired_status == DesiredStatus::running, cat("instance ", instance.instance_id, " goes before its task is released"));
    expect(instance.attributes.at("AWS_INSTANCE_IPV4") == task->network->private_ip, cat("instance ", instance.instance_id, " has its task's address"));
  });
}

void SimWorld::check_reserved() {
  for (const auto& machine : machines_) {
    auto node = rows().find<NodeRow>(machine.id);
    std::int64_t cpu = 0;
    std::int64_t memory = 0;
    std::set<std::int32_t> ports;
    rows().for_each(TaskRowIndex::by_node, machine.id, [&](const TaskRow& task) {
      if (task.last_status == TaskStatus::stopped) return;
      expect(task.reservation.has_value() == (task.launch_type != "FARGATE"), cat("task ", task.task_id, " reserves as its launch type does"));
      if (!task.reservation) return;
      cpu += task.reservation->cpu_units;
      memory += task.reservation->memory_mib;
      for (auto port : task.reservation->tcp_ports) expect(ports.insert(port).second, cat("port ", port, " of ", machine.id, " is given once"));
    });
    expect(cpu <= node->cpu_units, cat(machine.id, " has ", node->cpu_units, " CPU units, not ", cpu));
    expect(memory <= node->memory_mib, cat(machine.id, " has ", node->memory_mib, " MiB, not ", memory));
  }
}

void SimWorld::check_daemon(const ServiceRow& service) {
  std::set<std::string> nodes;
  rows().for_each(TaskRowIndex::by_service, service.service_arn, [&](const TaskRow& task) {
    if (task.last_status == TaskStatus::stopped) return;
    bool first = nodes.insert(task.node_id.value_or("")).second;
    expect(first, cat(service.service_name, " has one task on ", task.node_id.value_or("nothing")));
  });
}

void SimWorld::check_service(const std::shared_ptr<const ServiceRow>& service) {
  auto& memory = services_[service->service_arn];
  int live = 0;
  rows().for_each(ServiceRevisionRowIndex::by_service, service->service_arn, [&](const ServiceRevisionRow& revision) {
    if (is_live(revision)) ++live;
  });
  if (service->steady) expect(live == 1, cat("steady service ", service->service_name, " has one deployment, not ", live));
  if (is_daemon(*service)) {
    check_daemon(*service);
  } else {
    check_counts(*service, memory);
  }
  check_scaling(*service);
  if (!calm_ || service->status != "ACTIVE") return;
  check_health(*service, memory);
  check_weights(*service, memory);
}

/// Tasks that are there may become too many when less is wanted, and go to a new revision when only their number changes: what
/// counts is whether one more was started.
void SimWorld::check_counts(const ServiceRow& service, ServiceMemory& memory) {
  struct Present {
    int count = 0;
    bool more = false;
  };
  std::map<std::string, Present> present;  // by revision; "" is all
  std::set<std::string> tasks;
  rows().for_each(TaskRowIndex::by_service, service.service_arn, [&](const TaskRow& task) {
    if (task.last_status == TaskStatus::stopped) return;
    for (const auto& revision : {std::string(), *task.revision_arn}) {
      ++present[revision].count;
      if (!memory.tasks.contains(task.task_id)) present[revision].more = true;
    }
    tasks.insert(task.task_id);
    auto revision = rows().find<ServiceRevisionRow>(*task.revision_arn);
    bool known = revision && (is_live(*revision) || revision->service_revision_arn == service.primary_revision_arn);
    expect(known, cat("task ", task.task_id, " of ", service.service_name, " is of a live revision"));
  });
  auto bounds = task_bounds(service);
  int highest = std::max({bounds.highest, 1, side_by_side(service) ? service.desired_count : 0});
  for (const auto& [revision, seen] : present) {
    if (side_by_side(service) == revision.empty()) continue;
    expect(!seen.more || seen.count <= highest,
           cat(service.service_name, " has ", seen.count, " tasks, at most ", highest, " are allowed"));
  }
  memory.tasks = std::move(tasks);
}

void SimWorld::check_health(const ServiceRow& service, ServiceMemory& memory) {
  if (memory.desired != service.desired_count) memory.was_steady = false;
  memory.desired = service.desired_count;
  if (service.steady) memory.was_steady = true;
  if (!memory.was_steady) return;
  auto view = service_view_of(rows(), service.service_arn, now());
  int healthy = healthy_count(*view);
  int lowest = task_bounds(service).lowest;
  // Of so few that none could go, one may.
  if (is_daemon(service)) lowest = std::min(lowest, std::max(service.desired_count - 1, 0));
  expect(healthy >= lowest, cat(service.service_name, " has ", healthy, " healthy tasks, not ", lowest));
}

void SimWorld::check_weights(const ServiceRow& service, const ServiceMemory& memory) {
  if (!service.express || !memory.was_steady || service.desired_count == 0) return;
  auto rule = rows().find<ListenerRuleRow>(service.express->rule_arn.value_or(""));
  expect(rule != nullptr, cat("the rule of ", service.service_name, " is there"));
  if (!rule) return;
  for (const auto& group : rule->action.forward) {
    if (group.weight == 0) continue;
    bool healthy = false;
    rows().for_each(TargetRowIndex::by_target_group, group.target_group_arn, [&](const TargetRow& target) {
      healthy = healthy || (target.state == TargetState::healthy && !target.deregistering);
    });
    expect(healthy, cat("a group of ", service.service_name, " with weight ", group.weight, " has a healthy target"));
  }
}

void SimWorld::check_starts() {
  for (const auto& machine : machines_) {
    if (machine.lost_power) continue;
    for (const auto& [container, starts] : machine.node->starts()) {
      expect(starts == 1, cat("container ", container.name, " of task ", container.task_id, " is started once, not ", starts, " times"));
    }
  }
}

void SimWorld::check_scaling(const ServiceRow& service) {
  auto target = rows().find<ScalableTargetRow>(resource_id_of(service.service_arn));
  if (!target || service.status != "ACTIVE") return;
  expect(service.desired_count >= target->min_capacity && service.desired_count <= target->max_capacity,
         cat(service.service_name, " wants ", service.desired_count, ", between ", target->min_capacity, " and ", target->max_capacity));
}

/// Lets half an hour and the cooldown pass while nothing changes.
void SimWorld::check_constant_load() {
  tell("the load stays as it is");
  std::map<std::string, std::vector<int>> counts;
  pass(4min);
  for (int minute = 0; minute < 40 && broken_.empty(); ++minute) {
    rows().for_each<ServiceRow>([&](const ServiceRow& service) {
      auto& seen = counts[service.service_arn];
      if (seen.empty() || seen.back() != service.desired_count) seen.push_back(service.desired_count);
    });
    pass(1min);
  }
  rows().for_each<ServiceRow>([&](const ServiceRow& service) {
    auto target = rows().find<ScalableTargetRow>(resource_id_of(service.service_arn));
    auto primary = rows().find<ServiceRevisionRow>(service.primary_revision_arn);
    if (!target || service.status != "ACTIVE" || primary->rollout_state == "FAILED") return;
    const auto& seen = counts[service.service_arn];
    expect(std::ranges::is_sorted(seen) || std::ranges::is_sorted(seen, std::greater()),
           cat("the count of ", service.service_name, " goes one way under a load that stays"));
    auto policy = rows().first(ScalingPolicyRowIndex::by_resource, target->resource_id);
    double per_task = policy->target_value / 100;
    int needed = std::clamp(tasks_for(load_of(service.service_arn), per_task), target->min_capacity, target->max_capacity);
    // A little more than needed stays: the low alarm rings only below 90 % of the target.
    bool fits = service.desired_count == needed ||
                (service.desired_count > needed && load_of(service.service_arn) / service.desired_count >= 0.9 * per_task - 1e-6);
    expect(fits, cat(service.service_name, " has ", service.desired_count, " tasks for a load that needs ", needed));
  });
}

void SimWorld::check_mended() {
  rows().for_each<TaskRow>([&](const TaskRow& task) {
    bool due = task.desired_status == DesiredStatus::stopped;
    expect(!due || task.last_status == TaskStatus::stopped,
           cat("task ", task.task_id, ", wanted STOPPED, is ", to_string(task.last_status)));
  });
  rows().for_each<TaskRow>([&](const TaskRow& task) {
    auto revision = rows().find<ServiceRevisionRow>(task.revision_arn.value_or(""));
    bool told = revision && !revision->service_registries.empty() && task.last_status == TaskStatus::running;
    auto count = rows().count(DiscoveryInstanceRowIndex::by_owner, task.task_arn);
    expect(count == (told ? 1U : 0U), cat("task ", task.task_id, " is ", told ? "one instance" : "no instance", ", not ", count));
  });
  rows().for_each<ServiceRow>([&](const ServiceRow& service) {
    const auto& name = service.service_name;
    expect(!service.current_deployment_arn, cat("the deployment of ", name, " has ended"));
    expect(service.status != "DRAINING", cat(name, " is drained"));
    if (service.status != "ACTIVE") return;
    auto primary = rows().find<ServiceRevisionRow>(service.primary_revision_arn);
    if (primary->rollout_state == "FAILED") return;
    expect(service.steady, cat(name, " is steady"));
    auto described = ecs::describe_service(rows(), service, false);
    expect(described.running_count == service.desired_count, cat(name, " runs what it wants"));
    bool everywhere = service.desired_count == static_cast<int>(machines_.size());
    expect(!is_daemon(service) || everywhere, cat(name, " has a task on each machine"));
    check_even(service, *primary);
    expect(described.deployments && described.deployments->size() == 1, cat(name, " shows one deployment"));
  });
}

void SimWorld::check_even(const ServiceRow& service, const ServiceRevisionRow& primary) {
  if (is_daemon(service) || !rebalances(service, primary)) return;
  std::map<std::string, int> counts;
  for (const auto& machine : machines_) counts[machine.id] = 0;
  rows().for_each(TaskRowIndex::by_service, service.service_arn, [&](const TaskRow& task) {
    if (task.last_status == TaskStatus::running) ++counts[task.node_id.value_or("")];
  });
  auto [fewest, most] = std::ranges::minmax(std::views::values(counts));
  expect(most - fewest < 2, cat(service.service_name, " is even over the zones, not ", fewest, " and ", most));
}

void SimWorld::check_gone() {
  rows().for_each<ServiceRow>([&](const ServiceRow& service) {
    expect(service.status == "INACTIVE", cat(service.service_name, " is INACTIVE"));
  });
  rows().for_each<TaskRow>([&](const TaskRow& task) {
    expect(task.last_status == TaskStatus::stopped, cat("task ", task.task_id, " is STOPPED"));
  });
  auto none = [&](std::size_t count, const char* what) { expect(count == 0, cat("no ", what, " is left, not ", count)); };
  none(rows().count<TargetRow>(), "target");
  none(rows().count<DiscoveryInstanceRow>(), "instance");
  none(rows().count<TargetGroupRow>(), "target group");
  none(rows().count<ListenerRuleRow>(), "listener rule");
  none(rows().count<ListenerRow>(), "listener");
  none(rows().count<LoadBalancerRow>(), "load balancer");
  none(rows().count<CertificateRow>(), "certificate");
  none(rows().count<ScalableTargetRow>(), "scalable target");
  none(rows().count<ScalingPolicyRow>(), "scaling policy");
  none(rows().count<MetricAlarmRow>(), "alarm");
  none(rows().count<NetworkInterfaceRow>(), "network interface");
  none(rows().count<SecurityGroupRow>() - 1, "security group but the default one");
  if (!broken_.empty()) return;
  pass(2h);
  none(rows().count<ServiceRow>(), "service");
  none(rows().count<ServiceRevisionRow>(), "service revision");
  none(rows().count<ServiceDeploymentRow>(), "service deployment");
  none(rows().count<ServiceEventRow>(), "service event");
  // A day after they stopped, by a clock that was up to six hours ahead.
  pass(31h);
  none(rows().count<TaskRow>(), "task");
  rows().for_each<ResourceTagsRow>([&](const ResourceTagsRow& row) {
    expect(row.resource_arn.find(":log-group:") != std::string::npos, cat("the tags of ", row.resource_arn, " are gone"));
  });
  for (const auto& machine : machines_) {
    expect(machine.node->core().size() == 0, cat(machine.id, " has forgotten all tasks"));
    expect(machine.node->network().present().empty(), cat(machine.id, " has taken all networks down"));
    expect(machine.node->images().roots().empty(), cat(machine.id, " has taken all roots down"));
  }
}

}  // namespace roadstead
