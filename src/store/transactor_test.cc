// One test for both transactors, and for the real one what only threads can do.
#include "store/transactor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "base/observe/metrics.h"
#include "store/inline_transactor.h"
#include "store/log/failing_log.h"
#include "store/log/memory_log.h"
#include "store/logged.h"
#include "store/test_rows.h"
#include "store/thread_transactor.h"

namespace roadstead {
namespace {

/// A log that waits at a gate, so that a test decides when a group becomes durable. Any thread.
class GatedLog final : public Log {
 public:
  explicit GatedLog(Log& log) : log_(log) {}

  void close() {
    std::lock_guard lock(mutex_);
    open_ = false;
  }
  void open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  /// Waits until an append stands at the gate.
  void wait_for_append() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_; });
  }
  std::vector<std::size_t> groups() {
    std::lock_guard lock(mutex_);
    return groups_;
  }

  Status append(std::span<const LoggedBatch> batches) override {
    {
      std::unique_lock lock(mutex_);
      groups_.push_back(batches.size());
      waiting_ = true;
      changed_.notify_all();
      changed_.wait(lock, [this] { return open_; });
      waiting_ = false;
    }
    return log_.append(batches);
  }
  Result<std::uint64_t> replay(std::uint64_t from, const RowSink& sink) override { return log_.replay(from, sink); }
  Status snapshot(const LogView& view) override { return log_.snapshot(view); }
  Status trim(std::uint64_t to) override { return log_.trim(to); }

 private:
  Log& log_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  bool waiting_ = false;
  std::vector<std::size_t> groups_;
};

/// Everything below a transactor.
struct Store {
  std::shared_ptr<MemoryDisk> disk = std::make_shared<MemoryDisk>();
  MemoryLog memory{disk};
  FailingLog failing{memory};
  GatedLog log{failing};
  Database database{test_schema()};
  Feed feed;
  FakeClock clock;
  SeededIds ids{1};
  Metrics metrics;

  std::unique_ptr<Transactor> make(bool threads) {
    if (!threads) {
      return std::make_unique<InlineTransactor>(InlineTransactor::Deps{database, log, feed, clock, ids});
    }
    return make_threads({});
  }

  std::unique_ptr<ThreadTransactor> make_threads(ThreadTransactor::Limits limits) {
    ThreadTransactor::Deps deps{database, log, feed, clock, ids, metrics};
    return std::make_unique<ThreadTransactor>(deps, limits);
  }
};

Status call(Transactor& transactor, Work work) {
  std::promise<Status> answer;
  auto future = answer.get_future();
  transactor.submit(std::move(work), [&answer](Status status) { answer.set_value(std::move(status)); });
  return future.get();
}

Work put(std::string name, int age = 0) {
  return [name = std::move(name), age](Tx& tx) -> Status {
    tx.put(PetRow{name, "ann", {}, age});
    return Done{};
  };
}

std::size_t count(Transactor& transactor) {
  std::size_t pets = 0;
  EXPECT_TRUE(call(transactor, [&](Tx& tx) -> Status {
    pets = tx.count<PetRow>();
    return Done{};
  }));
  return pets;
}

class TransactorContract : public testing::TestWithParam<bool> {
 protected:
  Store store_;
  std::unique_ptr<Transactor> transactor_ = store_.make(GetParam());
};

TEST_P(TransactorContract, AnswersWhenDurableAndAfterTheFeed) {
  std::vector<std::string> events;
  ASSERT_TRUE(call(*transactor_, [](Tx&) -> Status { return Done{}; }));
  Subscription subscription;
  std::promise<void> ended;
  transactor_->submit(
      [](Tx&) -> Status { return Done{}; },
      [&](Status) {
        subscription = transactor_->feed().subscribe(0, [&](const BatchPointer& batch) {
          events.push_back(cat("feed ", batch->seq, store_.disk->seq >= batch->seq ? " durable" : " too early"));
        }).value();
        transactor_->submit(put("rex"), [&](Status status) {
          events.push_back(status ? "done" : "failed");
          subscription = {};
          ended.set_value();
        });
      }
  );
  ended.get_future().get();
  EXPECT_EQ(events, (std::vector<std::string>{"feed 1 durable", "done"}));
}

