#include "logstore/log_store.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/text/text.h"
#include "io/file.h"
#include "logstore/stored_log_sink.h"
#include "rows/rows.gen.h"
#include "store/inline_transactor.h"
#include "store/log/memory_log.h"

namespace roadstead {
namespace {

class LogStoreTest : public testing::Test {
 protected:
  LogStoreTest() : directory_(*make_temporary_directory(testing::TempDir(), "log-store-")) {
    open();
    change([](Tx& tx) { tx.put(LogGroupRow{.log_group_name = "g", .log_group_arn = "arn:aws:logs:r:a:log-group:g"}); });
    for (const char* name : {"a", "b", "c"}) make_stream(name);
  }

  ~LogStoreTest() override {
    store_.reset();
    EXPECT_TRUE(remove_tree(directory_));
  }

  void open(bool background = false) {
    store_.reset();
    LogStore::Settings settings{.directory = directory_, .clock = &clock_, .segment_bytes = 300};
    settings.background = background;
    auto opened = LogStore::open(settings);
    ASSERT_TRUE(opened);
    store_ = std::move(opened).value();
    store_->follow(transactor_);
  }

  void change(std::function<void(Tx&)> work) {
    auto run = [&work](Tx& tx) -> Status {
      work(tx);
      return Done{};
    };
    transactor_.submit(run, [](const Status& status) { EXPECT_TRUE(status); });
  }

  void make_stream(const std::string& name) {
    change([&](Tx& tx) { tx.put(LogStreamRow{.log_group_name = "g", .log_stream_name = name, .created_at = tx.now()}); });
  }

  void add(const std::string& stream, std::int64_t at, std::string_view message) {
    NewEvent event{at, message};
    auto added = store_->append("g", stream, {&event, 1});
    ASSERT_TRUE(added) << added.error().message;
  }

  std::vector<std::string> find(EventQuery query) {
    auto page = store_->find(query);
    EXPECT_TRUE(page) << page.error().message;
    std::vector<std::string> messages;
    for (const auto& event : page->events) messages.push_back(event.message);
    return messages;
  }

  /// Every message of a query, page by page; `pages` says how many it took.
  std::vector<std::string> find_all(EventQuery query, int& pages) {
    std::vector<std::string> messages;
    for (pages = 1; pages < 1000; ++pages) {
      auto page = store_->find(query);
      EXPECT_TRUE(page);
      if (query.backwards) std::ranges::reverse(page->events);
      for (const auto& event : page->events) messages.push_back(event.message);
      if (!page->next) return messages;
      query.place = page->next;
    }
    return messages;
  }

  std::size_t directories() const {
    std::size_t count = 0;
    auto shelves = list_directory(directory_).value();
    for (const auto& shelf : shelves) count += list_directory(cat(directory_, '/', shelf))->size();
    return count;
  }

