// The protocol of the data channel against a client that behaves, one that loses messages, and one that does neither.
#include "agent/exec/data_channel.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "agent/exec/test_plugin.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

struct Line {
  SeededIds ids{1};
  Instant now = Instant::from_seconds(1000);
  DataChannel channel;
  TestPlugin plugin;

  explicit Line(bool interactive = true)
      : channel({.session_id = "s", .target = "ecs:c_t_r", .interactive = interactive}, ids) {}

  /// Carries everything both ways until nothing moves.
  void settle() {
    for (int round = 0; round < 100; ++round) {
      auto frames = channel.take_frames();
      for (const auto& frame : frames) plugin.take(frame);
      auto out = std::exchange(plugin.out, {});
      for (const auto& bytes : out) EXPECT_TRUE(channel.receive(bytes, now));
      if (frames.empty() && out.empty()) return;
    }
    ADD_FAILURE() << "it does not come to rest";
  }

  void open() {
    channel.begin(now);
    settle();
    ASSERT_EQ(channel.state(), DataChannel::State::open);
    ASSERT_TRUE(plugin.opened);
  }
};

TEST(DataChannel, HandshakeIsAsThePluginExpects) {
  Line line;
  line.channel.begin(line.now);
  auto frames = line.channel.take_frames();
  ASSERT_EQ(frames.size(), 1U);
  auto request = parse_message(frames[0]);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->sequence, 0);
  EXPECT_EQ(request->flags, syn_flag);
  EXPECT_EQ(
      request->payload,
      R"({"AgentVersion":"3.1.0.0","RequestedClientActions":[{"ActionType":"SessionType",)"
      R"("ActionParameters":{"SessionType":"InteractiveCommands","Properties":null}}]})"
  );
  line.plugin.take(frames[0]);
  line.settle();
  EXPECT_TRUE(line.plugin.opened);
  EXPECT_EQ(line.plugin.acknowledged, (std::vector<std::int64_t>{0})) << "the response is acknowledged";
}

TEST(DataChannel, BytesGoBothWays) {
  Line line;
  line.open();
  line.plugin.send(PayloadType::size, R"({"cols":132,"rows":40})");
  line.plugin.send(PayloadType::output, "ls\r");
  line.settle();
  EXPECT_EQ(line.channel.take_input(), "ls\r");
  EXPECT_EQ(line.channel.take_input(), "");
  EXPECT_EQ(line.channel.take_size(), (TerminalSize{132, 40}));
  std::string much(5000, 'a');
  line.channel.send(PayloadType::output, much, line.now);
  line.settle();
  EXPECT_EQ(line.plugin.output, much);
  EXPECT_FALSE(line.channel.next_wake()) << "everything is acknowledged";
}

TEST(DataChannel, InputIsPutInOrderAndRepeatsAreAcknowledgedAgain) {
  Line line;
  line.open();
  line.plugin.send(PayloadType::output, "1");
  line.plugin.send(PayloadType::output, "2");
  line.plugin.send(PayloadType::output, "3");
  auto sent = std::exchange(line.plugin.out, {});
  ASSERT_TRUE(line.channel.receive(sent[2], line.now));
  EXPECT_EQ(line.channel.take_input(), "");
  ASSERT_TRUE(line.channel.receive(sent[0], line.now));
  EXPECT_EQ(line.channel.take_input(), "1");
  ASSERT_TRUE(line.channel.receive(sent[0], line.now));
  ASSERT_TRUE(line.channel.receive(sent[1], line.now));
  EXPECT_EQ(line.channel.take_input(), "23");
  line.plugin.acknowledged.clear();
  line.settle();
  EXPECT_EQ(line.plugin.acknowledged, (std::vector<std::int64_t>{3, 1, 1, 2}));
}

// What the plugin drops while it sets itself up must come again, or its terminal stays blank for ever.
TEST(DataChannel, WhatIsNotAcknowledgedIsSentAgain) {
  Line line;
  line.open();
  line.channel.send(PayloadType::output, "lost", line.now);
  ASSERT_EQ(line.channel.take_frames().size(), 1U);
  line.channel.send(PayloadType::output, " and found", line.now);
  line.settle();
  EXPECT_EQ(line.plugin.output, "") << "the second waits for the first";
  ASSERT_TRUE(line.channel.next_wake());
  EXPECT_EQ(*line.channel.next_wake(), line.now + 200ms);
  line.channel.tick(line.now + 199ms);
  EXPECT_TRUE(line.channel.take_frames().empty());
  line.now = line.now + 200ms;
  line.channel.tick(line.now);
  line.settle();
  EXPECT_EQ(line.plugin.output, "lost and found");
}

