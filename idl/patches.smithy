$version: "2"

// What AWS's models do not say or say wrongly, applied after they are read.
//
// @refusals names a service's error codes for requests that break their own model: `invalid` for a missing or unfit
// member, `malformed` for what is not the protocol's syntax. @label is how a refusal speaks of a member.
namespace patches

apply ecs#ECSService @refusals(invalid: "InvalidParameterException", malformed: "SerializationException", wording: "ecs")
apply appautoscaling#ApplicationAutoScalingService @refusals(invalid: "ValidationException", malformed: "SerializationException", wording: "plain")
apply sts#STSService @refusals(invalid: "ValidationError", malformed: "ValidationError", wording: "plain")
apply logs#CloudWatchLogsService @refusals(invalid: "InvalidParameterException", malformed: "SerializationException", wording: "plain")
apply secretsmanager#SecretsManagerService @refusals(invalid: "ValidationException", malformed: "SerializationException", wording: "plain")
apply ssm#SSMService @refusals(invalid: "ValidationException", malformed: "SerializationException", wording: "plain")
apply servicediscovery#ServiceDiscoveryService @refusals(invalid: "InvalidInput", malformed: "SerializationException", wording: "plain")
// The model has come to name another protocol; all clients of today speak this one.
apply servicediscovery#ServiceDiscoveryService @awsJson1_1(target: "Route53AutoNaming_v20170314")
