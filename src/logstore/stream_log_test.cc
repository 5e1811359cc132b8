#include "logstore/stream_log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

class StreamLogTest : public testing::Test {
 protected:
  StreamLogTest() : parent_(*make_temporary_directory(testing::TempDir(), "stream-log-")), directory_(parent_ + "/s") {}
  ~StreamLogTest() override { EXPECT_TRUE(remove_tree(parent_)); }

  StreamLog open(std::uint64_t segment_bytes = 1000) { return {directory_, "group\nstream\n", segment_bytes}; }

  static Status add(StreamLog& log, std::int64_t at, std::string_view message) {
    NewEvent event{at, message};
    return log.append({&event, 1}, at + 5);
  }

  /// All messages, segment by segment.
  static std::vector<std::string> read(StreamLog& log) {
    std::vector<std::string> messages;
    auto segments = log.segments();
    EXPECT_TRUE(segments) << segments.error().message;
    for (const auto& segment : *segments) {
      auto scanned = scan_segment(log.path_of(segment), segment.first_number, segment.bytes, [&](const RecordView& record) {
        EXPECT_EQ(record.ingested, record.timestamp + 5);
        messages.emplace_back(record.message);
        return true;
      });
      EXPECT_TRUE(scanned);
      EXPECT_EQ(*scanned, segment);
    }
    return messages;
  }

  std::string last_file(StreamLog& log) { return log.path_of(log.segments()->back()); }

  std::string parent_;
  std::string directory_;
};

TEST_F(StreamLogTest, IsEmptyAndOnNoDiskBeforeTheFirstEvent) {
  auto log = open();
  EXPECT_EQ(*log.appended(), 0U);
  EXPECT_TRUE(log.segments()->empty());
  EXPECT_FALSE(exists(directory_));
}

TEST_F(StreamLogTest, KeepsEventsInOrderOverSegmentsAndRestarts) {
  std::vector<std::string> wanted;
  for (int round = 0; round < 4; ++round) {
    auto log = open(200);
    EXPECT_EQ(read(log), wanted);
    for (int i = 0; i < 10; ++i) {
      wanted.push_back(cat("message ", round, '/', i));
      ASSERT_TRUE(add(log, i, wanted.back()));
    }
    EXPECT_EQ(*log.appended(), wanted.size());
    EXPECT_EQ(read(log), wanted);
    EXPECT_TRUE(log.sync());
  }
  auto log = open(200);
  EXPECT_GT(log.segments()->size(), 4U);
  EXPECT_EQ(read(log), wanted);
  EXPECT_EQ(*read_file(directory_ + "/stream"), "group\nstream\n");
}

TEST_F(StreamLogTest, TheIndexIsOnlyAShortCut) {
  {
    auto log = open(100);
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(add(log, i, cat("m", i)));
  }
  auto with = open(100);
  auto known = *with.segments();
  ASSERT_TRUE(write_file_atomic(directory_ + "/index", "nonsense that is no record of an index at all, is it? No, no."));
  auto without = open(100);
  EXPECT_EQ(*without.segments(), known);
}

/// A crash can leave any prefix of the last record: the whole ones stay, what comes next follows them.
TEST_F(StreamLogTest, ATornRecordEndsTheSegmentWherever) {
  std::size_t whole = 0;
  std::size_t full = 0;
  {
    auto log = open();
    ASSERT_TRUE(add(log, 1, "first"));
    whole = log.segments()->back().bytes;
    ASSERT_TRUE(add(log, 2, "second, which is torn"));
    full = log.segments()->back().bytes;
  }
  auto path = cat(directory_, "/00000000000000000000.log");
  auto bytes = *read_file(path);
  ASSERT_EQ(bytes.size(), full);
  for (std::size_t size = whole; size < full; ++size) {
    ASSERT_TRUE(write_file_atomic(path, std::string_view(bytes).substr(0, size)));
    auto log = open();
    EXPECT_EQ(read(log), std::vector<std::string>{"first"}) << size;
    ASSERT_TRUE(add(log, 3, "x"));
    EXPECT_EQ(read(log), (std::vector<std::string>{"first", "x"})) << size;
    auto again = open();
    EXPECT_EQ(read(again), (std::vector<std::string>{"first", "x"})) << size;
  }
}

