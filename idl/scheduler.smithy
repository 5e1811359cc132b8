// Amazon EventBridge Scheduler 2021-06-30: imported from AWS's public model by tools/import_models; do not edit,
// correct it in patches.smithy instead.
$version: "2"

namespace scheduler

@restJson1
@sigv4(name: "scheduler")
@endpointPrefix("scheduler")
service SchedulerService {
    version: "2021-06-30"
    operations: [
        CreateSchedule
        CreateScheduleGroup
        DeleteSchedule
        DeleteScheduleGroup
        GetSchedule
        GetScheduleGroup
        ListScheduleGroups
        ListSchedules
        ListTagsForResource
        TagResource
        UntagResource
        UpdateSchedule
    ]
}

@idempotent
@http(method: "POST", uri: "/schedules/{Name}", code: 200)
operation CreateSchedule {
    input: CreateScheduleInput
    output: CreateScheduleOutput
    errors: [
        ConflictException
        InternalServerException
        ResourceNotFoundException
        ServiceQuotaExceededException
        ThrottlingException
        ValidationException
    ]
}

@idempotent
@http(method: "POST", uri: "/schedule-groups/{Name}", code: 200)
operation CreateScheduleGroup {
    input: CreateScheduleGroupInput
    output: CreateScheduleGroupOutput
    errors: [
        ConflictException
        InternalServerException
        ServiceQuotaExceededException
        ThrottlingException
        ValidationException
    ]
}

@idempotent
@http(method: "DELETE", uri: "/schedules/{Name}", code: 200)
operation DeleteSchedule {
    input: DeleteScheduleInput
    output: DeleteScheduleOutput
    errors: [
        ConflictException
        InternalServerException
        ResourceNotFoundException
        ServiceQuotaExceededException
        ThrottlingException
        ValidationException
    ]
}

@idempotent
@http(method: "DELETE", uri: "/schedule-groups/{Name}", code: 200)
operation DeleteScheduleGroup {
    input: DeleteScheduleGroupInput
    output: DeleteScheduleGroupOutput
    errors: [
        ConflictException
        InternalServerException
        ResourceNotFoundException
        ThrottlingException
        ValidationException
    ]
}

@readonly
@http(method: "GET", uri: "/schedules/{Name}", code: 200)
operation GetSchedule {
    input: GetScheduleInput
    output: GetScheduleOutput
    errors: [
        InternalServerException
        ResourceNotFoundException
        ServiceQuotaExceededException
        ThrottlingException
        ValidationException
    ]
}

@readonly
@http(method: "GET", uri: "/schedule-groups/{Name}", code: 200)
operation GetScheduleGroup {
    input: GetScheduleGroupInput
    output: GetScheduleGroupOutput
    errors: [
        InternalServerException
        ResourceNotFoundException
        ThrottlingException
        ValidationException
    ]
}

@paginated(inputToken: "NextToken", outputToken: "NextToken", items: "ScheduleGroups", pageSize: "MaxResults")
@readonly
@http(method: "GET", uri: "/schedule-groups", code: 200)
operation ListScheduleGroups {
    input: ListScheduleGroupsInput
    output: ListScheduleGroupsOutput
    errors: [
        InternalServerException
        ThrottlingException
        ValidationException
    ]
}

@paginated(inputToken: "NextToken", outputToken: "NextToken", items: "Schedules", pageSize: "MaxResults")
@readonly
@http(method: "GET", uri: "/schedules", code: 200)
operation ListSchedules {
    input: ListSchedulesInput
    output: ListSchedulesOutput
    errors: [
        InternalServerException
        ResourceNotFoundException
        ThrottlingException
        ValidationException
    ]
}

@readonly
@http(method: "GET", uri: "/tags/{ResourceArn}", code: 200)
operation ListTagsForResource {
    input: ListTagsForResourceInput
    output: ListTagsForResourceOutput
    errors: [
        InternalServerException
        ResourceNotFoundException
        ThrottlingException
        ValidationException
    ]
}

