#include "control/controllers.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "base/text/text.h"
#include "control/controller_timer.h"
#include "store/inline_transactor.h"
#include "store/log/failing_log.h"
#include "store/log/memory_log.h"
#include "store/test_rows.h"
#include "store/thread_transactor.h"

namespace roadstead {
namespace {

using std::chrono::seconds;
using Wake = std::optional<Instant>;

/// Keeps OwnerRow::pets equal to the number of the owner's pets.
Controller count_pets() {
  Controller controller;
  controller.name = "count_pets";
  controller.interested = [](const Change& change, std::vector<std::string>& keys) {
    if (auto pet = change.before_as<PetRow>()) keys.push_back(pet->owner);
    if (auto pet = change.after_as<PetRow>()) keys.push_back(pet->owner);
    if (auto owner = change.row_as<OwnerRow>()) keys.push_back(owner->name);
  };
  controller.reconcile = [](Tx& tx, const std::string& owner) -> Wake {
    tx.put(OwnerRow{owner, static_cast<int>(tx.count(PetRowIndex::by_owner, owner))});
    return std::nullopt;
  };
  controller.all_keys = [](const Reader& reader, std::vector<std::string>& keys) {
    reader.for_each<OwnerRow>([&](const OwnerRow& owner) { keys.push_back(owner.name); });
  };
  return controller;
}

/// A controller of pets that does what it is told.
Controller of_pets(std::function<Result<Wake>(Tx&, const std::string&)> reconcile) {
  Controller controller;
  controller.name = "pets";
  controller.interested = [](const Change& change, std::vector<std::string>& keys) {
    if (change.is<PetRow>()) keys.push_back(change.key);
  };
  controller.reconcile = std::move(reconcile);
  controller.all_keys = [](const Reader& reader, std::vector<std::string>& keys) {
    reader.for_each<PetRow>([&](const PetRow& pet) { keys.push_back(pet.name); });
  };
  return controller;
}

class ControllersTest : public testing::Test {
 protected:
  void begin(std::vector<Controller> controllers, Controllers::Options options = {}) {
    controllers_ = std::make_unique<Controllers>(transactor_, std::move(controllers), metrics_, options);
    controllers_->start();
  }

  void put(PetRow row) {
    Status outcome = Error{"NotRun", ""};
    transactor_.submit(
        [&](Tx& tx) -> Status {
          tx.put(std::move(row));
          return Done{};
        },
        [&](Status status) { outcome = std::move(status); }
    );
    ASSERT_TRUE(outcome);
  }

  int pets_of(std::string_view owner) {
    auto row = database_.reader().find<OwnerRow>(owner);
    return row == nullptr ? -1 : row->pets;
  }

