// Amazon EventBridge 2015-10-07: imported from AWS's public model by tools/import_models; do not edit,
// correct it in patches.smithy instead. Pruned to the operations below and what they reach.
$version: "2"

namespace events

@awsJson1_1(target: "AWSEvents")
@sigv4(name: "events")
@endpointPrefix("events")
service EventBridgeService {
    version: "2015-10-07"
    operations: [
        CreateEventBus
        DeleteEventBus
        DeleteRule
        DescribeEventBus
        DescribeRule
        DisableRule
        EnableRule
        ListEventBuses
        ListRuleNamesByTarget
        ListRules
        ListTagsForResource
        ListTargetsByRule
        PutEvents
        PutRule
        PutTargets
        RemoveTargets
        TagResource
        TestEventPattern
        UntagResource
        UpdateEventBus
    ]
}

operation CreateEventBus {
    input: CreateEventBusRequest
    output: CreateEventBusResponse
    errors: [
        ConcurrentModificationException
        InternalException
        InvalidStateException
        LimitExceededException
        OperationDisabledException
        ResourceAlreadyExistsException
        ResourceNotFoundException
    ]
}

operation DeleteEventBus {
    input: DeleteEventBusRequest
    errors: [
        ConcurrentModificationException
        InternalException
    ]
}

operation DeleteRule {
    input: DeleteRuleRequest
    errors: [
        ConcurrentModificationException
        InternalException
        ManagedRuleException
        ResourceNotFoundException
    ]
}

operation DescribeEventBus {
    input: DescribeEventBusRequest
    output: DescribeEventBusResponse
    errors: [
        InternalException
        ResourceNotFoundException
    ]
}

operation DescribeRule {
    input: DescribeRuleRequest
    output: DescribeRuleResponse
    errors: [
        InternalException
        ResourceNotFoundException
    ]
}

operation DisableRule {
    input: DisableRuleRequest
    errors: [
        ConcurrentModificationException
        InternalException
        ManagedRuleException
        ResourceNotFoundException
    ]
}

operation EnableRule {
    input: EnableRuleRequest
    errors: [
        ConcurrentModificationException
        InternalException
        ManagedRuleException
        ResourceNotFoundException
    ]
}

operation ListEventBuses {
    input: ListEventBusesRequest
    output: ListEventBusesResponse
    errors: [
        InternalException
    ]
}

@paginated(inputToken: "NextToken", outputToken: "NextToken", items: "RuleNames", pageSize: "Limit")
operation ListRuleNamesByTarget {
    input: ListRuleNamesByTargetRequest
    output: ListRuleNamesByTargetResponse
    errors: [
        InternalException
        ResourceNotFoundException
    ]
}

@paginated(inputToken: "NextToken", outputToken: "NextToken", items: "Rules", pageSize: "Limit")
operation ListRules {
    input: ListRulesRequest
    output: ListRulesResponse
    errors: [
        InternalException
        ResourceNotFoundException
    ]
}

operation ListTagsForResource {
    input: ListTagsForResourceRequest
    output: ListTagsForResourceResponse
    errors: [
        InternalException
        ResourceNotFoundException
    ]
}

@paginated(inputToken: "NextToken", outputToken: "NextToken", items: "Targets", pageSize: "Limit")
operation ListTargetsByRule {
    input: ListTargetsByRuleRequest
    output: ListTargetsByRuleResponse
    errors: [
        InternalException
        ResourceNotFoundException
    ]
}

operation PutEvents {
    input: PutEventsRequest
    output: PutEventsResponse
    errors: [
        InternalException
    ]
}

operation PutRule {
    input: PutRuleRequest
    output: PutRuleResponse
    errors: [
        ConcurrentModificationException
        InternalException
        InvalidEventPatternException
        LimitExceededException
        ManagedRuleException
        ResourceNotFoundException
    ]
}

operation PutTargets {
    input: PutTargetsRequest
    output: PutTargetsResponse
    errors: [
        ConcurrentModificationException
        InternalException
        LimitExceededException
        ManagedRuleException
        ResourceNotFoundException
    ]
}

operation RemoveTargets {
    input: RemoveTargetsRequest
    output: RemoveTargetsResponse
    errors: [
        ConcurrentModificationException
        InternalException
        ManagedRuleException
        ResourceNotFoundException
    ]
}

operation TagResource {
    input: TagResourceRequest
    output: TagResourceResponse
    errors: [
        ConcurrentModificationException
        InternalException
        ManagedRuleException
        ResourceNotFoundException
    ]
}