@http(method: "POST", uri: "/tags/{ResourceArn}", code: 200)
operation TagResource {
    input: TagResourceInput
    output: TagResourceOutput
    errors: [
        ConflictException
        InternalServerException
        ResourceNotFoundException
        ThrottlingException
        ValidationException
    ]
}

@idempotent
@http(method: "DELETE", uri: "/tags/{ResourceArn}", code: 200)
operation UntagResource {
    input: UntagResourceInput
    output: UntagResourceOutput
    errors: [
        ConflictException
        InternalServerException
        ResourceNotFoundException
        ThrottlingException
        ValidationException
    ]
}

@idempotent
@http(method: "PUT", uri: "/schedules/{Name}", code: 200)
operation UpdateSchedule {
    input: UpdateScheduleInput
    output: UpdateScheduleOutput
    errors: [
        ConflictException
        InternalServerException
        ResourceNotFoundException
        ServiceQuotaExceededException
        ThrottlingException
        ValidationException
    ]
}

enum ActionAfterCompletion {
    NONE
    DELETE
}

enum AssignPublicIp {
    ENABLED
    DISABLED
}

structure AwsVpcConfiguration {
    @required Subnets: Subnets
    SecurityGroups: SecurityGroups
    AssignPublicIp: AssignPublicIp
}

@length(min: 1, max: 255)
string CapacityProvider

@length(min: 0, max: 6)
list CapacityProviderStrategy {
    member: CapacityProviderStrategyItem
}

structure CapacityProviderStrategyItem {
    @required capacityProvider: CapacityProvider
    weight: CapacityProviderStrategyItemWeight
    base: CapacityProviderStrategyItemBase
}

@range(min: 0, max: 100000)
integer CapacityProviderStrategyItemBase

@range(min: 0, max: 1000)
integer CapacityProviderStrategyItemWeight

@length(min: 1, max: 64)
@pattern("[a-zA-Z0-9-_]+")
string ClientToken

@error("client")
@httpError(409)
structure ConflictException {
    @required Message: String
}

structure CreateScheduleGroupInput {
    @required @httpLabel Name: ScheduleGroupName
    Tags: TagList
    @idempotencyToken ClientToken: ClientToken
}

structure CreateScheduleGroupOutput {
    @required ScheduleGroupArn: ScheduleGroupArn
}

structure CreateScheduleInput {
    @required @httpLabel Name: Name
    GroupName: ScheduleGroupName
    @required ScheduleExpression: ScheduleExpression
    StartDate: StartDate
    EndDate: EndDate
    Description: Description
    ScheduleExpressionTimezone: ScheduleExpressionTimezone
    State: ScheduleState
    KmsKeyArn: KmsKeyArn
    @required Target: Target
    @required FlexibleTimeWindow: FlexibleTimeWindow
    @idempotencyToken ClientToken: ClientToken
    ActionAfterCompletion: ActionAfterCompletion
}

structure CreateScheduleOutput {
    @required ScheduleArn: ScheduleArn
}

timestamp CreationDate

structure DeadLetterConfig {
    Arn: DeadLetterConfigArnString
}

@length(min: 1, max: 1600)
@pattern("arn:aws[a-z-]*:sqs:[a-z0-9\\-]+:\\d{12}:[a-zA-Z0-9\\-_]+")
string DeadLetterConfigArnString

structure DeleteScheduleGroupInput {
    @required @httpLabel Name: ScheduleGroupName
    @idempotencyToken @httpQuery("clientToken") ClientToken: ClientToken
}

structure DeleteScheduleGroupOutput {}

structure DeleteScheduleInput {
    @required @httpLabel Name: Name
    @httpQuery("groupName") GroupName: ScheduleGroupName
    @idempotencyToken @httpQuery("clientToken") ClientToken: ClientToken
}

structure DeleteScheduleOutput {}

@length(min: 0, max: 512)
string Description

@length(min: 1, max: 128)
string DetailType

