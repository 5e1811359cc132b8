#include "decide/queues/messages.h"

#include <gtest/gtest.h>

#include "decide/queues/receipt_handle.h"
#include "store/tx/database.h"

namespace roadstead {
namespace {

using std::chrono::seconds;

using Bodies = std::vector<std::string>;

class MessagesTest : public testing::Test {
 protected:
  template <class F>
  void run(F&& work) {
    Work wrapped = [&](Tx& tx) -> Status {
      work(tx);
      return Done{};
    };
    ASSERT_TRUE(database_.run(wrapped, now_, ids_).status);
  }

  void make(QueueRow queue) {
    queue.queue_arn = "arn:aws:sqs:us-east-1:1:" + queue.queue_name;
    run([&](Tx& tx) { tx.put(queue); });
  }

  void make_fifo(const std::string& name) {
    QueueRow queue{.queue_name = name};
    queue.fifo = true;
    make(queue);
  }

  SentMessage send(const std::string& queue, NewMessage message) {
    SentMessage sent;
    run([&](Tx& tx) { sent = send_message(tx, *tx.find<QueueRow>(queue), std::move(message)); });
    return sent;
  }

  SentMessage send_grouped(const std::string& body, const std::string& group) { return send("q.fifo", {.body = body, .group_id = group}); }

  Bodies receive(const std::string& queue, std::size_t most = 10, seconds timeout = seconds(30)) {
    Bodies bodies;
    run([&](Tx& tx) {
      for (const auto& row : receive_messages(tx, *tx.find<QueueRow>(queue), most, timeout)) bodies.push_back(row->body);
    });
    return bodies;
  }

  void erase(const std::string& queue, std::int64_t number) {
    run([&](Tx& tx) { EXPECT_TRUE(tx.erase<QueueMessageRow>(queue_message_key(queue, number))); });
  }

  QueueMessagePointer row(const std::string& queue, std::int64_t number) {
    return database_.reader().find<QueueMessageRow>(queue_message_key(queue, number));
  }