TEST_P(TransactorContract, ARefusalChangesNothing) {
  auto refused = call(*transactor_, [](Tx& tx) -> Status {
    tx.put(PetRow{"rex"});
    return Error{"InvalidParameterException", "No."};
  });
  EXPECT_EQ(refused.error().code, "InvalidParameterException");
  EXPECT_EQ(count(*transactor_), 0U);
  EXPECT_EQ(store_.failing.appends(), 0U);
}

TEST_P(TransactorContract, AFullDiskRefusesWritesAnswersReadsAndRecovers) {
  ASSERT_TRUE(call(*transactor_, put("rex")));
  store_.failing.fill();
  auto refused = call(*transactor_, put("tom"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "ServerException");
  EXPECT_NE(refused.error().message.find("Nothing was changed. The disk is full."), std::string::npos);
  EXPECT_EQ(count(*transactor_), 1U);
  store_.failing.free();
  ASSERT_TRUE(call(*transactor_, put("tom")));
  EXPECT_EQ(count(*transactor_), 2U);
  EXPECT_EQ(store_.disk->seq, 2U);
}

TEST_P(TransactorContract, TheStateComesBackFromTheLog) {
  for (int number = 0; number < 20; ++number) ASSERT_TRUE(call(*transactor_, put(cat("pet", number), number)));
  ASSERT_TRUE(call(*transactor_, [](Tx& tx) -> Status {
    tx.erase<PetRow>("pet3");
    tx.put(OwnerRow{"ann", 19});
    return Done{};
  }));
  transactor_.reset();
  Database again(test_schema());
  Feed feed;
  MemoryLog log(store_.disk);
  ASSERT_TRUE(load_state(log, again, feed));
  EXPECT_EQ(again.seq(), 21U);
  EXPECT_EQ(feed.newest(), 21U);
  EXPECT_EQ(again.reader().count(PetRowIndex::by_owner, "ann"), 19U);
  EXPECT_EQ(again.reader().find<PetRow>("pet7")->age, 7);

  MemoryLog copy;
  ASSERT_TRUE(copy.snapshot(view_of(again)));
  Database third(test_schema());
  Feed third_feed;
  ASSERT_TRUE(load_state(copy, third, third_feed));
  EXPECT_EQ(third.reader().count<PetRow>(), 19U);
  EXPECT_EQ(third.seq(), 21U);
}

TEST_P(TransactorContract, CompletionsMaySubmit) {
  std::promise<int> ended;
  int left = 50;
  std::function<void(Status)> again = [&](Status) {
    if (--left == 0) {
      ended.set_value(1);
    } else {
      transactor_->submit(put("rex", left), again);
    }
  };
  transactor_->submit(put("rex", left), again);
  ended.get_future().get();
  EXPECT_EQ(store_.disk->seq, 50U);
}

INSTANTIATE_TEST_SUITE_P(Transactors, TransactorContract, testing::Bool(), [](const auto& threads) {
  return threads.param ? "Thread" : "Inline";
});

TEST(ThreadTransactor, GathersWhatArrivesWhileTheDiskIsBusy) {
  Store store;
  store.log.close();
  auto transactor = store.make_threads({});
  std::mutex mutex;
  std::vector<std::string> order;
  auto note = [&](std::string name) {
    return [&, name](Status status) {
      std::lock_guard lock(mutex);
      order.push_back(status ? name : "failed");
    };
  };
  transactor->submit(put("first"), note("first"));
  store.log.wait_for_append();
  for (int number = 0; number < 10; ++number) transactor->submit(put(cat("pet", number)), note(cat(number)));
  std::promise<std::size_t> seen;
  transactor->submit(
      [&](Tx& tx) -> Status {
        seen.set_value(tx.count<PetRow>());
        return Done{};
      },
      note("read")
  );
  EXPECT_EQ(seen.get_future().get(), 11U) << "it runs at once, and sees what is not durable yet";
  {
    std::lock_guard lock(mutex);
    EXPECT_TRUE(order.empty()) << "but is not answered";
  }
  store.log.open();
  EXPECT_EQ(count(*transactor), 11U);
  transactor.reset();
  EXPECT_EQ(order.size(), 12U);
  EXPECT_EQ(order.front(), "first");
  EXPECT_EQ(order.back(), "read");
  EXPECT_EQ(store.log.groups(), (std::vector<std::size_t>{1, 10}));
}

TEST(ThreadTransactor, AFailedGroupTakesAllThatRanAfterItAlong) {
  Store store;
  store.log.close();
  auto transactor = store.make_threads({});
  std::vector<std::string> fed;
  Subscription subscription = store.feed.subscribe(0, [&](const BatchPointer& batch) {
    fed.push_back(batch->changes[0].key);
  }).value();
  std::vector<std::promise<Status>> answers(4);
  auto answer = [&](std::size_t number) {
    return [&answers, number](Status status) { answers[number].set_value(std::move(status)); };
  };
  transactor->submit(put("lost1"), answer(0));
  store.log.wait_for_append();
  store.failing.fill();
  transactor->submit(put("lost2"), answer(1));
  transactor->submit([](Tx& tx) -> Status { return tx.contains<PetRow>("lost2") ? Status(Done{}) : Error{"No", ""}; },
                     answer(2));
  transactor->submit(put("lost1", 7), answer(3));
  std::promise<void> all_run;
  transactor->submit([&](Tx&) -> Status { all_run.set_value(); return Done{}; }, {});
  all_run.get_future().get();
  store.log.open();
  for (auto& one : answers) EXPECT_EQ(one.get_future().get().error().code, "ServerException");
  EXPECT_EQ(count(*transactor), 0U);
  store.failing.free();
  EXPECT_TRUE(call(*transactor, put("kept")));
  transactor->stop();
  EXPECT_EQ(fed, std::vector<std::string>{"kept"});
  EXPECT_EQ(store.disk->seq, 1U);
}

TEST(ThreadTransactor, ManyThreadsGetTheirOwnAnswers) {
  Store store;
  auto transactor = store.make_threads({});
  constexpr int threads = 8;
  constexpr int each = 400;
  std::atomic<int> done{0};
  std::vector<std::thread> clients;
  for (int client = 0; client < threads; ++client) {
    clients.emplace_back([&, client] {
      for (int number = 0; number < each; ++number) {
        auto status = call(*transactor, [&](Tx& tx) -> Status {
          tx.put(PetRow{cat(client, '-', number)});
          auto owner = tx.find<OwnerRow>("all");
          tx.put(OwnerRow{"all", owner == nullptr ? 1 : owner->pets + 1});
          if (number % 10 == 9) return Error{"No", "refused"};
          return Done{};
        });
        if (status) ++done;
        EXPECT_EQ(status.has_value(), number % 10 != 9);
      }
    });
  }
  for (auto& client : clients) client.join();
  transactor->stop();
  EXPECT_EQ(done, threads * each * 9 / 10);
  EXPECT_EQ(store.database.reader().find<OwnerRow>("all")->pets, done);
  EXPECT_EQ(store.disk->seq, static_cast<std::uint64_t>(done.load()));
}

TEST(ThreadTransactor, RefusesMoreThanItCanHold) {
  Store store;
  store.log.close();
  ThreadTransactor::Limits limits;
  limits.waiting = 4;
  limits.in_flight = 2;
  auto transactor = store.make_threads(limits);
  std::atomic<int> kept{0};
  std::atomic<int> refused{0};
  for (int number = 0; number < 20; ++number) {
    transactor->submit(put(cat("pet", number)), [&](Status status) { status ? ++kept : ++refused; });
  }
  store.log.wait_for_append();
  EXPECT_GE(refused, 20 - 4 - 2);
  EXPECT_EQ(kept, 0);
  store.log.open();
  transactor->stop();
  EXPECT_EQ(kept + refused, 20);
  EXPECT_GE(kept, 1);
}

TEST(ThreadTransactor, StopsInOrder) {
  Store store;
  auto transactor = store.make_threads({});
  std::atomic<int> answered{0};
  for (int number = 0; number < 500; ++number) {
    transactor->submit(put(cat("pet", number)), [&](Status) { ++answered; });
  }
  transactor->stop();
  EXPECT_EQ(answered, 500);
  Status late = Done{};
  transactor->submit(put("late"), [&](Status status) { late = std::move(status); });
  EXPECT_EQ(late.error().code, "ServerException");
}

TEST(ThreadTransactor, RunsErrandsOnTheLogThread) {
  Store store;
  auto transactor = store.make_threads({});
  ASSERT_TRUE(call(*transactor, put("rex")));
  std::promise<std::uint64_t> newest;
  transactor->with_log([&](Log& log) {
    newest.set_value(log.replay(0, [](const LoggedRow&) -> Status { return Done{}; }).value());
  });
  EXPECT_EQ(newest.get_future().get(), 1U);
}

}  // namespace
}  // namespace roadstead
