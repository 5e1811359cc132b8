// What users do to a SimWorld, and what breaks in it.
#include "base/text/text.h"
#include "decide/placement/placement.h"
#include "services/ecs/deployments/deployments.h"
#include "services/ecs/express/express.h"
#include "services/ecs/instances/instances.h"
#include "services/ecs/services/services.h"
#include "services/ecs/task_definitions/task_definitions.h"
#include "services/ecs/tasks/tasks.h"
#include "sim/sim_world.h"

namespace roadstead {

using namespace std::chrono_literals;

namespace {

/// Runs a handler as the gateway does: an Error undoes it and is its answer.
template <class F>
Work handler(F call) {
  return [call](Tx& tx) -> Status {
    auto answer = call(tx);
    if (!answer) return answer.error();
    return Done{};
  };
}

}  // namespace

std::string SimWorld::new_kind() { return calm_ ? "serve" : program_kinds[pick(std::size(program_kinds))]; }

std::string SimWorld::register_definition(const std::string& kind, int host_port) {
  ecs::ContainerDefinition container;
  container.name = "main";
  container.image = !calm_ && one_in(12) ? "gone:1" : "app:1";
  container.command = {{kind}};
  container.stop_timeout = 5;
  container.memory = 64 << pick(3);
  static constexpr int sizes[] = {0, 0, 64, 128, 512};
  container.cpu = sizes[pick(std::size(sizes))];
  if (kind == "sick" || one_in(3)) {
    container.health_check = ecs::HealthCheck{.command = {"CMD", "check"}, .interval = 5, .timeout = 2, .retries = 2};
  }
  if (host_port > 0) {
    ecs::PortMapping mapping;
    mapping.container_port = 80;
    mapping.host_port = host_port;
    container.port_mappings = {{mapping}};
  }
  ecs::RegisterTaskDefinitionRequest in;
  in.family = "app";
  in.network_mode = host_port > 0 ? ecs::NetworkMode::bridge : ecs::NetworkMode::awsvpc;
  in.container_definitions = {container};
  std::string arn;
  auto done = change(handler([&, in](Tx& tx) -> Result<ecs::RegisterTaskDefinitionResponse> {
    auto answer = ecs::register_task_definition(tx, caller_, in);
    if (answer) arn = answer.value().task_definition->task_definition_arn.value_or("");
    return answer;
  }));
  return done ? arn : "";
}

std::shared_ptr<const ServiceRow> SimWorld::any_service(bool express) {
  std::vector<std::shared_ptr<const ServiceRow>> found;
  rows().for_each<ServiceRow>([&](const std::shared_ptr<const ServiceRow>& row) {
    if (row->status == "ACTIVE" && row->express.has_value() == express) found.push_back(row);
  });
  return found.empty() ? nullptr : found[static_cast<std::size_t>(pick(static_cast<int>(found.size())))];
}

/// One of them or none, as the second is.
std::vector<ecs::ServiceRegistry> SimWorld::some_registry() const {
  auto chosen = static_cast<int>(clock_.now().micros / 1'000'000 % (registries + 1));
  if (chosen == registries) return {};
  ecs::ServiceRegistry asked;
  asked.registry_arn = registry(chosen).discovery_service_arn;
  return {asked};
}

void SimWorld::create_service() {
  ecs::CreateServiceRequest in;
  in.service_name = cat("web", ++names_);
  auto kind = new_kind();
  in.task_definition = register_definition(kind);
  in.desired_count = pick(5);
  in.launch_type = ecs::LaunchType::ec2;
  in.service_registries = some_registry();
  if (one_in(2)) {
    static constexpr const char* fields[] = {"attribute:ecs.availability-zone", "memory", "", "instanceId"};
    static constexpr ecs::PlacementStrategyType types[] = {ecs::PlacementStrategyType::spread, ecs::PlacementStrategyType::binpack,
                                                           ecs::PlacementStrategyType::random, ecs::PlacementStrategyType::spread};
    auto chosen = pick(4);
    ecs::PlacementStrategy strategy;
    strategy.type = types[chosen];
    if (*fields[chosen] != 0) strategy.field = fields[chosen];
    in.placement_strategy = {{strategy}};
  }
  ecs::AwsVpcConfiguration network{.subnets = default_subnet_ids(rows())};
  in.network_configuration = ecs::NetworkConfiguration{.awsvpc_configuration = network};
  ecs::DeploymentConfiguration configuration;
  configuration.minimum_healthy_percent = 50 * pick(3);
  configuration.maximum_percent = *configuration.minimum_healthy_percent == 100 ? 150 + 50 * pick(2) : 100 + 50 * pick(3);
  configuration.deployment_circuit_breaker = ecs::DeploymentCircuitBreaker{.enable = !one_in(3), .rollback = !one_in(3)};
  in.deployment_configuration = configuration;
  tell(cat("create service ", in.service_name, " of ", *in.desired_count, " ", kind, ", ", *configuration.minimum_healthy_percent,
           "/", *configuration.maximum_percent));
  (void)change(handler([this, in](Tx& tx) { return ecs::create_service(tx, caller_, in); }));
}

/// One task on each machine.
void SimWorld::create_daemon() {
  ecs::CreateServiceRequest in;
  in.service_name = cat("every", ++names_);
  auto kind = new_kind();
  in.task_definition = register_definition(kind);
  in.scheduling_strategy = ecs::SchedulingStrategy::daemon;
  ecs::AwsVpcConfiguration network{.subnets = default_subnet_ids(rows())};
  in.network_configuration = ecs::NetworkConfiguration{.awsvpc_configuration = network};
  ecs::DeploymentConfiguration configuration;
  configuration.minimum_healthy_percent = 50 * pick(2);
  configuration.deployment_circuit_breaker = ecs::DeploymentCircuitBreaker{.enable = !one_in(3), .rollback = !one_in(3)};
  in.deployment_configuration = configuration;
  tell(cat("create daemon service ", in.service_name, " of ", kind));
  auto done = change(handler([this, in](Tx& tx) { return ecs::create_service(tx, caller_, in); }));
  if (!done) tell(cat("  refused: ", done.error().message));
}

std::vector<std::string> SimWorld::instances() const {
  std::string cluster;
  rows().for_each<ClusterRow>([&](const ClusterRow& row) { cluster = row.cluster_arn; });
  std::vector<std::string> arns;
  for (const auto& machine : machines_) arns.push_back(instance_arn_of(cluster, machine.id));
  return arns;
}

/// Drains a machine, or takes it back.
void SimWorld::drain_machine() {
  auto arns = instances();
  ecs::UpdateContainerInstancesStateRequest in;
  in.container_instances = {arns[static_cast<std::size_t>(pick(static_cast<int>(arns.size())))]};
  auto row = rows().find<ContainerInstanceRow>(in.container_instances.front());
  bool drained = row && row->status == "DRAINING";
  in.status = drained ? ecs::ContainerInstanceStatus::active : ecs::ContainerInstanceStatus::draining;
  tell(cat(drained ? "take back " : "drain ", in.container_instances.front()));
  (void)change(handler([this, in](Tx& tx) { return ecs::update_container_instances_state(tx, caller_, in); }));
}

void SimWorld::create_express() {
  ecs::CreateExpressGatewayServiceRequest in;
  in.service_name = cat("site", ++names_);
  in.execution_role_arn = "arn:aws:iam::123456789012:role/execution";
  in.infrastructure_role_arn = "arn:aws:iam::123456789012:role/infrastructure";
  auto kind = new_kind();
  in.primary_container = ecs::ExpressGatewayContainer{.image = "app:1", .command = {{kind}}};
  in.scaling_target = ecs::ExpressGatewayScalingTarget{.min_task_count = 1 + pick(2), .max_task_count = 4};
  tell(cat("create express service ", *in.service_name, " of ", *in.scaling_target->min_task_count, " ", kind));
  auto done = change(handler([this, in](Tx& tx) { return ecs::create_express_gateway_service(tx, caller_, in); }));
  if (!done) tell(cat("  refused: ", done.error().message));
}

void SimWorld::update_service() {
  auto service = any_service(false);
  if (!service) return;
  ecs::UpdateServiceRequest in;
  in.service = service->service_arn;
  std::string what;
  if (one_in(2)) {
    auto kind = new_kind();
    in.task_definition = register_definition(kind);
    what = cat(" to ", kind);
  }
  if (one_in(3)) in.force_new_deployment = true;
  if (in.task_definition || in.force_new_deployment) in.service_registries = some_registry();
  if (service->scheduling_strategy == "REPLICA" && one_in(2)) {
    in.desired_count = pick(5);
    what += cat(" count ", *in.desired_count);
  }
  tell(cat("update service ", service->service_name, what));
  (void)change(handler([this, in](Tx& tx) { return ecs::update_service(tx, caller_, in); }));
}

void SimWorld::update_express() {
  auto service = any_service(true);
  if (!service) return;
  ecs::UpdateExpressGatewayServiceRequest in;
  in.service_arn = service->service_arn;
  std::string what;
  if (one_in(3)) {
    in.scaling_target = ecs::ExpressGatewayScalingTarget{.min_task_count = 1 + pick(3)};
    what = cat(" to at least ", *in.scaling_target->min_task_count);
  } else {
    auto kind = new_kind();
    in.primary_container = ecs::ExpressGatewayContainer{.image = "app:1", .command = {{kind}}};
    in.primary_container->environment = {{{.name = "N", .value = cat(++names_)}}};
    what = cat(" to ", kind);
  }
  tell(cat("update express service ", service->service_name, what));
  (void)change(handler([this, in](Tx& tx) { return ecs::update_express_gateway_service(tx, caller_, in); }));
}

void SimWorld::delete_service() {
  bool express = one_in(2);
  auto service = any_service(express);
  if (!service) return;
  tell(cat("delete service ", service->service_name));
  if (express) {
    ecs::DeleteExpressGatewayServiceRequest in{.service_arn = service->service_arn};
    (void)change(handler([this, in](Tx& tx) { return ecs::delete_express_gateway_service(tx, caller_, in); }));
  } else {
    ecs::DeleteServiceRequest in;
    in.service = service->service_arn;
    in.force = true;
    (void)change(handler([this, in](Tx& tx) { return ecs::delete_service(tx, caller_, in); }));
  }
}

void SimWorld::run_tasks() {
  ecs::RunTaskRequest in;
  bool binds = one_in(2);
  in.task_definition = register_definition(new_kind(), binds ? 8080 + pick(2) : 0);
  in.count = 1 + pick(3);
  if (!binds) {
    in.network_configuration =
        ecs::NetworkConfiguration{.awsvpc_configuration = ecs::AwsVpcConfiguration{.subnets = default_subnet_ids(rows())}};
  }
  tell(cat("run ", *in.count, " tasks"));
  (void)change(handler([this, in](Tx& tx) { return ecs::run_task(tx, caller_, in); }));
}

void SimWorld::stop_some_task() {
  std::vector<std::string> live;
  rows().for_each<TaskRow>([&](const TaskRow& task) {
    // A calm world has healthy services: only tasks of nobody are stopped there.
    if (task.last_status != TaskStatus::stopped && (!calm_ || !task.service_arn)) live.push_back(task.task_arn);
  });
  if (live.empty()) return;
  ecs::StopTaskRequest in;
  in.task = live[static_cast<std::size_t>(pick(static_cast<int>(live.size())))];
  tell(cat("stop task ", in.task));
  (void)change(handler([this, in](Tx& tx) { return ecs::stop_task(tx, caller_, in); }));
}

void SimWorld::stop_deployment() {
  auto service = any_service(one_in(2));
  if (!service || !service->current_deployment_arn) return;
  ecs::StopServiceDeploymentRequest in;
  in.service_deployment_arn = *service->current_deployment_arn;
  tell(cat("stop deployment of ", service->service_name));
  (void)change(handler([this, in](Tx& tx) { return ecs::stop_service_deployment(tx, caller_, in); }));
}

void SimWorld::user_acts() {
  switch (pick(9)) {
    case 0: return one_in(4) ? create_daemon() : create_service();
    case 1: return create_express();
    case 2:
    case 3: return update_service();
    case 4:
    case 5: return update_express();
    case 6: return one_in(3) ? delete_service() : run_tasks();
    case 7: return one_in(3) ? drain_machine() : stop_some_task();
    default: return stop_deployment();
  }
}

void SimWorld::fault() {
  auto& machine = machines_[static_cast<std::size_t>(pick(static_cast<int>(machines_.size())))];
  switch (pick(8)) {
    case 0:
      tell(cat("the agent of ", machine.id, machine.node->up() ? " crashes" : " is back"));
      if (machine.node->up()) {
        machine.node->crash();
      } else {
        machine.node->restart();
        if (machine.linked) link(machine);
      }
      return;
    case 1:
      tell(cat(machine.id, " loses power"));
      machine.node->lose_power();
      machine.lost_power = true;
      machine.node->restart();
      if (machine.linked) link(machine);
      return;
    case 2:
      tell(cat("the link to ", machine.id, machine.linked ? " breaks" : " is back"));
      if (machine.linked) {
        machine.linked = false;
        machine.feed.clear();
      } else {
        link(machine);
      }
      return;
    case 3: return restart_plane();
    case 4:
      tell("the disk of the log is full for a while");
      log_failed_ = true;
      log_.fill();
      pass(std::chrono::milliseconds(pick(4000)));
      log_.free();
      return;
    case 5: {
      auto service = any_service(true);
      if (!service) return;
      if (one_in(2)) {
        bool fails = failing_.insert(service->service_arn).second;
        if (!fails) failing_.erase(service->service_arn);
        return tell(cat(service->service_name, fails ? " answers with errors" : " answers well again"));
      }
      auto cluster = service->cluster_arn.substr(service->cluster_arn.rfind('/') + 1);
      bool rings = one_in(2);
      tell(cat("the alarm of ", service->service_name, rings ? " rings" : " is silent"));
      (void)change([&](Tx& tx) -> Status {
        tx.update<MetricAlarmRow>(cat(cluster, "/", service->service_name, "/RollbackAlarm"),
                                  [&](MetricAlarmRow& row) { row.alarm_state = rings ? "ALARM" : "OK"; });
        return Done{};
      });
      return;
    }
    case 6: return set_some_clock();
    default: return;
  }
}

/// Sets the clock of a machine, or of the control plane, seconds to hours back or forward; or right.
void SimWorld::set_some_clock() {
  static constexpr Duration spans[] = {5s, 50s, 10min, 2h};
  Duration off = spans[pick(4)] * (1 + pick(3)) * (one_in(2) ? 1 : -1);
  if (one_in(3)) off = 0s;
  auto chosen = static_cast<std::size_t>(pick(static_cast<int>(machines_.size()) + 1));
  bool plane = chosen == machines_.size();
  (plane ? plane_clock_ : *machines_[chosen].clock).set_off_by(off);
  tell(cat("the clock of ", plane ? "the control plane" : machines_[chosen].id, " is set ", off.count() / 1'000'000, " s off"));
}

void SimWorld::change_load() {
  auto service = any_service(true);
  if (!service) return;
  load_[service->service_arn] = pick(40) / 10.0;
  tell(cat("the load of ", service->service_name, " is ", load_[service->service_arn]));
}

void SimWorld::something_happens() {
  if (one_in(6)) change_load();
  if (!calm_ && one_in(3)) return fault();
  user_acts();
}

void SimWorld::mend() {
  tell("everything is mended");
  mended_ = true;
  log_.free();
  proxy_.targets.clear();
  failing_.clear();
  plane_clock_.set_off_by(0s);
  for (auto& machine : machines_) {
    machine.clock->set_off_by(0s);
    machine.node->images().publish("gone:1", {.pull_takes = 300ms});
    machine.node->restart();
    link(machine);
  }
  (void)change([&](Tx& tx) -> Status {
    for (const auto& instance : tx.all<ContainerInstanceRow>()) {
      tx.update<ContainerInstanceRow>(instance->container_instance_arn, [](ContainerInstanceRow& row) { row.status = "ACTIVE"; });
    }
    // Somebody buys bigger machines: what is wanted fits in the end.
    for (const auto& node : tx.all<NodeRow>()) {
      tx.update<NodeRow>(node->node_id, [](NodeRow& row) { row.cpu_units = row.memory_mib = 1'000'000; });
    }
    for (const auto& alarm : tx.all<MetricAlarmRow>()) {
      tx.update<MetricAlarmRow>(alarm->alarm_name, [](MetricAlarmRow& row) { row.alarm_state = "OK"; });
    }
    return Done{};
  });
  // Programs that are up already keep their ways; they are replaced by others.
  if (calm_) return;
  std::vector<std::string> live;
  rows().for_each<TaskRow>([&](const TaskRow& task) {
    if (task.last_status != TaskStatus::stopped) live.push_back(task.task_arn);
  });
  for (const auto& arn : live) {
    ecs::StopTaskRequest in;
    in.task = arn;
    (void)change(handler([this, in](Tx& tx) { return ecs::stop_task(tx, caller_, in); }));
  }
}

void SimWorld::take_all_away() {
  tell("everything is taken away");
  std::vector<std::pair<std::string, bool>> services;
  rows().for_each<ServiceRow>([&](const ServiceRow& row) {
    if (row.status == "ACTIVE") services.emplace_back(row.service_arn, row.express.has_value());
  });
  for (const auto& [arn, express] : services) {
    Status done = Done{};
    if (express) {
      ecs::DeleteExpressGatewayServiceRequest in{.service_arn = arn};
      done = change(handler([this, in](Tx& tx) { return ecs::delete_express_gateway_service(tx, caller_, in); }));
    } else {
      ecs::DeleteServiceRequest in;
      in.service = arn;
      in.force = true;
      done = change(handler([this, in](Tx& tx) { return ecs::delete_service(tx, caller_, in); }));
    }
    expect(done.has_value(), "any active service can be deleted");
  }
  std::vector<std::string> tasks;
  rows().for_each<TaskRow>([&](const TaskRow& task) {
    if (task.last_status != TaskStatus::stopped && !task.service_arn) tasks.push_back(task.task_arn);
  });
  for (const auto& arn : tasks) {
    ecs::StopTaskRequest in;
    in.task = arn;
    (void)change(handler([this, in](Tx& tx) { return ecs::stop_task(tx, caller_, in); }));
  }
  pass(10min);
}

}  // namespace roadstead
