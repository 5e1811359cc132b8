// Amazon Simple Queue Service 2012-11-05: imported from AWS's public model by tools/import_models; do not edit,
// correct it in patches.smithy instead. Pruned to the operations below and what they reach.
$version: "2"

namespace sqs

@awsJson1_0(target: "AmazonSQS")
@sigv4(name: "sqs")
@endpointPrefix("sqs")
service SQSService {
    version: "2012-11-05"
    operations: [
        ChangeMessageVisibility
        ChangeMessageVisibilityBatch
        CreateQueue
        DeleteMessage
        DeleteMessageBatch
        DeleteQueue
        GetQueueAttributes
        GetQueueUrl
        ListDeadLetterSourceQueues
        ListQueueTags
        ListQueues
        PurgeQueue
        ReceiveMessage
        SendMessage
        SendMessageBatch
        SetQueueAttributes
        TagQueue
        UntagQueue
    ]
}

operation ChangeMessageVisibility {
    input: ChangeMessageVisibilityRequest
    errors: [
        InvalidAddress
        InvalidSecurity
        MessageNotInflight
        QueueDoesNotExist
        ReceiptHandleIsInvalid
        RequestThrottled
        UnsupportedOperation
    ]
}

operation ChangeMessageVisibilityBatch {
    input: ChangeMessageVisibilityBatchRequest
    output: ChangeMessageVisibilityBatchResult
    errors: [
        BatchEntryIdsNotDistinct
        EmptyBatchRequest
        InvalidAddress
        InvalidBatchEntryId
        InvalidSecurity
        QueueDoesNotExist
        RequestThrottled
        TooManyEntriesInBatchRequest
        UnsupportedOperation
    ]
}

operation CreateQueue {
    input: CreateQueueRequest
    output: CreateQueueResult
    errors: [
        InvalidAddress
        InvalidAttributeName
        InvalidAttributeValue
        InvalidSecurity
        QueueDeletedRecently
        QueueNameExists
        RequestThrottled
        UnsupportedOperation
    ]
}

operation DeleteMessage {
    input: DeleteMessageRequest
    errors: [
        InvalidAddress
        InvalidIdFormat
        InvalidSecurity
        QueueDoesNotExist
        ReceiptHandleIsInvalid
        RequestThrottled
        UnsupportedOperation
    ]
}

operation DeleteMessageBatch {
    input: DeleteMessageBatchRequest
    output: DeleteMessageBatchResult
    errors: [
        BatchEntryIdsNotDistinct
        EmptyBatchRequest
        InvalidAddress
        InvalidBatchEntryId
        InvalidSecurity
        QueueDoesNotExist
        RequestThrottled
        TooManyEntriesInBatchRequest
        UnsupportedOperation
    ]
}

operation DeleteQueue {
    input: DeleteQueueRequest
    errors: [
        InvalidAddress
        InvalidSecurity
        QueueDoesNotExist
        RequestThrottled
        UnsupportedOperation
    ]
}

operation GetQueueAttributes {
    input: GetQueueAttributesRequest
    output: GetQueueAttributesResult
    errors: [
        InvalidAddress
        InvalidAttributeName
        InvalidSecurity
        QueueDoesNotExist
        RequestThrottled
        UnsupportedOperation
    ]
}

operation GetQueueUrl {
    input: GetQueueUrlRequest
    output: GetQueueUrlResult
    errors: [
        InvalidAddress
        InvalidSecurity
        QueueDoesNotExist
        RequestThrottled
        UnsupportedOperation
    ]
}

@paginated(inputToken: "NextToken", outputToken: "NextToken", items: "queueUrls", pageSize: "MaxResults")
operation ListDeadLetterSourceQueues {
    input: ListDeadLetterSourceQueuesRequest
    output: ListDeadLetterSourceQueuesResult
    errors: [
        InvalidAddress
        InvalidSecurity
        QueueDoesNotExist
        RequestThrottled
        UnsupportedOperation
    ]
}

operation ListQueueTags {
    input: ListQueueTagsRequest
    output: ListQueueTagsResult
    errors: [
        InvalidAddress
        InvalidSecurity
        QueueDoesNotExist
        RequestThrottled
        UnsupportedOperation
    ]
}

@paginated(inputToken: "NextToken", outputToken: "NextToken", items: "QueueUrls", pageSize: "MaxResults")
operation ListQueues {
    input: ListQueuesRequest
    output: ListQueuesResult
    errors: [
        InvalidAddress
        InvalidSecurity
        RequestThrottled
        UnsupportedOperation
    ]
}