TEST(DataChannel, AClientThatNeverAcknowledgesIsGivenUp) {
  Line line;
  line.open();
  line.plugin.silent = true;
  line.channel.send(PayloadType::output, "x", line.now);
  int repeats = 0;
  while (line.channel.state() == DataChannel::State::open && repeats < 10'000) {
    line.now = *line.channel.next_wake();
    line.channel.tick(line.now);
    ++repeats;
  }
  EXPECT_EQ(repeats, 3001);
  EXPECT_EQ(line.channel.state(), DataChannel::State::closed);
}

TEST(DataChannel, OutputWaitsWhenTheClientIsBehind) {
  Line line;
  line.open();
  line.plugin.silent = true;
  for (int i = 0; i < 255; ++i) line.channel.send(PayloadType::output, "x", line.now);
  EXPECT_TRUE(line.channel.has_room());
  line.channel.send(PayloadType::output, "x", line.now);
  EXPECT_FALSE(line.channel.has_room());
}

TEST(DataChannel, ClosesWhenTheLastOutputIsAcknowledged) {
  Line line;
  line.open();
  line.channel.send(PayloadType::output, "bye", line.now);
  line.channel.finish("", 3, line.now);
  EXPECT_EQ(line.channel.state(), DataChannel::State::finishing);
  line.settle();
  EXPECT_EQ(line.channel.state(), DataChannel::State::closed);
  EXPECT_EQ(line.plugin.output, "bye");
  EXPECT_TRUE(line.plugin.closed.contains(R"("MessageType":"channel_closed","SchemaVersion":1,"Output":"")")) << line.plugin.closed;
  EXPECT_TRUE(line.plugin.closed.contains(R"("ExitCode":3)"));
  EXPECT_EQ(line.plugin.exit_code, "") << "a terminal session has no message for it";
}

TEST(DataChannel, WithoutATerminalErrorsAndTheExitCodeAreTold) {
  Line line(false);
  line.open();
  line.channel.send(PayloadType::std_err, "oh", line.now);
  line.channel.finish("", 7, line.now);
  line.settle();
  EXPECT_EQ(line.plugin.errors, "oh");
  EXPECT_EQ(line.plugin.exit_code, "7");
}

TEST(DataChannel, AClientThatCannotIsToldSo) {
  Line line;
  line.plugin.action_status = 3;
  line.channel.begin(line.now);
  line.settle();
  EXPECT_EQ(line.channel.state(), DataChannel::State::closed);
  EXPECT_TRUE(line.plugin.closed.contains("cannot open a session"));
}

TEST(DataChannel, FlagsEndInputAndSession) {
  Line line;
  line.open();
  line.plugin.send(PayloadType::flag, std::string(end_of_input));
  line.settle();
  EXPECT_TRUE(line.channel.input_ended());
  EXPECT_FALSE(line.channel.wants_end());
  line.plugin.send(PayloadType::flag, std::string(terminate_session));
  line.settle();
  EXPECT_TRUE(line.channel.wants_end());
}

TEST(DataChannel, InputThatCannotBeTakenIsLeftWithTheClient) {
  Line line;
  line.open();
  line.plugin.acknowledged.clear();
  line.channel.pause_input(true);
  line.plugin.send(PayloadType::output, "x");
  auto sent = std::exchange(line.plugin.out, {});
  ASSERT_TRUE(line.channel.receive(sent[0], line.now));
  line.settle();
  EXPECT_TRUE(line.plugin.acknowledged.empty());
  line.channel.pause_input(false);
  ASSERT_TRUE(line.channel.receive(sent[0], line.now));
  line.settle();
  EXPECT_EQ(line.channel.take_input(), "x");
  EXPECT_EQ(line.plugin.acknowledged.size(), 1U);
}

TEST(DataChannel, NonsenseIsAnError) {
  Line line;
  line.open();
  EXPECT_FALSE(line.channel.receive("nonsense", line.now));
}

}  // namespace
}  // namespace roadstead
