#include "agent/endpoint/metadata.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "agent/endpoint/test_task.h"

namespace roadstead {
namespace {

namespace json = boost::json;

TaskView running_task() {
  TestNode node;
  node.add("0123", "10.0.2.5");
  node.run();
  auto view = find_asking_task(node.core, "10.0.2.5");
  EXPECT_TRUE(view);
  return *view;
}

const TaskSurroundings subnet{.subnet_cidr = "10.0.2.0/24", .vpc_id = "vpc-1", .availability_zone = "eu-west-1b",
                              .tags = {{"team", "shop"}}};

TEST(Metadata, ContainerOfFargate) {
  auto task = running_task();
  auto document = render_container_metadata(task, task.progress.containers[0], subnet, MetadataVersion::v4);
  EXPECT_EQ(document["DockerId"], json::value(task.progress.containers[0].runtime_id));
  EXPECT_EQ(document["Name"], "app");
  EXPECT_EQ(document["DockerName"], "app");
  EXPECT_EQ(document["Image"], "web:1");
  EXPECT_EQ(document["ImageID"], "sha256:d");
  EXPECT_EQ(document["DesiredStatus"], "RUNNING");
  EXPECT_EQ(document["KnownStatus"], "RUNNING");
  EXPECT_EQ(document["Limits"], json::parse(R"({"CPU":10,"Memory":64})"));
  EXPECT_EQ(document["StartedAt"], json::value(format_iso8601(test_start, true)));
  EXPECT_EQ(document["Type"], "NORMAL");
  EXPECT_EQ(document["ContainerARN"], "arn:c:app");
  EXPECT_EQ(document["LogDriver"], "awslogs");
  EXPECT_EQ(document["LogOptions"], json::parse(R"({"awslogs-group":"g","awslogs-stream":"p/app/0123"})"));
  EXPECT_EQ(document["Labels"].at("com.amazonaws.ecs.task-definition-version"), "7");
  EXPECT_FALSE(document.contains("ExitCode"));
  EXPECT_FALSE(document.contains("RestartCount"));
}

TEST(Metadata, NetworkOfAwsvpc) {
  auto task = running_task();
  auto document = render_container_metadata(task, task.progress.containers[0], subnet, MetadataVersion::v4);
  auto expected = json::parse(
      R"([{"NetworkMode":"awsvpc","IPv4Addresses":["10.0.2.5"],"AttachmentIndex":0,"MACAddress":"02:00:00:00:00:05",
           "IPv4SubnetCIDRBlock":"10.0.2.0/24","SubnetGatewayIpv4Address":"10.0.2.1/24","DomainNameServers":["10.0.0.2"],
           "DomainNameSearchList":["example.com"],"PrivateDNSName":"ip-10-0-2-5.eu-west-1.compute.internal"}])"
  );
  EXPECT_EQ(document["Networks"], expected);
  auto old = render_container_metadata(task, task.progress.containers[0], subnet, MetadataVersion::v3);
  EXPECT_EQ(old["Networks"], json::parse(R"([{"NetworkMode":"awsvpc","IPv4Addresses":["10.0.2.5"]}])"));
  EXPECT_FALSE(old.contains("ContainerARN"));
}

TEST(Metadata, TaskWithAndWithoutTags) {
  auto task = running_task();
  auto document = render_task_metadata(task, subnet, MetadataVersion::v4, true);
  EXPECT_EQ(document["Cluster"], "arn:aws:ecs:eu-west-1:1:cluster/default");
  EXPECT_EQ(document["TaskARN"], "arn:aws:ecs:eu-west-1:1:task/default/0123");
  EXPECT_EQ(document["Family"], "web");
  EXPECT_EQ(document["Revision"], "7");
  EXPECT_EQ(document["KnownStatus"], "RUNNING");
  EXPECT_EQ(document["Limits"], json::parse(R"({"CPU":0.25,"Memory":512})"));
  EXPECT_EQ(document["AvailabilityZone"], "eu-west-1b");
  EXPECT_EQ(document["VPCID"], "vpc-1");
  EXPECT_EQ(document["LaunchType"], "FARGATE");
  EXPECT_EQ(document["ServiceName"], "site");
  EXPECT_EQ(document["FaultInjectionEnabled"], false);
  EXPECT_EQ(document["TaskTags"], json::parse(R"({"team":"shop"})"));
  EXPECT_EQ(document["Containers"].as_array().size(), 2U);
  EXPECT_FALSE(render_task_metadata(task, subnet, MetadataVersion::v4, false).contains("TaskTags"));
}

TEST(Metadata, OffFargateNamesAreDockers) {
  auto task = running_task();
  auto row = *task.row;
  row.launch_type = "EC2";
  task.row = std::make_shared<const TaskRow>(row);
  auto document = render_container_metadata(task, task.progress.containers[1], {}, MetadataVersion::v4);
  auto name = std::string(document["DockerName"].as_string());
  EXPECT_TRUE(name.starts_with("ecs-web-7-side-")) << name;
  EXPECT_EQ(name.size(), std::string("ecs-web-7-side-").size() + 20);
  EXPECT_EQ(document["Limits"], json::parse(R"({"CPU":2})"));
  EXPECT_EQ(render_task_metadata(task, {}, MetadataVersion::v4, false)["Cluster"], "default");
}

TEST(Metadata, ARestartCountsFromItsBeginning) {
  auto task = running_task();
  task.rules[0].restart.emplace();
  auto container = task.progress.containers[0];
  container.state.restart_count = 1;
  EXPECT_EQ(render_container_metadata(task, container, {}, MetadataVersion::v4)["RestartCount"], 1);
  container.restart_due = true;
  EXPECT_EQ(render_container_metadata(task, container, {}, MetadataVersion::v4)["RestartCount"], 2);
}

TEST(Metadata, AStoppedContainerShowsItsEnd) {
  auto task = running_task();
  auto container = task.progress.containers[0];
  container.state.phase = ContainerPhase::stopped;
  container.state.exit_code = 3;
  container.state.finished_at = test_start + std::chrono::seconds(5);
  auto document = render_container_metadata(task, container, {}, MetadataVersion::v4);
  EXPECT_EQ(document["KnownStatus"], "STOPPED");
  EXPECT_EQ(document["ExitCode"], 3);
  EXPECT_EQ(document["FinishedAt"], json::value(format_iso8601(test_start + std::chrono::seconds(5), true)));
}

}  // namespace
}  // namespace roadstead
