// Amazon CloudWatch Logs 2014-03-28: imported from AWS's public model by tools/import_models; do not edit,
// correct it in patches.smithy instead. Pruned to the operations below and what they reach.
$version: "2"

namespace logs

@awsJson1_1(target: "Logs_20140328")
@sigv4(name: "logs")
@endpointPrefix("logs")
service CloudWatchLogsService {
    version: "2014-03-28"
    operations: [
        AssociateKmsKey
        CreateLogGroup
        CreateLogStream
        DeleteLogGroup
        DeleteLogStream
        DeleteMetricFilter
        DeleteRetentionPolicy
        DeleteSubscriptionFilter
        DescribeLogGroups
        DescribeLogStreams
        DescribeMetricFilters
        DescribeQueries
        DescribeSubscriptionFilters
        DisassociateKmsKey
        FilterLogEvents
        GetLogEvents
        GetLogGroupFields
        GetLogRecord
        GetQueryResults
        ListLogGroups
        ListTagsForResource
        ListTagsLogGroup
        PutLogEvents
        PutLogGroupDeletionProtection
        PutMetricFilter
        PutRetentionPolicy
        PutSubscriptionFilter
        StartLiveTail
        StartQuery
        StopQuery
        TagLogGroup
        TagResource
        UntagLogGroup
        UntagResource
    ]
}