operation TestEventPattern {
    input: TestEventPatternRequest
    output: TestEventPatternResponse
    errors: [
        InternalException
        InvalidEventPatternException
    ]
}

operation UntagResource {
    input: UntagResourceRequest
    output: UntagResourceResponse
    errors: [
        ConcurrentModificationException
        InternalException
        ManagedRuleException
        ResourceNotFoundException
    ]
}

operation UpdateEventBus {
    input: UpdateEventBusRequest
    output: UpdateEventBusResponse
    errors: [
        ConcurrentModificationException
        InternalException
        OperationDisabledException
        ResourceNotFoundException
    ]
}

structure AppSyncParameters {
    GraphQLOperation: GraphQLOperation
}

@length(min: 1, max: 1600)
string Arn

enum AssignPublicIp {
    ENABLED
    DISABLED
}

structure AwsVpcConfiguration {
    @required Subnets: StringList
    SecurityGroups: StringList
    AssignPublicIp: AssignPublicIp
}

structure BatchArrayProperties {
    Size: Integer
}

structure BatchParameters {
    @required JobDefinition: String
    @required JobName: String
    ArrayProperties: BatchArrayProperties
    RetryStrategy: BatchRetryStrategy
}

structure BatchRetryStrategy {
    Attempts: Integer
}

@length(min: 1, max: 255)
string CapacityProvider

@length(max: 6)
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

@error("client")
structure ConcurrentModificationException {}

structure CreateEventBusRequest {
    @required Name: EventBusName
    EventSourceName: EventSourceName
    Description: EventBusDescription
    KmsKeyIdentifier: KmsKeyIdentifier
    DeadLetterConfig: DeadLetterConfig
    LogConfig: LogConfig
    Tags: TagList
}

structure CreateEventBusResponse {
    EventBusArn: String
    Description: EventBusDescription
    KmsKeyIdentifier: KmsKeyIdentifier
    DeadLetterConfig: DeadLetterConfig
    LogConfig: LogConfig
}

@length(min: 1, max: 128)
string CreatedBy

@length(min: 1, max: 64)
string Database

@length(min: 1, max: 128)
string DbUser

structure DeadLetterConfig {
    Arn: ResourceArn
}

structure DeleteEventBusRequest {
    @required Name: EventBusName
}

structure DeleteRuleRequest {
    @required Name: RuleName
    EventBusName: EventBusNameOrArn
    Force: Boolean
}

structure DescribeEventBusRequest {
    Name: EventBusNameOrArn
}

structure DescribeEventBusResponse {
    Name: String
    Arn: String
    Description: EventBusDescription
    KmsKeyIdentifier: KmsKeyIdentifier
    DeadLetterConfig: DeadLetterConfig
    Policy: String
    LogConfig: LogConfig
    CreationTime: Timestamp
    LastModifiedTime: Timestamp
    ManagedBy: ManagedBy
}

structure DescribeRuleRequest {
    @required Name: RuleName
    EventBusName: EventBusNameOrArn
}

structure DescribeRuleResponse {
    Name: RuleName
    Arn: RuleArn
    EventPattern: EventPattern
    ScheduleExpression: ScheduleExpression
    State: RuleState
    Description: RuleDescription
    RoleArn: RoleArn
    ManagedBy: ManagedBy
    EventBusName: EventBusName
    CreatedBy: CreatedBy
}

structure DisableRuleRequest {
    @required Name: RuleName
    EventBusName: EventBusNameOrArn
}

structure EcsParameters {
    @required TaskDefinitionArn: Arn
    TaskCount: LimitMin1
    LaunchType: LaunchType
    NetworkConfiguration: NetworkConfiguration
    PlatformVersion: String
    Group: String
    CapacityProviderStrategy: CapacityProviderStrategy
    EnableECSManagedTags: Boolean
    EnableExecuteCommand: Boolean
    PlacementConstraints: PlacementConstraints
    PlacementStrategy: PlacementStrategies
    PropagateTags: PropagateTags
    ReferenceId: ReferenceId
    Tags: TagList
}

structure EnableRuleRequest {
    @required Name: RuleName
    EventBusName: EventBusNameOrArn
}

@length(min: 1, max: 50)
@pattern("^[A-Za-z0-9\\-]+[\\.][A-Za-z0-9\\-]+$")
string EndpointId

string ErrorCode

string ErrorMessage

structure EventBus {
    Name: String
    Arn: String
    Description: EventBusDescription
    Policy: String
    CreationTime: Timestamp
    LastModifiedTime: Timestamp
    ManagedBy: ManagedBy
}

@length(max: 512)
string EventBusDescription

list EventBusList {
    member: EventBus
}