structure EcsParameters {
    @required TaskDefinitionArn: TaskDefinitionArn
    TaskCount: TaskCount
    LaunchType: LaunchType
    NetworkConfiguration: NetworkConfiguration
    PlatformVersion: PlatformVersion
    Group: Group
    CapacityProviderStrategy: CapacityProviderStrategy
    EnableECSManagedTags: EnableECSManagedTags
    EnableExecuteCommand: EnableExecuteCommand
    PlacementConstraints: PlacementConstraints
    PlacementStrategy: PlacementStrategies
    PropagateTags: PropagateTags
    ReferenceId: ReferenceId
    Tags: Tags
}

boolean EnableECSManagedTags

boolean EnableExecuteCommand

timestamp EndDate

@length(min: 1, max: 128)
@pattern("[^/]+")
string EventBridgeMetadataKey

@length(min: 0, max: 100)
map EventBridgeMetadataMap {
    key: EventBridgeMetadataKey
    value: EventBridgeMetadataValue
}

@length(min: 1)
string EventBridgeMetadataValue

structure EventBridgeParameters {
    @required DetailType: DetailType
    @required Source: Source
}

structure EventBridgePutEventsV2Parameters {
    @required DetailType: DetailType
    @required Source: Source
}

structure EventBridgePutRawEventsParameters {
    Metadata: EventBridgeMetadataMap
}

structure FlexibleTimeWindow {
    @required Mode: FlexibleTimeWindowMode
    MaximumWindowInMinutes: MaximumWindowInMinutes
}

enum FlexibleTimeWindowMode {
    OFF
    FLEXIBLE
}

structure GetScheduleGroupInput {
    @required @httpLabel Name: ScheduleGroupName
}

structure GetScheduleGroupOutput {
    Arn: ScheduleGroupArn
    Name: ScheduleGroupName
    State: ScheduleGroupState
    CreationDate: CreationDate
    LastModificationDate: LastModificationDate
}

structure GetScheduleInput {
    @required @httpLabel Name: Name
    @httpQuery("groupName") GroupName: ScheduleGroupName
}

structure GetScheduleOutput {
    Arn: ScheduleArn
    GroupName: ScheduleGroupName
    Name: Name
    ScheduleExpression: ScheduleExpression
    StartDate: StartDate
    EndDate: EndDate
    Description: Description
    ScheduleExpressionTimezone: ScheduleExpressionTimezone
    State: ScheduleState
    CreationDate: CreationDate
    LastModificationDate: LastModificationDate
    KmsKeyArn: KmsKeyArn
    Target: Target
    FlexibleTimeWindow: FlexibleTimeWindow
    ActionAfterCompletion: ActionAfterCompletion
}

@length(min: 1, max: 255)
string Group

@error("server")
@httpError(500)
structure InternalServerException {
    @required Message: String
}

structure KinesisParameters {
    @required PartitionKey: TargetPartitionKey
}

@length(min: 1, max: 2048)
@pattern("arn:aws[a-z-]*:kms:[a-z0-9\\-]+:\\d{12}:(key|alias)\\/[0-9a-zA-Z-_]*")
string KmsKeyArn

timestamp LastModificationDate

enum LaunchType {
    EC2
    FARGATE
    EXTERNAL
}

structure ListScheduleGroupsInput {
    @httpQuery("NamePrefix") NamePrefix: ScheduleGroupNamePrefix
    @httpQuery("NextToken") NextToken: NextToken
    @httpQuery("MaxResults") MaxResults: MaxResults
}

structure ListScheduleGroupsOutput {
    NextToken: NextToken
    @required ScheduleGroups: ScheduleGroupList
}

structure ListSchedulesInput {
    @httpQuery("ScheduleGroup") GroupName: ScheduleGroupName
    @httpQuery("NamePrefix") NamePrefix: NamePrefix
    @httpQuery("State") State: ScheduleState
    @httpQuery("NextToken") NextToken: NextToken
    @httpQuery("MaxResults") MaxResults: MaxResults
}

structure ListSchedulesOutput {
    NextToken: NextToken
    @required Schedules: ScheduleList
}

