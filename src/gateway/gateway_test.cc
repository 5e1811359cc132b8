// The gateway as a whole, in a World without threads: what it refuses in each protocol, and that nothing escapes it.
#include "gateway/gateway.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "api/sts_service.gen.h"
#include "api/sts_types.gen.h"
#include "base/text/text.h"
#include "rows/rows.gen.h"
#include "support/world.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

std::string header_of_response(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return {};
}

HttpRequest plain_request(std::string method, std::string target, std::string body = {}) {
  HttpRequest request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.body = std::move(body);
  return request;
}

std::string json_code(const HttpResponse& response) {
  return std::string(boost::json::parse(response.body).at("__type").as_string());
}

TEST(Gateway, AnswersWithARequestIdInHeaderAndBody) {
  World world;
  auto reply = world.call("sts", "GetCallerIdentity", "{}");
  ASSERT_EQ(reply.status, 200);
  auto id = header_of_response(reply.http, "x-amzn-RequestId");
  EXPECT_EQ(id.size(), 36U);
  EXPECT_NE(reply.http.body.find(cat("<RequestId>", id, "</RequestId>")), std::string::npos);
  EXPECT_TRUE(header_of_response(reply.http, "Content-Type").starts_with("text/xml"));
}

TEST(Gateway, TakesAPresignedQuery) {
  World world;
  std::vector<HeaderView> headers{{"Host", "roadstead.test"}};
  SigningCredentials credentials{world.identity().access_key_id, world.identity().secret_access_key};
  SigningKeyCache cache;
  auto target = presign(
      {"GET", "/?Action=GetCallerIdentity&Version=2011-06-15", headers, ""}, credentials, "us-east-1", "sts",
      world.clock().now(), 60s, cache
  );
  auto request = plain_request("GET", target);
  request.set_headers({{"Host", "roadstead.test"}});
  auto response = world.send(std::move(request));
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_NE(response.body.find("<Account>123456789012</Account>"), std::string::npos);
}

TEST(Gateway, NamesErrorsAsTheQueryProtocolDidForThoseWhoAsk) {
  World world;
  auto request = world.signed_request("sqs", "GetQueueUrl", R"({"QueueName":"none"})");
  EXPECT_EQ(header_of_response(world.call("sqs", "GetQueueUrl", R"({"QueueName":"none"})").http, "x-amzn-query-error"), "");
  std::vector<std::pair<std::string, std::string>> headers(request.headers.begin(), request.headers.end());
  headers.emplace_back("x-amzn-query-mode", "true");
  request.set_headers(headers);
  auto response = world.send(std::move(request));
  EXPECT_EQ(json_code(response), "QueueDoesNotExist");
  EXPECT_EQ(header_of_response(response, "x-amzn-query-error"), "AWS.SimpleQueueService.NonExistentQueue;Sender");
  EXPECT_EQ(header_of_response(response, "Content-Type"), "application/x-amz-json-1.0");
}

TEST(Gateway, RefusesABodyThatWasChangedOnTheWay) {
  World world;
  auto request = world.signed_request("sts", "GetCallerIdentity", "{}");
  request.body += "&Extra=1";
  EXPECT_EQ(world.send(std::move(request)).status, 403);
}

TEST(Gateway, RefusesARequestThatIsPlayedAgainLater) {
  World world;
  auto request = world.signed_request("sts", "GetCallerIdentity", "{}");
  world.advance(16min);
  auto response = world.send(std::move(request));
  EXPECT_EQ(response.status, 403);
  EXPECT_NE(response.body.find("<Code>SignatureDoesNotMatch</Code>"), std::string::npos);
  EXPECT_NE(response.body.find("Signature expired: "), std::string::npos);
}

TEST(Gateway, WordsAMissingSignatureAsTheProtocolDoes) {
  World world;
  auto json = plain_request("POST", "/", "{}");
  json.set_headers(
      {{"X-Amz-Target", "AmazonEC2ContainerServiceV20141113.ListTasks"}, {"Content-Type", "application/x-amz-json-1.1"}}
  );
  auto response = world.send(std::move(json));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(json_code(response), "MissingAuthenticationTokenException");
  EXPECT_EQ(header_of_response(response, "Content-Type"), "application/x-amz-json-1.1");
  EXPECT_EQ(header_of_response(response, "x-amzn-ErrorType"), "MissingAuthenticationTokenException");

  auto query = plain_request("POST", "/", "Action=DescribeLoadBalancers&Version=2015-12-01");
  query.set_headers({{"Content-Type", "application/x-www-form-urlencoded"}});
  response = world.send(std::move(query));
  EXPECT_EQ(response.status, 403);
  EXPECT_NE(response.body.find("<Error><Type>Sender</Type><Code>MissingAuthenticationToken</Code>"), std::string::npos);

  auto ec2 = plain_request("POST", "/", "Action=DescribeVpcs&Version=2016-11-15");
  ec2.set_headers({{"Content-Type", "application/x-www-form-urlencoded"}});
  response = world.send(std::move(ec2));
  EXPECT_TRUE(
      response.body.find("<Response><Errors><Error><Code>MissingAuthenticationToken</Code>") != std::string::npos
  );

  response = world.send(plain_request("GET", "/anything"));
  EXPECT_EQ(response.status, 403);
}