operation PurgeQueue {
    input: PurgeQueueRequest
    errors: [
        InvalidAddress
        InvalidSecurity
        PurgeQueueInProgress
        QueueDoesNotExist
        RequestThrottled
        UnsupportedOperation
    ]
}

operation ReceiveMessage {
    input: ReceiveMessageRequest
    output: ReceiveMessageResult
    errors: [
        InvalidAddress
        InvalidSecurity
        KmsAccessDenied
        KmsDisabled
        KmsInvalidKeyUsage
        KmsInvalidState
        KmsNotFound
        KmsOptInRequired
        KmsThrottled
        OverLimit
        QueueDoesNotExist
        RequestThrottled
        UnsupportedOperation
    ]
}

operation SendMessage {
    input: SendMessageRequest
    output: SendMessageResult
    errors: [
        InvalidAddress
        InvalidMessageContents
        InvalidSecurity
        KmsAccessDenied
        KmsDisabled
        KmsInvalidKeyUsage
        KmsInvalidState
        KmsNotFound
        KmsOptInRequired
        KmsThrottled
        QueueDoesNotExist
        RequestThrottled
        UnsupportedOperation
    ]
}

operation SendMessageBatch {
    input: SendMessageBatchRequest
    output: SendMessageBatchResult
    errors: [
        BatchEntryIdsNotDistinct
        BatchRequestTooLong
        EmptyBatchRequest
        InvalidAddress
        InvalidBatchEntryId
        InvalidSecurity
        KmsAccessDenied
        KmsDisabled
        KmsInvalidKeyUsage
        KmsInvalidState
        KmsNotFound
        KmsOptInRequired
        KmsThrottled
        QueueDoesNotExist
        RequestThrottled
        TooManyEntriesInBatchRequest
        UnsupportedOperation
    ]
}

operation SetQueueAttributes {
    input: SetQueueAttributesRequest
    errors: [
        InvalidAddress
        InvalidAttributeName
        InvalidAttributeValue
        InvalidSecurity
        OverLimit
        QueueDoesNotExist
        RequestThrottled
        UnsupportedOperation
    ]
}

operation TagQueue {
    input: TagQueueRequest
    errors: [
        InvalidAddress
        InvalidSecurity
        QueueDoesNotExist
        RequestThrottled
        UnsupportedOperation
    ]
}

operation UntagQueue {
    input: UntagQueueRequest
    errors: [
        InvalidAddress
        InvalidSecurity
        QueueDoesNotExist
        RequestThrottled
        UnsupportedOperation
    ]
}

list AttributeNameList {
    member: QueueAttributeName
}

@error("client")
structure BatchEntryIdsNotDistinct {
    message: ExceptionMessage
}

@error("client")
structure BatchRequestTooLong {
    message: ExceptionMessage
}

structure BatchResultErrorEntry {
    @required Id: String
    @required SenderFault: Boolean
    @required Code: String
    Message: String
}

list BatchResultErrorEntryList {
    member: BatchResultErrorEntry
}

blob Binary

list BinaryList {
    member: Binary
}

integer BoxedInteger

structure ChangeMessageVisibilityBatchRequest {
    @required QueueUrl: String
    @required @xmlFlattened Entries: ChangeMessageVisibilityBatchRequestEntryList
}

structure ChangeMessageVisibilityBatchRequestEntry {
    @required Id: String
    @required ReceiptHandle: String
    VisibilityTimeout: NullableInteger
}

list ChangeMessageVisibilityBatchRequestEntryList {
    member: ChangeMessageVisibilityBatchRequestEntry
}

structure ChangeMessageVisibilityBatchResult {
    @required @xmlFlattened Successful: ChangeMessageVisibilityBatchResultEntryList
    @required @xmlFlattened Failed: BatchResultErrorEntryList
}

structure ChangeMessageVisibilityBatchResultEntry {
    @required Id: String
}

list ChangeMessageVisibilityBatchResultEntryList {
    member: ChangeMessageVisibilityBatchResultEntry
}

structure ChangeMessageVisibilityRequest {
    @required QueueUrl: String
    @required ReceiptHandle: String
    @required VisibilityTimeout: NullableInteger
}

structure CreateQueueRequest {
    @required QueueName: String
    @xmlFlattened Attributes: QueueAttributeMap
    @xmlFlattened tags: TagMap
}

structure CreateQueueResult {
    QueueUrl: String
}

structure DeleteMessageBatchRequest {
    @required QueueUrl: String
    @required @xmlFlattened Entries: DeleteMessageBatchRequestEntryList
}

structure DeleteMessageBatchRequestEntry {
    @required Id: String
    @required ReceiptHandle: String
}