  Database database_{stored_schema()};
  SeededIds ids_{1};
  Instant now_ = Instant::from_seconds(1'790'000'000);
};

TEST_F(MessagesTest, AreGivenOutOnceUntilTheTimeoutIsOver) {
  make({.queue_name = "q"});
  send("q", {.body = "a"});
  send("q", {.body = "b"});
  send("q", {.body = "c"});
  EXPECT_EQ(receive("q", 2), (Bodies{"a", "b"}));
  EXPECT_EQ(receive("q"), (Bodies{"c"}));
  EXPECT_EQ(receive("q"), Bodies{});
  EXPECT_EQ(next_visible_time(database_.reader(), "q", now_), now_ + seconds(30));
  auto first_token = row("q", 1)->receipt_token;
  now_ = now_ + seconds(30);
  EXPECT_EQ(next_visible_time(database_.reader(), "q", now_), std::nullopt);
  EXPECT_EQ(receive("q"), (Bodies{"a", "b", "c"}));
  EXPECT_EQ(row("q", 1)->receive_count, 2);
  EXPECT_EQ(row("q", 1)->first_received_at, now_ - seconds(30));
  EXPECT_NE(row("q", 1)->receipt_token, first_token);
}

TEST_F(MessagesTest, OfAnotherQueueAreNotTouched) {
  make({.queue_name = "a"});
  make({.queue_name = "a-b"});
  make({.queue_name = "b"});
  send("a-b", {.body = "x"});
  EXPECT_EQ(receive("a"), Bodies{});
  EXPECT_EQ(receive("b"), Bodies{});
  EXPECT_EQ(receive("a-b"), (Bodies{"x"}));
}

TEST_F(MessagesTest, ReceivedForNoTimeAreGivenOutOnceEachTime) {
  make({.queue_name = "q"});
  send("q", {.body = "a"});
  EXPECT_EQ(receive("q", 10, seconds(0)), (Bodies{"a"}));
  EXPECT_EQ(receive("q", 10, seconds(0)), (Bodies{"a"}));
}

TEST_F(MessagesTest, CanBeDelayedByTheQueueOrOneByOne) {
  QueueRow queue{.queue_name = "q"};
  queue.delay_seconds = 10;
  make(queue);
  send("q", {.body = "late"});
  send("q", {.body = "now", .delay_seconds = 0});
  auto counts = count_messages(database_.reader(), "q", now_);
  EXPECT_EQ(std::tuple(counts.visible, counts.in_flight, counts.delayed), std::tuple(1, 0, 1));
  EXPECT_EQ(receive("q"), (Bodies{"now"}));
  counts = count_messages(database_.reader(), "q", now_);
  EXPECT_EQ(std::tuple(counts.visible, counts.in_flight, counts.delayed), std::tuple(0, 1, 1));
  now_ = now_ + seconds(10);
  EXPECT_EQ(receive("q"), (Bodies{"late"}));
}

TEST_F(MessagesTest, ThatAreTooOldAreNotGivenOut) {
  QueueRow queue{.queue_name = "q"};
  queue.message_retention_seconds = 60;
  make(queue);
  send("q", {.body = "a"});
  now_ = now_ + seconds(60);
  EXPECT_EQ(receive("q"), Bodies{});
}

TEST_F(MessagesTest, ReceivedTooOftenMoveToTheDeadLetterQueue) {
  make({.queue_name = "dead"});
  QueueRow queue{.queue_name = "q"};
  queue.dead_letter_target_arn = "arn:aws:sqs:us-east-1:1:dead";
  queue.max_receive_count = 2;
  make(queue);
  auto sent = send("q", {.body = "bad", .attributes = {{"a", {.string_value = "x", .binary_value = {}, .string_list_values = {}, .binary_list_values = {}, .data_type = "String"}}}});
  send("q", {.body = "good"});
  erase("q", 2);
  send("q", {.body = "later", .delay_seconds = 1});
  auto begin = now_;
  EXPECT_EQ(receive("q", 10, seconds(0)), (Bodies{"bad"}));
  EXPECT_EQ(receive("q", 10, seconds(0)), (Bodies{"bad"}));
  EXPECT_EQ(receive("dead"), Bodies{});
  now_ = now_ + seconds(5);
  // The one that moves away takes no place in the answer.
  EXPECT_EQ(receive("q", 1, seconds(0)), (Bodies{"later"}));
  EXPECT_EQ(row("q", 1), nullptr);
  EXPECT_EQ(receive("dead"), (Bodies{"bad"}));
  auto moved = row("dead", 1);
  EXPECT_EQ(moved->message_id, sent.message_id);
  EXPECT_EQ(moved->dead_letter_source_arn, "arn:aws:sqs:us-east-1:1:q");
  EXPECT_EQ(moved->receive_count, 1);
  EXPECT_EQ(moved->attributes.size(), 1U);
  EXPECT_EQ(moved->expires_at, begin + seconds(345'600));
}

TEST_F(MessagesTest, WithoutTheirDeadLetterQueueGoOnBeingGivenOut) {
  QueueRow queue{.queue_name = "q"};
  queue.dead_letter_target_arn = "arn:aws:sqs:us-east-1:1:gone";
  queue.max_receive_count = 1;
  make(queue);
  send("q", {.body = "a"});
  EXPECT_EQ(receive("q", 1, seconds(0)), (Bodies{"a"}));
  EXPECT_EQ(receive("q", 1, seconds(0)), (Bodies{"a"}));
}

TEST_F(MessagesTest, OfOneGroupComeInOrderOneBatchAtATime) {
  make_fifo("q.fifo");
  send_grouped("a1", "a");
  send_grouped("b1", "b");
  send_grouped("a2", "a");
  send_grouped("b2", "b");
  EXPECT_EQ(receive("q.fifo", 1), (Bodies{"a1"}));
  // While a1 is in flight nothing else of its group is given out.
  EXPECT_EQ(receive("q.fifo", 10), (Bodies{"b1", "b2"}));
  EXPECT_EQ(receive("q.fifo", 10), Bodies{});
  erase("q.fifo", 1);
  EXPECT_EQ(receive("q.fifo", 10), (Bodies{"a2"}));
  erase("q.fifo", 2);
  send_grouped("b3", "b");
  EXPECT_EQ(receive("q.fifo", 10), Bodies{});
  now_ = now_ + seconds(30);
  EXPECT_EQ(receive("q.fifo", 10), (Bodies{"a2", "b2", "b3"}));
}

TEST_F(MessagesTest, ThatFollowADelayedOneOfTheirGroupWait) {
  make_fifo("q.fifo");
  send_grouped("a1", "a");
  send("q.fifo", {.body = "a2", .group_id = "a", .delay_seconds = 5});
  send_grouped("a3", "a");
  EXPECT_EQ(receive("q.fifo", 10), (Bodies{"a1"}));
  erase("q.fifo", 1);
  EXPECT_EQ(receive("q.fifo", 10), Bodies{});
  now_ = now_ + seconds(5);
  EXPECT_EQ(receive("q.fifo", 10), (Bodies{"a2", "a3"}));
}

TEST_F(MessagesTest, SentTwiceInFiveMinutesAreOne) {
  make_fifo("q.fifo");
  auto first = send_grouped("same", "a");
  auto second = send_grouped("same", "b");
  EXPECT_EQ(second.message_id, first.message_id);
  EXPECT_EQ(second.number, first.number);
  auto named = send("q.fifo", {.body = "same", .group_id = "a", .deduplication_id = "another"});
  EXPECT_NE(named.message_id, first.message_id);
  EXPECT_EQ(receive("q.fifo"), (Bodies{"same", "same"}));
  erase("q.fifo", 1);
  EXPECT_EQ(send_grouped("same", "a").number, first.number);  // also after it is gone
  now_ = now_ + deduplication_window;
  EXPECT_GT(send_grouped("same", "a").number, named.number);
}

TEST_F(MessagesTest, CanBeToldApartByGroup) {
  QueueRow queue{.queue_name = "q.fifo"};
  queue.fifo = true;
  queue.deduplication_scope = "messageGroup";
  make(queue);
  auto first = send_grouped("same", "a");
  EXPECT_NE(send_grouped("same", "b").message_id, first.message_id);
  EXPECT_EQ(send_grouped("same", "a").message_id, first.message_id);
}

TEST_F(MessagesTest, AreErasedWithTheirQueueOnly) {
  make_fifo("q.fifo");
  make({.queue_name = "q"});
  send_grouped("a1", "a");
  send("q", {.body = "stays"});
  run([](Tx& tx) { erase_messages(tx, "q.fifo", false); });
  EXPECT_EQ(receive("q.fifo"), Bodies{});
  EXPECT_EQ(database_.reader().count<QueueDeduplicationRow>(), 1U);
  run([](Tx& tx) { erase_messages(tx, "q.fifo", true); });
  EXPECT_EQ(database_.reader().count<QueueDeduplicationRow>(), 0U);
  EXPECT_EQ(receive("q"), (Bodies{"stays"}));
}

TEST(SequenceNumber, HasTwentyDigits) { EXPECT_EQ(sequence_number(42), "00000000000000000042"); }

}  // namespace
}  // namespace roadstead
