// Requests that wait: a receive from an SQS queue that is empty, in a World without threads.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/text/text.h"
#include "support/world.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

using Answer = std::shared_ptr<const std::optional<HttpResponse>>;

class WaitingTest : public testing::Test {
 protected:
  void SetUp() override { make("q"); }

  void make(const std::string& name) { ASSERT_EQ(world_.call("sqs", "CreateQueue", cat(R"({"QueueName":")", name, R"("})")).code, ""); }

  static std::string url(const std::string& name) { return cat(R"("QueueUrl":"http://roadstead.test/123456789012/)", name, '"'); }

  Answer receive(int seconds, const std::string& name = "q") {
    return world_.post(world_.signed_request("sqs", "ReceiveMessage", cat('{', url(name), R"(,"WaitTimeSeconds":)", seconds, '}')));
  }

  void send(const std::string& body, const std::string& more = "") {
    ASSERT_EQ(world_.call("sqs", "SendMessage", cat('{', url("q"), R"(,"MessageBody":")", body, '"', more, '}')).code, "");
  }

  /// "waits", the bodies, or the error.
  static std::string what(const Answer& answer) {
    if (!*answer) return "waits";
    auto document = boost::json::parse((*answer)->body).as_object();
    if ((*answer)->status != 200) return std::string(document["__type"].as_string());
    std::string bodies;
    if (!document.contains("Messages")) return "nothing";
    for (const auto& message : document["Messages"].as_array()) bodies += std::string(message.at("Body").as_string());
    return bodies;
  }

  World world_;
};

TEST_F(WaitingTest, AMessageWakesWhoCameFirst) {
  auto first = receive(20);
  auto second = receive(20);
  EXPECT_EQ(what(first), "waits");
  send("a");
  EXPECT_EQ(what(first), "a");
  EXPECT_EQ(what(second), "waits");
  send("b");
  EXPECT_EQ(what(second), "b");
}

TEST_F(WaitingTest, ABatchWakesAsManyAsItServes) {
  auto first = receive(20);
  auto second = receive(20);
  auto third = receive(20);
  auto sent = world_.call("sqs", "SendMessageBatch",
                          cat('{', url("q"), R"(,"Entries":[{"Id":"1","MessageBody":"a"},{"Id":"2","MessageBody":"b"}]})"));
  ASSERT_EQ(sent.code, "");
  EXPECT_EQ(what(first), "a");
  EXPECT_EQ(what(second), "b");
  EXPECT_EQ(what(third), "waits");
}

TEST_F(WaitingTest, EndsWithItsTime) {
  auto waits = receive(5);
  auto longer = receive(20);
  world_.advance(5s - 1us);
  EXPECT_EQ(what(waits), "waits");
  world_.advance(1us);
  EXPECT_EQ(what(waits), "nothing");
  EXPECT_EQ(what(longer), "waits");
  send("a");
  EXPECT_EQ(what(longer), "a");
}

TEST_F(WaitingTest, NoTimeIsNoWait) { EXPECT_EQ(what(receive(0)), "nothing"); }

TEST_F(WaitingTest, AMessageThatBecomesVisibleWakes) {
  auto waits = receive(20);
  send("late", R"(,"DelaySeconds":7)");
  EXPECT_EQ(what(waits), "waits");
  world_.advance(7s);
  EXPECT_EQ(what(waits), "late");
  // Held for 30 seconds by the first, it comes to the next.
  world_.advance(15s);
  auto next = receive(20);
  world_.advance(14s);
  EXPECT_EQ(what(next), "waits");
  world_.advance(1s);
  EXPECT_EQ(what(next), "late");
}

TEST_F(WaitingTest, WhoComesNextInLineSeesWhatTheFirstLeft) {
  auto first = receive(3);
  auto second = receive(20);
  send("late", R"(,"DelaySeconds":4)");
  world_.advance(3s);
  EXPECT_EQ(what(first), "nothing");
  EXPECT_EQ(what(second), "waits");
  world_.advance(1s);
  EXPECT_EQ(what(second), "late");
}

TEST_F(WaitingTest, AMessageOfAnotherQueueDoesNot) {
  make("other");
  auto waits = receive(20, "other");
  send("a");
  EXPECT_EQ(what(waits), "waits");
}

TEST_F(WaitingTest, EndsWithItsQueue) {
  auto waits = receive(20);
  auto too = receive(20);
  ASSERT_EQ(world_.call("sqs", "DeleteQueue", cat('{', url("q"), '}')).code, "");
  EXPECT_EQ(what(waits), "QueueDoesNotExist");
  EXPECT_EQ(what(too), "QueueDoesNotExist");
}

}  // namespace
}  // namespace roadstead
