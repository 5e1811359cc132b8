// The endpoints without sockets: what a request from an address gets. The guarantee under test is that the address alone
// decides whose data it is.
#include "agent/endpoint/task_endpoints.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "agent/endpoint/test_task.h"
#include "agent/runtime/fake_runtime.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

class Endpoints : public ::testing::Test {
 protected:
  Endpoints() {
    node.add("aaaa", "10.0.0.5");
    node.add("bbbb", "10.0.0.6", "arn:aws:iam::1:role/other");
    node.add("cccc", "10.0.0.7", "");
    node.run();
  }

  HttpResponse send(const std::string& from, const std::string& target, const std::string& method = "GET", const std::string& body = "") {
    HttpRequest request;
    request.method = method;
    request.target = target;
    request.remote = from + ":40000";
    request.body = body;
    return endpoints.answer(request);
  }

  json::value get(const std::string& from, const std::string& target) { return json::parse(send(from, target).body); }

  std::string id_of(const std::string& task, std::size_t container = 0) {
    return node.core.find_by_id(task)->progress->containers[container].runtime_id;
  }

  TestNode node;
  FakeClock clock{test_start};
  FakeRuntime runtime{clock};
  FakeTaskServices services{clock};
  Metrics metrics;
  TaskEndpoints endpoints{{
      .inspect =
          [this](const std::function<void(const AgentCore&)>& look) {
            look(node.core);
            return true;
          },
      .runtime = runtime,
      .services = services,
      .clock = clock,
      .metrics = metrics,
  }};
};

TEST_F(Endpoints, AnIdOpensOnlyTheTaskThatAsks) {
  EXPECT_EQ(send("10.0.0.5", cat("/v4/", id_of("aaaa"))).status, 200);
  EXPECT_EQ(get("10.0.0.5", cat("/v4/", id_of("aaaa"), "/task")).at("TaskARN"), "arn:aws:ecs:eu-west-1:1:task/default/aaaa");
  for (const auto* rest : {"", "/task", "/taskWithTags", "/stats", "/task/stats", "/associations/gpu"}) {
    auto stolen = send("10.0.0.6", cat("/v4/", id_of("aaaa"), rest));
    EXPECT_EQ(stolen.status, 404) << rest;
    EXPECT_FALSE(stolen.body.contains("aaaa/")) << rest;
  }
  EXPECT_EQ(send("10.0.0.6", cat("/v2/credentials/", id_of("aaaa"))).status, 400);
  EXPECT_EQ(send("10.0.0.6", cat("/v1/credentials?id=", id_of("aaaa"))).status, 400);
  EXPECT_EQ(send("10.0.0.6", cat("/api/", id_of("aaaa"), "/task-protection/v1/state")).status, 404);
  EXPECT_EQ(services.issued, 0) << "nobody got keys";
  EXPECT_EQ(send("192.0.2.1", cat("/v4/", id_of("aaaa"))).status, 404) << "an address that no task has";
}

TEST_F(Endpoints, AContainerIsToldItsGpus) {
  node.add("dddd", "10.0.0.8", "", {"GPU-a", "GPU-b"});
  node.run();
  auto ask = [&](std::size_t container, std::string_view type) {
    return get("10.0.0.8", cat("/v4/", id_of("dddd", container), "/associations/", type)).at("Associations");
  };
  EXPECT_EQ(ask(0, "gpu"), (json::array{"GPU-a", "GPU-b"}));
  EXPECT_EQ(ask(1, "gpu"), json::array{});
  EXPECT_EQ(ask(0, "elastic-inference"), json::array{});
}

TEST_F(Endpoints, TheTextOfAnUnknownIdIsAws) {
  auto answer = send("10.0.0.5", "/v4/nobody");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(
      answer.body,
      R"("V4 container metadata handler: unable to get container ID from request: unable to get docker ID from v3 endpoint ID: nobody")"
  );
  EXPECT_TRUE(send("10.0.0.5", "/v4/nobody/task/stats").body.contains("V4 task stats handler"));
}

TEST_F(Endpoints, CredentialsAreOfTheTasksRole) {
  auto mine = get("10.0.0.5", cat("/v2/credentials/", id_of("aaaa")));
  EXPECT_EQ(mine.at("RoleArn"), "arn:aws:iam::1:role/app");
  EXPECT_EQ(mine.at("SecretAccessKey"), "secret of arn:aws:ecs:eu-west-1:1:task/default/aaaa");
  EXPECT_EQ(mine.at("Expiration"), json::value(format_iso8601(test_start + 6h)));
  EXPECT_EQ(get("10.0.0.6", cat("/v2/credentials/", id_of("bbbb"))).at("RoleArn"), "arn:aws:iam::1:role/other");
  EXPECT_EQ(get("10.0.0.5", cat("/v1/credentials?id=", id_of("aaaa", 1))), mine) << "containers of a task share them";
}

TEST_F(Endpoints, CredentialsAreKeptUntilAnHourBeforeTheirEnd) {
  auto path = cat("/v2/credentials/", id_of("aaaa"));
  auto first = get("10.0.0.5", path);
  clock.advance(5h - 1s);
  EXPECT_EQ(get("10.0.0.5", path), first);
  clock.advance(1s);
  auto renewed = get("10.0.0.5", path);
  EXPECT_NE(renewed.at("AccessKeyId"), first.at("AccessKeyId"));
  EXPECT_EQ(services.issued, 2);
}

