#include "agent/exec/channel_message.h"

#include <gtest/gtest.h>

#include "base/data/encode.h"
#include "base/data/hash.h"

namespace roadstead {
namespace {

ChannelMessage sample() {
  return {.type = std::string(output_stream_data), .created = Instant::from_millis(0x0102030405), .sequence = 7, .flags = syn_flag,
          .id = "00112233-4455-6677-8899-aabbccddeeff", .payload_type = PayloadType::output, .payload = "hi"};
}

// Byte for byte what the plugin's own layout says.
TEST(ChannelMessage, LayoutIsThePlugins) {
  auto bytes = render_message(sample());
  ASSERT_EQ(bytes.size(), 122U);
  EXPECT_EQ(to_hex(bytes.substr(0, 4)), "00000074");
  EXPECT_EQ(bytes.substr(4, 32), "output_stream_data              ");
  EXPECT_EQ(to_hex(bytes.substr(36, 4)), "00000001");
  EXPECT_EQ(to_hex(bytes.substr(40, 8)), "0000000102030405");
  EXPECT_EQ(to_hex(bytes.substr(48, 8)), "0000000000000007");
  EXPECT_EQ(to_hex(bytes.substr(56, 8)), "0000000000000001");
  EXPECT_EQ(to_hex(bytes.substr(64, 16)), "8899aabbccddeeff0011223344556677");
  EXPECT_EQ(bytes.substr(80, 32), sha256("hi"));
  EXPECT_EQ(to_hex(bytes.substr(112, 8)), "0000000100000002");
  EXPECT_EQ(bytes.substr(120), "hi");
}

TEST(ChannelMessage, ComesBack) {
  auto parsed = parse_message(render_message(sample()));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, sample());
}

TEST(ChannelMessage, TypesPaddedWithZerosAreRead) {
  auto bytes = render_message(sample());
  for (std::size_t at = 4 + output_stream_data.size(); at < 36; ++at) bytes[at] = '\0';
  auto parsed = parse_message(bytes);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->type, output_stream_data);
}

TEST(ChannelMessage, WhatIsNotWholeIsRefused) {
  auto bytes = render_message(sample());
  EXPECT_FALSE(parse_message(""));
  EXPECT_FALSE(parse_message(bytes.substr(0, 119)));
  EXPECT_FALSE(parse_message(bytes.substr(0, 121)));
  EXPECT_FALSE(parse_message(bytes + "x"));
  auto forged = bytes;
  forged[120] = 'H';
  EXPECT_FALSE(parse_message(forged)) << "the digest is of another payload";
  auto long_header = bytes;
  long_header[0] = '\x7f';
  EXPECT_FALSE(parse_message(long_header));
}

TEST(ChannelMessage, AnAcknowledgementNamesItsMessage) {
  SeededIds ids(1);
  auto ack = acknowledge(sample(), ids, Instant::from_millis(5));
  EXPECT_EQ(ack.flags, 3U);
  EXPECT_EQ(ack.sequence, 0);
  EXPECT_EQ(
      ack.payload,
      R"({"AcknowledgedMessageType":"output_stream_data","AcknowledgedMessageId":"00112233-4455-6677-8899-aabbccddeeff",)"
      R"("AcknowledgedMessageSequenceNumber":7,"IsSequentialMessage":true})"
  );
  auto sequence = acknowledged_sequence(ack);
  ASSERT_TRUE(sequence);
  EXPECT_EQ(*sequence, 7);
  EXPECT_FALSE(acknowledged_sequence(sample()));
}

}  // namespace
}  // namespace roadstead