@length(min: 1, max: 256)
@pattern("[/\\.\\-_A-Za-z0-9]+")
string EventBusName

@length(min: 1, max: 1600)
@pattern("(arn:aws[\\w-]*:events:[a-z]+-[a-z]+-[\\w-]+:[0-9]{12}:event-bus\\/)?[/\\.\\-_A-Za-z0-9]+")
string EventBusNameOrArn

@length(max: 64)
string EventId

@length(max: 4096)
string EventPattern

@length(max: 2048)
string EventResource

list EventResourceList {
    member: EventResource
}

@length(min: 1, max: 256)
@pattern("aws\\.partner(/[\\.\\-_A-Za-z0-9]+){2,}")
string EventSourceName

timestamp EventTime

@length(min: 1, max: 1048576)
@sensitive
string GraphQLOperation

@length(max: 512)
@pattern("^[!#$%&'*+-.^_`|~0-9a-zA-Z]+$")
string HeaderKey

map HeaderParametersMap {
    key: HeaderKey
    value: HeaderValue
}

@length(max: 512)
@pattern("^[ \\t]*[\\x20-\\x7E]+([ \\t]+[\\x20-\\x7E]+)*[ \\t]*$")
string HeaderValue

structure HttpParameters {
    PathParameterValues: PathParameterList
    HeaderParameters: HeaderParametersMap
    QueryStringParameters: QueryStringParametersMap
}

enum IncludeDetail {
    NONE
    FULL
}

structure InputTransformer {
    InputPathsMap: TransformerPaths
    @required InputTemplate: TransformerInput
}

@length(min: 1, max: 256)
@pattern("[A-Za-z0-9\\_\\-]+")
string InputTransformerPathKey

@error("server")
structure InternalException {}

@error("client")
structure InvalidEventPatternException {}

@error("client")
structure InvalidStateException {}

structure KinesisParameters {
    @required PartitionKeyPath: TargetPartitionKeyPath
}

@length(max: 2048)
@pattern("^[a-zA-Z0-9_\\-/:]*$")
string KmsKeyIdentifier

enum LaunchType {
    EC2
    FARGATE
    EXTERNAL
}

enum Level {
    OFF
    ERROR
    INFO
    TRACE
}

@error("client")
structure LimitExceededException {}

@range(min: 1, max: 100)
integer LimitMax100

@range(min: 1)
integer LimitMin1

structure ListEventBusesRequest {
    NamePrefix: EventBusName
    NextToken: NextToken
    Limit: LimitMax100
}

structure ListEventBusesResponse {
    EventBuses: EventBusList
    NextToken: NextToken
}

structure ListRuleNamesByTargetRequest {
    @required TargetArn: TargetArn
    EventBusName: EventBusNameOrArn
    NextToken: NextToken
    Limit: LimitMax100
}

structure ListRuleNamesByTargetResponse {
    RuleNames: RuleNameList
    NextToken: NextToken
}

structure ListRulesRequest {
    NamePrefix: RuleName
    EventBusName: EventBusNameOrArn
    NextToken: NextToken
    Limit: LimitMax100
}

structure ListRulesResponse {
    Rules: RuleResponseList
    NextToken: NextToken
}

structure ListTagsForResourceRequest {
    @required ResourceARN: Arn
}

structure ListTagsForResourceResponse {
    Tags: TagList
}

structure ListTargetsByRuleRequest {
    @required Rule: RuleName
    EventBusName: EventBusNameOrArn
    NextToken: NextToken
    Limit: LimitMax100
}

structure ListTargetsByRuleResponse {
    Targets: TargetList
    NextToken: NextToken
}

structure LogConfig {
    IncludeDetail: IncludeDetail
    Level: Level
}

@length(min: 1, max: 128)
string ManagedBy

@error("client")
structure ManagedRuleException {}

@range(min: 60, max: 86400)
integer MaximumEventAgeInSeconds

@range(min: 0, max: 185)
integer MaximumRetryAttempts

@length(max: 100)
string MessageGroupId

structure NetworkConfiguration {
    awsvpcConfiguration: AwsVpcConfiguration
}

@length(min: 1, max: 2048)
string NextToken

@length(min: 1, max: 1600)
@pattern("(arn:aws[\\w-]*:events:[a-z]+-[a-z]+-[\\w-]+:[0-9]{12}:event-bus\\/)?[\\.\\-_A-Za-z0-9]+")
string NonPartnerEventBusNameOrArn

@error("client")
structure OperationDisabledException {}

@pattern("^(?!\\s*$).+")
string PathParameter

