#include "agent/core/network/render_names.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

const AgentSettings settings{.node_id = "n1", .region = "eu-west-1", .account_id = "1", .directory = "/agent"};

struct Scene {
  TaskRow task{.task_arn = "arn:t", .task_id = "0123"};
  ecs::TaskDefinition definition;
  TaskProgress progress{.task_arn = "arn:t", .task_id = "0123"};

  ecs::ContainerDefinition& add(const std::string& name) {
    if (!definition.container_definitions) definition.container_definitions.emplace();
    progress.containers.push_back({.name = name, .runtime_id = name + "-0123456789abcdef"});
    auto& container = definition.container_definitions->emplace_back();
    container.name = name;
    return container;
  }

  std::vector<OwnNames> names() const { return render_names(settings, task, definition, progress).containers; }
};

TEST(RenderNames, OnABridgeEachContainerHasItsOwn) {
  Scene scene;
  auto& web = scene.add("web");
  web.links = {{"mysql:db", "cache"}};
  web.extra_hosts = {{{.hostname = "quay", .ip_address = "10.9.8.7"}}};
  web.dns_servers = {{"10.1.2.3"}};
  auto& other = scene.add("mysql");
  other.hostname = "harbour";
  other.dns_search_domains = {{"sea.test"}};
  EXPECT_EQ(scene.names(), (std::vector<OwnNames>{
      {.container = "web", .hostname = "web-01234567", .peers = {"db mysql", "cache"}, .extra_hosts = {"10.9.8.7\tquay"},
       .dns_servers = {"10.1.2.3"}},
      {.container = "mysql", .hostname = "harbour", .dns_search = {"sea.test"}},
  }));
  EXPECT_EQ(render_names(settings, scene.task, scene.definition, scene.progress).path, "/agent/tasks/0123/names");
}

TEST(RenderNames, TheTasksAndTheMachinesHostNameAreNobodysOwn) {
  Scene scene;
  scene.add("web");
  scene.definition.network_mode = ecs::NetworkMode::none;
  EXPECT_EQ(scene.names()[0].hostname, "web-01234567");
  scene.definition.network_mode = ecs::NetworkMode::host;
  EXPECT_EQ(scene.names()[0].hostname, "");
  scene.definition.container_definitions->front().hostname = "harbour";
  EXPECT_EQ(scene.names()[0].hostname, "harbour");
  scene.definition.network_mode = ecs::NetworkMode::awsvpc;
  scene.task.network = TaskNetwork{.private_ip = "10.0.1.5"};
  EXPECT_EQ(scene.names()[0].hostname, "");
}

}  // namespace
}  // namespace roadstead
