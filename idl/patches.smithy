$version: "2"

// What AWS's models do not say or say wrongly, applied after they are read.
//
// @refusals names a service's error codes for requests that break their own model: `invalid` for a missing or unfit
// member, `malformed` for what is not the protocol's syntax. @label is how a refusal speaks of a member. @retarget gives a
// member another type. @mayBeMissing accepts requests without a required member: the operation chooses its value.
namespace patches

apply ecs#ECSService @refusals(invalid: "InvalidParameterException", malformed: "SerializationException", wording: "ecs")
// Terraform documents it as optional.
apply ecs#ExpressGatewayServiceAwsLogsConfiguration$logStreamPrefix @mayBeMissing
apply appautoscaling#ApplicationAutoScalingService @refusals(invalid: "ValidationException", malformed: "SerializationException", wording: "plain")
apply sts#STSService @refusals(invalid: "ValidationError", malformed: "ValidationError", wording: "plain")
apply logs#CloudWatchLogsService @refusals(invalid: "InvalidParameterException", malformed: "SerializationException", wording: "plain")
apply secretsmanager#SecretsManagerService @refusals(invalid: "ValidationException", malformed: "SerializationException", wording: "plain")
apply ssm#SSMService @refusals(invalid: "ValidationException", malformed: "SerializationException", wording: "plain")
apply servicediscovery#ServiceDiscoveryService @refusals(invalid: "InvalidInput", malformed: "SerializationException", wording: "plain")
apply s3#S3Service @refusals(invalid: "InvalidArgument", malformed: "MalformedXML", wording: "plain")
// The model has come to name another protocol; all clients of today speak this one.
apply servicediscovery#ServiceDiscoveryService @awsJson1_1(target: "Route53AutoNaming_v20170314")

apply sqs#SQSService @refusals(invalid: "InvalidParameterValue", malformed: "SerializationException", wording: "plain")
// The names from before SQS spoke JSON: clients that send x-amzn-query-mode get them in x-amzn-query-error, and know errors by them.
apply sqs#BatchEntryIdsNotDistinct @awsQueryError(code: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct")
apply sqs#BatchRequestTooLong @awsQueryError(code: "AWS.SimpleQueueService.BatchRequestTooLong")
apply sqs#EmptyBatchRequest @awsQueryError(code: "AWS.SimpleQueueService.EmptyBatchRequest")
apply sqs#InvalidBatchEntryId @awsQueryError(code: "AWS.SimpleQueueService.InvalidBatchEntryId")
apply sqs#MessageNotInflight @awsQueryError(code: "AWS.SimpleQueueService.MessageNotInflight")
apply sqs#PurgeQueueInProgress @awsQueryError(code: "AWS.SimpleQueueService.PurgeQueueInProgress")
apply sqs#QueueDeletedRecently @awsQueryError(code: "AWS.SimpleQueueService.QueueDeletedRecently")
apply sqs#QueueDoesNotExist @awsQueryError(code: "AWS.SimpleQueueService.NonExistentQueue")
apply sqs#QueueNameExists @awsQueryError(code: "QueueAlreadyExists")
apply sqs#TooManyEntriesInBatchRequest @awsQueryError(code: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest")
apply sqs#UnsupportedOperation @awsQueryError(code: "AWS.SimpleQueueService.UnsupportedOperation")
// Whatever the model says, clients of all ages ask for SentTimestamp and its like here.
apply sqs#ReceiveMessageRequest$AttributeNames @retarget("sqs#MessageSystemAttributeList")
// SQS has an error of its own for attributes that it does not know.
apply sqs#CreateQueueRequest$Attributes @retarget("sqs#TagMap")
apply sqs#SetQueueAttributesRequest$Attributes @retarget("sqs#TagMap")
apply sqs#GetQueueAttributesRequest$AttributeNames @retarget("sqs#MessageAttributeNameList")