structure ListTagsForResourceInput {
    @required @httpLabel ResourceArn: TagResourceArn
}

structure ListTagsForResourceOutput {
    Tags: TagList
}

@range(min: 1, max: 100)
integer MaxResults

@range(min: 60, max: 86400)
integer MaximumEventAgeInSeconds

@range(min: 0, max: 185)
integer MaximumRetryAttempts

@range(min: 1, max: 1440)
integer MaximumWindowInMinutes

@length(min: 1, max: 128)
string MessageGroupId

@length(min: 1, max: 64)
@pattern("[0-9a-zA-Z-_.]+")
string Name

@length(min: 1, max: 64)
@pattern("[0-9a-zA-Z-_.]+")
string NamePrefix

structure NetworkConfiguration {
    awsvpcConfiguration: AwsVpcConfiguration
}

@length(min: 1, max: 2048)
string NextToken

structure PlacementConstraint {
    type: PlacementConstraintType
    expression: PlacementConstraintExpression
}

@length(min: 0, max: 2000)
string PlacementConstraintExpression

enum PlacementConstraintType {
    distinctInstance
    memberOf
}

@length(min: 0, max: 10)
list PlacementConstraints {
    member: PlacementConstraint
}

@length(min: 0, max: 5)
list PlacementStrategies {
    member: PlacementStrategy
}

structure PlacementStrategy {
    type: PlacementStrategyType
    field: PlacementStrategyField
}

@length(min: 0, max: 255)
string PlacementStrategyField

enum PlacementStrategyType {
    random
    spread
    binpack
}

@length(min: 1, max: 64)
string PlatformVersion

enum PropagateTags {
    TASK_DEFINITION
}

@length(min: 0, max: 1024)
string ReferenceId

@error("client")
@httpError(404)
structure ResourceNotFoundException {
    @required Message: String
}

structure RetryPolicy {
    MaximumEventAgeInSeconds: MaximumEventAgeInSeconds
    MaximumRetryAttempts: MaximumRetryAttempts
}

@length(min: 1, max: 1600)
@pattern("arn:aws[a-z-]*:iam::\\d{12}:role\\/[\\w+=,.@\\/-]+")
string RoleArn

structure SageMakerPipelineParameter {
    @required Name: SageMakerPipelineParameterName
    @required Value: SageMakerPipelineParameterValue
}

@length(min: 0, max: 200)
list SageMakerPipelineParameterList {
    member: SageMakerPipelineParameter
}

@length(min: 1, max: 256)
@pattern("[A-Za-z0-9\\-_]*")
string SageMakerPipelineParameterName

@length(min: 1, max: 1024)
string SageMakerPipelineParameterValue

structure SageMakerPipelineParameters {
    PipelineParameterList: SageMakerPipelineParameterList
}

@length(min: 1, max: 1224)
@pattern("arn:aws[a-z-]*:scheduler:[a-z0-9\\-]+:\\d{12}:schedule\\/[0-9a-zA-Z-_.]+\\/[0-9a-zA-Z-_.]+")
string ScheduleArn

@length(min: 1, max: 256)
string ScheduleExpression

@length(min: 1, max: 50)
string ScheduleExpressionTimezone

@length(min: 1, max: 1224)
@pattern("arn:aws[a-z-]*:scheduler:[a-z0-9\\-]+:\\d{12}:schedule-group\\/[0-9a-zA-Z-_.]+")
string ScheduleGroupArn

list ScheduleGroupList {
    member: ScheduleGroupSummary
}

@length(min: 1, max: 64)
@pattern("[0-9a-zA-Z-_.]+")
string ScheduleGroupName

@length(min: 1, max: 64)
@pattern("[0-9a-zA-Z-_.]+")
string ScheduleGroupNamePrefix

enum ScheduleGroupState {
    ACTIVE
    DELETING
}

structure ScheduleGroupSummary {
    Arn: ScheduleGroupArn
    Name: ScheduleGroupName
    State: ScheduleGroupState
    CreationDate: CreationDate
    LastModificationDate: LastModificationDate
}

