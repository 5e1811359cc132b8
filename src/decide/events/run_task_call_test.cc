#include "decide/events/run_task_call.h"

#include <gtest/gtest.h>

#include "aws/wire/json.h"

namespace roadstead {
namespace {

InvocationRow owed(std::string_view target, std::string input) {
  auto parsed = from_json<events::Target>(target);
  EXPECT_TRUE(parsed);
  InvocationRow row{.invocation_id = "1", .source_arn = "arn:rule", .target = *parsed, .input = std::move(input)};
  row.started_by = "events-rule/r";
  return row;
}

TEST(RunTaskCall, EveryParameterOfAClusterGoesToRunTask) {
  auto call = run_task_call(owed(R"({"Arn":"arn:aws:ecs:r:1:cluster/c","EcsParameters":{"TaskDefinitionArn":"td","TaskCount":3,"LaunchType":"FARGATE",
      "NetworkConfiguration":{"awsvpcConfiguration":{"Subnets":["s"],"SecurityGroups":["g"],"AssignPublicIp":"ENABLED"}},"PlatformVersion":"1.4.0","Group":"night",
      "CapacityProviderStrategy":[{"capacityProvider":"FARGATE","weight":2,"base":1}],"EnableECSManagedTags":true,"EnableExecuteCommand":true,
      "PlacementConstraints":[{"type":"memberOf","expression":"e"}],"PlacementStrategy":[{"type":"binpack","field":"memory"}],
      "PropagateTags":"TASK_DEFINITION","ReferenceId":"ref","Tags":[{"Key":"a","Value":"b"}]}})",
                                 R"({"containerOverrides":[{"name":"main","command":["x"]}],"detail":{"cpu":1}})"));
  ASSERT_TRUE(call) << call.error().message;
  EXPECT_EQ(to_json(*call),
            R"({"capacityProviderStrategy":[{"capacityProvider":"FARGATE","weight":2,"base":1}],"cluster":"arn:aws:ecs:r:1:cluster/c","count":3,)"
            R"("enableECSManagedTags":true,"enableExecuteCommand":true,"group":"night","launchType":"FARGATE","networkConfiguration":)"
            R"({"awsvpcConfiguration":{"subnets":["s"],"securityGroups":["g"],"assignPublicIp":"ENABLED"}},)"
            R"("overrides":{"containerOverrides":[{"name":"main","command":["x"]}]},"placementConstraints":[{"type":"memberOf","expression":"e"}],)"
            R"("placementStrategy":[{"type":"binpack","field":"memory"}],"platformVersion":"1.4.0","propagateTags":"TASK_DEFINITION",)"
            R"("referenceId":"ref","startedBy":"events-rule/r","tags":[{"key":"a","value":"b"}],"taskDefinition":"td"})");
}

TEST(RunTaskCall, AnEventAsItIsOverridesNothing) {
  auto call = run_task_call(owed(R"({"Arn":"arn:aws:ecs:r:1:cluster/c","EcsParameters":{"TaskDefinitionArn":"td"}})",
                                 R"({"version":"0","source":"my.app","detail":{}})"));
  ASSERT_TRUE(call);
  EXPECT_FALSE(call->overrides);
}

TEST(RunTaskCall, TheUniversalTargetCarriesTheRequest) {
  auto call = run_task_call(owed(R"({"Arn":"arn:aws:scheduler:::aws-sdk:ecs:runTask"})",
                                 R"({"Cluster":"c","TaskDefinition":"td","Count":2,"NetworkConfiguration":{"AwsvpcConfiguration":{"Subnets":["s"]}}})"));
  ASSERT_TRUE(call) << call.error().message;
  EXPECT_EQ(to_json(*call), R"({"cluster":"c","count":2,"networkConfiguration":{"awsvpcConfiguration":{"subnets":["s"]}},)"
                            R"("startedBy":"events-rule/r","taskDefinition":"td"})");
  EXPECT_EQ(run_task_call(owed(R"({"Arn":"arn:aws:scheduler:::aws-sdk:ecs:runTask"})", R"({"StartedBy":"me","TaskDefinition":"td"})"))->started_by, "me");
}

TEST(RunTaskCall, RefusesInputsThatAreNone) {
  auto code = [](std::string_view target, std::string input) {
    auto call = run_task_call(owed(target, std::move(input)));
    return call ? std::string("fine") : call.error().code;
  };
  constexpr auto universal = R"({"Arn":"arn:aws:scheduler:::aws-sdk:ecs:runTask"})";
  EXPECT_EQ(code(universal, "[]"), "ValidationException");
  EXPECT_EQ(code(universal, "{"), "ValidationException");
  EXPECT_EQ(code(universal, "{}"), "ValidationException");
  EXPECT_EQ(code(R"({"Arn":"arn:aws:ecs:r:1:cluster/c"})", "{}"), "ValidationException");
  EXPECT_EQ(code(R"({"Arn":"arn:aws:ecs:r:1:cluster/c","EcsParameters":{"TaskDefinitionArn":"td"}})", R"({"containerOverrides":5})"), "InvalidDocument");
}

TEST(RunTaskCall, KnowsWhichTargetsRunTasks) {
  auto runs = [](std::string arn) { return runs_tasks(events::Target{.id = "1", .arn = std::move(arn)}); };
  EXPECT_TRUE(runs("arn:aws:ecs:us-east-1:123456789012:cluster/default"));
  EXPECT_TRUE(runs("arn:aws:scheduler:::aws-sdk:ecs:runTask"));
  EXPECT_FALSE(runs("arn:aws:ecs:us-east-1:123456789012:service/default/x"));
  EXPECT_FALSE(runs("arn:aws:logs:us-east-1:123456789012:log-group:g"));
  EXPECT_FALSE(runs("cluster/default"));
}

}  // namespace
}  // namespace roadstead