TEST_F(Endpoints, ErrorsOfCredentialsAreAws) {
  EXPECT_EQ(
      get("10.0.0.5", "/v2/credentials/x"),
      json::parse(R"({"code":"InvalidIdInRequest","message":"CredentialsV2Request: Credentials not found","HTTPErrorCode":400})")
  );
  EXPECT_EQ(get("10.0.0.5", "/v2/credentials").at("code"), "NoIdInRequest");
  EXPECT_EQ(get("10.0.0.7", cat("/v2/credentials/", id_of("cccc"))).at("code"), "InvalidIdInRequest") << "a task without a role";
  services.failure = Error{"ServerException", "away"};
  auto away = send("10.0.0.5", cat("/v2/credentials/", id_of("aaaa")));
  EXPECT_EQ(away.status, 503);
  EXPECT_EQ(json::parse(away.body).at("code"), "CredentialsUninitialized");
}

TEST_F(Endpoints, ProtectionIsReadAndWritten) {
  auto path = cat("/api/", id_of("aaaa"), "/task-protection/v1/state");
  EXPECT_EQ(get("10.0.0.5", path).at("protection").at("ProtectionEnabled"), false);
  auto put = send("10.0.0.5", path, "PUT", R"({"ProtectionEnabled":true,"ExpiresInMinutes":60})");
  EXPECT_EQ(put.status, 200);
  EXPECT_EQ(json::parse(put.body).at("protection").at("ExpirationDate"), json::value(format_iso8601(test_start + 60min, true)));
  EXPECT_EQ(get("10.0.0.5", path).at("protection").at("ProtectionEnabled"), true);
  EXPECT_EQ(get("10.0.0.6", cat("/api/", id_of("bbbb"), "/task-protection/v1/state")).at("protection").at("ProtectionEnabled"), false);
}

TEST_F(Endpoints, ErrorsOfProtectionAreAws) {
  auto path = cat("/api/", id_of("aaaa"), "/task-protection/v1/state");
  auto message = [&](const std::string& body) {
    auto answer = send("10.0.0.5", path, "PUT", body);
    EXPECT_EQ(answer.status, 400);
    return std::string(json::parse(answer.body).at("error").at("Message").as_string());
  };
  EXPECT_EQ(message("{"), "UpdateTaskProtection: failed to decode request");
  EXPECT_EQ(message(R"({"ProtectionEnabled":true,"Unknown":1})"), "UpdateTaskProtection: failed to decode request");
  EXPECT_EQ(message("{}"), "Invalid request: does not contain 'ProtectionEnabled' field");
  auto other = send("10.0.0.7", cat("/api/", id_of("cccc"), "/task-protection/v1/state"));
  EXPECT_EQ(other.status, 403);
  EXPECT_EQ(json::parse(other.body).at("error").at("Code"), "AccessDeniedException");
  services.failure = Error{"RequestCanceled", "Timed out calling ECS Task Protection API"};
  EXPECT_EQ(send("10.0.0.5", path).status, 504);
}

TEST_F(Endpoints, TagsThatCannotBeHadAreAnError) {
  services.where.tags = {{"team", "shop"}};
  auto path = cat("/v4/", id_of("aaaa"), "/taskWithTags");
  EXPECT_EQ(get("10.0.0.5", path).at("TaskTags").at("team"), "shop");
  services.failure = Error{"RequestCanceled", "slow"};
  auto document = get("10.0.0.5", path);
  EXPECT_EQ(document.at("Errors").at(0).at("ErrorField"), "TaskTags");
  EXPECT_EQ(document.at("TaskARN"), "arn:aws:ecs:eu-west-1:1:task/default/aaaa") << "the rest is there";
}

TEST_F(Endpoints, OnlyReadingIsOffered) {
  EXPECT_EQ(send("10.0.0.5", cat("/v4/", id_of("aaaa")), "POST").status, 405);
  EXPECT_EQ(send("10.0.0.5", "/etc/passwd").status, 404);
  EXPECT_EQ(send("10.0.0.5", cat("/v4/", id_of("aaaa"), "/nothing")).status, 404);
}

TEST(FindAskingTask, ARowsAddressCountsUntilTheNetworkWasAskedAgain) {
  TestNode node;
  node.add("aaaa", "10.0.0.5");
  node.run({"10.0.0.5"});
  auto view = find_asking_task(node.core, "10.0.0.5");
  ASSERT_TRUE(view);
  EXPECT_EQ(view->row->task_id, "aaaa");
}

TEST(FindAskingTask, WhoHasTheAddressGoesBeforeWhoWasPromisedIt) {
  TestNode node;
  node.add("old", "10.0.0.5");
  node.run();
  node.add("new", "10.0.0.5");
  auto view = find_asking_task(node.core, "10.0.0.5");
  ASSERT_TRUE(view);
  EXPECT_EQ(view->row->task_id, "old");
}

TEST(FindAskingTask, NobodyIsToldWhenTwoHaveTheAddress) {
  TestNode node;
  node.add("one", "10.0.0.5");
  node.add("two", "10.0.0.5");
  node.run();
  EXPECT_FALSE(find_asking_task(node.core, "10.0.0.5"));
  EXPECT_FALSE(find_asking_task(node.core, ""));
}

TEST(RateLimit, EachAddressHasItsOwn) {
  RateLimit limit(40, 60);
  Instant now = test_start;
  int taken = 0;
  for (int i = 0; i < 100; ++i) taken += limit.take("a", now) ? 1 : 0;
  EXPECT_EQ(taken, 60);
  EXPECT_TRUE(limit.take("b", now));
  now = now + 500ms;
  taken = 0;
  for (int i = 0; i < 100; ++i) taken += limit.take("a", now) ? 1 : 0;
  EXPECT_EQ(taken, 20);
}

}  // namespace
}  // namespace roadstead
