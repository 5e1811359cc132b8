// Every request that real clients sent, and what it must be taken for.
#include "gateway/identify.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <set>

#include "api/ecs_service.gen.h"
#include "api/logs_service.gen.h"
#include "api/scheduler_service.gen.h"
#include "api/sts_service.gen.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

const ServiceRegistration services[] = {
    {ecs::service(), nullptr}, {sts::service(), nullptr}, {logs::service(), nullptr}, {scheduler::service(), nullptr}
};

struct Recorded {
  std::string service;
  std::string operation;
  std::string protocol;
  std::string method;
  std::string path;
  std::string scope;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

std::vector<Recorded> recorded_requests() {
  std::ifstream file(ROADSTEAD_VECTORS "/requests.jsonl");
  std::vector<Recorded> out;
  for (std::string line; std::getline(file, line);) {
    auto entry = boost::json::parse(line).as_object();
    auto text = [&](const char* name) {
      return entry[name].is_string() ? std::string(entry[name].as_string()) : std::string();
    };
    Recorded request{text("service"), text("operation"),     text("protocol"), text("method"),
                     text("path"),    text("scope_service"), text("body"),     {}};
    for (const auto& [name, value] : entry["headers"].as_object()) {
      request.headers.emplace_back(std::string(name), std::string(value.as_string()));
    }
    out.push_back(std::move(request));
  }
  return out;
}

TEST(Identify, RecordedRequestsGoWhereTheirClientsMeant) {
  int ours = 0;
  int others = 0;
  for (const auto& request : recorded_requests()) {
    SCOPED_TRACE(cat(request.service, ' ', request.operation, ' ', request.protocol));
    std::vector<HeaderView> headers(request.headers.begin(), request.headers.end());
    auto found = identify({request.method, request.path, headers, request.body}, request.scope, services);
    bool is_ours = request.service == "ecs" || request.service == "sts" || request.service == "logs" || request.service == "scheduler";
    ASSERT_EQ(found.service != nullptr, is_ours);
    if (is_ours) {
      EXPECT_EQ(found.service->model.signing_name, request.service);
      EXPECT_EQ(found.operation, request.operation);
      EXPECT_NE(found.service->model.find(found.operation), nullptr);
      ++ours;
    } else {
      ++others;
    }
    if (request.service == "ec2") {
      EXPECT_EQ(dialect_of(found.protocol), ErrorDialect::ec2);
    }
    if (request.protocol.starts_with("query/")) {
      EXPECT_EQ(found.operation, request.operation);
    }
  }
  EXPECT_GT(ours, 100);
  EXPECT_GT(others, 100);
}

TEST(Identify, ReadsPresignedQueriesAndRpcPaths) {
  auto presigned = identify({"GET", "/?Action=GetCallerIdentity&Version=2011-06-15", {}, ""}, "sts", services);
  ASSERT_NE(presigned.service, nullptr);
  EXPECT_EQ(presigned.operation, "GetCallerIdentity");
  auto rpc =
      identify({"POST", "/service/AmazonEC2ContainerServiceV20141113/operation/ListTasks", {}, ""}, "ecs", services);
  EXPECT_EQ(rpc.protocol, Protocol::rpc_v2_cbor);
  EXPECT_EQ(rpc.operation, "ListTasks");
}

TEST(Identify, FindsRestOperationsByMethodAndPath) {
  auto found = identify({"GET", "/schedules/nightly?groupName=shop", {}, ""}, "scheduler", services);
  ASSERT_NE(found.service, nullptr);
  EXPECT_EQ(found.protocol, Protocol::rest_json_1);
  EXPECT_EQ(found.operation, "GetSchedule");
  EXPECT_EQ(identify({"GET", "/tags/arn%3Aaws%3Ascheduler%3A%2F", {}, ""}, "scheduler", services).operation, "ListTagsForResource");
  auto unknown = identify({"GET", "/schedules/a/b", {}, ""}, "scheduler", services);
  EXPECT_EQ(unknown.operation, "");
  EXPECT_EQ(dialect_of(unknown.protocol), ErrorDialect::rest_json);
}

TEST(Identify, SurvivesNonsense) {
  std::vector<HeaderView> headers{{"X-Amz-Target", "."}, {"Content-Type", "application/x-www-form-urlencoded"}};
  EXPECT_EQ(identify({"POST", "?", headers, "Action=%zz&&=&Version"}, "", services).service, nullptr);
  EXPECT_EQ(identify({"", "", {}, ""}, "", services).service, nullptr);
  EXPECT_EQ(form_value("Action", "Action"), "");
  EXPECT_EQ(form_value("Actions=1&Action=a+b%21", "Action"), "a b!");
}

}  // namespace
}  // namespace roadstead
