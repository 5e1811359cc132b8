#include "decide/queues/receipt_handle.h"

#include "base/data/encode.h"
#include "base/text/text.h"

namespace roadstead {

std::string receipt_token(Instant received_at, std::string_view random) { return cat(received_at.micros, ' ', random); }

std::string receipt_handle_of(const QueueMessageRow& message) {
  return to_base64(cat(message.queue_name, ' ', message.number, ' ', message.receipt_token.value_or("")));
}

std::optional<ReceiptHandle> parse_receipt_handle(std::string_view text) {
  auto plain = from_base64(text);
  if (!plain) return std::nullopt;
  auto pieces = split(*plain, ' ');
  if (pieces.size() != 4 || pieces[0].empty() || pieces[3].empty()) return std::nullopt;
  auto number = to_number<std::int64_t>(pieces[1]);
  auto micros = to_number<std::int64_t>(pieces[2]);
  if (!number || !micros) return std::nullopt;
  return ReceiptHandle{std::string(pieces[0]), *number, receipt_token({*micros}, pieces[3]), {*micros}};
}

}  // namespace roadstead
