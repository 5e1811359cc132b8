#include "services/sqs/queue_attributes.h"

#include <gtest/gtest.h>

#include "services/sqs/message_rules.h"
#include "store/tx/database.h"

namespace roadstead::sqs {
namespace {

const std::string dead_arn = "arn:aws:sqs:us-east-1:1:dead";

class QueueAttributesTest : public testing::Test {
 protected:
  QueueAttributesTest() {
    Work work = [](Tx& tx) -> Status {
      tx.put(QueueRow{.queue_name = "dead", .queue_arn = dead_arn});
      return Done{};
    };
    EXPECT_TRUE(database_.run(work, {}, ids_).status);
  }

  /// The code of the refusal, or what the queue says of the attribute afterwards.
  std::string outcome(const std::string& name, const std::string& text, bool fifo = false) {
    QueueRow row{.queue_name = "q", .queue_arn = "arn:aws:sqs:us-east-1:1:q"};
    row.fifo = fifo;
    auto applied = apply_attributes(database_.reader(), {{name, text}}, false, row);
    if (!applied) return applied.error().code;
    auto rendered = render_attributes(row);
    return rendered.contains(name) ? rendered[name] : "none";
  }

  Database database_{stored_schema()};
  SeededIds ids_{1};
};

TEST_F(QueueAttributesTest, NumbersHaveBounds) {
  EXPECT_EQ(outcome("DelaySeconds", "900"), "900");
  for (const char* text : {"901", "-1", "", "1.5", "x", "99999999999"}) EXPECT_EQ(outcome("DelaySeconds", text), "InvalidAttributeValue") << text;
  EXPECT_EQ(outcome("VisibilityTimeout", "0"), "0");
  EXPECT_EQ(outcome("MaximumMessageSize", "1023"), "InvalidAttributeValue");
  EXPECT_EQ(outcome("MessageRetentionPeriod", "1209600"), "1209600");
}

TEST_F(QueueAttributesTest, OthersAreUnknown) {
  for (const char* name : {"Depth", "QueueArn", "CreatedTimestamp", "ApproximateNumberOfMessages", "All"}) {
    EXPECT_EQ(outcome(name, "1"), "InvalidAttributeName") << name;
  }
}

TEST_F(QueueAttributesTest, OfFifoQueuesAreForThemOnly) {
  EXPECT_EQ(outcome("ContentBasedDeduplication", "true"), "InvalidAttributeName");
  EXPECT_EQ(outcome("ContentBasedDeduplication", "true", true), "true");
  EXPECT_EQ(outcome("FifoQueue", "true"), "InvalidAttributeName");
  EXPECT_EQ(outcome("FifoQueue", "true", true), "true");
  EXPECT_EQ(outcome("FifoThroughputLimit", "perMessageGroupId", true), "InvalidAttributeValue");
  EXPECT_EQ(outcome("DeduplicationScope", "messageGroup", true), "messageGroup");
}

TEST_F(QueueAttributesTest, ARedrivePolicyComesBackCompactWithANumber) {
  EXPECT_EQ(outcome("RedrivePolicy", R"({ "maxReceiveCount" : "3", "deadLetterTargetArn": ")" + dead_arn + "\"}"),
            R"({"deadLetterTargetArn":")" + dead_arn + R"(","maxReceiveCount":3})");
  EXPECT_EQ(outcome("RedrivePolicy", ""), "none");
}

TEST_F(QueueAttributesTest, ARedrivePolicyNeedsAQueueAndACount) {
  for (const std::string& text : {
           std::string("nothing"), std::string("{}"), R"({"deadLetterTargetArn":")" + dead_arn + "\"}", std::string(R"({"maxReceiveCount":1})"),
           R"({"maxReceiveCount":0,"deadLetterTargetArn":")" + dead_arn + "\"}", R"({"maxReceiveCount":1001,"deadLetterTargetArn":")" + dead_arn + "\"}",
           std::string(R"({"maxReceiveCount":1,"deadLetterTargetArn":"arn:aws:sqs:us-east-1:1:none"})"),
           std::string(R"({"maxReceiveCount":1,"deadLetterTargetArn":7})"),
       }) {
    EXPECT_EQ(outcome("RedrivePolicy", text), "InvalidParameterValue") << text;
  }
  EXPECT_EQ(outcome("RedrivePolicy", R"({"maxReceiveCount":1,"deadLetterTargetArn":")" + dead_arn + "\"}", true), "InvalidParameterValue");
}

TEST_F(QueueAttributesTest, OneKindOfEncryptionAtATime) {
  EXPECT_EQ(outcome("KmsMasterKeyId", "alias/mine"), "alias/mine");
  EXPECT_EQ(outcome("SqsManagedSseEnabled", "false"), "false");
  EXPECT_EQ(outcome("SqsManagedSseEnabled", "yes"), "InvalidAttributeValue");
}

TEST(MessageText, HasTheCharactersOfXml) {
  for (const std::string text : {"plain", "\t\n\r", "\u00e4\u20ac\U0001f600", "\ufffd"}) EXPECT_TRUE(is_message_text(text)) << text;
  for (const std::string text : {"\x01", "a\x0b", "\xff", "\ufffe", "\uffff", "\xed\xa0\x80"}) EXPECT_FALSE(is_message_text(text)) << text;
}

}  // namespace
}  // namespace roadstead::sqs
