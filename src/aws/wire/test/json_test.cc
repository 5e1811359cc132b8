// AWS JSON 1.1: requests to structs, structs to answers, refusals.
#include <gtest/gtest.h>

#include <string>

#include "api/ecs/describe_tasks.gen.h"
#include "api/ecs/register_task_definition.gen.h"
#include "api/ecs/run_task.gen.h"
#include "api/ecs_service.gen.h"
#include "api/logs_service.gen.h"
#include "aws/wire/json.h"
#include "aws/wire/json_1_1.h"
#include "aws/wire/json_text.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

Result<AnyShape> read(const ServiceModel& model, std::string_view operation, std::string_view body) {
  return json_1_1::read_request(model, *model.find(operation), body);
}

ecs::RunTaskRequest run_task(std::string_view body) {
  auto input = read(ecs::service(), "RunTask", body);
  EXPECT_TRUE(input) << (input ? "" : input.error().message);
  return input ? *static_cast<ecs::RunTaskRequest*>(input->data()) : ecs::RunTaskRequest{};
}

Error refusal(const ServiceModel& model, std::string_view operation, std::string_view body) {
  auto input = read(model, operation, body);
  EXPECT_FALSE(input) << body;
  return input ? Error{} : input.error();
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string epoch(Instant at) {
  std::string out;
  append_epoch_seconds(out, at);
  return out;
}

TEST(Json, ReadsARequest) {
  auto in = run_task(R"({"taskDefinition":"web","count":2,"launchType":"FARGATE","tags":[{"key":"a","value":"b"}],
    "networkConfiguration":{"awsvpcConfiguration":{"subnets":["s-1","s-2"]}},"fromTheFuture":{"a":[1]}})");
  EXPECT_EQ(in.task_definition, "web");
  EXPECT_EQ(in.count, 2);
  EXPECT_EQ(in.launch_type, ecs::LaunchType::fargate);
  EXPECT_EQ(in.tags->at(0).value, "b");
  EXPECT_EQ(in.network_configuration->awsvpc_configuration->subnets.size(), 2U);
  EXPECT_EQ(in.cluster, std::nullopt);
}

TEST(Json, NullIsAbsenceAndEmptyListsStay) {
  auto in = run_task(R"({"taskDefinition":"web","cluster":null,"tags":[]})");
  EXPECT_EQ(in.cluster, std::nullopt);
  ASSERT_TRUE(in.tags.has_value());
  EXPECT_TRUE(in.tags->empty());
}

TEST(Json, EmptyBodyIsAnEmptyRequest) {
  EXPECT_TRUE(read(ecs::service(), "ListClusters", ""));
  EXPECT_TRUE(read(ecs::service(), "ListClusters", " \n"));
  EXPECT_TRUE(read(ecs::service(), "ListClusters", "{}"));
}

TEST(Json, RefusesInTheWordsOfEcs) {
  Error missing = refusal(ecs::service(), "RunTask", "{}");
  EXPECT_EQ(missing.code, "InvalidParameterException");
  EXPECT_EQ(missing.message, "Task Definition cannot be empty.");
  Error unknown = refusal(ecs::service(), "RunTask", R"({"taskDefinition":"w","launchType":"MOON"})");
  EXPECT_EQ(unknown.code, "InvalidParameterException");
  EXPECT_EQ(unknown.message, "launch type should be one of [EC2,FARGATE,EXTERNAL]");
}

TEST(Json, RefusesInTheWordsOfOtherServices) {
  Error missing = refusal(logs::service(), "CreateLogGroup", "{}");
  EXPECT_EQ(missing.code, "InvalidParameterException");
  EXPECT_EQ(
      missing.message,
      "1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null"
  );
  Error pattern = refusal(logs::service(), "CreateLogGroup", R"({"logGroupName":"a b"})");
  EXPECT_EQ(pattern.code, "InvalidParameterException");
  EXPECT_NE(pattern.message.find("Member must satisfy regular expression pattern"), std::string::npos);
  Error range = refusal(logs::service(), "DescribeLogGroups", R"({"limit":51})");
  EXPECT_EQ(
      range.message,
      "1 validation error detected: Value '51' at 'limit' failed to satisfy constraint: Member must have value less "
      "than or equal to 50"
  );
}

