#include "services/sqs/handlers.h"

#include "services/sqs/operations.h"

namespace roadstead::sqs {

const Handlers handlers = {
    .change_message_visibility = change_message_visibility,
    .change_message_visibility_batch = change_message_visibility_batch,
    .create_queue = create_queue,
    .delete_message = delete_message,
    .delete_message_batch = delete_message_batch,
    .delete_queue = delete_queue,
    .get_queue_attributes = get_queue_attributes,
    .get_queue_url = get_queue_url,
    .list_dead_letter_source_queues = list_dead_letter_source_queues,
    .list_queue_tags = list_queue_tags,
    .list_queues = list_queues,
    .purge_queue = purge_queue,
    .receive_message = receive_message,
    .send_message = send_message,
    .send_message_batch = send_message_batch,
    .set_queue_attributes = set_queue_attributes,
    .tag_queue = tag_queue,
    .untag_queue = untag_queue,
};

}  // namespace roadstead::sqs
