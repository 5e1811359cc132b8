#include "agent/core/agent_core.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace roadstead {
namespace {

using namespace std::chrono_literals;

constexpr Instant start = Instant::from_seconds(1'000'000);

std::shared_ptr<const TaskDefinitionRow> definition_row() {
  TaskDefinitionRow row{.task_definition_arn = "arn:td:1", .family = "web", .revision = 1};
  ecs::ContainerDefinition container;
  container.name = "app";
  container.image = "web:1";
  row.definition.container_definitions = {{container}};
  row.definition.network_mode = ecs::NetworkMode::awsvpc;
  return std::make_shared<const TaskDefinitionRow>(row);
}

TaskRow task_row(const std::string& id = "t1", const std::string& address = "10.0.0.5") {
  TaskRow row{.task_arn = "arn:" + id, .task_id = id, .cluster_arn = "arn:c", .task_definition_arn = "arn:td:1"};
  row.node_id = "n1";
  row.launch_type = "FARGATE";
  row.service_arn = "arn:svc";
  row.containers = {{.name = "app", .image = "web:1"}};
  row.network = TaskNetwork{.private_ip = address, .security_group_ids = {"sg-1"}};
  return row;
}

Batch batch_of(const TaskRow& row) {
  Batch batch;
  batch.changes.push_back({RowTraits<TaskRow>::table, row.task_arn, nullptr, std::make_shared<const TaskRow>(row)});
  return batch;
}

// A core whose actors always succeed.
struct Node {
  AgentCore core{{.node_id = "n1", .region = "eu-west-1", .account_id = "1", .directory = "/agent"}};
  Instant now = start;
  std::vector<TaskObservation> reports;
  std::map<std::pair<std::string, std::string>, NodeStoreChange> disk;
  int starts = 0;

  void answer(const AgentAction& action) {
    const ActionTarget& target = target_of(action);
    ActionOutcome outcome{.kind = kind_of(action), .task_arn = target.task_arn, .container = target.container, .at = now};
    if (std::holds_alternative<PullImage>(action)) outcome.result = ImagePulled{.image = {.digest = "sha256:d"}};
    if (std::holds_alternative<PrepareRoot>(action)) outcome.result = RootPrepared{.path = "/r"};
    if (std::holds_alternative<JoinNetwork>(action)) outcome.result = NetworkJoined{};
    if (std::holds_alternative<StartContainer>(action)) outcome.result = ContainerRunning{.started_at = now};
    if (std::holds_alternative<RemoveTask>(action)) outcome.result = TaskRemoved{};
    if (std::holds_alternative<UpdateSecurityGroups>(action)) outcome.result = SecurityGroupsSet{};
    if (std::holds_alternative<StartContainer>(action)) ++starts;
    core.on_outcome(outcome);
  }

  void collect() {
    for (auto& report : core.take_observations()) reports.push_back(std::move(report));
    for (auto& change : core.take_changes()) {
      auto key = std::pair(change.table, change.key);
      bool gone = change.task == nullptr && change.definition == nullptr && change.progress == nullptr;
      if (gone) {
        disk.erase(key);
      } else {
        disk[key] = std::move(change);
      }
    }
  }

  // Until nothing is left to do but wait.
  std::vector<std::string> run() {
    std::vector<std::string> done;
    while (true) {
      auto actions = core.step(now);
      collect();
      bool more = core.next_wake().value_or(now + 1s) <= now;
      if (actions.empty() && !more) return done;
      for (const auto& action : actions) {
        done.push_back(describe(action).substr(0, describe(action).find(':')));
        answer(action);
      }
    }
  }

