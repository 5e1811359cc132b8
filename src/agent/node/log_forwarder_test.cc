#include "agent/node/log_forwarder.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <utility>

#include "agent/runtime/shim_protocol.h"
#include "base/text/text.h"
#include "io/file.h"
#include "store/log/memory_log.h"

namespace roadstead {
namespace {

// A spool as the keeper writes it, and a forwarder that can be ended and begun again.
class LogForwarderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = make_temporary_directory("/tmp", "roadstead-forward-").value();
    begin();
  }

  void TearDown() override {
    end();
    ASSERT_TRUE(remove_tree(directory_));
  }

  void begin() {
    log_ = std::make_unique<MemoryLog>(disk_);
    store_ = std::make_unique<NodeStore>(*log_);
    std::map<std::string, std::string> positions;
    ASSERT_TRUE(store_->load([](const auto&) {}, [&](const auto& key, const auto& document) { positions[key] = document; }));
    forwarder_ = std::make_unique<LogForwarder>(sink_, *store_, metrics_);
    for (const auto& [key, document] : positions) forwarder_->remember(key, document);
    forwarder_->follow(container_, directory_, {"group", "stream", true}, event_pattern_);
  }

  void end() {
    forwarder_.reset();
    store_.reset();
    log_.reset();
  }

  void say(const std::string& line) {
    spool_record_header header{
        static_cast<std::uint32_t>(line.size()), SPOOL_STDOUT, 0, 0, sequence_++, 1'790'000'000'000'000
    };
    bytes_ += std::string(reinterpret_cast<const char*>(&header), sizeof header) + line;
    auto file = open_file(cat(directory_, '/', spool_segment_name(1)), O_WRONLY | O_CREAT | O_APPEND);
    ASSERT_TRUE(file);
    ASSERT_TRUE(write_all(file->get(), std::exchange(bytes_, {})));
  }

  std::vector<std::string> sent() { return sink_.messages("group", "stream"); }

  // finish() forwards what is left on the calling thread, so nothing has to be waited for.
  void finish() { forwarder_->finish("t1"); }

  std::optional<std::string> event_pattern_;
  ContainerRef container_{"t1", "app"};
  std::string directory_;
  std::string bytes_;
  std::uint64_t sequence_ = 0;
  RecordingLogSink sink_;
  Metrics metrics_;
  std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
  std::unique_ptr<MemoryLog> log_;
  std::unique_ptr<NodeStore> store_;
  std::unique_ptr<LogForwarder> forwarder_;
};

using Words = std::vector<std::string>;

TEST_F(LogForwarderTest, SendsEveryLineOnceAndForgetsTheContainer) {
  for (int line = 0; line < 1200; ++line) bytes_ += [&] {
    spool_record_header header{1, SPOOL_STDOUT, 0, 0, sequence_++, 0};
    return std::string(reinterpret_cast<const char*>(&header), sizeof header) + "x";
  }();
  say("last");
  finish();
  EXPECT_EQ(sent().size(), 1201U);
  EXPECT_EQ(sent().back(), "last");
  store_->flush();
  EXPECT_TRUE(disk_->rows.empty());
}

TEST_F(LogForwarderTest, AfterARestartNothingIsLostOrDoubled) {
  say("one");
  say("two");
  // The thread of the first life may or may not have sent them before it ends.
  end();
  say("three");
  begin();
  finish();
  EXPECT_EQ(sent(), (Words{"one", "two", "three"}));
}

TEST_F(LogForwarderTest, ADeathBetweenAppendAndNoteDoublesNothing) {
  end();
  say("one");
  say("two");
  std::vector<LogLine> already{{Instant{}, "one"}};
  ASSERT_TRUE(sink_.append("group", "stream", already));
  begin();
  finish();
  EXPECT_EQ(sent(), (Words{"one", "two"}));
}

TEST_F(LogForwarderTest, ASinkThatFailsGetsTheSameLinesLater) {
  sink_.fail(true);
  say("one");
  end();
  begin();
  end();
  sink_.fail(false);
  begin();
  say("two");
  finish();
  EXPECT_EQ(sent(), (Words{"one", "two"}));
}

TEST(LogPosition, ComesBackAsItWas) {
  LogPosition position{.spool = {.segment = 3, .offset = 400, .sequence = 5}, .events = 6};
  auto back = parse_log_position(encode_log_position(position));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, position);
  EXPECT_FALSE(parse_log_position("nonsense"));
}

TEST_F(LogForwarderTest, LinesThatBelongTogetherAreOneEvent) {
  end();
  event_pattern_ = "^[A-Z]+:";
  begin();
  say("left over");
  say("ERROR: it broke");
  say("  at one");
  say("  at two");
  say("INFO: it goes on");
  finish();
  EXPECT_EQ(sent(), (std::vector<std::string>{"left over", "ERROR: it broke\n  at one\n  at two", "INFO: it goes on"}));
}

TEST_F(LogForwarderTest, AnEventThatWasNotWholeComesAgainAfterARestart) {
  end();
  event_pattern_ = "^[A-Z]+:";
  begin();
  say("ERROR: it broke");
  end();
  begin();
  say("  at one");
  finish();
  EXPECT_EQ(sent(), (std::vector<std::string>{"ERROR: it broke\n  at one"}));
}

TEST_F(LogForwarderTest, WithAPatternThatIsNoneEveryLineIsAnEvent) {
  end();
  event_pattern_ = "(";
  begin();
  say("a");
  say("b");
  finish();
  EXPECT_EQ(sent(), (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace roadstead
