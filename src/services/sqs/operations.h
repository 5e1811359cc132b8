// The operations of SQS. State thread, in a transaction. Each that names a queue by its URL may answer QueueDoesNotExist,
// and InvalidAddress for what is no URL of a queue; InvalidParameterValue is for values that cannot be, MissingParameter for
// those that a FIFO queue needs. Source: reference/neighbour-apis.md §7.12.
#pragma once

#include "api/sqs/change_message_visibility.gen.h"
#include "api/sqs/change_message_visibility_batch.gen.h"
#include "api/sqs/create_queue.gen.h"
#include "api/sqs/delete_message.gen.h"
#include "api/sqs/delete_message_batch.gen.h"
#include "api/sqs/delete_queue.gen.h"
#include "api/sqs/get_queue_attributes.gen.h"
#include "api/sqs/get_queue_url.gen.h"
#include "api/sqs/list_dead_letter_source_queues.gen.h"
#include "api/sqs/list_queue_tags.gen.h"
#include "api/sqs/list_queues.gen.h"
#include "api/sqs/purge_queue.gen.h"
#include "api/sqs/receive_message.gen.h"
#include "api/sqs/send_message.gen.h"
#include "api/sqs/send_message_batch.gen.h"
#include "api/sqs/set_queue_attributes.gen.h"
#include "api/sqs/tag_queue.gen.h"
#include "api/sqs/untag_queue.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "store/tx/tx.h"

namespace roadstead::sqs {

/// Makes a queue, or gives the URL of the one there when what is asked for does not differ from it. Errors: QueueNameExists;
/// InvalidAttributeName; InvalidAttributeValue.
Result<CreateQueueResult> create_queue(Tx& tx, const Caller& who, const CreateQueueRequest& in);
/// Takes the messages along.
Result<Done> delete_queue(Tx& tx, const Caller& who, const DeleteQueueRequest& in);
/// Errors: PurgeQueueInProgress, a second time within a minute.
Result<Done> purge_queue(Tx& tx, const Caller& who, const PurgeQueueRequest& in);
Result<GetQueueUrlResult> get_queue_url(Tx& tx, const Caller& who, const GetQueueUrlRequest& in);
Result<GetQueueAttributesResult> get_queue_attributes(Tx& tx, const Caller& who, const GetQueueAttributesRequest& in);
/// Errors: InvalidAttributeName; InvalidAttributeValue.
Result<Done> set_queue_attributes(Tx& tx, const Caller& who, const SetQueueAttributesRequest& in);
Result<ListQueuesResult> list_queues(Tx& tx, const Caller& who, const ListQueuesRequest& in);
/// The queues whose dead-letter queue this one is.
Result<ListDeadLetterSourceQueuesResult> list_dead_letter_source_queues(
    Tx& tx, const Caller& who, const ListDeadLetterSourceQueuesRequest& in
);

/// Errors: InvalidMessageContents; UnsupportedOperation.
Result<SendMessageResult> send_message(Tx& tx, const Caller& who, const SendMessageRequest& in);
/// Gives out what there is. That an empty answer waits is the matter of waits.h.
Result<ReceiveMessageResult> receive_message(Tx& tx, const Caller& who, const ReceiveMessageRequest& in);
/// Works for a message that is gone. Errors: ReceiptHandleIsInvalid.
Result<Done> delete_message(Tx& tx, const Caller& who, const DeleteMessageRequest& in);
/// Errors: ReceiptHandleIsInvalid.
Result<Done> change_message_visibility(Tx& tx, const Caller& who, const ChangeMessageVisibilityRequest& in);

/// Each entry is in Successful or in Failed. Errors: EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId,
/// BatchEntryIdsNotDistinct, BatchRequestTooLong.
Result<SendMessageBatchResult> send_message_batch(Tx& tx, const Caller& who, const SendMessageBatchRequest& in);
Result<DeleteMessageBatchResult> delete_message_batch(Tx& tx, const Caller& who, const DeleteMessageBatchRequest& in);
Result<ChangeMessageVisibilityBatchResult> change_message_visibility_batch(
    Tx& tx, const Caller& who, const ChangeMessageVisibilityBatchRequest& in
);

Result<Done> tag_queue(Tx& tx, const Caller& who, const TagQueueRequest& in);
Result<Done> untag_queue(Tx& tx, const Caller& who, const UntagQueueRequest& in);
Result<ListQueueTagsResult> list_queue_tags(Tx& tx, const Caller& who, const ListQueueTagsRequest& in);

}  // namespace roadstead::sqs
