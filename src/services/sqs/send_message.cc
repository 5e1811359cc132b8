#include "services/sqs/message_rules.h"
#include "services/sqs/names.h"
#include "services/sqs/operations.h"
#include "services/sqs/render_sent.h"

namespace roadstead::sqs {

Result<SendMessageResult> send_message(Tx& tx, const Caller& who, const SendMessageRequest& in) {
  auto queue = TRY(find_queue(tx, who, in.queue_url));
  auto draft = draft_of(in);
  auto message = TRY(check_draft(*queue, who, draft));
  auto sent = roadstead::send_message(tx, *queue, std::move(message));
  return render_sent<SendMessageResult>(*queue, draft, sent);
}

}  // namespace roadstead::sqs
