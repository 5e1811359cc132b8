#include "decide/queues/queue_expiry.h"

#include <gtest/gtest.h>

#include "decide/queues/messages.h"
#include "store/tx/database.h"

namespace roadstead {
namespace {

using std::chrono::seconds;

class QueueExpiryTest : public testing::Test {
 protected:
  template <class F>
  void run(F&& work) {
    Work wrapped = [&](Tx& tx) -> Status {
      work(tx);
      return Done{};
    };
    ASSERT_TRUE(database_.run(wrapped, now_, ids_).status);
  }

  std::optional<Instant> reconcile() {
    std::optional<Instant> next;
    run([&](Tx& tx) { next = reconcile_queue_expiry(tx, std::string(queue_expiry_key)).value(); });
    return next;
  }

  Database database_{stored_schema()};
  SeededIds ids_{1};
  Instant now_ = Instant::from_seconds(1'790'000'000);
};

TEST_F(QueueExpiryTest, TakesAwayWhatIsTooOld) {
  EXPECT_EQ(reconcile(), std::nullopt);
  QueueRow queue{.queue_name = "q.fifo", .queue_arn = "arn:aws:sqs:us-east-1:1:q.fifo"};
  queue.fifo = true;
  queue.message_retention_seconds = 60;
  auto begin = now_;
  run([&](Tx& tx) { send_message(tx, *tx.put(queue), {.body = "first", .group_id = "g"}); });
  now_ = begin + seconds(10);
  run([&](Tx& tx) { send_message(tx, *tx.find<QueueRow>("q.fifo"), {.body = "second", .group_id = "g"}); });
  EXPECT_EQ(reconcile(), begin + seconds(60));
  now_ = begin + seconds(60);
  EXPECT_EQ(reconcile(), begin + seconds(70));
  EXPECT_EQ(database_.reader().count<QueueMessageRow>(), 1U);
  EXPECT_EQ(database_.reader().count<QueueDeduplicationRow>(), 2U);
  now_ = begin + seconds(70);
  EXPECT_EQ(reconcile(), begin + deduplication_window);
  now_ = begin + deduplication_window + seconds(10);
  EXPECT_EQ(reconcile(), std::nullopt);
  EXPECT_EQ(database_.reader().count<QueueDeduplicationRow>(), 0U);
}

TEST_F(QueueExpiryTest, GoesOnAfterALargeStep) {
  run([&](Tx& tx) {
    auto queue = tx.put(QueueRow{.queue_name = "q", .queue_arn = "arn:aws:sqs:us-east-1:1:q"});
    for (int i = 0; i < 1500; ++i) send_message(tx, *queue, {.body = "x"});
  });
  now_ = now_ + seconds(345'600);
  EXPECT_EQ(reconcile(), now_);
  EXPECT_EQ(database_.reader().count<QueueMessageRow>(), 500U);
  EXPECT_EQ(reconcile(), std::nullopt);
  EXPECT_EQ(database_.reader().count<QueueMessageRow>(), 0U);
}

}  // namespace
}  // namespace roadstead
