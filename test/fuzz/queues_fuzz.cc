// Receipt handles, policies and bodies of SQS come from clients as any text.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result/result.h"
#include "decide/queues/receipt_handle.h"
#include "services/sqs/message_rules.h"
#include "services/sqs/queue_attributes.h"
#include "store/tx/database.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace roadstead;
  static const Database database(stored_schema());
  std::string text(reinterpret_cast<const char*>(data), size);
  if (auto handle = parse_receipt_handle(text)) {
    QueueMessageRow row{.queue_name = handle->queue_name};
    row.number = handle->number;
    row.receipt_token = handle->token;
    CHECK(parse_receipt_handle(receipt_handle_of(row)) == handle, "what was read is written so that it reads the same");
  }
  for (const char* name : {"RedrivePolicy", "RedriveAllowPolicy", "Policy", "DelaySeconds"}) {
    QueueRow queue{.queue_name = "q", .queue_arn = "arn:aws:sqs:us-east-1:1:q"};
    if (!sqs::apply_attributes(database.reader(), {{name, text}}, false, queue)) continue;
    auto rendered = sqs::render_attributes(queue);
    if (rendered.contains(name)) {
      CHECK(sqs::apply_attributes(database.reader(), {{name, rendered[name]}}, false, queue), "what is shown can be set again");
    }
  }
  static_cast<void>(sqs::is_message_text(text));
  return 0;
}
