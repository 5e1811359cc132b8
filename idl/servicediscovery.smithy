// AWS Cloud Map 2017-03-14: imported from AWS's public model by tools/import_models; do not edit,
// correct it in patches.smithy instead.
$version: "2"

namespace servicediscovery

@rpcv2Cbor
@sigv4(name: "servicediscovery")
@endpointPrefix("servicediscovery")
service ServiceDiscoveryService {
    version: "2017-03-14"
    operations: [
        CreateHttpNamespace
        CreatePrivateDnsNamespace
        CreatePublicDnsNamespace
        CreateService
        DeleteNamespace
        DeleteService
        DeleteServiceAttributes
        DeregisterInstance
        DiscoverInstances
        DiscoverInstancesRevision
        GetInstance
        GetInstancesHealthStatus
        GetNamespace
        GetOperation
        GetService
        GetServiceAttributes
        ListInstances
        ListNamespaces
        ListOperations
        ListServices
        ListTagsForResource
        RegisterInstance
        TagResource
        UntagResource
        UpdateHttpNamespace
        UpdateInstanceCustomHealthStatus
        UpdatePrivateDnsNamespace
        UpdatePublicDnsNamespace
        UpdateService
        UpdateServiceAttributes
    ]
}

operation CreateHttpNamespace {
    input: CreateHttpNamespaceRequest
    output: CreateHttpNamespaceResponse
    errors: [
        DuplicateRequest
        InvalidInput
        NamespaceAlreadyExists
        ResourceLimitExceeded
        TooManyTagsException
    ]
}

operation CreatePrivateDnsNamespace {
    input: CreatePrivateDnsNamespaceRequest
    output: CreatePrivateDnsNamespaceResponse
    errors: [
        DuplicateRequest
        InvalidInput
        NamespaceAlreadyExists
        ResourceLimitExceeded
        TooManyTagsException
    ]
}

operation CreatePublicDnsNamespace {
    input: CreatePublicDnsNamespaceRequest
    output: CreatePublicDnsNamespaceResponse
    errors: [
        DuplicateRequest
        InvalidInput
        NamespaceAlreadyExists
        ResourceLimitExceeded
        TooManyTagsException
    ]
}

operation CreateService {
    input: CreateServiceRequest
    output: CreateServiceResponse
    errors: [
        InvalidInput
        NamespaceNotFound
        ResourceLimitExceeded
        ServiceAlreadyExists
        TooManyTagsException
    ]
}

operation DeleteNamespace {
    input: DeleteNamespaceRequest
    output: DeleteNamespaceResponse
    errors: [
        DuplicateRequest
        InvalidInput
        NamespaceNotFound
        ResourceInUse
    ]
}

operation DeleteService {
    input: DeleteServiceRequest
    output: DeleteServiceResponse
    errors: [
        InvalidInput
        ResourceInUse
        ServiceNotFound
    ]
}

operation DeleteServiceAttributes {
    input: DeleteServiceAttributesRequest
    output: DeleteServiceAttributesResponse
    errors: [
        InvalidInput
        ServiceNotFound
    ]
}

operation DeregisterInstance {
    input: DeregisterInstanceRequest
    output: DeregisterInstanceResponse
    errors: [
        DuplicateRequest
        InstanceNotFound
        InvalidInput
        ResourceInUse
        ServiceNotFound
    ]
}

operation DiscoverInstances {
    input: DiscoverInstancesRequest
    output: DiscoverInstancesResponse
    errors: [
        InvalidInput
        NamespaceNotFound
        RequestLimitExceeded
        ServiceNotFound
    ]
}

operation DiscoverInstancesRevision {
    input: DiscoverInstancesRevisionRequest
    output: DiscoverInstancesRevisionResponse
    errors: [
        InvalidInput
        NamespaceNotFound
        RequestLimitExceeded
        ServiceNotFound
    ]
}

operation GetInstance {
    input: GetInstanceRequest
    output: GetInstanceResponse
    errors: [
        InstanceNotFound
        InvalidInput
        ServiceNotFound
    ]
}