  std::string directory_;
  FakeClock clock_;
  SeededIds ids_{1};
  MemoryLog log_;
  Database database_{stored_schema()};
  Feed feed_;
  InlineTransactor transactor_{{database_, log_, feed_, clock_, ids_}};
  std::unique_ptr<LogStore> store_;
};

using Messages = std::vector<std::string>;

TEST_F(LogStoreTest, MergesStreamsByTime) {
  add("a", 1, "a1");
  add("b", 2, "b2");
  add("a", 3, "a3");
  add("b", 3, "b3");
  add("c", 0, "c0");
  EXPECT_EQ(find({.group = "g"}), (Messages{"c0", "a1", "b2", "a3", "b3"}));
  EXPECT_EQ(find({.group = "g", .streams = {"b", "a"}, .from = 2}), (Messages{"b2", "a3", "b3"}));
  EXPECT_EQ(find({.group = "g", .stream_prefix = "b", .until = 3}), Messages{"b2"});
  EXPECT_EQ(find({.group = "g", .limit = 2}), (Messages{"c0", "a1"}));
  EXPECT_EQ(find({.group = "g", .backwards = true, .limit = 2}), (Messages{"a3", "b3"}));
}

TEST_F(LogStoreTest, PagesHaveEveryEventOnceBothWaysWhateverTheOrderOfArrival) {
  std::vector<std::tuple<int, std::string, int>> order;
  for (int i = 0; i < 90; ++i) {
    auto stream = std::string(1, static_cast<char>('a' + i % 3));
    int at = (i * 37) % 50;
    add(stream, at, cat(stream, '#', i, " at ", at));
    order.emplace_back(at, stream, i);
  }
  std::ranges::sort(order);
  Messages wanted;
  for (const auto& [at, stream, i] : order) wanted.push_back(cat(stream, '#', i, " at ", at));
  for (bool restart : {false, true}) {
    if (restart) open();
    int pages = 0;
    EXPECT_EQ(find_all({.group = "g", .limit = 7}, pages), wanted);
    EXPECT_EQ(pages, 13);
    auto backwards = find_all({.group = "g", .backwards = true, .limit = 7}, pages);
    std::ranges::reverse(backwards);
    EXPECT_EQ(backwards, wanted);
    EXPECT_EQ(find_all({.group = "g", .most_bytes = 100}, pages), wanted);
  }
}

TEST_F(LogStoreTest, ASearchThatReadsMuchStopsAndGoesOn) {
  for (int i = 0; i < 100; ++i) add("a", i * 10, cat("message number ", i));
  EventQuery query{.group = "g", .matches = [](std::string_view message) { return message.ends_with("99"); }};
  query.most_read = 1;
  auto first = store_->find(query);
  ASSERT_TRUE(first && first->next);
  EXPECT_TRUE(first->events.empty());
  int pages = 0;
  EXPECT_EQ(find_all(query, pages), Messages{"message number 99"});
  EXPECT_GT(pages, 5);
  query.backwards = true;
  query.matches = [](std::string_view message) { return message == "message number 0"; };
  EXPECT_EQ(find_all(query, pages), Messages{"message number 0"});
  EXPECT_GT(pages, 5);
}

TEST_F(LogStoreTest, RefusesWhatHasNoRow) {
  NewEvent event{1, "x"};
  EXPECT_EQ(store_->append("none", "a", {&event, 1}).error(), log_group_missing());
  EXPECT_EQ(store_->append("g", "none", {&event, 1}).error(), log_stream_missing());
  EXPECT_EQ(store_->find({.group = "none"}).error(), log_group_missing());
  EXPECT_EQ(store_->find({.group = "g", .streams = {"none"}}).error(), log_stream_missing());
  EXPECT_EQ(store_->status("g", "none").error(), log_stream_missing());
  EXPECT_FALSE(store_->appended("g", "none"));
}

TEST_F(LogStoreTest, SurvivesARestart) {
  add("a", 5, "before");
  clock_.advance(std::chrono::seconds(1));
  add("a", 3, "late");
  auto status = *store_->status("g", "a");
  open();
  EXPECT_EQ(find({.group = "g"}), (Messages{"late", "before"}));
  EXPECT_EQ(store_->appended("g", "a"), 2U);
  auto again = *store_->status("g", "a");
  EXPECT_EQ(again.first_event, 3);
  EXPECT_EQ(again.last_event, 5);
  EXPECT_EQ(again.last_ingested, clock_.now().millis());
  EXPECT_EQ(again.stored_bytes, status.stored_bytes);
  EXPECT_EQ(store_->stored_bytes("g"), status.stored_bytes);
}

TEST_F(LogStoreTest, DeletesFilesWithTheirRows) {
  add("a", 1, "x");
  add("b", 1, "y");
  EXPECT_EQ(directories(), 2U);
  LogStreamRow a{.log_group_name = "g", .log_stream_name = "a"};
  change([&](Tx& tx) { tx.erase<LogStreamRow>(RowTraits<LogStreamRow>::key(a)); });
  EXPECT_EQ(directories(), 1U);
  EXPECT_EQ(find({.group = "g"}), Messages{"y"});
  make_stream("a");
  EXPECT_EQ(store_->appended("g", "a"), 0U);
  change([](Tx& tx) { tx.erase<LogGroupRow>("g"); });
  EXPECT_EQ(directories(), 0U);
  EXPECT_EQ(store_->find({.group = "g"}).error(), log_group_missing());
}

TEST_F(LogStoreTest, DeletesWhatLostItsRowWhileItWasAway) {
  add("a", 1, "x");
  add("b", 1, "y");
  store_.reset();
  LogStreamRow a{.log_group_name = "g", .log_stream_name = "a"};
  change([&](Tx& tx) { tx.erase<LogStreamRow>(RowTraits<LogStreamRow>::key(a)); });
  EXPECT_EQ(directories(), 2U);
  open();
  EXPECT_EQ(directories(), 1U);
  EXPECT_EQ(find({.group = "g"}), Messages{"y"});
}

TEST_F(LogStoreTest, RetentionHidesAtOnceAndDeletesWholeSegments) {
  auto start = clock_.now().millis();
  for (int i = 0; i < 20; ++i) add("a", start + i, "old and rather long, to fill segments");
  clock_.advance(std::chrono::hours(24));
  add("a", clock_.now().millis(), "new");
  auto full = store_->stored_bytes("g");
  change([](Tx& tx) { tx.update<LogGroupRow>("g", [](LogGroupRow& row) { row.retention_in_days = 1; }); });
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(find({.group = "g"}), Messages{"new"});
  EXPECT_EQ(store_->stored_bytes("g"), full);
  store_->maintain(true);
  EXPECT_LT(store_->stored_bytes("g"), full);
  EXPECT_EQ(find({.group = "g"}), Messages{"new"});
  EXPECT_EQ(store_->appended("g", "a"), 21U);
}

TEST_F(LogStoreTest, KeepsFewFilesOpen) {
  auto open_files = [] { return list_directory("/proc/self/fd")->size(); };
  auto before = open_files();
  for (int i = 0; i < 300; ++i) {
    make_stream(cat("s", i));
    add(cat("s", i), i, "x");
  }
  EXPECT_LE(open_files(), before + 128);
  store_->maintain(false);
  EXPECT_EQ(open_files(), before);
  EXPECT_EQ(find({.group = "g", .stream_prefix = "s"}).size(), 300U);
}

TEST_F(LogStoreTest, ItsOwnThreadEndsAndLeavesNothingBehind) {
  open(true);
  add("a", 1, "x");
  change([](Tx& tx) { tx.erase<LogGroupRow>("g"); });
  store_.reset();
  EXPECT_EQ(directories(), 0U);
}

TEST_F(LogStoreTest, TheSinkMakesRowsAndAppends) {
  StoredLogSink sink(transactor_, *store_);
  auto refused = sink.ensure_stream("new", "s", false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), log_group_missing());
  change([](Tx& tx) { tx.put(InstallationRow{.name = "x", .account_id = "123456789012", .region = "us-east-1"}); });
  ASSERT_TRUE(sink.ensure_stream("new", "s", true));
  ASSERT_TRUE(sink.ensure_stream("new", "s", true));
  EXPECT_EQ(store_->group("new")->log_group_arn, "arn:aws:logs:us-east-1:123456789012:log-group:new");
  std::vector<LogLine> lines{{Instant::from_millis(1), "one"}, {Instant::from_millis(2), "two"}};
  ASSERT_TRUE(sink.append("new", "s", lines));
  EXPECT_EQ(sink.appended("new", "s"), 2U);
  EXPECT_EQ(find({.group = "new"}), (Messages{"one", "two"}));
  EXPECT_EQ(sink.append("new", "gone", lines).error(), log_stream_missing());
}

}  // namespace
}  // namespace roadstead
