#include "decide/queues/message_digest.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

sqs::MessageAttributeValue text(std::string type, std::string value) {
  sqs::MessageAttributeValue attribute;
  attribute.string_value = std::move(value);
  attribute.data_type = std::move(type);
  return attribute;
}

TEST(MessageDigest, OfABodyIsItsMd5) { EXPECT_EQ(digest_of_body("hello"), "5d41402abc4b2a76b9719d911017c592"); }

TEST(MessageDigest, OfAttributesCountsNameTypeAndValue) {
  EXPECT_EQ(digest_of_attributes(MessageAttributes{{"timestamp", text("Number", "1493147359900")}}), "235c5c510d26fb653d073faed50ae77c");
  EXPECT_EQ(digest_of_attributes(MessageAttributes{{"timestamp", text("Number.java.lang.Long", "1493147359900")}}),
            "2e2e4876d8e0bd6b8c2c8f556831c349");
}

TEST(MessageDigest, OfBytesHasAFormOfItsOwn) {
  sqs::MessageAttributeValue bytes;
  bytes.binary_value = std::string("\x00\xff", 2);
  bytes.data_type = "Binary";
  EXPECT_EQ(digest_of_attributes(MessageAttributes{{"b", bytes}, {"a", text("String", "x")}}), "c4ec7d55335539420ccc7ec70efeb4a1");
}

TEST(MessageDigest, OfNoAttributesIsNone) {
  EXPECT_EQ(digest_of_attributes(MessageAttributes{}), std::nullopt);
  EXPECT_EQ(digest_of_attributes(MessageSystemAttributes{}), std::nullopt);
}

}  // namespace
}  // namespace roadstead
