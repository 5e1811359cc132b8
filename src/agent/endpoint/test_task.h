// A task as a node has it after it started: for the tests of the endpoints. Not part of the library.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/core/agent_core.h"

namespace roadstead {

inline constexpr Instant test_start = Instant::from_seconds(1'790'000'000);

/// A core whose tasks run: every action succeeds at once.
class TestNode {
 public:
  /// Adds a Fargate task "t<n>" with an address; its definition has containers app (with a port and a health check) and
  /// side. Without a role when `role` is empty. `gpus` are for app.
  std::string add(const std::string& id, const std::string& address, const std::string& role = "arn:aws:iam::1:role/app",
                  const std::vector<std::string>& gpus = {}) {
    TaskDefinitionRow definition{.task_definition_arn = "arn:aws:ecs:eu-west-1:1:task-definition/web:7", .family = "web",
                                 .revision = 7};
    ecs::ContainerDefinition app;
    app.name = "app";
    app.image = "web:1";
    app.cpu = 10;
    app.memory = 64;
    app.port_mappings = {{ecs::PortMapping{.container_port = 8080}}};
    app.log_configuration = ecs::LogConfiguration{.log_driver = ecs::LogDriver::awslogs};
    app.log_configuration->options = {{"awslogs-group", "g"}, {"awslogs-stream-prefix", "p"}};
    ecs::ResourceRequirement gpu;
    gpu.type = ecs::ResourceType::gpu;
    gpu.value = std::to_string(gpus.size());
    if (!gpus.empty()) app.resource_requirements = {{gpu}};
    ecs::ContainerDefinition side;
    side.name = "side";
    side.image = "side:1";
    definition.definition.family = "web";
    definition.definition.revision = 7;
    definition.definition.network_mode = ecs::NetworkMode::awsvpc;
    definition.definition.container_definitions = {{app, side}};
    if (!role.empty()) definition.definition.task_role_arn = role;
    definition.task_definition_arn += id;
    TaskRow row{.task_arn = "arn:aws:ecs:eu-west-1:1:task/default/" + id, .task_id = id,
                .cluster_arn = "arn:aws:ecs:eu-west-1:1:cluster/default",
                .task_definition_arn = definition.task_definition_arn};
    row.node_id = "n1";
    row.launch_type = "FARGATE";
    row.cpu = "256";
    row.memory = "512";
    row.group = "service:site";
    row.containers = {{.name = "app", .container_arn = "arn:c:app", .image = "web:1", .cpu = "10", .memory = "64"},
                      {.name = "side", .container_arn = "arn:c:side", .image = "side:1"}};
    row.network = TaskNetwork{.private_ip = address, .mac_address = "02:00:00:00:00:05"};
    if (!gpus.empty()) row.reservation = TaskReservation{.gpu_ids = gpus};
    addresses_[row.task_arn] = address;
    Batch batch;
    batch.changes.push_back({RowTraits<TaskDefinitionRow>::table, definition.task_definition_arn, nullptr,
                             std::make_shared<const TaskDefinitionRow>(definition)});
    batch.changes.push_back({RowTraits<TaskRow>::table, row.task_arn, nullptr, std::make_shared<const TaskRow>(row)});
    core.on_rows(batch);
    return row.task_arn;
  }

  /// Lets everything start. Tasks whose addresses are in `unjoined` get no network.
  void run(const std::vector<std::string>& unjoined = {}) {
    for (int round = 0; round < 20; ++round) {
      for (const auto& action : core.step(test_start)) answer(action, unjoined);
    }
  }

  AgentCore core{{.node_id = "n1", .region = "eu-west-1", .account_id = "1", .availability_zone = "eu-west-1a",
                  .directory = "/agent"}};

 private:
  void answer(const AgentAction& action, const std::vector<std::string>& unjoined) {
    const ActionTarget& target = target_of(action);
    ActionOutcome outcome{
        .kind = kind_of(action), .task_arn = target.task_arn, .container = target.container, .at = test_start
    };
    auto address = addresses_[target.task_arn];
    if (std::holds_alternative<JoinNetwork>(action)) {
      if (std::ranges::find(unjoined, address) != unjoined.end()) return;
      outcome.result = NetworkJoined{{.netns_path = "/n", .host_interface = "rsd1", .address = address,
                                      .names = {.resolv_conf = "nameserver 10.0.0.2\nsearch example.com\n"}}};
    }
    if (std::holds_alternative<PullImage>(action)) outcome.result = ImagePulled{.image = {.digest = "sha256:d"}};
    if (std::holds_alternative<PrepareRoot>(action)) outcome.result = RootPrepared{.path = "/r"};
    if (std::holds_alternative<StartContainer>(action)) outcome.result = ContainerRunning{.started_at = test_start};
    if (std::holds_alternative<RemoveTask>(action)) outcome.result = TaskRemoved{};
    if (std::holds_alternative<UpdateSecurityGroups>(action)) outcome.result = SecurityGroupsSet{};
    core.on_outcome(outcome);
  }

  std::map<std::string, std::string> addresses_;
};

}  // namespace roadstead