operation GetInstancesHealthStatus {
    input: GetInstancesHealthStatusRequest
    output: GetInstancesHealthStatusResponse
    errors: [
        InstanceNotFound
        InvalidInput
        ServiceNotFound
    ]
}

operation GetNamespace {
    input: GetNamespaceRequest
    output: GetNamespaceResponse
    errors: [
        InvalidInput
        NamespaceNotFound
    ]
}

operation GetOperation {
    input: GetOperationRequest
    output: GetOperationResponse
    errors: [
        InvalidInput
        OperationNotFound
    ]
}

operation GetService {
    input: GetServiceRequest
    output: GetServiceResponse
    errors: [
        InvalidInput
        ServiceNotFound
    ]
}

operation GetServiceAttributes {
    input: GetServiceAttributesRequest
    output: GetServiceAttributesResponse
    errors: [
        InvalidInput
        ServiceNotFound
    ]
}

@paginated(inputToken: "NextToken", outputToken: "NextToken", items: "Instances", pageSize: "MaxResults")
operation ListInstances {
    input: ListInstancesRequest
    output: ListInstancesResponse
    errors: [
        InvalidInput
        ServiceNotFound
    ]
}

@paginated(inputToken: "NextToken", outputToken: "NextToken", items: "Namespaces", pageSize: "MaxResults")
operation ListNamespaces {
    input: ListNamespacesRequest
    output: ListNamespacesResponse
    errors: [
        InvalidInput
    ]
}

@paginated(inputToken: "NextToken", outputToken: "NextToken", items: "Operations", pageSize: "MaxResults")
operation ListOperations {
    input: ListOperationsRequest
    output: ListOperationsResponse
    errors: [
        InvalidInput
    ]
}

@paginated(inputToken: "NextToken", outputToken: "NextToken", items: "Services", pageSize: "MaxResults")
operation ListServices {
    input: ListServicesRequest
    output: ListServicesResponse
    errors: [
        InvalidInput
    ]
}

operation ListTagsForResource {
    input: ListTagsForResourceRequest
    output: ListTagsForResourceResponse
    errors: [
        InvalidInput
        ResourceNotFoundException
    ]
}

operation RegisterInstance {
    input: RegisterInstanceRequest
    output: RegisterInstanceResponse
    errors: [
        DuplicateRequest
        InvalidInput
        ResourceInUse
        ResourceLimitExceeded
        ServiceNotFound
    ]
}

operation TagResource {
    input: TagResourceRequest
    output: TagResourceResponse
    errors: [
        InvalidInput
        ResourceNotFoundException
        TooManyTagsException
    ]
}

operation UntagResource {
    input: UntagResourceRequest
    output: UntagResourceResponse
    errors: [
        InvalidInput
        ResourceNotFoundException
    ]
}

operation UpdateHttpNamespace {
    input: UpdateHttpNamespaceRequest
    output: UpdateHttpNamespaceResponse
    errors: [
        DuplicateRequest
        InvalidInput
        NamespaceNotFound
        ResourceInUse
    ]
}

operation UpdateInstanceCustomHealthStatus {
    input: UpdateInstanceCustomHealthStatusRequest
    errors: [
        CustomHealthNotFound
        InstanceNotFound
        InvalidInput
        ServiceNotFound
    ]
}

operation UpdatePrivateDnsNamespace {
    input: UpdatePrivateDnsNamespaceRequest
    output: UpdatePrivateDnsNamespaceResponse
    errors: [
        DuplicateRequest
        InvalidInput
        NamespaceNotFound
        ResourceInUse
    ]
}

operation UpdatePublicDnsNamespace {
    input: UpdatePublicDnsNamespaceRequest
    output: UpdatePublicDnsNamespaceResponse
    errors: [
        DuplicateRequest
        InvalidInput
        NamespaceNotFound
        ResourceInUse
    ]
}

