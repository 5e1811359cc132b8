#include "agent/runtime/spool_reader.h"

#include <gtest/gtest.h>

#include "agent/runtime/shim_protocol.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

std::string record(
    std::uint64_t sequence, std::string_view text, std::uint8_t stream = SPOOL_STDOUT, std::uint8_t flags = 0
) {
  spool_record_header header{
      static_cast<std::uint32_t>(text.size()), stream, flags, 0, sequence, 1'790'000'000'000'000
  };
  return std::string(reinterpret_cast<const char*>(&header), sizeof header).append(text);
}

class SpoolReaderTest : public testing::Test {
 protected:
  void SetUp() override { directory = make_temporary_directory("/tmp", "roadstead-spool-").value(); }

  void TearDown() override { ASSERT_TRUE(remove_tree(directory)); }

  void put(std::int64_t segment, std::string_view bytes) {
    ASSERT_TRUE(write_file_atomic(cat(directory, '/', spool_segment_name(segment)), bytes));
  }

  std::string directory;
};

TEST_F(SpoolReaderTest, ReadsOnAcrossSegments) {
  SpoolReader reader(directory);
  EXPECT_EQ(reader.next().value(), std::nullopt);
  put(1, record(0, "one") + record(1, "tw", SPOOL_STDERR, SPOOL_PARTIAL));
  auto first = reader.next().value();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->text, "one");
  EXPECT_EQ(first->at.millis(), 1'790'000'000'000);
  auto second = reader.next().value();
  EXPECT_EQ(second->stream, SpoolRecord::Stream::standard_error);
  EXPECT_TRUE(second->partial);
  EXPECT_EQ(reader.next().value(), std::nullopt);
  put(2, record(2, "three") + record(3, "", SPOOL_END));
  EXPECT_EQ(reader.next().value()->text, "three");
  auto place = reader.position();
  EXPECT_EQ(reader.next().value()->stream, SpoolRecord::Stream::end);
  SpoolReader again(directory, place);
  EXPECT_EQ(again.next().value()->stream, SpoolRecord::Stream::end);
  EXPECT_EQ(again.next().value(), std::nullopt);
}

TEST_F(SpoolReaderTest, CountsWhatWasLost) {
  put(1, record(0, "one"));
  SpoolReader reader(directory);
  EXPECT_EQ(reader.next().value()->lost, 0U);
  ASSERT_TRUE(remove_file(cat(directory, '/', spool_segment_name(1))));
  put(4, record(10, "eleven") + record(13, "fourteen"));
  EXPECT_EQ(reader.next().value()->lost, 9U);
  EXPECT_EQ(reader.next().value()->lost, 2U);
  put(5, record(0, "a new keeper"));
  EXPECT_EQ(reader.next().value()->lost, 0U);
}

TEST_F(SpoolReaderTest, WaitsForTheRestOfARecordAndSkipsItWhenNobodyWillWriteIt) {
  auto whole = record(0, "first") + record(1, "second");
  put(1, std::string_view(whole).substr(0, whole.size() - 2));
  SpoolReader reader(directory);
  EXPECT_EQ(reader.next().value()->text, "first");
  EXPECT_EQ(reader.next().value(), std::nullopt);
  put(2, record(2, "third"));
  auto third = reader.next().value();
  EXPECT_EQ(third->text, "third");
  EXPECT_EQ(third->lost, 1U);
}

TEST_F(SpoolReaderTest, SaysThatAFileIsBroken) {
  put(1, std::string(64, '\xff'));
  put(2, record(0, "fine"));
  SpoolReader reader(directory);
  EXPECT_EQ(reader.next().error().code, "SpoolBroken");
  EXPECT_EQ(reader.next().value()->text, "fine");
}

TEST_F(SpoolReaderTest, WaitsForNews) {
  SpoolReader reader(directory);
  EXPECT_TRUE(reader.wait(Duration::zero()));
  EXPECT_FALSE(reader.wait(Duration::zero()));
  put(1, record(0, "one"));
  EXPECT_TRUE(reader.wait(std::chrono::seconds(10)));
}

}  // namespace
}  // namespace roadstead