list DeleteMessageBatchRequestEntryList {
    member: DeleteMessageBatchRequestEntry
}

structure DeleteMessageBatchResult {
    @required @xmlFlattened Successful: DeleteMessageBatchResultEntryList
    @required @xmlFlattened Failed: BatchResultErrorEntryList
}

structure DeleteMessageBatchResultEntry {
    @required Id: String
}

list DeleteMessageBatchResultEntryList {
    member: DeleteMessageBatchResultEntry
}

structure DeleteMessageRequest {
    @required QueueUrl: String
    @required ReceiptHandle: String
}

structure DeleteQueueRequest {
    @required QueueUrl: String
}

@error("client")
structure EmptyBatchRequest {
    message: ExceptionMessage
}

string ExceptionMessage

structure GetQueueAttributesRequest {
    @required QueueUrl: String
    @xmlFlattened AttributeNames: AttributeNameList
}

structure GetQueueAttributesResult {
    @xmlFlattened Attributes: QueueAttributeMap
}

structure GetQueueUrlRequest {
    @required QueueName: String
    QueueOwnerAWSAccountId: String
}

structure GetQueueUrlResult {
    QueueUrl: String
}

@error("client")
structure InvalidAddress {
    message: ExceptionMessage
}

@error("client")
structure InvalidAttributeName {
    message: ExceptionMessage
}

@error("client")
structure InvalidAttributeValue {
    message: ExceptionMessage
}

@error("client")
structure InvalidBatchEntryId {
    message: ExceptionMessage
}

@error("client")
structure InvalidIdFormat {}

@error("client")
structure InvalidMessageContents {
    message: ExceptionMessage
}

@error("client")
structure InvalidSecurity {
    message: ExceptionMessage
}

@error("client")
structure KmsAccessDenied {
    message: ExceptionMessage
}

@error("client")
structure KmsDisabled {
    message: ExceptionMessage
}

@error("client")
structure KmsInvalidKeyUsage {
    message: ExceptionMessage
}

@error("client")
structure KmsInvalidState {
    message: ExceptionMessage
}

@error("client")
structure KmsNotFound {
    message: ExceptionMessage
}

@error("client")
structure KmsOptInRequired {
    message: ExceptionMessage
}

@error("client")
structure KmsThrottled {
    message: ExceptionMessage
}

structure ListDeadLetterSourceQueuesRequest {
    @required QueueUrl: String
    NextToken: Token
    MaxResults: BoxedInteger
}

structure ListDeadLetterSourceQueuesResult {
    @required @xmlFlattened queueUrls: QueueUrlList
    NextToken: Token
}

structure ListQueueTagsRequest {
    @required QueueUrl: String
}

structure ListQueueTagsResult {
    @xmlFlattened Tags: TagMap
}

structure ListQueuesRequest {
    QueueNamePrefix: String
    NextToken: Token
    MaxResults: BoxedInteger
}

structure ListQueuesResult {
    @xmlFlattened QueueUrls: QueueUrlList
    NextToken: Token
}

structure Message {
    MessageId: String
    ReceiptHandle: String
    MD5OfBody: String
    Body: String
    @xmlFlattened Attributes: MessageSystemAttributeMap
    MD5OfMessageAttributes: String
    @xmlFlattened MessageAttributes: MessageBodyAttributeMap
}

string MessageAttributeName

list MessageAttributeNameList {
    member: MessageAttributeName
}

structure MessageAttributeValue {
    StringValue: String
    BinaryValue: Binary
    @xmlFlattened StringListValues: StringList
    @xmlFlattened BinaryListValues: BinaryList
    @required DataType: String
}

map MessageBodyAttributeMap {
    key: String
    value: MessageAttributeValue
}

map MessageBodySystemAttributeMap {
    key: MessageSystemAttributeNameForSends
    value: MessageSystemAttributeValue
}

list MessageList {
    member: Message
}

@error("client")
structure MessageNotInflight {}

list MessageSystemAttributeList {
    member: MessageSystemAttributeName
}

map MessageSystemAttributeMap {
    key: MessageSystemAttributeName
    value: String
}

enum MessageSystemAttributeName {
    All
    SenderId
    SentTimestamp
    ApproximateReceiveCount
    ApproximateFirstReceiveTimestamp
    SequenceNumber
    MessageDeduplicationId
    MessageGroupId
    AWSTraceHeader
    DeadLetterQueueSourceArn
}

enum MessageSystemAttributeNameForSends {
    AWSTraceHeader
}

structure MessageSystemAttributeValue {
    StringValue: String
    BinaryValue: Binary
    @xmlFlattened StringListValues: StringList
    @xmlFlattened BinaryListValues: BinaryList
    @required DataType: String
}