operation UpdateService {
    input: UpdateServiceRequest
    output: UpdateServiceResponse
    errors: [
        DuplicateRequest
        InvalidInput
        ServiceNotFound
    ]
}

operation UpdateServiceAttributes {
    input: UpdateServiceAttributesRequest
    output: UpdateServiceAttributesResponse
    errors: [
        InvalidInput
        ServiceAttributesLimitExceededException
        ServiceNotFound
    ]
}

@length(min: 12, max: 12)
string AWSAccountId

@length(min: 1, max: 1011)
string AmazonResourceName

@length(max: 255)
string Arn

@length(max: 255)
@pattern("^[a-zA-Z0-9!-~]+$")
string AttrKey

@length(max: 1024)
@pattern("^([a-zA-Z0-9!-~][ \\ta-zA-Z0-9!-~]*){0,1}[a-zA-Z0-9!-~]{0,1}$")
string AttrValue

map Attributes {
    key: AttrKey
    value: AttrValue
}

string Code

structure CreateHttpNamespaceRequest {
    @required Name: NamespaceNameHttp
    @idempotencyToken CreatorRequestId: ResourceId
    Description: ResourceDescription
    Tags: TagList
}

structure CreateHttpNamespaceResponse {
    OperationId: OperationId
}

structure CreatePrivateDnsNamespaceRequest {
    @required Name: NamespaceNamePrivate
    @idempotencyToken CreatorRequestId: ResourceId
    Description: ResourceDescription
    @required Vpc: ResourceId
    Tags: TagList
    Properties: PrivateDnsNamespaceProperties
}

structure CreatePrivateDnsNamespaceResponse {
    OperationId: OperationId
}

structure CreatePublicDnsNamespaceRequest {
    @required Name: NamespaceNamePublic
    @idempotencyToken CreatorRequestId: ResourceId
    Description: ResourceDescription
    Tags: TagList
    Properties: PublicDnsNamespaceProperties
}

structure CreatePublicDnsNamespaceResponse {
    OperationId: OperationId
}

structure CreateServiceRequest {
    @required Name: ServiceName
    NamespaceId: Arn
    @idempotencyToken CreatorRequestId: ResourceId
    Description: ResourceDescription
    DnsConfig: DnsConfig
    HealthCheckConfig: HealthCheckConfig
    HealthCheckCustomConfig: HealthCheckCustomConfig
    Tags: TagList
    Type: ServiceTypeOption
}

structure CreateServiceResponse {
    Service: Service
}

@error("client")
@httpError(404)
structure CustomHealthNotFound {
    Message: ErrorMessage
}

enum CustomHealthStatus {
    HEALTHY
    UNHEALTHY
}

structure DeleteNamespaceRequest {
    @required Id: Arn
}

structure DeleteNamespaceResponse {
    OperationId: OperationId
}

structure DeleteServiceAttributesRequest {
    @required ServiceId: Arn
    @required Attributes: ServiceAttributeKeyList
}

structure DeleteServiceAttributesResponse {}

structure DeleteServiceRequest {
    @required Id: Arn
}

structure DeleteServiceResponse {}

structure DeregisterInstanceRequest {
    @required ServiceId: Arn
    @required InstanceId: ResourceId
}

structure DeregisterInstanceResponse {
    OperationId: OperationId
}

structure DiscoverInstancesRequest {
    @required NamespaceName: NamespaceName
    @required ServiceName: ServiceName
    MaxResults: DiscoverMaxResults
    QueryParameters: Attributes
    OptionalParameters: Attributes
    HealthStatus: HealthStatusFilter
    OwnerAccount: AWSAccountId
}

structure DiscoverInstancesResponse {
    Instances: HttpInstanceSummaryList
    InstancesRevision: Revision
}

structure DiscoverInstancesRevisionRequest {
    @required NamespaceName: NamespaceName
    @required ServiceName: ServiceName
    OwnerAccount: AWSAccountId
}

structure DiscoverInstancesRevisionResponse {
    InstancesRevision: Revision
}

@range(min: 1, max: 1000)
integer DiscoverMaxResults