TEST_F(StreamLogTest, AnyFlippedBitIsNoticed) {
  std::size_t whole = 0;
  {
    auto log = open();
    ASSERT_TRUE(add(log, 1, "first"));
    whole = log.segments()->back().bytes;
    ASSERT_TRUE(add(log, 2, "second"));
  }
  auto path = cat(directory_, "/00000000000000000000.log");
  auto bytes = *read_file(path);
  for (auto at = whole; at < bytes.size(); ++at) {
    auto damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    ASSERT_TRUE(write_file_atomic(path, damaged));
    auto log = open();
    EXPECT_EQ(read(log), std::vector<std::string>{"first"}) << at;
  }
}

TEST_F(StreamLogTest, ZerosAtTheEndAreNoEvents) {
  {
    auto log = open();
    ASSERT_TRUE(add(log, 1, "first"));
  }
  auto path = cat(directory_, "/00000000000000000000.log");
  ASSERT_TRUE(write_file_atomic(path, *read_file(path) + std::string(4096, '\0')));
  auto log = open();
  EXPECT_EQ(read(log), std::vector<std::string>{"first"});
}

/// A file-size limit stands for a full disk: nothing of the batch stays, and writing goes on when there is room again.
TEST_F(StreamLogTest, AFullDiskRefusesTheWholeBatchAndIsForgotten) {
  auto log = open(100'000);
  ASSERT_TRUE(add(log, 1, "first"));
  auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small{.rlim_cur = 300, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  std::string large(150, 'x');
  std::vector<NewEvent> batch(3, NewEvent{2, large});
  auto refused = log.append(batch, 7);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "NoSpace");
  EXPECT_EQ(*log.appended(), 1U);
  ASSERT_TRUE(add(log, 3, "x"));
  EXPECT_EQ(read(log), (std::vector<std::string>{"first", "x"}));
  auto again = open(100'000);
  EXPECT_EQ(read(again), (std::vector<std::string>{"first", "x"}));
}

TEST_F(StreamLogTest, ExpiresWholeSegmentsAndGoesOnCounting) {
  {
    auto log = open(60);
    for (int i = 0; i < 6; ++i) ASSERT_TRUE(add(log, i * 100, "some message or other"));
    ASSERT_TRUE(log.expire(350));
    EXPECT_EQ(read(log).size(), 2U);
    EXPECT_EQ(*log.appended(), 6U);
    ASSERT_TRUE(log.expire(10'000));
    EXPECT_EQ(read(log).size(), 0U);
    EXPECT_EQ(*log.appended(), 6U);
  }
  auto log = open(60);
  EXPECT_EQ(*log.appended(), 6U);
  ASSERT_TRUE(add(log, 1, "next"));
  EXPECT_EQ(log.segments()->back().first_number, 6U);
  EXPECT_EQ(read(log), std::vector<std::string>{"next"});
}

TEST_F(StreamLogTest, RefusesEventsOnceItIsDeleted) {
  auto log = open();
  ASSERT_TRUE(add(log, 1, "first"));
  ASSERT_TRUE(log.remove());
  EXPECT_FALSE(exists(directory_));
  auto refused = add(log, 2, "second");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "Deleted");
  EXPECT_FALSE(exists(directory_));
  EXPECT_TRUE(log.sync());
}

TEST(Segment, AFileThatIsNoneHasNoEvents) {
  auto parent = *make_temporary_directory(testing::TempDir(), "segment-");
  for (const auto& bytes : {std::string(), std::string("rst"), std::string("something else")}) {
    ASSERT_TRUE(write_file_atomic(parent + "/x", bytes));
    auto scanned = scan_segment(parent + "/x", 5, 1000, [](const RecordView&) { return true; });
    ASSERT_TRUE(scanned);
    EXPECT_EQ(*scanned, (SegmentSummary{.first_number = 5}));
  }
  EXPECT_EQ(scan_segment(parent + "/none", 0, 1000, [](const RecordView&) { return true; }).error().code, "NotFound");
  EXPECT_TRUE(remove_tree(parent));
}

TEST(Segment, IndexRecordsAreCheckedWhenRead) {
  SegmentSummary summary{1, 2, 3, -4, 5, 6};
  auto bytes = index_record(summary);
  ASSERT_EQ(bytes.size(), index_record_bytes);
  SegmentSummary read;
  EXPECT_TRUE(read_index_record(bytes, read));
  EXPECT_EQ(read, summary);
  bytes[3] = 'x';
  EXPECT_FALSE(read_index_record(bytes, read));
}

}  // namespace
}  // namespace roadstead