list PathParameterList {
    member: PathParameter
}

structure PlacementConstraint {
    type: PlacementConstraintType
    expression: PlacementConstraintExpression
}

@length(max: 2000)
string PlacementConstraintExpression

enum PlacementConstraintType {
    distinctInstance
    memberOf
}

@length(max: 10)
list PlacementConstraints {
    member: PlacementConstraint
}

@length(max: 5)
list PlacementStrategies {
    member: PlacementStrategy
}

structure PlacementStrategy {
    type: PlacementStrategyType
    field: PlacementStrategyField
}

@length(max: 255)
string PlacementStrategyField

enum PlacementStrategyType {
    random
    spread
    binpack
}

enum PropagateTags {
    TASK_DEFINITION
}

structure PutEventsRequest {
    @required Entries: PutEventsRequestEntryList
    EndpointId: EndpointId
}

structure PutEventsRequestEntry {
    Time: EventTime
    Source: String
    Resources: EventResourceList
    DetailType: String
    Detail: String
    EventBusName: NonPartnerEventBusNameOrArn
    TraceHeader: TraceHeader
}

@length(min: 1, max: 10)
list PutEventsRequestEntryList {
    member: PutEventsRequestEntry
}

structure PutEventsResponse {
    FailedEntryCount: Integer
    Entries: PutEventsResultEntryList
}

structure PutEventsResultEntry {
    EventId: EventId
    ErrorCode: ErrorCode
    ErrorMessage: ErrorMessage
}

list PutEventsResultEntryList {
    member: PutEventsResultEntry
}

structure PutRuleRequest {
    @required Name: RuleName
    ScheduleExpression: ScheduleExpression
    EventPattern: EventPattern
    State: RuleState
    Description: RuleDescription
    RoleArn: RoleArn
    Tags: TagList
    EventBusName: EventBusNameOrArn
}

structure PutRuleResponse {
    RuleArn: RuleArn
}

structure PutTargetsRequest {
    @required Rule: RuleName
    EventBusName: EventBusNameOrArn
    @required Targets: TargetList
}

structure PutTargetsResponse {
    FailedEntryCount: Integer
    FailedEntries: PutTargetsResultEntryList
}

structure PutTargetsResultEntry {
    TargetId: TargetId
    ErrorCode: ErrorCode
    ErrorMessage: ErrorMessage
}

list PutTargetsResultEntryList {
    member: PutTargetsResultEntry
}

@length(max: 512)
@pattern("[^\\x00-\\x1F\\x7F]+")
string QueryStringKey

map QueryStringParametersMap {
    key: QueryStringKey
    value: QueryStringValue
}

@length(max: 512)
@pattern("[^\\x00-\\x09\\x0B\\x0C\\x0E-\\x1F\\x7F]+")
string QueryStringValue

structure RedshiftDataParameters {
    SecretManagerArn: RedshiftSecretManagerArn
    @required Database: Database
    DbUser: DbUser
    Sql: Sql
    StatementName: StatementName
    WithEvent: Boolean
    Sqls: Sqls
}

@length(min: 1, max: 1600)
@pattern("(^arn:aws([a-z]|\\-)*:secretsmanager:[a-z0-9-.]+:.*)|(\\$(\\.[\\w_-]+(\\[(\\d+|\\*)\\])*)*)")
string RedshiftSecretManagerArn

@length(max: 1024)
string ReferenceId

structure RemoveTargetsRequest {
    @required Rule: RuleName
    EventBusName: EventBusNameOrArn
    @required Ids: TargetIdList
    Force: Boolean
}

structure RemoveTargetsResponse {
    FailedEntryCount: Integer
    FailedEntries: RemoveTargetsResultEntryList
}

structure RemoveTargetsResultEntry {
    TargetId: TargetId
    ErrorCode: ErrorCode
    ErrorMessage: ErrorMessage
}

list RemoveTargetsResultEntryList {
    member: RemoveTargetsResultEntry
}

@error("client")
structure ResourceAlreadyExistsException {}

@length(min: 1, max: 1600)
string ResourceArn

@error("client")
structure ResourceNotFoundException {}

structure RetryPolicy {
    MaximumRetryAttempts: MaximumRetryAttempts
    MaximumEventAgeInSeconds: MaximumEventAgeInSeconds
}

@length(min: 1, max: 1600)
string RoleArn

structure Rule {
    Name: RuleName
    Arn: RuleArn
    EventPattern: EventPattern
    State: RuleState
    Description: RuleDescription
    ScheduleExpression: ScheduleExpression
    RoleArn: RoleArn
    ManagedBy: ManagedBy
    EventBusName: EventBusName
}

