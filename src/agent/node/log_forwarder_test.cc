#include "agent/node/log_forwarder.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <future>
#include <thread>
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
    LogTarget target{.group = "group", .stream = "stream", .create_group = true, .multiline_pattern = event_pattern_};
    forwarder_->follow(container_, directory_, target);
  }

  void end() {
    forwarder_.reset();
    store_.reset();
    log_.reset();
  }

  void say(const std::string& line, std::uint8_t flags = 0) {
    spool_record_header header{
        static_cast<std::uint32_t>(line.size()), SPOOL_STDOUT, flags, 0, sequence_++, 1'790'000'000'000'000
    };
    bytes_ += std::string(reinterpret_cast<const char*>(&header), sizeof header) + line;
    auto file = open_file(cat(directory_, '/', spool_segment_name(segment_)), O_WRONLY | O_CREAT | O_APPEND);
    ASSERT_TRUE(file);
    ASSERT_TRUE(write_all(file->get(), std::exchange(bytes_, {})));
  }

  void say_end() {
    spool_record_header header{0, SPOOL_END, 0, 0, sequence_++, 1'790'000'000'000'000};
    auto file = open_file(cat(directory_, '/', spool_segment_name(segment_)), O_WRONLY | O_CREAT | O_APPEND);
    ASSERT_TRUE(file);
    ASSERT_TRUE(write_all(file->get(), {reinterpret_cast<const char*>(&header), sizeof header}));
  }

  std::vector<std::string> sent() { return sink_.messages("group", "stream"); }

  // finish() forwards what is left on the calling thread, so nothing has to be waited for.
  void finish() {
    say_end();
    forwarder_->finish("t1");
  }

  std::string event_pattern_;
  ContainerRef container_{"t1", "app"};
  std::string directory_;
  std::string bytes_;
  std::uint64_t sequence_ = 0;
  std::int64_t segment_ = 1;
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

// A segment was read, sent and deleted, but the note of it came too late.
TEST_F(LogForwarderTest, WhatWasSentAndDeletedIsNeitherLostNorSkippedTwice) {
  end();
  std::vector<LogLine> already{{Instant{}, "one"}, {Instant{}, "two"}};
  ASSERT_TRUE(sink_.append("group", "stream", already));
  sequence_ = 2;
  say("three");
  begin();
  finish();
  EXPECT_EQ(sent(), (Words{"one", "two", "three"}));
  EXPECT_NE(metrics_.render().find("roadstead_log_lines_lost_total 0"), std::string::npos) << metrics_.render();
}

TEST_F(LogForwarderTest, FilesThatWereReadAreDeletedAndGapsAreCounted) {
  say("one");
  sequence_ += 4;
  segment_ = 2;
  say("six");
  finish();
  EXPECT_EQ(sent(), (Words{"one", "six"}));
  EXPECT_FALSE(exists(cat(directory_, '/', spool_segment_name(1))));
  EXPECT_TRUE(exists(cat(directory_, '/', spool_segment_name(2))));
  EXPECT_NE(metrics_.render().find("roadstead_log_lines_lost_total 4"), std::string::npos) << metrics_.render();
}

// Somebody with a unix socket who reads to the end.
class Receiver {
 public:
  explicit Receiver(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un name{.sun_family = AF_UNIX, .sun_path = {}};
    std::memcpy(name.sun_path, path.c_str(), path.size() + 1);
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
    EXPECT_EQ(::listen(socket_.get(), 1), 0);
  }

  std::string read_to_the_end() {
    Fd from(::accept(socket_.get(), nullptr, nullptr));
    std::string all;
    char bytes[4096];
    for (ssize_t got = 1; got > 0; all.append(bytes, static_cast<std::size_t>(std::max<ssize_t>(got, 0)))) {
      got = ::recv(from.get(), bytes, sizeof bytes, 0);
    }
    return all;
  }

 private:
  Fd socket_;
};

TEST_F(LogForwarderTest, AFlushWaitsUntilTheOtherSideHasReadAll) {
  say("hel", SPOOL_PARTIAL);
  say("lo");
  say_end();
  Receiver receiver(cat(directory_, "/fluent.sock"));
  auto reading = std::async(std::launch::async, [&] { return receiver.read_to_the_end(); });
  LogTarget target{.driver = "fluentd", .tag = "tag", .container_id = "id", .container_name = "web"};
  target.address = {.kind = LogAddress::Kind::unix_stream, .path = cat(directory_, "/fluent.sock")};
  forwarder_->follow({"t2", "web"}, directory_, target);
  forwarder_->flush("t2");
  ASSERT_EQ(reading.wait_for(std::chrono::seconds(60)), std::future_status::ready);
  std::string all = reading.get();
  EXPECT_NE(all.find("\xa3log\xa3hel"), std::string::npos);
  EXPECT_NE(all.find("partial_ordinal\xa1\x32"), std::string::npos);
  EXPECT_NE(all.find("\xa3log\xa2lo"), std::string::npos);
  forwarder_->finish("t2");
}

TEST_F(LogForwarderTest, AFlushWaitsForARouterThatStarts) {
  say("short-lived");
  say_end();
  LogTarget target{.driver = "fluentd", .tag = "tag"};
  target.address = {.kind = LogAddress::Kind::unix_stream, .path = cat(directory_, "/fluent.sock")};
  forwarder_->follow({"t2", "web"}, directory_, target);
  auto flushing = std::async(std::launch::async, [&] { forwarder_->flush("t2"); });
  // Once it was refused, the router comes.
  while (metrics_.render().find("roadstead_log_append_failures_total 0\n") != std::string::npos) std::this_thread::yield();
  Receiver receiver(cat(directory_, "/fluent.sock"));
  std::string all = receiver.read_to_the_end();
  EXPECT_NE(all.find("short-lived"), std::string::npos);
  flushing.get();
  forwarder_->finish("t2");
}

TEST_F(LogForwarderTest, ADestinationThatIsAwayHoldsUpNobodyElse) {
  LogTarget away{.driver = "fluentd", .tag = "tag"};
  away.address = {.kind = LogAddress::Kind::unix_stream, .path = cat(directory_, "/nobody.sock")};
  forwarder_->follow({"t2", "web"}, directory_, away);
  say("one");
  finish();
  EXPECT_EQ(sent(), Words{"one"});
  forwarder_->finish("t2");
  EXPECT_NE(metrics_.render().find("roadstead_log_lines_lost_total 1"), std::string::npos) << metrics_.render();
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

TEST_F(LogForwarderTest, EmptyLinesAreNoEventsButPartsOfThem) {
  say("one");
  say("");
  say("two");
  finish();
  EXPECT_EQ(sent(), (Words{"one", "two"}));
}

TEST_F(LogForwarderTest, AnEmptyLineInTheMiddleOfAnEventStays) {
  end();
  event_pattern_ = "^[A-Z]+:";
  begin();
  say("ERROR: it broke");
  say("");
  say("  at one");
  finish();
  EXPECT_EQ(sent(), (Words{"ERROR: it broke\n\n  at one"}));
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
