// One test for all logs: what log.h promises, each of them keeps.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/id/id.h"
#include "base/text/text.h"
#include "store/log/failing_log.h"
#include "store/log/memory_log.h"
#include "store/log/sqlite_log.h"
#include "store/log/temporary_directory.h"

namespace roadstead {
namespace {

/// A place that keeps a log, and opens it again and again.
class Medium {
 public:
  virtual ~Medium() = default;
  virtual std::unique_ptr<Log> open() = 0;
};

class MemoryMedium final : public Medium {
 public:
  std::unique_ptr<Log> open() override { return std::make_unique<MemoryLog>(disk_); }

 private:
  std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
};

class SqliteMedium final : public Medium {
 public:
  std::unique_ptr<Log> open() override {
    auto log = SqliteLog::open(directory_.path());
    CHECK(log, "an empty directory takes a state");
    return std::move(log).value();
  }

 private:
  TemporaryDirectory directory_;
};

class FailingMedium final : public Medium {
 public:
  std::unique_ptr<Log> open() override {
    inner_.reset();
    inner_ = inside_.open();
    return std::make_unique<FailingLog>(*inner_);
  }

 private:
  SqliteMedium inside_;
  std::unique_ptr<Log> inner_;
};

struct Kind {
  std::string name;
  std::function<std::unique_ptr<Medium>()> make;
};

using Rows = std::map<std::string, std::string>;  // "table:key" to document

Rows replay(Log& log, std::uint64_t from = 0, std::uint64_t* newest = nullptr) {
  Rows rows;
  auto outcome = log.replay(from, [&](const LoggedRow& row) -> Status {
    rows[cat(row.table, ':', row.key)] = std::string(row.document);
    return Done{};
  });
  EXPECT_TRUE(outcome) << outcome.error().message;
  if (outcome && newest != nullptr) *newest = *outcome;
  return rows;
}

LoggedBatch put(std::uint64_t seq, std::string key, std::string document, bool is_new = true) {
  return {seq, Instant{}, {{"pets", std::move(key), std::move(document), is_new}}};
}

LoggedBatch erase(std::uint64_t seq, std::string key) {
  return {seq, Instant{}, {{"pets", std::move(key), std::nullopt, false}}};
}

class LogContract : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    medium_ = GetParam().make();
    log_ = medium_->open();
  }

  void reopen() {
    log_.reset();
    log_ = medium_->open();
  }

  void append(std::vector<LoggedBatch> batches) {
    auto written = log_->append(batches);
    ASSERT_TRUE(written) << written.error().message;
  }

  std::unique_ptr<Medium> medium_;
  std::unique_ptr<Log> log_;
};

TEST_P(LogContract, BeginsEmpty) {
  std::uint64_t newest = 7;
  EXPECT_TRUE(replay(*log_, 0, &newest).empty());
  EXPECT_EQ(newest, 0U);
}

TEST_P(LogContract, KeepsTheNewestOfEachRowOverAReopening) {
  append({put(1, "rex", "one"), put(2, "tom", "two")});
  append({put(3, "rex", "three", false), erase(4, "tom"), put(5, "tim", ""), put(6, "tim", "six", false)});
  append({put(7, "gone", "x"), erase(8, "gone")});
  reopen();
  std::uint64_t newest = 0;
  EXPECT_EQ(replay(*log_, 0, &newest), (Rows{{"pets:rex", "three"}, {"pets:tim", "six"}}));
  EXPECT_EQ(newest, 8U);
  append({put(9, "rex", "nine", false)});
  reopen();
  EXPECT_EQ(replay(*log_).at("pets:rex"), "nine");
}

TEST_P(LogContract, KeepsAnyBytesThatAreText) {
  std::string key = "arn:aws:ecs:us-east-1:1:service/a/b:c \"'%_\\";
  append({put(1, key, "d\xc3\xa9j\xc3\xa0 'vu'\n;--"), put(2, "", "no key")});
  reopen();
  EXPECT_EQ(replay(*log_), (Rows{{"pets:" + key, "d\xc3\xa9j\xc3\xa0 'vu'\n;--"}, {"pets:", "no key"}}));
}

TEST_P(LogContract, GivesOnlyWhatChangedAfterAMark) {
  append({put(1, "rex", "one"), put(2, "tom", "two"), put(3, "rex", "three", false)});
  EXPECT_EQ(replay(*log_, 2), (Rows{{"pets:rex", "three"}}));
  EXPECT_TRUE(replay(*log_, 3).empty());
}

TEST_P(LogContract, RefusesAGapAndStaysUsable) {
  append({put(1, "rex", "one")});
  LoggedBatch gap = put(3, "tom", "x");
  EXPECT_EQ(log_->append({&gap, 1}).error().code, "StateNotWritable");
  append({put(2, "tom", "two")});
  EXPECT_EQ(replay(*log_).size(), 2U);
}