TEST(Json, RefusesWrongTypes) {
  EXPECT_EQ(refusal(ecs::service(), "RunTask", "{").code, "SerializationException");
  EXPECT_EQ(refusal(ecs::service(), "RunTask", "[]").code, "SerializationException");
  EXPECT_EQ(refusal(ecs::service(), "RunTask", R"({"taskDefinition":1})").message,
            "NUMBER_VALUE can not be converted to a String");
  EXPECT_EQ(refusal(ecs::service(), "RunTask", R"({"taskDefinition":"w","count":"2"})").message,
            "STRING_VALUE can not be converted to an Integer");
  EXPECT_EQ(refusal(ecs::service(), "RunTask", R"({"taskDefinition":"w","count":2147483648})").code,
            "SerializationException");
  EXPECT_EQ(refusal(ecs::service(), "RunTask", R"({"taskDefinition":"w","tags":{}})").message, "Expected list or null");
}

TEST(Json, BoundsDepthAndSize) {
  std::string deep(10'000, '[');
  EXPECT_EQ(refusal(ecs::service(), "RunTask", deep).code, "SerializationException");
  std::string large = cat(R"({"taskDefinition":")", std::string(json_max_size, 'a'), "\"}");
  EXPECT_EQ(refusal(ecs::service(), "RunTask", large).code, "SerializationException");
}

TEST(Json, WritesWhatIsThere) {
  ecs::RunTaskResponse out;
  auto& task = out.tasks.emplace().emplace_back();
  task.task_arn = "arn:t";
  task.launch_type = ecs::LaunchType::ec2;
  task.created_at = Instant{1'790'000'000'250'999};
  out.failures.emplace();
  EXPECT_EQ(
      to_json(out), R"({"tasks":[{"createdAt":1790000000.25,"launchType":"EC2","taskArn":"arn:t"}],"failures":[]})"
  );
}

TEST(Json, ReadsWhatItWrites) {
  auto in = run_task(R"({"taskDefinition":"w","count":-3,"overrides":{"containerOverrides":[{"name":"é\"\u0001"}]}})");
  auto again = from_json<ecs::RunTaskRequest>(to_json(in));
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, in);
}

TEST(Json, WritesTimesAsNumbersOfMilliseconds) {
  EXPECT_EQ(epoch(Instant{0}), "0");
  EXPECT_EQ(epoch(Instant{1'790'000'000'000'000}), "1790000000");
  EXPECT_EQ(epoch(Instant{1'790'000'000'005'000}), "1790000000.005");
  EXPECT_EQ(epoch(Instant{-1'500'000}), "-1.5");
}

TEST(Json, AlwaysWritesJson) {
  EXPECT_EQ(json_string("a\"\\\n\x01"), R"("a\"\\\n\u0001")");
  EXPECT_EQ(json_string("é€"), "\"é€\"");
  EXPECT_EQ(json_string("x\xFFy\xC3"), "\"x\xEF\xBF\xBDy\xEF\xBF\xBD\"");
}

TEST(Json, ErrorsNameTheirCode) {
  EXPECT_EQ(json_1_1::write_error({.code = "ClientException", .message = "no"}),
            R"({"__type":"ClientException","message":"no"})");
  EXPECT_EQ(json_1_1::write_error({.code = "ConflictException", .message = "busy", .resource_ids = "arn:a,arn:b"}),
            R"({"__type":"ConflictException","message":"busy","resourceIds":["arn:a","arn:b"]})");
  EXPECT_EQ(json_1_1::write_error({.code = "ServiceAlreadyExists", .message = "no", .resource_ids = "srv-1,arn:s,x,y"}),
            R"({"__type":"ServiceAlreadyExists","message":"no","ServiceId":"srv-1","ServiceArn":"arn:s","CreatorRequestId":"x,y"})");
  EXPECT_EQ(json_1_1::write_error({.code = "NamespaceAlreadyExists", .message = "no", .resource_ids = "ns-1,"}),
            R"({"__type":"NamespaceAlreadyExists","message":"no","NamespaceId":"ns-1"})");
}

TEST(Json, OperationsWithoutOutputAnswerNothing) {
  Done done;
  EXPECT_EQ(json_1_1::write_response(*logs::service().find("CreateLogGroup"), &done), "");
}

}  // namespace

}  // namespace roadstead
