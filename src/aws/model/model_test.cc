// Descriptions of shapes: comparison, enumerations, handler slots, keys.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "api/ecs/register_task_definition.gen.h"
#include "api/ecs/run_task.gen.h"
#include "api/ecs_service.gen.h"
#include "api/logs/create_log_group.gen.h"
#include "api/logs_service.gen.h"
#include "aws/model/key.h"
#include "rows/rows.gen.h"

namespace roadstead {

class Tx {};

namespace {

using ecs::RunTaskRequest;
using ecs::RunTaskResponse;

Result<RunTaskResponse> start_one(Tx&, const Caller& caller, const RunTaskRequest& in) {
  if (in.task_definition == "nope") return Error{.code = "ClientException", .message = "TaskDefinition not found."};
  RunTaskResponse out;
  out.tasks.emplace().push_back({.task_arn = caller.account_id + in.task_definition});
  return out;
}

std::string key_of(auto value) {
  std::string key;
  append_key(key, value);
  return key;
}

TEST(Shapes, EqualIsByMembers) {
  RunTaskRequest a{.cluster = "prod", .count = 2, .task_definition = "web"};
  a.tags.emplace().push_back({.key = "team", .value = "blue"});
  RunTaskRequest b = a;
  EXPECT_EQ(a, b);
  b.tags->front().value = "green";
  EXPECT_NE(a, b);
  b = a;
  b.count.reset();
  EXPECT_NE(a, b);
}

TEST(Shapes, AbsentAndEmptyListsDiffer) {
  RunTaskRequest absent{.task_definition = "web"};
  RunTaskRequest empty = absent;
  empty.tags.emplace();
  EXPECT_NE(absent, empty);
}

TEST(Shapes, MapsCompareByKeyAndValue) {
  ecs::ContainerDefinition a;
  a.docker_labels.emplace()["one"] = "1";
  ecs::ContainerDefinition b = a;
  EXPECT_EQ(a, b);
  (*b.docker_labels)["one"] = "2";
  EXPECT_NE(a, b);
  (*a.docker_labels)["two"] = "2";
  EXPECT_NE(a, b);
}

TEST(Enumerations, GoByTheirWireValues) {
  EXPECT_EQ(to_string(ecs::LaunchType::fargate), "FARGATE");
  EXPECT_EQ(parse_enum<ecs::LaunchType>("EXTERNAL"), ecs::LaunchType::external);
  EXPECT_EQ(parse_enum<ecs::LaunchType>("MOON"), std::nullopt);
  EXPECT_EQ(parse_enum<ecs::TaskStopCode>("EssentialContainerExited"), ecs::TaskStopCode::essential_container_exited);
  EXPECT_EQ(to_string(static_cast<ecs::LaunchType>(99)), "");
}

TEST(Operations, AreSortedAndFound) {
  const ServiceModel& model = ecs::service();
  EXPECT_TRUE(std::ranges::is_sorted(model.operations, {}, &Operation::name));
  EXPECT_GE(model.operations.size(), 77U);
  ASSERT_NE(model.find("CreateExpressGatewayService"), nullptr);
  EXPECT_NE(model.find("CreateExpressGatewayService")->input->find("taskDefinitionArn"), nullptr);
  EXPECT_NE(model.find("CreateExpressGatewayService")->input->find("cpuArchitecture"), nullptr);
  EXPECT_EQ(model.find("CreateStarship"), nullptr);
  EXPECT_EQ(model.find("ListTasks")->paging.items, "taskArns");
  EXPECT_EQ(model.find_error("ServerException")->http_status, 500);
  EXPECT_FALSE(model.find_error("ServerException")->senders_fault);
}

TEST(Operations, SlotsAreCalledWithoutTheirTypes) {
  ecs::Handlers handlers{.run_task = start_one};
  const Operation& run_task = *ecs::service().find("RunTask");
  EXPECT_EQ(run_task.slot_kind(&handlers), SlotKind::in_transaction);
  EXPECT_EQ(ecs::service().find("StopTask")->slot_kind(&handlers), SlotKind::empty);
  Tx tx;
  Caller caller{.account_id = "123456789012"};
  RunTaskRequest in{.task_definition = "web"};
  auto answer = run_task.invoke(&handlers, &tx, caller, &in);
  ASSERT_TRUE(answer);
  EXPECT_EQ(&answer->type(), run_task.output);
  EXPECT_EQ(static_cast<const RunTaskResponse*>(answer->data())->tasks->size(), 1U);
  in.task_definition = "nope";
  auto refusal = run_task.invoke(&handlers, &tx, caller, &in);
  ASSERT_FALSE(refusal);
  EXPECT_EQ(refusal.error().code, "ClientException");
}

TEST(Operations, CallablesRunOutsideTransactions) {
  int calls = 0;
  logs::Handlers handlers{.create_log_group = [&calls](const Caller&, const logs::CreateLogGroupRequest&) -> Result<Done> {
    ++calls;
    return Done{};
  }};
  const Operation& create = *logs::service().find("CreateLogGroup");
  EXPECT_EQ(create.slot_kind(&handlers), SlotKind::outside);
  logs::CreateLogGroupRequest in{.log_group_name = "g"};
  EXPECT_TRUE(create.invoke(&handlers, nullptr, Caller{}, &in));
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(create.output, &type_of<Done>());
}

TEST(Keys, SortAsTheirValuesDo) {
  std::vector<std::int64_t> numbers{INT64_MIN, -1000, -2, -1, 0, 1, 9, 10, 1000, INT64_MAX};
  std::vector<std::string> keys;
  for (std::int64_t number : numbers) keys.push_back(key_of(number));
  EXPECT_TRUE(std::ranges::is_sorted(keys));
  EXPECT_EQ(key_of(std::int32_t{7}), "00000000000000000007");
  EXPECT_LT(key_of(Instant{5}), key_of(Instant{50}));
}

TEST(Rows, AreKeyedAndIndexed) {
  ServiceEventRow event{.service_arn = "arn:s", .sequence = 12};
  EXPECT_EQ(RowTraits<ServiceEventRow>::key(event), "arn:s\n00000000000000000012");
  TaskRow task{.task_arn = "arn:t", .cluster_arn = "arn:c"};
  EXPECT_EQ(RowTraits<TaskRow>::key(task), "arn:t");
  std::vector<std::string> keys;
  RowTraits<TaskRow>::index_keys(task, static_cast<int>(TaskRowIndex::by_cluster), keys);
  EXPECT_EQ(keys, std::vector<std::string>{"arn:c"});
  keys.clear();
  RowTraits<TaskRow>::index_keys(task, static_cast<int>(TaskRowIndex::by_service), keys);
  EXPECT_TRUE(keys.empty()) << "an absent member gives no entry";
  task.last_status = TaskStatus::stopped;
  RowTraits<TaskRow>::index_keys(task, static_cast<int>(TaskRowIndex::present_by_cluster), keys);
  EXPECT_TRUE(keys.empty()) << "an index may leave out rows of some kind";
  task.last_status = TaskStatus::running;
  RowTraits<TaskRow>::index_keys(task, static_cast<int>(TaskRowIndex::present_by_cluster), keys);
  EXPECT_EQ(keys, std::vector<std::string>{"arn:c"});
  EXPECT_EQ(RowTraits<TaskRow>::name, "tasks");
  EXPECT_EQ(to_string(RowTraits<TaskRow>::table), "tasks");
}

TEST(Rows, AreAllVisited) {
  int count = 0;
  for_each_row_type([&count]<class Row>() {
    EXPECT_EQ(static_cast<int>(RowTraits<Row>::table), count);
    EXPECT_TRUE(RowTraits<Row>::type().stored_by_id);
    EXPECT_EQ(Row{}, Row{});
    ++count;
  });
  EXPECT_EQ(count, table_count);
}

TEST(Rows, StartWithTheirDefaults) {
  TaskRow task;
  EXPECT_EQ(task.version, 1);
  EXPECT_EQ(task.ephemeral_storage_gib, 20);
  EXPECT_EQ(task.last_status, TaskStatus::provisioning);
  EXPECT_TRUE(AccessKeyRow{}.active);
}

}  // namespace

}  // namespace roadstead
