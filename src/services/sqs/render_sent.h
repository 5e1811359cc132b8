// What a sender is told: SendMessage and an entry of SendMessageBatch say it alike. Pure.
#pragma once

#include "decide/queues/messages.h"
#include "services/sqs/message_rules.h"

namespace roadstead::sqs {

template <class Answer>
Answer render_sent(const QueueRow& queue, const Draft& draft, const SentMessage& sent) {
  Answer out;
  out.message_id = sent.message_id;
  out.md5_of_message_body = digest_of_body(draft.body);
  out.md5_of_message_attributes = digest_of_attributes(draft.attributes);
  out.md5_of_message_system_attributes = digest_of_attributes(draft.system_attributes);
  if (queue.fifo) out.sequence_number = sequence_number(sent.number);
  return out;
}

}  // namespace roadstead::sqs