operation AssociateKmsKey {
    input: AssociateKmsKeyRequest
    errors: [
        InvalidParameterException
        OperationAbortedException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

operation CreateLogGroup {
    input: CreateLogGroupRequest
    errors: [
        InvalidParameterException
        LimitExceededException
        OperationAbortedException
        ResourceAlreadyExistsException
        ServiceUnavailableException
    ]
}

operation CreateLogStream {
    input: CreateLogStreamRequest
    errors: [
        InvalidParameterException
        ResourceAlreadyExistsException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

operation DeleteLogGroup {
    input: DeleteLogGroupRequest
    errors: [
        InvalidParameterException
        OperationAbortedException
        ResourceNotFoundException
        ServiceUnavailableException
        ValidationException
    ]
}

operation DeleteLogStream {
    input: DeleteLogStreamRequest
    errors: [
        InvalidParameterException
        OperationAbortedException
        ResourceNotFoundException
        ServiceUnavailableException
        ValidationException
    ]
}

operation DeleteMetricFilter {
    input: DeleteMetricFilterRequest
    errors: [
        InvalidParameterException
        OperationAbortedException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

operation DeleteRetentionPolicy {
    input: DeleteRetentionPolicyRequest
    errors: [
        InvalidParameterException
        OperationAbortedException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

operation DeleteSubscriptionFilter {
    input: DeleteSubscriptionFilterRequest
    errors: [
        InvalidParameterException
        OperationAbortedException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

@paginated(inputToken: "nextToken", outputToken: "nextToken", items: "logGroups", pageSize: "limit")
operation DescribeLogGroups {
    input: DescribeLogGroupsRequest
    output: DescribeLogGroupsResponse
    errors: [
        InvalidParameterException
        ServiceUnavailableException
    ]
}

@paginated(inputToken: "nextToken", outputToken: "nextToken", items: "logStreams", pageSize: "limit")
operation DescribeLogStreams {
    input: DescribeLogStreamsRequest
    output: DescribeLogStreamsResponse
    errors: [
        InvalidParameterException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

@paginated(inputToken: "nextToken", outputToken: "nextToken", items: "metricFilters", pageSize: "limit")
operation DescribeMetricFilters {
    input: DescribeMetricFiltersRequest
    output: DescribeMetricFiltersResponse
    errors: [
        InvalidParameterException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

@paginated(inputToken: "nextToken", outputToken: "nextToken", items: "queries", pageSize: "maxResults")
operation DescribeQueries {
    input: DescribeQueriesRequest
    output: DescribeQueriesResponse
    errors: [
        InvalidParameterException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

@paginated(inputToken: "nextToken", outputToken: "nextToken", items: "subscriptionFilters", pageSize: "limit")
operation DescribeSubscriptionFilters {
    input: DescribeSubscriptionFiltersRequest
    output: DescribeSubscriptionFiltersResponse
    errors: [
        InvalidParameterException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

operation DisassociateKmsKey {
    input: DisassociateKmsKeyRequest
    errors: [
        InvalidParameterException
        OperationAbortedException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

@paginated(inputToken: "nextToken", outputToken: "nextToken", items: "events", pageSize: "limit")
operation FilterLogEvents {
    input: FilterLogEventsRequest
    output: FilterLogEventsResponse
    errors: [
        InvalidParameterException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

operation GetLogEvents {
    input: GetLogEventsRequest
    output: GetLogEventsResponse
    errors: [
        InvalidParameterException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

operation GetLogGroupFields {
    input: GetLogGroupFieldsRequest
    output: GetLogGroupFieldsResponse
    errors: [
        InvalidParameterException
        LimitExceededException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

operation GetLogRecord {
    input: GetLogRecordRequest
    output: GetLogRecordResponse
    errors: [
        InvalidParameterException
        LimitExceededException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

operation GetQueryResults {
    input: GetQueryResultsRequest
    output: GetQueryResultsResponse
    errors: [
        InvalidParameterException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

operation ListLogGroups {
    input: ListLogGroupsRequest
    output: ListLogGroupsResponse
    errors: [
        InvalidParameterException
        ServiceUnavailableException
    ]
}

operation ListTagsForResource {
    input: ListTagsForResourceRequest
    output: ListTagsForResourceResponse
    errors: [
        InvalidParameterException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

operation ListTagsLogGroup {
    input: ListTagsLogGroupRequest
    output: ListTagsLogGroupResponse
    errors: [
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

operation PutLogEvents {
    input: PutLogEventsRequest
    output: PutLogEventsResponse
    errors: [
        DataAlreadyAcceptedException
        InvalidParameterException
        InvalidSequenceTokenException
        ResourceNotFoundException
        ServiceUnavailableException
        UnrecognizedClientException
    ]
}

operation PutLogGroupDeletionProtection {
    input: PutLogGroupDeletionProtectionRequest
    errors: [
        AccessDeniedException
        InvalidOperationException
        InvalidParameterException
        OperationAbortedException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

operation PutMetricFilter {
    input: PutMetricFilterRequest
    errors: [
        InvalidOperationException
        InvalidParameterException
        LimitExceededException
        OperationAbortedException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

operation PutRetentionPolicy {
    input: PutRetentionPolicyRequest
    errors: [
        InvalidParameterException
        OperationAbortedException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

operation PutSubscriptionFilter {
    input: PutSubscriptionFilterRequest
    errors: [
        InvalidOperationException
        InvalidParameterException
        LimitExceededException
        OperationAbortedException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

operation StartLiveTail {
    input: StartLiveTailRequest
    output: StartLiveTailResponse
    errors: [
        AccessDeniedException
        InvalidOperationException
        InvalidParameterException
        LimitExceededException
        ResourceNotFoundException
    ]
}

operation StartQuery {
    input: StartQueryRequest
    output: StartQueryResponse
    errors: [
        InvalidParameterException
        LimitExceededException
        MalformedQueryException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

operation StopQuery {
    input: StopQueryRequest
    output: StopQueryResponse
    errors: [
        InvalidParameterException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

operation TagLogGroup {
    input: TagLogGroupRequest
    errors: [
        InvalidParameterException
        ResourceNotFoundException
    ]
}

operation TagResource {
    input: TagResourceRequest
    errors: [
        InvalidParameterException
        ResourceNotFoundException
        ServiceUnavailableException
        TooManyTagsException
    ]
}

operation UntagLogGroup {
    input: UntagLogGroupRequest
    errors: [
        ResourceNotFoundException
    ]
}

operation UntagResource {
    input: UntagResourceRequest
    errors: [
        InvalidParameterException
        ResourceNotFoundException
        ServiceUnavailableException
    ]
}

@error("client")
structure AccessDeniedException {}

@length(min: 12, max: 12)
@pattern("^\\d{12}$")
string AccountId

@length(min: 0, max: 20)
list AccountIds {
    member: AccountId
}

@length(min: 1, max: 1011)
@pattern("[\\w+=/:,.@-]*")
string AmazonResourceName

boolean ApplyOnTransformedLogs

string Arn

structure AssociateKmsKeyRequest {
    logGroupName: LogGroupName
    @required kmsKeyId: KmsKeyId
    resourceIdentifier: ResourceIdentifier
}

boolean BearerTokenAuthenticationEnabled

double BytesScannedValue

structure CreateLogGroupRequest {
    @required logGroupName: LogGroupName
    kmsKeyId: KmsKeyId
    tags: Tags
    logGroupClass: LogGroupClass
    deletionProtectionEnabled: DeletionProtectionEnabled
}

structure CreateLogStreamRequest {
    @required logGroupName: LogGroupName
    @required logStreamName: LogStreamName
}

@error("client")
structure DataAlreadyAcceptedException {
    expectedSequenceToken: SequenceToken
}

enum DataProtectionStatus {
    ACTIVATED
    DELETED
    ARCHIVED
    DISABLED
}

structure DataSourceFilter {
    @required name: DataSourceName
    type: DataSourceType
}

@length(min: 1, max: 5)
list DataSourceFilters {
    member: DataSourceFilter
}

string DataSourceName

string DataSourceType

integer Days

double DefaultValue

structure DeleteLogGroupRequest {
    @required logGroupName: LogGroupName
}

structure DeleteLogStreamRequest {
    @required logGroupName: LogGroupName
    @required logStreamName: LogStreamName
}

structure DeleteMetricFilterRequest {
    @required logGroupName: LogGroupName
    @required filterName: FilterName
}

structure DeleteRetentionPolicyRequest {
    @required logGroupName: LogGroupName
}

structure DeleteSubscriptionFilterRequest {
    @required logGroupName: LogGroupName
    @required filterName: FilterName
}

boolean DeletionProtectionEnabled

boolean Descending

@range(min: 1, max: 50)
integer DescribeLimit

@length(min: 1, max: 50)
list DescribeLogGroupsLogGroupIdentifiers {
    member: LogGroupIdentifier
}

structure DescribeLogGroupsRequest {
    accountIdentifiers: AccountIds
    logGroupNamePrefix: LogGroupName
    logGroupNamePattern: LogGroupNamePattern
    nextToken: NextToken
    limit: DescribeLimit
    includeLinkedAccounts: IncludeLinkedAccounts
    logGroupClass: LogGroupClass
    logGroupIdentifiers: DescribeLogGroupsLogGroupIdentifiers
}

structure DescribeLogGroupsResponse {
    logGroups: LogGroups
    nextToken: NextToken
}

structure DescribeLogStreamsRequest {
    logGroupName: LogGroupName
    logGroupIdentifier: LogGroupIdentifier
    logStreamNamePrefix: LogStreamName
    orderBy: OrderBy
    descending: Descending
    nextToken: NextToken
    limit: DescribeLimit
}

structure DescribeLogStreamsResponse {
    logStreams: LogStreams
    nextToken: NextToken
}

structure DescribeMetricFiltersRequest {
    logGroupName: LogGroupName
    filterNamePrefix: FilterName
    nextToken: NextToken
    limit: DescribeLimit
    metricName: MetricName
    metricNamespace: MetricNamespace
}

structure DescribeMetricFiltersResponse {
    metricFilters: MetricFilters
    nextToken: NextToken
}

@range(min: 1, max: 1000)
integer DescribeQueriesMaxResults

structure DescribeQueriesRequest {
    logGroupName: LogGroupName
    status: QueryStatus
    maxResults: DescribeQueriesMaxResults
    nextToken: NextToken
    queryLanguage: QueryLanguage
}

structure DescribeQueriesResponse {
    queries: QueryInfoList
    nextToken: NextToken
}

structure DescribeSubscriptionFiltersRequest {
    @required logGroupName: LogGroupName
    filterNamePrefix: FilterName
    nextToken: NextToken
    limit: DescribeLimit
}

structure DescribeSubscriptionFiltersResponse {
    subscriptionFilters: SubscriptionFilters
    nextToken: NextToken
}

@length(min: 1)
string DestinationArn

map Dimensions {
    key: DimensionsKey
    value: DimensionsValue
}

@length(max: 255)
string DimensionsKey

@length(max: 255)
string DimensionsValue

structure DisassociateKmsKeyRequest {
    logGroupName: LogGroupName
    resourceIdentifier: ResourceIdentifier
}

enum Distribution {
    Random
    ByLogStream
}

list EmitSystemFields {
    member: SystemField
}

@length(max: 256)
string EncryptionKey

structure Entity {
    keyAttributes: EntityKeyAttributes
    attributes: EntityAttributes
}

@length(min: 0, max: 10)
map EntityAttributes {
    key: EntityAttributesKey
    value: EntityAttributesValue
}

@length(min: 1, max: 256)
string EntityAttributesKey

@length(min: 1, max: 512)
string EntityAttributesValue

@length(min: 2, max: 4)
map EntityKeyAttributes {
    key: EntityKeyAttributesKey
    value: EntityKeyAttributesValue
}

@length(min: 1, max: 32)
string EntityKeyAttributesKey

@length(min: 1, max: 512)
string EntityKeyAttributesValue

enum EntityRejectionErrorType {
    InvalidEntity
    InvalidTypeValue
    InvalidKeyAttributes
    InvalidAttributes
    EntitySizeTooLarge
    UnsupportedLogGroupType
    MissingRequiredFields
}

string EventId

@length(min: 1)
string EventMessage

@range(min: 1, max: 10000)
integer EventsLimit

@range(min: 1, max: 100000)
integer EventsLimitStartQuery

string Field

@length(min: 1, max: 512)
@pattern("[\\.\\-_/#A-Za-z0-9]+")
string FieldIndexName

@length(min: 1, max: 20)
list FieldIndexNames {
    member: FieldIndexName
}

@length(min: 0, max: 2000)
string FieldSelectionCriteria

integer FilterCount

structure FilterLogEventsRequest {
    logGroupName: LogGroupName
    logGroupIdentifier: LogGroupIdentifier
    logStreamNames: InputLogStreamNames
    logStreamNamePrefix: LogStreamName
    startTime: Timestamp
    endTime: Timestamp
    filterPattern: FilterPattern
    nextToken: NextToken
    limit: EventsLimit
    startFromHead: StartFromHead
    interleaved: Interleaved
    unmask: Unmask
}

structure FilterLogEventsResponse {
    events: FilteredLogEvents
    searchedLogStreams: SearchedLogStreams
    nextToken: NextToken
}

@length(min: 1, max: 512)
@pattern("[^:*]*")
string FilterName

@length(min: 0, max: 1024)
string FilterPattern

structure FilteredLogEvent {
    logStreamName: LogStreamName
    timestamp: Timestamp
    message: EventMessage
    ingestionTime: Timestamp
    eventId: EventId
}

list FilteredLogEvents {
    member: FilteredLogEvent
}

structure GetLogEventsRequest {
    logGroupName: LogGroupName
    logGroupIdentifier: LogGroupIdentifier
    @required logStreamName: LogStreamName
    startTime: Timestamp
    endTime: Timestamp
    nextToken: NextToken
    limit: EventsLimit
    startFromHead: StartFromHead
    unmask: Unmask
}

structure GetLogEventsResponse {
    events: OutputLogEvents
    nextForwardToken: NextToken
    nextBackwardToken: NextToken
}

structure GetLogGroupFieldsRequest {
    logGroupName: LogGroupName
    time: Timestamp
    logGroupIdentifier: LogGroupIdentifier
}

structure GetLogGroupFieldsResponse {
    logGroupFields: LogGroupFieldList
}

structure GetLogRecordRequest {
    @required logRecordPointer: LogRecordPointer
    unmask: Unmask
}

structure GetLogRecordResponse {
    logRecord: LogRecord
}

@range(min: 0, max: 10000)
integer GetQueryResultsMaxItems

@length(max: 1024)
string GetQueryResultsNextToken

structure GetQueryResultsRequest {
    @required queryId: QueryId
    nextToken: GetQueryResultsNextToken
    maxItems: GetQueryResultsMaxItems
}

structure GetQueryResultsResponse {
    queryLanguage: QueryLanguage
    results: QueryResults
    statistics: QueryStatistics
    status: QueryStatus
    encryptionKey: EncryptionKey
    nextToken: GetQueryResultsNextToken
}

boolean IncludeLinkedAccounts

list InheritedProperties {
    member: InheritedProperty
}

enum InheritedProperty {
    ACCOUNT_DATA_PROTECTION
}

structure InputLogEvent {
    @required timestamp: Timestamp
    @required message: EventMessage
}

@length(min: 1, max: 10000)
list InputLogEvents {
    member: InputLogEvent
}

@length(min: 1, max: 100)
list InputLogStreamNames {
    member: LogStreamName
}

boolean Interleaved

@error("client")
structure InvalidOperationException {}

@error("client")
structure InvalidParameterException {}

@error("client")
structure InvalidSequenceTokenException {
    expectedSequenceToken: SequenceToken
}

boolean IsSampled

@length(max: 256)
string KmsKeyId

@error("client")
structure LimitExceededException {}

@range(min: 1, max: 1000)
integer ListLimit

structure ListLogGroupsRequest {
    logGroupNamePattern: LogGroupNameRegexPattern
    logGroupClass: LogGroupClass
    includeLinkedAccounts: IncludeLinkedAccounts
    accountIdentifiers: AccountIds
    nextToken: NextToken
    limit: ListLimit
    dataSources: DataSourceFilters
    fieldIndexNames: FieldIndexNames
    logGroupTags: TagFilters
}

structure ListLogGroupsResponse {
    logGroups: LogGroupSummaries
    nextToken: NextToken
}

structure ListTagsForResourceRequest {
    @required resourceArn: AmazonResourceName
}

structure ListTagsForResourceResponse {
    tags: Tags
}

structure ListTagsLogGroupRequest {
    @required logGroupName: LogGroupName
}

structure ListTagsLogGroupResponse {
    tags: Tags
}

structure LiveTailSessionLogEvent {
    logStreamName: LogStreamName
    logGroupIdentifier: LogGroupIdentifier
    message: EventMessage
    timestamp: Timestamp
    ingestionTime: Timestamp
}

structure LiveTailSessionMetadata {
    sampled: IsSampled
}

list LiveTailSessionResults {
    member: LiveTailSessionLogEvent
}

structure LiveTailSessionStart {
    requestId: RequestId
    sessionId: SessionId
    logGroupIdentifiers: StartLiveTailLogGroupIdentifiers
    logStreamNames: InputLogStreamNames
    logStreamNamePrefixes: InputLogStreamNames
    logEventFilterPattern: FilterPattern
}

structure LiveTailSessionUpdate {
    sessionMetadata: LiveTailSessionMetadata
    sessionResults: LiveTailSessionResults
}

integer LogEventIndex

structure LogGroup {
    logGroupName: LogGroupName
    creationTime: Timestamp
    retentionInDays: Days
    metricFilterCount: FilterCount
    arn: Arn
    storedBytes: StoredBytes
    kmsKeyId: KmsKeyId
    dataProtectionStatus: DataProtectionStatus
    inheritedProperties: InheritedProperties
    logGroupClass: LogGroupClass
    logGroupArn: Arn
    deletionProtectionEnabled: DeletionProtectionEnabled
    bearerTokenAuthenticationEnabled: BearerTokenAuthenticationEnabled
    retentionPolicyName: PolicyName
}

enum LogGroupClass {
    STANDARD
    INFREQUENT_ACCESS
    DELIVERY
    ESSENTIALS
}

structure LogGroupField {
    name: Field
    percent: Percentage
}

list LogGroupFieldList {
    member: LogGroupField
}

@length(min: 1, max: 2048)
@pattern("[\\w#+=/:,.@-]*")
string LogGroupIdentifier

list LogGroupIdentifiers {
    member: LogGroupIdentifier
}

@length(min: 1, max: 512)
@pattern("[\\.\\-_/#A-Za-z0-9]+")
string LogGroupName

@length(min: 0, max: 512)
@pattern("[\\.\\-_/#A-Za-z0-9]*")
string LogGroupNamePattern

@length(min: 3, max: 129)
@pattern("(\\^?[\\.\\-_\\/#A-Za-z0-9]{3,24})(\\|\\^?[\\.\\-_\\/#A-Za-z0-9]{3,24}){0,4}")
string LogGroupNameRegexPattern

list LogGroupNames {
    member: LogGroupName
}

list LogGroupSummaries {
    member: LogGroupSummary
}

structure LogGroupSummary {
    logGroupName: LogGroupName
    logGroupArn: Arn
    logGroupClass: LogGroupClass
}

list LogGroups {
    member: LogGroup
}

map LogRecord {
    key: Field
    value: Value
}

string LogRecordPointer

structure LogStream {
    logStreamName: LogStreamName
    creationTime: Timestamp
    firstEventTimestamp: Timestamp
    lastEventTimestamp: Timestamp
    lastIngestionTime: Timestamp
    uploadSequenceToken: SequenceToken
    arn: Arn
    storedBytes: StoredBytes
}

@length(min: 1, max: 512)
@pattern("[^:*]*")
string LogStreamName

boolean LogStreamSearchedCompletely

list LogStreams {
    member: LogStream
}

@error("client")
structure MalformedQueryException {
    queryCompileError: QueryCompileError
}

string Message

structure MetricFilter {
    filterName: FilterName
    filterPattern: FilterPattern
    metricTransformations: MetricTransformations
    creationTime: Timestamp
    logGroupName: LogGroupName
    applyOnTransformedLogs: ApplyOnTransformedLogs
    fieldSelectionCriteria: FieldSelectionCriteria
    emitSystemFieldDimensions: EmitSystemFields
}

list MetricFilters {
    member: MetricFilter
}

@length(max: 255)
@pattern("[^:*$]*")
string MetricName

@length(max: 255)
@pattern("[^:*$]*")
string MetricNamespace

structure MetricTransformation {
    @required metricName: MetricName
    @required metricNamespace: MetricNamespace
    @required metricValue: MetricValue
    defaultValue: DefaultValue
    dimensions: Dimensions
    unit: StandardUnit
}

@length(min: 1, max: 1)
list MetricTransformations {
    member: MetricTransformation
}

@length(max: 100)
string MetricValue

@length(min: 1)
string NextToken

@error("client")
structure OperationAbortedException {}

enum OrderBy {
    LogStreamName
    LastEventTime
}

structure OutputLogEvent {
    timestamp: Timestamp
    message: EventMessage
    ingestionTime: Timestamp
}

list OutputLogEvents {
    member: OutputLogEvent
}

@range(min: 0, max: 100)
integer Percentage

string PolicyName

structure PutLogEventsRequest {
    @required logGroupName: LogGroupName
    @required logStreamName: LogStreamName
    @required logEvents: InputLogEvents
    sequenceToken: SequenceToken
    entity: Entity
}

structure PutLogEventsResponse {
    nextSequenceToken: SequenceToken
    rejectedLogEventsInfo: RejectedLogEventsInfo
    rejectedEntityInfo: RejectedEntityInfo
}

structure PutLogGroupDeletionProtectionRequest {
    @required logGroupIdentifier: LogGroupIdentifier
    @required deletionProtectionEnabled: DeletionProtectionEnabled
}

structure PutMetricFilterRequest {
    @required logGroupName: LogGroupName
    @required filterName: FilterName
    @required filterPattern: FilterPattern
    @required metricTransformations: MetricTransformations
    applyOnTransformedLogs: ApplyOnTransformedLogs
    fieldSelectionCriteria: FieldSelectionCriteria
    emitSystemFieldDimensions: EmitSystemFields
}

structure PutRetentionPolicyRequest {
    @required logGroupName: LogGroupName
    @required retentionInDays: Days
}

structure PutSubscriptionFilterRequest {
    @required logGroupName: LogGroupName
    @required filterName: FilterName
    @required filterPattern: FilterPattern
    @required destinationArn: DestinationArn
    roleArn: RoleArn
    distribution: Distribution
    applyOnTransformedLogs: ApplyOnTransformedLogs
    fieldSelectionCriteria: FieldSelectionCriteria
    emitSystemFields: EmitSystemFields
}

integer QueryCharOffset

structure QueryCompileError {
    location: QueryCompileErrorLocation
    message: Message
}

structure QueryCompileErrorLocation {
    startCharOffset: QueryCharOffset
    endCharOffset: QueryCharOffset
}

long QueryDuration

@length(min: 1, max: 256)
string QueryId

structure QueryInfo {
    queryLanguage: QueryLanguage
    queryId: QueryId
    queryString: QueryString
    status: QueryStatus
    createTime: Timestamp
    logGroupName: LogGroupName
    queryDuration: QueryDuration
    bytesScanned: BytesScannedValue
    userIdentity: UserIdentity
}

list QueryInfoList {
    member: QueryInfo
}

enum QueryLanguage {
    CWLI
    SQL
    PPL
}

list QueryResults {
    member: ResultRows
}

structure QueryStatistics {
    recordsMatched: StatsValue
    recordsScanned: StatsValue
    estimatedRecordsSkipped: StatsValue
    bytesScanned: StatsValue
    estimatedBytesSkipped: StatsValue
    logGroupsScanned: StatsValue
    resultCount: StatsValue
}

enum QueryStatus {
    Scheduled
    Running
    Complete
    Failed
    Cancelled
    Timeout
    Unknown
}

@length(min: 0, max: 10000)
string QueryString

structure RejectedEntityInfo {
    @required errorType: EntityRejectionErrorType
}

structure RejectedLogEventsInfo {
    tooNewLogEventStartIndex: LogEventIndex
    tooOldLogEventEndIndex: LogEventIndex
    expiredLogEventEndIndex: LogEventIndex
}

@length(min: 0, max: 256)
string RequestId

@error("client")
structure ResourceAlreadyExistsException {}

@length(min: 1, max: 2048)
@pattern("[\\w+=/:,.@\\-\\*]*")
string ResourceIdentifier

@error("client")
structure ResourceNotFoundException {}

structure ResultField {
    field: Field
    value: Value
}

list ResultRows {
    member: ResultField
}

@length(min: 1)
string RoleArn

structure SearchedLogStream {
    logStreamName: LogStreamName
    searchedCompletely: LogStreamSearchedCompletely
}

list SearchedLogStreams {
    member: SearchedLogStream
}

@length(min: 1)
string SequenceToken

@error("server")
structure ServiceUnavailableException {}

@length(min: 0, max: 256)
string SessionId

@error("client")
structure SessionStreamingException {
    message: Message
}

@error("client")
structure SessionTimeoutException {
    message: Message
}

enum StandardUnit {
    Seconds
    Microseconds
    Milliseconds
    Bytes
    Kilobytes
    Megabytes
    Gigabytes
    Terabytes
    Bits
    Kilobits
    Megabits
    Gigabits
    Terabits
    Percent
    Count
    Bytes_Second = "Bytes/Second"
    Kilobytes_Second = "Kilobytes/Second"
    Megabytes_Second = "Megabytes/Second"
    Gigabytes_Second = "Gigabytes/Second"
    Terabytes_Second = "Terabytes/Second"
    Bits_Second = "Bits/Second"
    Kilobits_Second = "Kilobits/Second"
    Megabits_Second = "Megabits/Second"
    Gigabits_Second = "Gigabits/Second"
    Terabits_Second = "Terabits/Second"
    Count_Second = "Count/Second"
    None
}

boolean StartFromHead

@length(min: 1, max: 10)
list StartLiveTailLogGroupIdentifiers {
    member: LogGroupIdentifier
}

structure StartLiveTailRequest {
    @required logGroupIdentifiers: StartLiveTailLogGroupIdentifiers
    logStreamNames: InputLogStreamNames
    logStreamNamePrefixes: InputLogStreamNames
    logEventFilterPattern: FilterPattern
}

structure StartLiveTailResponse {
    responseStream: StartLiveTailResponseStream
}

@streaming
union StartLiveTailResponseStream {
    sessionStart: LiveTailSessionStart
    sessionUpdate: LiveTailSessionUpdate
    SessionTimeoutException: SessionTimeoutException
    SessionStreamingException: SessionStreamingException
}

structure StartQueryRequest {
    queryLanguage: QueryLanguage
    logGroupName: LogGroupName
    logGroupNames: LogGroupNames
    logGroupIdentifiers: LogGroupIdentifiers
    @required startTime: Timestamp
    @required endTime: Timestamp
    @required queryString: QueryString
    limit: EventsLimitStartQuery
}

structure StartQueryResponse {
    queryId: QueryId
}

double StatsValue

structure StopQueryRequest {
    @required queryId: QueryId
}

structure StopQueryResponse {
    success: Success
}

@range(min: 0)
long StoredBytes

structure SubscriptionFilter {
    filterName: FilterName
    logGroupName: LogGroupName
    filterPattern: FilterPattern
    destinationArn: DestinationArn
    roleArn: RoleArn
    distribution: Distribution
    applyOnTransformedLogs: ApplyOnTransformedLogs
    creationTime: Timestamp
    fieldSelectionCriteria: FieldSelectionCriteria
    emitSystemFields: EmitSystemFields
}

list SubscriptionFilters {
    member: SubscriptionFilter
}

boolean Success

string SystemField

structure TagFilter {
    @required key: TagFilterKey
    values: TagFilterValues
}

@length(min: 1, max: 128)
@pattern("^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+)$")
string TagFilterKey

@length(min: 0, max: 259)
@pattern("^!?\\*?([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)\\*?$")
string TagFilterValue

@length(min: 0, max: 5)
list TagFilterValues {
    member: TagFilterValue
}

@length(min: 1, max: 5)
list TagFilters {
    member: TagFilter
}

@length(min: 1, max: 128)
@pattern("^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+)$")
string TagKey

@length(min: 0, max: 50)
list TagKeyList {
    member: TagKey
}

@length(min: 1)
list TagList {
    member: TagKey
}

structure TagLogGroupRequest {
    @required logGroupName: LogGroupName
    @required tags: Tags
}

structure TagResourceRequest {
    @required resourceArn: AmazonResourceName
    @required tags: Tags
}

@length(max: 256)
@pattern("^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$")
string TagValue

@length(min: 1, max: 50)
map Tags {
    key: TagKey
    value: TagValue
}

@range(min: 0)
long Timestamp

@error("client")
structure TooManyTagsException {
    message: Message
    resourceName: AmazonResourceName
}

boolean Unmask

@error("client")
structure UnrecognizedClientException {}

structure UntagLogGroupRequest {
    @required logGroupName: LogGroupName
    @required tags: TagList
}

structure UntagResourceRequest {
    @required resourceArn: AmazonResourceName
    @required tagKeys: TagKeyList
}

@length(min: 1, max: 2048)
string UserIdentity

@error("client")
structure ValidationException {}

string Value