structure DnsConfig {
    NamespaceId: ResourceId
    RoutingPolicy: RoutingPolicy
    @required DnsRecords: DnsRecordList
}

structure DnsConfigChange {
    @required DnsRecords: DnsRecordList
}

structure DnsProperties {
    HostedZoneId: ResourceId
    SOA: SOA
}

structure DnsRecord {
    @required Type: RecordType
    @required TTL: RecordTTL
}

list DnsRecordList {
    member: DnsRecord
}

@error("client")
@httpError(409)
structure DuplicateRequest {
    Message: ErrorMessage
    DuplicateOperationId: OperationId
}

string ErrorMessage

@range(min: 1, max: 10)
integer FailureThreshold

enum FilterCondition {
    EQ
    IN
    BETWEEN
    BEGINS_WITH
}

@length(min: 1, max: 255)
string FilterValue

list FilterValues {
    member: FilterValue
}

structure GetInstanceRequest {
    @required ServiceId: Arn
    @required InstanceId: ResourceId
}

structure GetInstanceResponse {
    ResourceOwner: AWSAccountId
    Instance: Instance
}

structure GetInstancesHealthStatusRequest {
    @required ServiceId: Arn
    Instances: InstanceIdList
    MaxResults: MaxResults
    NextToken: NextToken
}

structure GetInstancesHealthStatusResponse {
    Status: InstanceHealthStatusMap
    NextToken: NextToken
}

structure GetNamespaceRequest {
    @required Id: Arn
}

structure GetNamespaceResponse {
    Namespace: Namespace
}

structure GetOperationRequest {
    @required OperationId: OperationId
    OwnerAccount: AWSAccountId
}

structure GetOperationResponse {
    Operation: Operation
}

structure GetServiceAttributesRequest {
    @required ServiceId: Arn
}

structure GetServiceAttributesResponse {
    ServiceAttributes: ServiceAttributes
}

structure GetServiceRequest {
    @required Id: Arn
}

structure GetServiceResponse {
    Service: Service
}

structure HealthCheckConfig {
    @required Type: HealthCheckType
    ResourcePath: ResourcePath
    FailureThreshold: FailureThreshold
}

structure HealthCheckCustomConfig {
    FailureThreshold: FailureThreshold
}

enum HealthCheckType {
    HTTP
    HTTPS
    TCP
}

enum HealthStatus {
    HEALTHY
    UNHEALTHY
    UNKNOWN
}

enum HealthStatusFilter {
    HEALTHY
    UNHEALTHY
    ALL
    HEALTHY_OR_ELSE_ALL
}

structure HttpInstanceSummary {
    InstanceId: ResourceId
    NamespaceName: NamespaceNameHttp
    ServiceName: ServiceName
    HealthStatus: HealthStatus
    Attributes: Attributes
}

list HttpInstanceSummaryList {
    member: HttpInstanceSummary
}

structure HttpNamespaceChange {
    @required Description: ResourceDescription
}

structure HttpProperties {
    HttpName: NamespaceName
}

structure Instance {
    @required Id: ResourceId
    CreatorRequestId: ResourceId
    Attributes: Attributes
    CreatedByAccount: AWSAccountId
}

map InstanceHealthStatusMap {
    key: ResourceId
    value: HealthStatus
}

@length(max: 64)
@pattern("^[0-9a-zA-Z_/:.@-]+$")
string InstanceId

@length(min: 1)
list InstanceIdList {
    member: ResourceId
}

@error("client")
@httpError(404)
structure InstanceNotFound {
    Message: ErrorMessage
}

structure InstanceSummary {
    Id: ResourceId
    Attributes: Attributes
    CreatedByAccount: AWSAccountId
}

list InstanceSummaryList {
    member: InstanceSummary
}

@error("client")
@httpError(400)
structure InvalidInput {
    Message: ErrorMessage
}

structure ListInstancesRequest {
    @required ServiceId: Arn
    NextToken: NextToken
    MaxResults: MaxResults
}