TEST(Gateway, DoesNotKnowServicesThatItDoesNotHave) {
  World world;
  std::vector<std::pair<std::string, std::string>> headers{
      {"Host", "roadstead.test"}, {"X-Amz-Target", "AWSUnheardOf.Do"}, {"Content-Type", "application/x-amz-json-1.1"}
  };
  std::vector<HeaderView> views(headers.begin(), headers.end());
  SigningKeyCache cache;
  auto signature =
      sign({"POST", "/", views, "{}"}, world.credentials(), "us-east-1", "unheard", world.clock().now(), cache);
  headers.insert(headers.end(), signature.begin(), signature.end());
  auto request = plain_request("POST", "/", "{}");
  request.set_headers(headers);
  auto response = world.send(std::move(request));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(json_code(response), "UnknownOperationException");
}

TEST(Gateway, AnswersProbesWithoutASignature) {
  World world;
  world.call("sts", "GetCallerIdentity", "{}");
  EXPECT_EQ(world.send(plain_request("GET", "/health")).status, 200);
  auto metrics = world.send(plain_request("GET", "/metrics")).body;
  EXPECT_NE(
      metrics.find("roadstead_requests_total{service=\"sts\",operation=\"GetCallerIdentity\",code=\"OK\"} 1"),
      std::string::npos
  );
  EXPECT_NE(world.send(plain_request("POST", "/metrics")).status, 200);
}

TEST(Gateway, KeepsNamesThatClientsMakeUpOutOfItsMetrics) {
  World world;
  world.call("sts", "MadeUpByTheClient", "{}");
  EXPECT_EQ(world.metrics().render().find("MadeUp"), std::string::npos);
}

TEST(Gateway, LosesAKeyAtOnceWhenItsRowIsDeactivated) {
  World world;
  EXPECT_EQ(world.call("sts", "GetCallerIdentity", "{}").status, 200);
  auto done = world.transact([&](Tx& tx) -> Status {
    tx.update<AccessKeyRow>(world.identity().access_key_id, [](AccessKeyRow& row) { row.active = false; });
    return Done{};
  });
  ASSERT_TRUE(done);
  EXPECT_EQ(world.call("sts", "GetCallerIdentity", "{}").code, "InvalidClientTokenId");
}

TEST(Gateway, RefusesAValidKeyOfAnotherAccount) {
  World world;
  auto done = world.transact([&](Tx& tx) -> Status {
    AccessKeyRow stranger{.access_key_id = "AKIASTRANGER00000000", .secret_access_key = "theirs"};
    stranger.account_id = "999999999999";
    stranger.principal_arn = "arn:aws:iam::999999999999:root";
    tx.put(std::move(stranger));
    return Done{};
  });
  ASSERT_TRUE(done);
  std::vector<HeaderView> headers{{"Host", "roadstead.test"}};
  auto ask = [&](const std::string& action) {
    SigningKeyCache cache;
    auto target = presign(
        {"GET", cat("/?Version=2011-06-15&Action=", action), headers, ""}, {"AKIASTRANGER00000000", "theirs"}, "us-east-1", "sts",
        world.clock().now(), 60s, cache
    );
    auto request = plain_request("GET", target);
    request.set_headers({{"Host", "roadstead.test"}});
    return world.send(std::move(request));
  };
  // Who one is may always be asked: so the key itself is good.
  EXPECT_EQ(ask("GetCallerIdentity").status, 200);
  auto refused = ask("GetSessionToken");
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(refused.body.find("<Code>AccessDenied</Code>"), std::string::npos) << refused.body;
}

/// STS with handlers that misbehave, and one that runs outside transactions.
const sts::Handlers misbehaving{
    .assume_role = [](Tx&, const Caller&, const sts::AssumeRoleRequest&) -> Result<sts::AssumeRoleResponse> {
      throw std::runtime_error("a secret of the inside");
    },
    .get_access_key_info = [text = std::string("outside")](
                               const Caller&, const sts::GetAccessKeyInfoRequest& in
                           ) -> Result<sts::GetAccessKeyInfoResponse> {
      if (in.access_key_id == "AKIATHROW0000000") throw std::runtime_error("a secret of the outside");
      sts::GetAccessKeyInfoResponse out;
      out.account = text;
      return out;
    },
};

const ServiceRegistration misbehaving_services[] = {{sts::service(), &misbehaving}};

TEST(Gateway, LetsNoExceptionOut) {
  World world({.services = misbehaving_services});
  auto reply =
      world.call("sts", "AssumeRole", R"({"RoleArn":"arn:aws:iam::123456789012:role/x","RoleSessionName":"ci"})");
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(reply.code, "InternalFailure");
  EXPECT_EQ(reply.http.body.find("secret"), std::string::npos);
  reply = world.call("sts", "GetAccessKeyInfo", R"({"AccessKeyId":"AKIATHROW0000000"})");
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(reply.http.body.find("secret"), std::string::npos);
}

TEST(Gateway, RunsHandlersOutsideTransactionsElsewhere) {
  World world({.services = misbehaving_services});
  auto reply = world.call("sts", "GetAccessKeyInfo", R"({"AccessKeyId":"AKIAIOSFODNN7EXAMPLE"})");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.document, R"({"Account":"outside"})");
}

}  // namespace
}  // namespace roadstead
