#include "aws/wire/rest_json.h"

#include <gtest/gtest.h>

#include "api/scheduler/create_schedule.gen.h"
#include "api/scheduler/list_schedules.gen.h"
#include "api/scheduler/list_tags_for_resource.gen.h"
#include "api/scheduler/untag_resource.gen.h"
#include "api/scheduler_service.gen.h"

namespace roadstead {
namespace {

std::string operation_of(std::string_view method, std::string_view target) {
  const auto* found = rest_json::find_operation(scheduler::service(), method, target);
  return found == nullptr ? "none" : std::string(found->name);
}

Result<AnyShape> read(std::string_view method, std::string_view target, std::string_view body) {
  return rest_json::read_request(scheduler::service(), *rest_json::find_operation(scheduler::service(), method, target), target, body);
}

TEST(RestJson, MethodAndPathNameTheOperation) {
  EXPECT_EQ(operation_of("POST", "/schedules/nightly"), "CreateSchedule");
  EXPECT_EQ(operation_of("PUT", "/schedules/nightly"), "UpdateSchedule");
  EXPECT_EQ(operation_of("GET", "/schedules/nightly?groupName=a/b"), "GetSchedule");
  EXPECT_EQ(operation_of("GET", "/schedules"), "ListSchedules");
  EXPECT_EQ(operation_of("GET", "/schedule-groups"), "ListScheduleGroups");
  EXPECT_EQ(operation_of("GET", "/tags/arn%3Aaws%3Ascheduler%3A%3A%3Aschedule-group%2Fg"), "ListTagsForResource");
  EXPECT_EQ(operation_of("PATCH", "/schedules/nightly"), "none");
  EXPECT_EQ(operation_of("GET", "/schedules/a/b"), "none");
  EXPECT_EQ(operation_of("GET", "/schedules/%zz"), "none");
  EXPECT_EQ(operation_of("GET", ""), "none");
  EXPECT_EQ(operation_of("GET", "/{Name}"), "none");
}

TEST(RestJson, MembersComeFromPathQueryAndBody) {
  auto tags = read("GET", "/tags/arn%3Aaws%3Ascheduler%3Aus-east-1%3A123456789012%3Aschedule-group%2Fg", "");
  ASSERT_TRUE(tags) << tags.error().message;
  EXPECT_EQ(static_cast<const scheduler::ListTagsForResourceInput*>(tags->data())->resource_arn,
            "arn:aws:scheduler:us-east-1:123456789012:schedule-group/g");
  auto list = read("GET", "/schedules?ScheduleGroup=g&MaxResults=7&NamePrefix=a%2Db&State=ENABLED&other=1&=2&x", "");
  ASSERT_TRUE(list) << list.error().message;
  const auto& in = *static_cast<const scheduler::ListSchedulesInput*>(list->data());
  EXPECT_EQ(in.group_name, "g");
  EXPECT_EQ(in.max_results, 7);
  EXPECT_EQ(in.name_prefix, "a-b");
  auto untag = read("DELETE", "/tags/arn%3Aaws%3Ascheduler%3Aus-east-1%3A123456789012%3Aschedule-group%2Fg?TagKeys=a&TagKeys=b", "");
  ASSERT_TRUE(untag) << untag.error().message;
  EXPECT_EQ(static_cast<const scheduler::UntagResourceInput*>(untag->data())->tag_keys, (std::vector<std::string>{"a", "b"}));
  auto made = read("POST", "/schedules/s", R"json({"Name":"other","ScheduleExpression":"rate(1 day)","FlexibleTimeWindow":{"Mode":"OFF"},
      "Target":{"Arn":"a","RoleArn":"arn:aws:iam::123456789012:role/r"}})json");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(static_cast<const scheduler::CreateScheduleInput*>(made->data())->name, "s");
}

TEST(RestJson, RefusesWhatBreaksTheModel) {
  auto code = [](const Result<AnyShape>& result) { return result ? std::string("fine") : result.error().code; };
  EXPECT_EQ(code(read("POST", "/schedules/s", "{")), "SerializationException");
  EXPECT_EQ(code(read("POST", "/schedules/s", "[]")), "SerializationException");
  EXPECT_EQ(code(read("POST", "/schedules/s", R"({"Target":5})")), "SerializationException");
  EXPECT_EQ(code(read("POST", "/schedules/s", "{}")), "ValidationException");
  EXPECT_EQ(code(read("GET", "/schedules/", "")), "ValidationException");
  EXPECT_EQ(code(read("GET", "/schedules?MaxResults=0", "")), "ValidationException");
  EXPECT_EQ(code(read("GET", "/schedules?MaxResults=many", "")), "SerializationException");
  EXPECT_EQ(code(read("GET", "/schedules?State=ON", "")), "ValidationException");
}

TEST(RestJson, WritesAnswersAndErrors) {
  EXPECT_EQ(rest_json::write_error({"ConflictException", "Schedule \"s\" already exists."}), R"({"Message":"Schedule \"s\" already exists."})");
  scheduler::CreateScheduleOutput out{.schedule_arn = "arn"};
  EXPECT_EQ(rest_json::write_response(*scheduler::service().find("CreateSchedule"), &out), R"({"ScheduleArn":"arn"})");
}

}  // namespace
}  // namespace roadstead