structure ListInstancesResponse {
    ResourceOwner: AWSAccountId
    Instances: InstanceSummaryList
    NextToken: NextToken
}

structure ListNamespacesRequest {
    NextToken: NextToken
    MaxResults: MaxResults
    Filters: NamespaceFilters
}

structure ListNamespacesResponse {
    Namespaces: NamespaceSummariesList
    NextToken: NextToken
}

structure ListOperationsRequest {
    NextToken: NextToken
    MaxResults: MaxResults
    Filters: OperationFilters
}

structure ListOperationsResponse {
    Operations: OperationSummaryList
    NextToken: NextToken
}

structure ListServicesRequest {
    NextToken: NextToken
    MaxResults: MaxResults
    Filters: ServiceFilters
}

structure ListServicesResponse {
    Services: ServiceSummariesList
    NextToken: NextToken
}

structure ListTagsForResourceRequest {
    @required ResourceARN: AmazonResourceName
}

structure ListTagsForResourceResponse {
    Tags: TagList
}

@range(min: 1, max: 100)
integer MaxResults

string Message

structure Namespace {
    Id: ResourceId
    Arn: Arn
    ResourceOwner: AWSAccountId
    Name: NamespaceName
    Type: NamespaceType
    Description: ResourceDescription
    ServiceCount: ResourceCount
    Properties: NamespaceProperties
    CreateDate: Timestamp
    CreatorRequestId: ResourceId
}

@error("client")
@httpError(400)
structure NamespaceAlreadyExists {
    Message: ErrorMessage
    CreatorRequestId: ResourceId
    NamespaceId: ResourceId
}

structure NamespaceFilter {
    @required Name: NamespaceFilterName
    @required Values: FilterValues
    Condition: FilterCondition
}

enum NamespaceFilterName {
    TYPE
    NAME
    HTTP_NAME
    RESOURCE_OWNER
}

list NamespaceFilters {
    member: NamespaceFilter
}

@length(max: 1024)
@pattern("^[!-~]{1,1024}$")
string NamespaceName

@length(max: 1024)
@pattern("^(?!arn:)[!-~]{1,1024}$")
string NamespaceNameHttp

@length(max: 253)
@pattern("^(?!arn:)[!-~]{1,253}$")
string NamespaceNamePrivate

@length(max: 253)
@pattern("^([a-zA-Z0-9]([a-zA-Z0-9\\-]{0,61}[a-zA-Z0-9])?\\.)+[a-zA-Z0-9]([a-zA-Z0-9\\-]{0,61}[a-zA-Z0-9])?$")
string NamespaceNamePublic

@error("client")
@httpError(404)
structure NamespaceNotFound {
    Message: ErrorMessage
}

structure NamespaceProperties {
    DnsProperties: DnsProperties
    HttpProperties: HttpProperties
}

list NamespaceSummariesList {
    member: NamespaceSummary
}

structure NamespaceSummary {
    Id: ResourceId
    Arn: Arn
    ResourceOwner: AWSAccountId
    Name: NamespaceName
    Type: NamespaceType
    Description: ResourceDescription
    ServiceCount: ResourceCount
    Properties: NamespaceProperties
    CreateDate: Timestamp
}

enum NamespaceType {
    DNS_PUBLIC
    DNS_PRIVATE
    HTTP
}

@length(max: 4096)
string NextToken

structure Operation {
    Id: OperationId
    OwnerAccount: AWSAccountId
    Type: OperationType
    Status: OperationStatus
    ErrorMessage: Message
    ErrorCode: Code
    CreateDate: Timestamp
    UpdateDate: Timestamp
    Targets: OperationTargetsMap
}

structure OperationFilter {
    @required Name: OperationFilterName
    @required Values: FilterValues
    Condition: FilterCondition
}

enum OperationFilterName {
    NAMESPACE_ID
    SERVICE_ID
    STATUS
    TYPE
    UPDATE_DATE
}

list OperationFilters {
    member: OperationFilter
}