list ScheduleList {
    member: ScheduleSummary
}

enum ScheduleState {
    ENABLED
    DISABLED
}

structure ScheduleSummary {
    Arn: ScheduleArn
    Name: Name
    GroupName: ScheduleGroupName
    State: ScheduleState
    CreationDate: CreationDate
    LastModificationDate: LastModificationDate
    Target: TargetSummary
}

@length(min: 1, max: 1000)
string SecurityGroup

@length(min: 1, max: 5)
list SecurityGroups {
    member: SecurityGroup
}

@error("client")
@httpError(402)
structure ServiceQuotaExceededException {
    @required Message: String
}

@length(min: 1, max: 256)
@pattern("(?=[/\\.\\-_A-Za-z0-9]+)((?!aws\\.).*)|(\\$(\\.[\\w_-]+(\\[(\\d+|\\*)\\])*)*)")
string Source

structure SqsParameters {
    MessageGroupId: MessageGroupId
}

timestamp StartDate

@length(min: 1, max: 1000)
string Subnet

@length(min: 1, max: 16)
list Subnets {
    member: Subnet
}

structure Tag {
    @required Key: TagKey
    @required Value: TagValue
}

@length(min: 1, max: 128)
string TagKey

@length(min: 0, max: 200)
list TagKeyList {
    member: TagKey
}

@length(min: 0, max: 200)
list TagList {
    member: Tag
}

map TagMap {
    key: TagKey
    value: TagValue
}

@length(min: 1, max: 1011)
@pattern("arn:aws[a-z-]*:scheduler:[a-z0-9\\-]+:\\d{12}:schedule-group\\/[0-9a-zA-Z-_.]+")
string TagResourceArn

structure TagResourceInput {
    @required @httpLabel ResourceArn: TagResourceArn
    @required Tags: TagList
}

structure TagResourceOutput {}

@length(min: 1, max: 256)
string TagValue

@length(min: 0, max: 50)
list Tags {
    member: TagMap
}

structure Target {
    @required Arn: TargetArn
    @required RoleArn: RoleArn
    DeadLetterConfig: DeadLetterConfig
    RetryPolicy: RetryPolicy
    Input: TargetInput
    EcsParameters: EcsParameters
    EventBridgeParameters: EventBridgeParameters
    EventBridgePutEventsV2Parameters: EventBridgePutEventsV2Parameters
    EventBridgePutRawEventsParameters: EventBridgePutRawEventsParameters
    KinesisParameters: KinesisParameters
    SageMakerPipelineParameters: SageMakerPipelineParameters
    SqsParameters: SqsParameters
}

@length(min: 1, max: 1600)
string TargetArn

@length(min: 1)
string TargetInput

@length(min: 1, max: 256)
string TargetPartitionKey

structure TargetSummary {
    @required Arn: TargetArn
}

@range(min: 1, max: 10)
integer TaskCount

@length(min: 1, max: 1600)
string TaskDefinitionArn

@error("client")
@httpError(429)
structure ThrottlingException {
    @required Message: String
}

structure UntagResourceInput {
    @required @httpLabel ResourceArn: TagResourceArn
    @required @httpQuery("TagKeys") TagKeys: TagKeyList
}

structure UntagResourceOutput {}

structure UpdateScheduleInput {
    @required @httpLabel Name: Name
    GroupName: ScheduleGroupName
    @required ScheduleExpression: ScheduleExpression
    StartDate: StartDate
    EndDate: EndDate
    Description: Description
    ScheduleExpressionTimezone: ScheduleExpressionTimezone
    State: ScheduleState
    KmsKeyArn: KmsKeyArn
    @required Target: Target
    @required FlexibleTimeWindow: FlexibleTimeWindow
    @idempotencyToken ClientToken: ClientToken
    ActionAfterCompletion: ActionAfterCompletion
}

structure UpdateScheduleOutput {
    @required ScheduleArn: ScheduleArn
}

@error("client")
@httpError(400)
structure ValidationException {
    @required Message: String
}