integer NullableInteger

@error("client")
structure OverLimit {
    message: ExceptionMessage
}

@error("client")
structure PurgeQueueInProgress {
    message: ExceptionMessage
}

structure PurgeQueueRequest {
    @required QueueUrl: String
}

map QueueAttributeMap {
    key: QueueAttributeName
    value: String
}

enum QueueAttributeName {
    All
    Policy
    VisibilityTimeout
    MaximumMessageSize
    MessageRetentionPeriod
    ApproximateNumberOfMessages
    ApproximateNumberOfMessagesNotVisible
    CreatedTimestamp
    LastModifiedTimestamp
    QueueArn
    ApproximateNumberOfMessagesDelayed
    DelaySeconds
    ReceiveMessageWaitTimeSeconds
    RedrivePolicy
    FifoQueue
    ContentBasedDeduplication
    KmsMasterKeyId
    KmsDataKeyReusePeriodSeconds
    DeduplicationScope
    FifoThroughputLimit
    RedriveAllowPolicy
    SqsManagedSseEnabled
}

@error("client")
structure QueueDeletedRecently {
    message: ExceptionMessage
}

@error("client")
structure QueueDoesNotExist {
    message: ExceptionMessage
}

@error("client")
structure QueueNameExists {
    message: ExceptionMessage
}

list QueueUrlList {
    member: String
}

@error("client")
structure ReceiptHandleIsInvalid {
    message: ExceptionMessage
}

structure ReceiveMessageRequest {
    @required QueueUrl: String
    @xmlFlattened AttributeNames: AttributeNameList
    @xmlFlattened MessageSystemAttributeNames: MessageSystemAttributeList
    @xmlFlattened MessageAttributeNames: MessageAttributeNameList
    MaxNumberOfMessages: NullableInteger
    VisibilityTimeout: NullableInteger
    WaitTimeSeconds: NullableInteger
    ReceiveRequestAttemptId: String
}

structure ReceiveMessageResult {
    @xmlFlattened Messages: MessageList
}

@error("client")
structure RequestThrottled {
    message: ExceptionMessage
}

structure SendMessageBatchRequest {
    @required QueueUrl: String
    @required @xmlFlattened Entries: SendMessageBatchRequestEntryList
}

structure SendMessageBatchRequestEntry {
    @required Id: String
    @required MessageBody: String
    DelaySeconds: NullableInteger
    @xmlFlattened MessageAttributes: MessageBodyAttributeMap
    @xmlFlattened MessageSystemAttributes: MessageBodySystemAttributeMap
    MessageDeduplicationId: String
    MessageGroupId: String
}

list SendMessageBatchRequestEntryList {
    member: SendMessageBatchRequestEntry
}

structure SendMessageBatchResult {
    @required @xmlFlattened Successful: SendMessageBatchResultEntryList
    @required @xmlFlattened Failed: BatchResultErrorEntryList
}

structure SendMessageBatchResultEntry {
    @required Id: String
    @required MessageId: String
    @required MD5OfMessageBody: String
    MD5OfMessageAttributes: String
    MD5OfMessageSystemAttributes: String
    SequenceNumber: String
}

list SendMessageBatchResultEntryList {
    member: SendMessageBatchResultEntry
}

structure SendMessageRequest {
    @required QueueUrl: String
    @required MessageBody: String
    DelaySeconds: NullableInteger
    @xmlFlattened MessageAttributes: MessageBodyAttributeMap
    @xmlFlattened MessageSystemAttributes: MessageBodySystemAttributeMap
    MessageDeduplicationId: String
    MessageGroupId: String
}

structure SendMessageResult {
    MD5OfMessageBody: String
    MD5OfMessageAttributes: String
    MD5OfMessageSystemAttributes: String
    MessageId: String
    SequenceNumber: String
}

structure SetQueueAttributesRequest {
    @required QueueUrl: String
    @required @xmlFlattened Attributes: QueueAttributeMap
}

list StringList {
    member: String
}

string TagKey

list TagKeyList {
    member: TagKey
}

map TagMap {
    key: TagKey
    value: TagValue
}

structure TagQueueRequest {
    @required QueueUrl: String
    @required @xmlFlattened Tags: TagMap
}

string TagValue

string Token

@error("client")
structure TooManyEntriesInBatchRequest {
    message: ExceptionMessage
}

@error("client")
structure UnsupportedOperation {
    message: ExceptionMessage
}

structure UntagQueueRequest {
    @required QueueUrl: String
    @required @xmlFlattened TagKeys: TagKeyList
}