@length(max: 255)
string OperationId

@error("client")
@httpError(404)
structure OperationNotFound {
    Message: ErrorMessage
}

enum OperationStatus {
    SUBMITTED
    PENDING
    SUCCESS
    FAIL
}

structure OperationSummary {
    Id: OperationId
    Status: OperationStatus
}

list OperationSummaryList {
    member: OperationSummary
}

enum OperationTargetType {
    NAMESPACE
    SERVICE
    INSTANCE
}

map OperationTargetsMap {
    key: OperationTargetType
    value: ResourceId
}

enum OperationType {
    CREATE_NAMESPACE
    DELETE_NAMESPACE
    UPDATE_NAMESPACE
    UPDATE_SERVICE
    REGISTER_INSTANCE
    DEREGISTER_INSTANCE
}

structure PrivateDnsNamespaceChange {
    Description: ResourceDescription
    Properties: PrivateDnsNamespacePropertiesChange
}

structure PrivateDnsNamespaceProperties {
    @required DnsProperties: PrivateDnsPropertiesMutable
}

structure PrivateDnsNamespacePropertiesChange {
    @required DnsProperties: PrivateDnsPropertiesMutableChange
}

structure PrivateDnsPropertiesMutable {
    @required SOA: SOA
}

structure PrivateDnsPropertiesMutableChange {
    @required SOA: SOAChange
}

structure PublicDnsNamespaceChange {
    Description: ResourceDescription
    Properties: PublicDnsNamespacePropertiesChange
}

structure PublicDnsNamespaceProperties {
    @required DnsProperties: PublicDnsPropertiesMutable
}

structure PublicDnsNamespacePropertiesChange {
    @required DnsProperties: PublicDnsPropertiesMutableChange
}

structure PublicDnsPropertiesMutable {
    @required SOA: SOA
}

structure PublicDnsPropertiesMutableChange {
    @required SOA: SOAChange
}

@range(min: 0, max: 2147483647)
long RecordTTL

enum RecordType {
    SRV
    A
    AAAA
    CNAME
}

structure RegisterInstanceRequest {
    @required ServiceId: Arn
    @required InstanceId: InstanceId
    @idempotencyToken CreatorRequestId: ResourceId
    @required Attributes: Attributes
}

structure RegisterInstanceResponse {
    OperationId: OperationId
}

@error("client")
@httpError(429)
structure RequestLimitExceeded {
    Message: ErrorMessage
}

integer ResourceCount

@length(max: 1024)
string ResourceDescription

@length(max: 64)
string ResourceId

@error("client")
@httpError(409)
structure ResourceInUse {
    Message: ErrorMessage
}

@error("client")
@httpError(400)
structure ResourceLimitExceeded {
    Message: ErrorMessage
}

@error("client")
@httpError(404)
structure ResourceNotFoundException {
    Message: ErrorMessage
}

@length(max: 255)
string ResourcePath

long Revision

enum RoutingPolicy {
    MULTIVALUE
    WEIGHTED
}

structure SOA {
    @required TTL: RecordTTL
}

structure SOAChange {
    @required TTL: RecordTTL
}

structure Service {
    Id: ResourceId
    Arn: Arn
    ResourceOwner: AWSAccountId
    Name: ServiceName
    NamespaceId: ResourceId
    Description: ResourceDescription
    InstanceCount: ResourceCount
    DnsConfig: DnsConfig
    Type: ServiceType
    HealthCheckConfig: HealthCheckConfig
    HealthCheckCustomConfig: HealthCheckCustomConfig
    CreateDate: Timestamp
    CreatorRequestId: ResourceId
    CreatedByAccount: AWSAccountId
}

@error("client")
@httpError(400)
structure ServiceAlreadyExists {
    Message: ErrorMessage
    CreatorRequestId: ResourceId
    ServiceId: ResourceId
    ServiceArn: Arn
}

@length(max: 255)
string ServiceAttributeKey

@length(min: 1, max: 30)
list ServiceAttributeKeyList {
    member: ServiceAttributeKey
}