@length(min: 1, max: 1600)
string RuleArn

@length(max: 512)
string RuleDescription

@length(min: 1, max: 64)
@pattern("[\\.\\-_A-Za-z0-9]+")
string RuleName

list RuleNameList {
    member: RuleName
}

list RuleResponseList {
    member: Rule
}

enum RuleState {
    ENABLED
    DISABLED
    ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS
}

structure RunCommandParameters {
    @required RunCommandTargets: RunCommandTargets
}

structure RunCommandTarget {
    @required Key: RunCommandTargetKey
    @required Values: RunCommandTargetValues
}

@length(min: 1, max: 128)
@pattern("^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*$")
string RunCommandTargetKey

@length(min: 1, max: 256)
string RunCommandTargetValue

@length(min: 1, max: 50)
list RunCommandTargetValues {
    member: RunCommandTargetValue
}

@length(min: 1, max: 5)
list RunCommandTargets {
    member: RunCommandTarget
}

structure SageMakerPipelineParameter {
    @required Name: SageMakerPipelineParameterName
    @required Value: SageMakerPipelineParameterValue
}

@length(min: 0, max: 200)
list SageMakerPipelineParameterList {
    member: SageMakerPipelineParameter
}

@length(min: 1, max: 256)
@pattern("^[a-zA-Z0-9](-*[a-zA-Z0-9])*$")
string SageMakerPipelineParameterName

@length(max: 1024)
string SageMakerPipelineParameterValue

structure SageMakerPipelineParameters {
    PipelineParameterList: SageMakerPipelineParameterList
}

@length(max: 256)
string ScheduleExpression

@length(min: 1, max: 100000)
@sensitive
string Sql

@length(min: 0, max: 40)
@sensitive
list Sqls {
    member: Sql
}

structure SqsParameters {
    MessageGroupId: MessageGroupId
}

@length(min: 1, max: 500)
string StatementName

list StringList {
    member: String
}

structure Tag {
    @required Key: TagKey
    @required Value: TagValue
}

@length(min: 1, max: 128)
string TagKey

list TagKeyList {
    member: TagKey
}

list TagList {
    member: Tag
}

structure TagResourceRequest {
    @required ResourceARN: Arn
    @required Tags: TagList
}

structure TagResourceResponse {}

@length(min: 0, max: 256)
string TagValue

structure Target {
    @required Id: TargetId
    @required Arn: TargetArn
    RoleArn: RoleArn
    Input: TargetInput
    InputPath: TargetInputPath
    InputTransformer: InputTransformer
    KinesisParameters: KinesisParameters
    RunCommandParameters: RunCommandParameters
    EcsParameters: EcsParameters
    BatchParameters: BatchParameters
    SqsParameters: SqsParameters
    HttpParameters: HttpParameters
    RedshiftDataParameters: RedshiftDataParameters
    SageMakerPipelineParameters: SageMakerPipelineParameters
    DeadLetterConfig: DeadLetterConfig
    RetryPolicy: RetryPolicy
    AppSyncParameters: AppSyncParameters
}

@length(min: 1, max: 1600)
string TargetArn

@length(min: 1, max: 64)
@pattern("[\\.\\-_A-Za-z0-9]+")
string TargetId

@length(min: 1, max: 100)
list TargetIdList {
    member: TargetId
}

@length(max: 8192)
string TargetInput

@length(max: 256)
string TargetInputPath

@length(min: 1, max: 100)
list TargetList {
    member: Target
}

@length(max: 256)
string TargetPartitionKeyPath

structure TestEventPatternRequest {
    @required EventPattern: EventPattern
    @required Event: String
}

structure TestEventPatternResponse {
    Result: Boolean
}

@length(min: 1, max: 500)
string TraceHeader

@length(min: 1, max: 8192)
string TransformerInput

@length(max: 100)
map TransformerPaths {
    key: InputTransformerPathKey
    value: TargetInputPath
}

structure UntagResourceRequest {
    @required ResourceARN: Arn
    @required TagKeys: TagKeyList
}

structure UntagResourceResponse {}

structure UpdateEventBusRequest {
    Name: EventBusName
    KmsKeyIdentifier: KmsKeyIdentifier
    Description: EventBusDescription
    DeadLetterConfig: DeadLetterConfig
    LogConfig: LogConfig
}

structure UpdateEventBusResponse {
    Arn: String
    Name: EventBusName
    KmsKeyIdentifier: KmsKeyIdentifier
    Description: EventBusDescription
    DeadLetterConfig: DeadLetterConfig
    LogConfig: LogConfig
}