TEST_P(LogContract, StopsWhenTheSinkRefuses) {
  append({put(1, "rex", "one"), put(2, "tom", "two")});
  int calls = 0;
  auto outcome = log_->replay(0, [&](const LoggedRow&) -> Status {
    ++calls;
    return Error{"Unreadable", "No."};
  });
  EXPECT_EQ(outcome.error().message, "No.");
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(replay(*log_).size(), 2U);
}

TEST_P(LogContract, ASnapshotReplacesEverythingOrNothing) {
  append({put(1, "rex", "one"), put(2, "tom", "two")});
  auto broken = log_->snapshot({40, [](const RowSink& sink) -> Status {
    TRY(sink({"pets", "new", "row", 1}));
    return Error{"Unreadable", "The backup ends here."};
  }});
  EXPECT_EQ(broken.error().message, "The backup ends here.");
  EXPECT_EQ(replay(*log_).size(), 2U);
  auto whole = log_->snapshot({40, [](const RowSink& sink) -> Status {
    TRY(sink({"pets", "new", "row", 12}));
    return sink({"owners", "ann", "row", 40});
  }});
  ASSERT_TRUE(whole);
  append({put(41, "rex", "back")});
  reopen();
  std::uint64_t newest = 0;
  EXPECT_EQ(replay(*log_, 0, &newest), (Rows{{"owners:ann", "row"}, {"pets:new", "row"}, {"pets:rex", "back"}}));
  EXPECT_EQ(newest, 41U);
}

TEST_P(LogContract, TrimLosesNothing) {
  for (std::uint64_t seq = 1; seq <= 200; ++seq) append({put(seq, cat(seq), std::string(9000, 'x'))});
  EXPECT_TRUE(log_->trim(200));
  EXPECT_EQ(replay(*log_).size(), 200U);
  reopen();
  EXPECT_EQ(replay(*log_).size(), 200U);
  EXPECT_TRUE(log_->trim(200));
}

TEST_P(LogContract, BehavesAsAMapDoes) {
  SeededIds ids(5);
  Rows model;
  std::uint64_t seq = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<LoggedBatch> group;
    for (std::uint64_t left = ids.bits() % 12 + 1; left > 0; --left) {
      LoggedBatch batch{++seq, Instant{}, {}};
      for (std::uint64_t first = ids.bits() % 40, count = ids.bits() % 4; count > 0; --count) {
        auto key = cat(first + count);
        bool is_new = !model.contains("pets:" + key);
        if (!is_new && ids.bits() % 3 == 0) {
          batch.changes.push_back({"pets", key, std::nullopt, false});
          model.erase("pets:" + key);
        } else {
          batch.changes.push_back({"pets", key, cat("v", seq), is_new});
          model["pets:" + key] = cat("v", seq);
        }
      }
      group.push_back(std::move(batch));
    }
    append(std::move(group));
    if (round % 10 == 0) reopen();
  }
  std::uint64_t newest = 0;
  EXPECT_EQ(replay(*log_, 0, &newest), model);
  EXPECT_EQ(newest, seq);
}

INSTANTIATE_TEST_SUITE_P(
    Logs, LogContract,
    testing::Values(
        Kind{"Memory", [] { return std::make_unique<MemoryMedium>(); }},
        Kind{"Sqlite", [] { return std::make_unique<SqliteMedium>(); }},
        Kind{"Failing", [] { return std::make_unique<FailingMedium>(); }}
    ),
    [](const auto& kind) { return kind.param.name; }
);

TEST(FailingLog, RefusesTheChosenWrite) {
  MemoryLog memory;
  FailingLog log(memory, {{2, LogFault::Kind::refuse}});
  LoggedBatch first = put(1, "rex", "one");
  LoggedBatch second = put(2, "tom", "two");
  EXPECT_TRUE(log.append({&first, 1}));
  EXPECT_FALSE(log.append({&second, 1}));
  EXPECT_EQ(replay(log).size(), 1U);
  EXPECT_TRUE(log.append({&second, 1}));
  log.fill();
  LoggedBatch third = put(3, "tim", "three");
  EXPECT_FALSE(log.append({&third, 1}));
  EXPECT_EQ(replay(log).size(), 2U);
  log.free();
  EXPECT_TRUE(log.append({&third, 1}));
}

TEST(FailingLog, TearsAGroupAndIsDead) {
  auto disk = std::make_shared<MemoryDisk>();
  MemoryLog memory(disk);
  FailingLog log(memory, {{1, LogFault::Kind::tear}});
  std::vector<LoggedBatch> group{put(1, "a", "1"), put(2, "b", "2"), put(3, "c", "3"), put(4, "d", "4")};
  EXPECT_FALSE(log.append(group));
  EXPECT_FALSE(log.append(group));
  EXPECT_FALSE(log.replay(0, [](const LoggedRow&) -> Status { return Done{}; }));
  MemoryLog reopened(disk);
  EXPECT_EQ(replay(reopened).size(), 2U);
}

}  // namespace
}  // namespace roadstead