@length(max: 1024)
string ServiceAttributeValue

structure ServiceAttributes {
    ServiceArn: Arn
    ResourceOwner: AWSAccountId
    Attributes: ServiceAttributesMap
}

@error("client")
@httpError(400)
structure ServiceAttributesLimitExceededException {
    Message: ErrorMessage
}

@length(min: 1, max: 30)
map ServiceAttributesMap {
    key: ServiceAttributeKey
    value: ServiceAttributeValue
}

structure ServiceChange {
    Description: ResourceDescription
    DnsConfig: DnsConfigChange
    HealthCheckConfig: HealthCheckConfig
}

structure ServiceFilter {
    @required Name: ServiceFilterName
    @required Values: FilterValues
    Condition: FilterCondition
}

enum ServiceFilterName {
    NAMESPACE_ID
    RESOURCE_OWNER
}

list ServiceFilters {
    member: ServiceFilter
}

@pattern("((?=^.{1,127}$)^([a-zA-Z0-9_][a-zA-Z0-9-_]{0,61}[a-zA-Z0-9_]|[a-zA-Z0-9])(\\.([a-zA-Z0-9_][a-zA-Z0-9-_]{0,61}[a-zA-Z0-9_]|[a-zA-Z0-9]))*$)|(^\\.$)")
string ServiceName

@error("client")
@httpError(404)
structure ServiceNotFound {
    Message: ErrorMessage
}

list ServiceSummariesList {
    member: ServiceSummary
}

structure ServiceSummary {
    Id: ResourceId
    Arn: Arn
    ResourceOwner: AWSAccountId
    Name: ServiceName
    Type: ServiceType
    Description: ResourceDescription
    InstanceCount: ResourceCount
    DnsConfig: DnsConfig
    HealthCheckConfig: HealthCheckConfig
    HealthCheckCustomConfig: HealthCheckCustomConfig
    CreateDate: Timestamp
    CreatedByAccount: AWSAccountId
}

enum ServiceType {
    HTTP
    DNS_HTTP
    DNS
}

enum ServiceTypeOption {
    HTTP
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

structure TagResourceRequest {
    @required ResourceARN: AmazonResourceName
    @required Tags: TagList
}

structure TagResourceResponse {}

@length(min: 0, max: 256)
string TagValue

@error("client")
@httpError(400)
structure TooManyTagsException {
    Message: ErrorMessage
    ResourceName: AmazonResourceName
}

structure UntagResourceRequest {
    @required ResourceARN: AmazonResourceName
    @required TagKeys: TagKeyList
}

structure UntagResourceResponse {}

structure UpdateHttpNamespaceRequest {
    @required Id: Arn
    @idempotencyToken UpdaterRequestId: ResourceId
    @required Namespace: HttpNamespaceChange
}

structure UpdateHttpNamespaceResponse {
    OperationId: OperationId
}

structure UpdateInstanceCustomHealthStatusRequest {
    @required ServiceId: Arn
    @required InstanceId: ResourceId
    @required Status: CustomHealthStatus
}

structure UpdatePrivateDnsNamespaceRequest {
    @required Id: Arn
    @idempotencyToken UpdaterRequestId: ResourceId
    @required Namespace: PrivateDnsNamespaceChange
}

structure UpdatePrivateDnsNamespaceResponse {
    OperationId: OperationId
}

structure UpdatePublicDnsNamespaceRequest {
    @required Id: Arn
    @idempotencyToken UpdaterRequestId: ResourceId
    @required Namespace: PublicDnsNamespaceChange
}

structure UpdatePublicDnsNamespaceResponse {
    OperationId: OperationId
}

structure UpdateServiceAttributesRequest {
    @required ServiceId: Arn
    @required Attributes: ServiceAttributesMap
}

structure UpdateServiceAttributesResponse {}

structure UpdateServiceRequest {
    @required Id: Arn
    @required Service: ServiceChange
}

structure UpdateServiceResponse {
    OperationId: OperationId
}