  void snapshot(const std::vector<TaskRow>& tasks) {
    NodeRows rows;
    rows.definitions = {definition_row()};
    for (const auto& task : tasks) rows.tasks.push_back(std::make_shared<const TaskRow>(task));
    core.on_snapshot(rows);
  }
};

using Words = std::vector<std::string>;

TEST(AgentCore, BringsATaskUpAndReportsIt) {
  Node node;
  node.snapshot({});
  node.core.on_rows(batch_of(task_row()));
  EXPECT_EQ(
      node.run(),
      (Words{"UpdateSecurityGroups", "JoinNetwork", "PullImage app", "PrepareRoot app", "StartContainer app"})
  );
  ASSERT_FALSE(node.reports.empty());
  const TaskObservation& last = node.reports.back();
  EXPECT_EQ(last.last_status, TaskStatus::running);
  EXPECT_EQ(last.started_at, start);
  EXPECT_EQ(last.containers[0].image_digest, "sha256:d");
  for (std::size_t at = 1; at < node.reports.size(); ++at) {
    EXPECT_GT(node.reports[at].sequence, node.reports[at - 1].sequence);
  }
}

TEST(AgentCore, IgnoresTasksOfOthersAndStoppedOnes) {
  Node node;
  node.snapshot({});
  TaskRow other = task_row();
  other.node_id = "n2";
  node.core.on_rows(batch_of(other));
  TaskRow stopped = task_row("t2");
  stopped.last_status = TaskStatus::stopped;
  node.core.on_rows(batch_of(stopped));
  EXPECT_TRUE(node.run().empty());
  EXPECT_EQ(node.core.size(), 0U);
}

TEST(AgentCore, WaitsForTheDefinition) {
  Node node;
  node.core.on_rows(batch_of(task_row()));
  EXPECT_EQ(node.run(), (Words{"UpdateSecurityGroups"}));
  Batch batch;
  batch.changes.push_back({RowTraits<TaskDefinitionRow>::table, "arn:td:1", nullptr, definition_row()});
  node.core.on_rows(batch);
  EXPECT_EQ(node.run().back(), "StartContainer app");
}

TEST(AgentCore, StopsReportsAndForgets) {
  Node node;
  node.snapshot({task_row()});
  node.run();
  TaskRow stop = task_row();
  stop.desired_status = DesiredStatus::stopped;
  node.core.on_rows(batch_of(stop));
  EXPECT_TRUE(node.run().empty()) << "its targets are being drained";
  stop.released_to_stop = true;
  node.core.on_rows(batch_of(stop));
  EXPECT_EQ(node.run(), (Words{"StopContainer app"}));
  EXPECT_EQ(node.reports.back().last_status, TaskStatus::stopping);
  node.core.on_ending({"t1", "app"}, {.code = 143, .at = node.now});
  EXPECT_EQ(node.run(), (Words{"RemoveTask"}));
  EXPECT_EQ(node.reports.back().last_status, TaskStatus::stopped);
  EXPECT_EQ(node.reports.back().containers[0].exit_code, 143);
  EXPECT_FALSE(node.disk.empty());
  stop.last_status = TaskStatus::stopped;
  node.core.on_rows(batch_of(stop));
  node.run();
  EXPECT_EQ(node.core.size(), 0U);
  EXPECT_TRUE(node.disk.empty());
  EXPECT_TRUE(node.core.task_ids().empty());
}

TEST(AgentCore, AnEndBeforeTheWordOfTheStartIsNotLost) {
  Node node;
  node.snapshot({task_row()});
  while (true) {
    auto actions = node.core.step(node.now);
    bool starts = std::ranges::any_of(actions, [](const auto& one) { return kind_of(one) == ActionKind::start; });
    if (starts) {
      node.core.on_ending({"t1", "app"}, {.code = 5, .at = node.now});
      node.answer(actions[0]);
      break;
    }
    for (const auto& action : actions) node.answer(action);
  }
  EXPECT_EQ(node.run(), (Words{"RemoveTask"}));
  EXPECT_EQ(node.reports.back().containers[0].exit_code, 5);
  EXPECT_EQ(node.reports.back().stop_code, ecs::TaskStopCode::essential_container_exited);
}

TEST(AgentCore, UnansweredReportsComeAgain) {
  Node node;
  node.snapshot({task_row()});
  node.run();
  auto sent = node.reports.back();
  ASSERT_EQ(node.core.next_wake(), start + 5s);
  node.now = start + 5s;
  node.run();
  EXPECT_GT(node.reports.back().sequence, sent.sequence);
  TaskRow acknowledged = task_row();
  acknowledged.observed_sequence = node.reports.back().sequence;
  node.core.on_rows(batch_of(acknowledged));
  node.run();
  EXPECT_EQ(node.core.next_wake(), std::nullopt);
}

TEST(AgentCore, ATaskThatTheControlPlaneDoesNotKnowIsRemoved) {
  Node node;
  node.snapshot({task_row()});
  node.run();
  node.core.on_unknown_task("arn:t1");
  EXPECT_EQ(node.run(), (Words{"StopContainer app"}));
  node.core.on_ending({"t1", "app"}, {.code = 0, .at = node.now});
  EXPECT_EQ(node.run(), (Words{"RemoveTask", "UpdateSecurityGroups"}));
  EXPECT_EQ(node.core.size(), 0U);
}

// Puts what the node stored into a new core, as a restart of the agent does.
void restart(Node& before, Node& after, const std::vector<RecoveredTask>& found) {
  after.now = before.now + 1s;
  for (const auto& [key, change] : before.disk) after.core.load(change);
  after.core.on_recovered(found, after.now);
  after.disk = before.disk;
}

RecoveredTask running_task() {
  RecoveredContainer container{.container = {"t1", "app"}, .state = RecoveredContainer::State::running, .pid = 7};
  container.started_at = start;
  return {"t1", {container}};
}

TEST(AgentCore, AfterARestartWhatRunsIsAdopted) {
  Node before;
  before.snapshot({task_row()});
  before.run();
  Node after;
  restart(before, after, {running_task()});
  Words outage = after.run();
  EXPECT_EQ(after.starts, 0) << "an outage of the control plane changes nothing";
  EXPECT_EQ(std::ranges::count(outage, "StopContainer app"), 0);
  after.snapshot({task_row()});
  after.run();
  EXPECT_EQ(after.starts, 0);
  EXPECT_EQ(after.reports.back().last_status, TaskStatus::running);
  EXPECT_GT(after.reports.back().sequence, before.reports.back().sequence);
}

TEST(AgentCore, ADefinitionIsKeptWhileAnotherTaskIsMadeOfIt) {
  Node before;
  before.snapshot({task_row(), task_row("t2", "10.0.0.6")});
  before.run();
  RecoveredTask second = running_task();
  second.task_id = "t2";
  second.containers[0].container.task_id = "t2";
  Node after;
  restart(before, after, {second});
  // The control plane tells of one of them only: the other is over.
  after.snapshot({task_row("t2", "10.0.0.6")});
  after.run();
  ASSERT_EQ(after.core.size(), 1U);
  Node again;
  restart(after, again, {second});
  again.run();
  TaskRow stop = task_row("t2", "10.0.0.6");
  stop.desired_status = DesiredStatus::stopped;
  stop.released_to_stop = true;
  again.core.on_rows(batch_of(stop));
  EXPECT_EQ(again.run().back(), "StopContainer app") << "it knows what the task is made of without being told again";
}

TEST(AgentCore, AfterARestartAnEndMeanwhileIsReported) {
  Node before;
  before.snapshot({task_row()});
  before.run();
  RecoveredTask found = running_task();
  found.containers[0].state = RecoveredContainer::State::exited;
  found.containers[0].exit = ContainerExit{.container = {"t1", "app"}, .exit_code = 42, .finished_at = start + 1s};
  Node after;
  restart(before, after, {found});
  after.snapshot({task_row()});
  after.run();
  EXPECT_EQ(after.starts, 0);
  EXPECT_EQ(after.reports.back().containers[0].exit_code, 42);
  EXPECT_EQ(after.reports.back().last_status, TaskStatus::stopped);
}

TEST(AgentCore, AfterAPowerCutTheTaskHasEndedUnseen) {
  Node before;
  before.snapshot({task_row()});
  before.run();
  Node after;
  restart(before, after, {});
  after.snapshot({task_row()});
  after.run();
  EXPECT_EQ(after.starts, 0);
  EXPECT_EQ(after.reports.back().last_status, TaskStatus::stopped);
  EXPECT_FALSE(after.reports.back().containers[0].exit_code);
  EXPECT_TRUE(after.reports.back().containers[0].reason.starts_with("ContainerVanishedError"));
}

TEST(AgentCore, WithItsStoreLostItAdoptsByTheRow) {
  Node after;
  after.core.on_recovered({running_task()}, start);
  after.snapshot({task_row()});
  after.run();
  EXPECT_EQ(after.starts, 0);
  EXPECT_EQ(after.reports.back().last_status, TaskStatus::running);
}

TEST(AgentCore, WhatNobodyWantsIsEnded) {
  Node after;
  after.core.on_recovered({running_task()}, start);
  EXPECT_TRUE(after.run().empty()) << "the control plane has not spoken yet";
  after.snapshot({});
  EXPECT_EQ(after.run(), (Words{"StopContainer app"}));
  after.core.on_ending({"t1", "app"}, {.code = 0, .at = after.now});
  EXPECT_EQ(after.run(), (Words{"RemoveTask"}));
  EXPECT_EQ(after.core.size(), 0U);
}

TEST(AgentCore, KeepsSecurityGroupsAndTheirRemoteMembers) {
  Node node;
  NodeRows rows;
  rows.definitions = {definition_row()};
  rows.tasks = {std::make_shared<const TaskRow>(task_row())};
  SecurityGroupRow group{.group_id = "sg-1"};
  SecurityRule web{.protocol = "tcp", .from_port = 80, .to_port = 80};
  web.group_id = "sg-2";
  group.ingress = {web};
  rows.groups = {std::make_shared<const SecurityGroupRow>(group)};
  NetworkInterfaceRow remote{.network_interface_id = "eni-9", .private_ip = "10.0.0.9", .task_arn = "arn:other"};
  remote.security_group_ids = {"sg-2"};
  NetworkInterfaceRow local{.network_interface_id = "eni-5", .private_ip = "10.0.0.5", .task_arn = "arn:t1"};
  local.security_group_ids = {"sg-1"};
  rows.interfaces = {
      std::make_shared<const NetworkInterfaceRow>(remote), std::make_shared<const NetworkInterfaceRow>(local)
  };
  node.core.on_snapshot(rows);
  auto actions = node.core.step(node.now);
  const auto* update = std::get_if<UpdateSecurityGroups>(&actions.front());
  ASSERT_NE(update, nullptr);
  ASSERT_EQ(update->groups.size(), 2U);
  EXPECT_EQ(update->groups[0].ingress, (std::vector<SecurityGroupRule>{{"tcp", 80, 80, "", "sg-2"}}));
  EXPECT_TRUE(update->groups[0].remote_members.empty());
  EXPECT_EQ(update->groups[1].remote_members, (Words{"10.0.0.9"}));
}

TEST(AgentCore, AFailedUpdateOfSecurityGroupsIsTriedAgain) {
  Node node;
  node.snapshot({task_row()});
  auto actions = node.core.step(node.now);
  ASSERT_EQ(kind_of(actions.front()), ActionKind::groups);
  node.core.on_outcome({.kind = ActionKind::groups, .at = node.now, .result = Error{"NetworkUnavailable", "no nft"}});
  for (std::size_t at = 1; at < actions.size(); ++at) node.answer(actions[at]);
  node.run();
  EXPECT_EQ(node.starts, 1) << "unknown groups let nothing through, so starting is safe";
  node.now = node.now + 2s;
  EXPECT_EQ(node.run(), (Words{"UpdateSecurityGroups"}));
}

}  // namespace
}  // namespace roadstead