  MemoryLog memory_;
  FailingLog log_{memory_};
  Database database_{test_schema()};
  Feed feed_;
  FakeClock clock_;
  SeededIds ids_{1};
  Metrics metrics_;
  InlineTransactor transactor_{{database_, log_, feed_, clock_, ids_}};
  std::unique_ptr<Controllers> controllers_;
};

TEST_F(ControllersTest, AnswerChangesAndComeToRest) {
  begin({count_pets()});
  put({"rex", "ann"});
  put({"tom", "ann"});
  put({"tim", "bob"});
  EXPECT_EQ(pets_of("ann"), 2);
  put({"tom", "bob"});
  EXPECT_EQ(pets_of("ann"), 1);
  EXPECT_EQ(pets_of("bob"), 2);
  EXPECT_TRUE(controllers_->idle());
  EXPECT_EQ(controllers_->next_wake(), std::nullopt);
}

TEST_F(ControllersTest, RunAllKeysAtTheStart) {
  put({"rex", "ann"});
  transactor_.submit(
      [](Tx& tx) -> Status {
        tx.put(OwnerRow{"ann", 77});
        tx.put(OwnerRow{"bob", 77});
        return Done{};
      },
      {}
  );
  begin({count_pets()});
  EXPECT_EQ(pets_of("ann"), 1);
  EXPECT_EQ(pets_of("bob"), 0);
}

TEST_F(ControllersTest, AreWokenInOrderOfTimeThenControllerThenKey) {
  std::vector<std::string> runs;
  auto sleepy = [&](std::string name) {
    return of_pets([&runs, name](Tx& tx, const std::string& key) -> Result<Wake> {
      runs.push_back(cat(name, ' ', key));
      auto pet = tx.find<PetRow>(key);
      return tx.now() < Instant::from_seconds(pet->age) ? Wake(Instant::from_seconds(pet->age)) : std::nullopt;
    });
  };
  clock_.set(Instant::from_seconds(1000));
  put({"rex", "ann", {}, 1060});
  put({"tom", "ann", {}, 1060});
  put({"zoe", "ann", {}, 1030});
  begin({sleepy("first"), sleepy("second")});
  EXPECT_EQ(runs.size(), 6U);
  EXPECT_EQ(controllers_->next_wake(), Instant::from_seconds(1030));
  runs.clear();
  clock_.set(Instant::from_seconds(1029));
  controllers_->run_due(clock_.now());
  EXPECT_TRUE(runs.empty());
  clock_.set(Instant::from_seconds(1060));
  controllers_->run_due(clock_.now());
  EXPECT_EQ(runs, (std::vector<std::string>{"first zoe", "second zoe", "first rex", "first tom", "second rex",
                                            "second tom"}));
  EXPECT_EQ(controllers_->next_wake(), std::nullopt);
}

TEST_F(ControllersTest, TryAgainAfterAnErrorWithGrowingPauses) {
  int runs = 0;
  begin({of_pets([&](Tx& tx, const std::string&) -> Result<Wake> {
    if (++runs < 5) {
      tx.put(OwnerRow{"half done"});
      return Error{"NoRoom", "There is no room."};
    }
    return Wake();
  })});
  put({"rex"});
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(database_.reader().count<OwnerRow>(), 0U) << "an Error undoes the run";
  std::vector<std::int64_t> pauses;
  while (auto next = controllers_->next_wake()) {
    pauses.push_back((*next - clock_.now()).count() / 1'000'000);
    clock_.set(*next);
    controllers_->run_due(*next);
    ASSERT_LT(pauses.size(), 10U);
  }
  EXPECT_EQ(pauses, (std::vector<std::int64_t>{1, 2, 4, 8}));
  EXPECT_EQ(runs, 5);
}

TEST_F(ControllersTest, OneThatDoesNothingAndWantsMoreDoesNotSpin) {
  int runs = 0;
  begin({of_pets([&](Tx& tx, const std::string&) -> Result<Wake> {
    ++runs;
    return Wake(tx.now());
  })});
  put({"rex"});
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(controllers_->next_wake(), clock_.now() + seconds(1));
}

TEST_F(ControllersTest, OneThatHasMoreToDoGoesOnAtOnce) {
  begin({of_pets([](Tx& tx, const std::string& key) -> Result<Wake> {
    auto pet = tx.find<PetRow>(key);
    if (pet->age >= 20) return Wake();
    tx.put(OwnerRow{cat("owner", pet->age)});
    tx.update<PetRow>(key, [](PetRow& row) { ++row.age; });
    return Wake(tx.now());
  })});
  put({"rex"});
  EXPECT_EQ(database_.reader().count<OwnerRow>(), 20U);
  EXPECT_TRUE(controllers_->idle());
}

TEST_F(ControllersTest, OneThatNeverComesToRestIsHeldBack) {
  int runs = 0;
  Controllers::Options options;
  options.settle_within = 50;
  begin({of_pets([&](Tx& tx, const std::string& key) -> Result<Wake> {
    ++runs;
    tx.update<PetRow>(key, [](PetRow& row) { ++row.age; });
    return Wake();
  })}, options);
  put({"rex"});
  EXPECT_EQ(runs, 51);
  EXPECT_EQ(controllers_->next_wake(), clock_.now() + seconds(1));
  clock_.advance(seconds(1));
  controllers_->run_due(clock_.now());
  EXPECT_EQ(runs, 102);
  EXPECT_EQ(controllers_->next_wake(), clock_.now() + seconds(2));
  EXPECT_NE(metrics_.render().find("roadstead_controller_unsettled_total{controller=\"pets\"} 2"), std::string::npos);
}

TEST_F(ControllersTest, TwoThatFightAreHeldBack) {
  auto wants = [](int age) {
    return of_pets([age](Tx& tx, const std::string& key) -> Result<Wake> {
      tx.update<PetRow>(key, [age](PetRow& row) { row.age = age; });
      return Wake();
    });
  };
  Controllers::Options options;
  options.settle_within = 50;
  begin({wants(1), wants(2)}, options);
  put({"rex"});
  EXPECT_TRUE(controllers_->idle());
  EXPECT_LT(database_.seq(), 200U);
  ASSERT_TRUE(controllers_->next_wake());
}

TEST_F(ControllersTest, ManyChangesFromOutsideAreNoFight) {
  Controllers::Options options;
  options.settle_within = 5;
  begin({count_pets()}, options);
  for (int number = 0; number < 100; ++number) put({cat("pet", number), "ann"});
  EXPECT_EQ(pets_of("ann"), 100);
  EXPECT_EQ(controllers_->next_wake(), std::nullopt);
}

TEST_F(ControllersTest, SurviveAFullDisk) {
  begin({count_pets()});
  put({"rex", "ann"});
  // The change is durable, the answer of the controller is not.
  auto subscription = feed_.subscribe(feed_.newest(), [&](const BatchPointer&) { log_.fill(); }).value();
  put({"tom", "ann"});
  EXPECT_EQ(pets_of("ann"), 1);
  subscription = {};
  log_.free();
  auto next = controllers_->next_wake();
  ASSERT_TRUE(next);
  clock_.set(*next);
  controllers_->run_due(*next);
  EXPECT_EQ(pets_of("ann"), 2);
}

TEST_F(ControllersTest, RepeatExactly) {
  auto trace = [] {
    std::vector<std::string> runs;
    MemoryLog log;
    Database database(test_schema());
    Feed feed;
    FakeClock clock;
    SeededIds ids(3);
    Metrics metrics;
    InlineTransactor transactor({database, log, feed, clock, ids});
    Controllers controllers(transactor, {count_pets(), of_pets([&](Tx& tx, const std::string& key) -> Result<Wake> {
      runs.push_back(cat(key, ' ', tx.seq(), ' ', tx.now().micros));
      return Wake(tx.now() + seconds(tx.ids().bits() % 30 + 1));
    })}, metrics);
    controllers.start();
    for (int step = 0; step < 200; ++step) {
      transactor.submit([&](Tx& tx) -> Status {
        tx.put(PetRow{cat("pet", tx.ids().bits() % 9), cat("owner", tx.ids().bits() % 3), {}, step});
        return Done{};
      }, {});
      clock.advance(seconds(1));
      controllers.run_due(clock.now());
    }
    return runs;
  };
  auto first = trace();
  EXPECT_GT(first.size(), 200U);
  EXPECT_EQ(first, trace());
}

/// Shows the time of a fast clock, a thousand times as fast as the real one.
class FastClock final : public Clock {
 public:
  Instant now() const override {
    auto passed = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - begin_);
    return Instant::from_seconds(1'790'000'000) + passed * 1000;
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

TEST(ControllerTimer, WakesControllersOnTheStateThread) {
  MemoryLog log;
  Database database(test_schema());
  Feed feed;
  FastClock clock;
  SeededIds ids(1);
  Metrics metrics;
  ThreadTransactor transactor(ThreadTransactor::Deps{database, log, feed, clock, ids, metrics});
  std::mutex mutex;
  std::condition_variable changed;
  int ended = 0;
  auto grow_up = of_pets([&](Tx& tx, const std::string& key) -> Result<Wake> {
    auto pet = tx.find<PetRow>(key);
    if (pet->age == 5) {
      std::lock_guard lock(mutex);
      ++ended;
      changed.notify_one();
      return Wake();
    }
    // One year each second: `owner` keeps the due time.
    auto due = to_number<std::int64_t>(pet->owner).value_or(0);
    if (tx.now().micros < due) return Wake(Instant{due});
    auto next = tx.now() + seconds(1);
    tx.update<PetRow>(key, [&](PetRow& row) {
      ++row.age;
      row.owner = cat(next.micros);
    });
    return Wake(next);
  });
  Controllers controllers(transactor, {grow_up}, metrics);
  ControllerTimer timer(controllers, transactor, clock, std::chrono::milliseconds(5));
  controllers.start();
  for (int number = 0; number < 20; ++number) {
    transactor.submit([number](Tx& tx) -> Status {
      tx.put(PetRow{cat("pet", number)});
      return Done{};
    }, {});
  }
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return ended >= 20; });
  }
  timer.stop();
  transactor.stop();
  database.reader().for_each<PetRow>([](const PetRow& pet) { EXPECT_EQ(pet.age, 5); });
}

}  // namespace
}  // namespace roadstead
