#include "decide/queues/receipt_handle.h"

#include <gtest/gtest.h>

#include "base/data/encode.h"

namespace roadstead {
namespace {

TEST(ReceiptHandle, NamesMessageAndReceive) {
  QueueMessageRow message{.queue_name = "orders.fifo"};
  message.number = 7;
  message.receipt_token = receipt_token(Instant::from_seconds(12), "00ff");
  auto handle = parse_receipt_handle(receipt_handle_of(message));
  ASSERT_TRUE(handle);
  EXPECT_EQ(*handle, (ReceiptHandle{"orders.fifo", 7, "12000000 00ff", Instant::from_seconds(12)}));
}

TEST(ReceiptHandle, IsNothingElse) {
  for (const char* text : {"", "a 1 2 3", "a 1 2", "a x 2 3", "a 1 y 3", " 1 2 3", "a 1 2 ", "a 1 2 3 4", "a 99999999999999999999 2 3"}) {
    EXPECT_EQ(parse_receipt_handle(to_base64(text)).has_value(), std::string_view(text) == "a 1 2 3") << text;
  }
  EXPECT_FALSE(parse_receipt_handle("no base64 at all"));
}

}  // namespace
}  // namespace roadstead
