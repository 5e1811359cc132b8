// Amazon Simple Systems Manager (SSM) 2014-11-06: imported from AWS's public model by tools/import_models; do not edit,
// correct it in patches.smithy instead. Pruned to the operations below and what they reach.
$version: "2"

namespace ssm

@awsJson1_1(target: "AmazonSSM")
@sigv4(name: "ssm")
@endpointPrefix("ssm")
service SSMService {
    version: "2014-11-06"
    operations: [
        AddTagsToResource
        DeleteParameter
        DeleteParameters
        DescribeParameters
        GetParameter
        GetParameterHistory
        GetParameters
        GetParametersByPath
        LabelParameterVersion
        ListTagsForResource
        PutParameter
        RemoveTagsFromResource
        UnlabelParameterVersion
    ]
}

operation AddTagsToResource {
    input: AddTagsToResourceRequest
    output: AddTagsToResourceResult
    errors: [
        InternalServerError
        InvalidResourceId
        InvalidResourceType
        TooManyTagsError
        TooManyUpdates
    ]
}

operation DeleteParameter {
    input: DeleteParameterRequest
    output: DeleteParameterResult
    errors: [
        InternalServerError
        ParameterNotFound
    ]
}

operation DeleteParameters {
    input: DeleteParametersRequest
    output: DeleteParametersResult
    errors: [
        InternalServerError
    ]
}

@paginated(inputToken: "NextToken", outputToken: "NextToken", items: "Parameters", pageSize: "MaxResults")
operation DescribeParameters {
    input: DescribeParametersRequest
    output: DescribeParametersResult
    errors: [
        InternalServerError
        InvalidFilterKey
        InvalidFilterOption
        InvalidFilterValue
        InvalidNextToken
    ]
}

operation GetParameter {
    input: GetParameterRequest
    output: GetParameterResult
    errors: [
        InternalServerError
        InvalidKeyId
        ParameterNotFound
        ParameterVersionNotFound
    ]
}

@paginated(inputToken: "NextToken", outputToken: "NextToken", items: "Parameters", pageSize: "MaxResults")
operation GetParameterHistory {
    input: GetParameterHistoryRequest
    output: GetParameterHistoryResult
    errors: [
        InternalServerError
        InvalidKeyId
        InvalidNextToken
        ParameterNotFound
    ]
}

operation GetParameters {
    input: GetParametersRequest
    output: GetParametersResult
    errors: [
        InternalServerError
        InvalidKeyId
    ]
}

@paginated(inputToken: "NextToken", outputToken: "NextToken", items: "Parameters", pageSize: "MaxResults")
operation GetParametersByPath {
    input: GetParametersByPathRequest
    output: GetParametersByPathResult
    errors: [
        InternalServerError
        InvalidFilterKey
        InvalidFilterOption
        InvalidFilterValue
        InvalidKeyId
        InvalidNextToken
    ]
}

operation LabelParameterVersion {
    input: LabelParameterVersionRequest
    output: LabelParameterVersionResult
    errors: [
        InternalServerError
        ParameterNotFound
        ParameterVersionLabelLimitExceeded
        ParameterVersionNotFound
        TooManyUpdates
    ]
}

operation ListTagsForResource {
    input: ListTagsForResourceRequest
    output: ListTagsForResourceResult
    errors: [
        InternalServerError
        InvalidResourceId
        InvalidResourceType
    ]
}

operation PutParameter {
    input: PutParameterRequest
    output: PutParameterResult
    errors: [
        HierarchyLevelLimitExceededException
        HierarchyTypeMismatchException
        IncompatiblePolicyException
        InternalServerError
        InvalidAllowedPatternException
        InvalidKeyId
        InvalidPolicyAttributeException
        InvalidPolicyTypeException
        ParameterAlreadyExists
        ParameterLimitExceeded
        ParameterMaxVersionLimitExceeded
        ParameterPatternMismatchException
        PoliciesLimitExceededException
        TooManyUpdates
        UnsupportedParameterType
    ]
}

operation RemoveTagsFromResource {
    input: RemoveTagsFromResourceRequest
    output: RemoveTagsFromResourceResult
    errors: [
        InternalServerError
        InvalidResourceId
        InvalidResourceType
        TooManyUpdates
    ]
}

operation UnlabelParameterVersion {
    input: UnlabelParameterVersionRequest
    output: UnlabelParameterVersionResult
    errors: [
        InternalServerError
        ParameterNotFound
        ParameterVersionNotFound
        TooManyUpdates
    ]
}

structure AddTagsToResourceRequest {
    @required ResourceType: ResourceTypeForTagging
    @required ResourceId: ResourceId
    @required Tags: TagList
}

structure AddTagsToResourceResult {}

@length(min: 0, max: 1024)
string AllowedPattern

timestamp DateTime

structure DeleteParameterRequest {
    @required Name: PSParameterName
}

structure DeleteParameterResult {}

structure DeleteParametersRequest {
    @required Names: ParameterNameList
}

structure DeleteParametersResult {
    DeletedParameters: ParameterNameList
    InvalidParameters: ParameterNameList
}

structure DescribeParametersRequest {
    Filters: ParametersFilterList
    ParameterFilters: ParameterStringFilterList
    MaxResults: MaxResults
    NextToken: NextToken
    Shared: Boolean
}

structure DescribeParametersResult {
    Parameters: ParameterMetadataList
    NextToken: NextToken
}

structure GetParameterHistoryRequest {
    @required Name: PSParameterName
    WithDecryption: Boolean
    MaxResults: MaxResults
    NextToken: NextToken
}

structure GetParameterHistoryResult {
    Parameters: ParameterHistoryList
    NextToken: NextToken
}

structure GetParameterRequest {
    @required Name: PSParameterName
    WithDecryption: Boolean
}

structure GetParameterResult {
    Parameter: Parameter
}

@range(min: 1, max: 10)
integer GetParametersByPathMaxResults

structure GetParametersByPathRequest {
    @required Path: PSParameterName
    Recursive: Boolean
    ParameterFilters: ParameterStringFilterList
    WithDecryption: Boolean
    MaxResults: GetParametersByPathMaxResults
    NextToken: NextToken
}

structure GetParametersByPathResult {
    Parameters: ParameterList
    NextToken: NextToken
}

structure GetParametersRequest {
    @required Names: ParameterNameList
    WithDecryption: Boolean
}

structure GetParametersResult {
    Parameters: ParameterList
    InvalidParameters: ParameterNameList
}

@error("client")
structure HierarchyLevelLimitExceededException {
    message: String
}

@error("client")
structure HierarchyTypeMismatchException {
    message: String
}

@error("client")
structure IncompatiblePolicyException {
    message: String
}

@error("server")
structure InternalServerError {
    Message: String
}

@error("client")
structure InvalidAllowedPatternException {
    message: String
}

@error("client")
structure InvalidFilterKey {}

@error("client")
structure InvalidFilterOption {
    message: String
}

@error("client")
structure InvalidFilterValue {
    Message: String
}

@error("client")
structure InvalidKeyId {
    message: String
}

@error("client")
structure InvalidNextToken {
    Message: String
}

@error("client")
structure InvalidPolicyAttributeException {
    message: String
}

@error("client")
structure InvalidPolicyTypeException {
    message: String
}

@error("client")
structure InvalidResourceId {}

@error("client")
structure InvalidResourceType {}

list KeyList {
    member: TagKey
}

structure LabelParameterVersionRequest {
    @required Name: PSParameterName
    ParameterVersion: PSParameterVersion
    @required Labels: ParameterLabelList
}

structure LabelParameterVersionResult {
    InvalidLabels: ParameterLabelList
    ParameterVersion: PSParameterVersion
}

structure ListTagsForResourceRequest {
    @required ResourceType: ResourceTypeForTagging
    @required ResourceId: ResourceId
}

structure ListTagsForResourceResult {
    TagList: TagList
}

@range(min: 1, max: 50)
integer MaxResults

string NextToken

@length(min: 1, max: 2048)
string PSParameterName

@length(min: 0, max: 128)
string PSParameterSelector

@sensitive
string PSParameterValue

long PSParameterVersion

structure Parameter {
    Name: PSParameterName
    Type: ParameterType
    Value: PSParameterValue
    Version: PSParameterVersion
    Selector: PSParameterSelector
    SourceResult: String
    LastModifiedDate: DateTime
    ARN: String
    DataType: ParameterDataType
}

@error("client")
structure ParameterAlreadyExists {
    message: String
}

@length(min: 0, max: 128)
string ParameterDataType

@length(min: 0, max: 1024)
string ParameterDescription

structure ParameterHistory {
    Name: PSParameterName
    Type: ParameterType
    KeyId: ParameterKeyId
    LastModifiedDate: DateTime
    LastModifiedUser: String
    Description: ParameterDescription
    Value: PSParameterValue
    AllowedPattern: AllowedPattern
    Version: PSParameterVersion
    Labels: ParameterLabelList
    Tier: ParameterTier
    Policies: ParameterPolicyList
    DataType: ParameterDataType
}

list ParameterHistoryList {
    member: ParameterHistory
}

structure ParameterInlinePolicy {
    PolicyText: String
    PolicyType: String
    PolicyStatus: String
}

@length(min: 1, max: 256)
@pattern("^([a-zA-Z0-9:/_-]+)$")
string ParameterKeyId

@length(min: 1, max: 100)
string ParameterLabel

@length(min: 1, max: 10)
list ParameterLabelList {
    member: ParameterLabel
}

@error("client")
structure ParameterLimitExceeded {
    message: String
}

list ParameterList {
    member: Parameter
}

@error("client")
structure ParameterMaxVersionLimitExceeded {
    message: String
}

structure ParameterMetadata {
    Name: PSParameterName
    ARN: String
    Type: ParameterType
    KeyId: ParameterKeyId
    LastModifiedDate: DateTime
    LastModifiedUser: String
    Description: ParameterDescription
    AllowedPattern: AllowedPattern
    Version: PSParameterVersion
    Tier: ParameterTier
    Policies: ParameterPolicyList
    DataType: ParameterDataType
}

list ParameterMetadataList {
    member: ParameterMetadata
}

@length(min: 1, max: 10)
list ParameterNameList {
    member: PSParameterName
}

@error("client")
structure ParameterNotFound {
    message: String
}

@error("client")
structure ParameterPatternMismatchException {
    message: String
}

@length(min: 1, max: 4096)
string ParameterPolicies

list ParameterPolicyList {
    member: ParameterInlinePolicy
}

structure ParameterStringFilter {
    @required Key: ParameterStringFilterKey
    Option: ParameterStringQueryOption
    Values: ParameterStringFilterValueList
}

@length(min: 1, max: 132)
@pattern("^(tag:.+|Name|Type|KeyId|Path|Label|Tier|DataType)$")
string ParameterStringFilterKey

list ParameterStringFilterList {
    member: ParameterStringFilter
}

@length(min: 1, max: 1024)
string ParameterStringFilterValue

@length(min: 1, max: 50)
list ParameterStringFilterValueList {
    member: ParameterStringFilterValue
}

@length(min: 1, max: 10)
string ParameterStringQueryOption

enum ParameterTier {
    Standard
    Advanced
    Intelligent_Tiering = "Intelligent-Tiering"
}

enum ParameterType {
    String
    StringList
    SecureString
}

@error("client")
structure ParameterVersionLabelLimitExceeded {
    message: String
}

@error("client")
structure ParameterVersionNotFound {
    message: String
}

structure ParametersFilter {
    @required Key: ParametersFilterKey
    @required Values: ParametersFilterValueList
}

enum ParametersFilterKey {
    Name
    Type
    KeyId
}

list ParametersFilterList {
    member: ParametersFilter
}

@length(min: 1, max: 1024)
string ParametersFilterValue

@length(min: 1, max: 50)
list ParametersFilterValueList {
    member: ParametersFilterValue
}

@error("client")
structure PoliciesLimitExceededException {
    message: String
}

structure PutParameterRequest {
    @required Name: PSParameterName
    Description: ParameterDescription
    @required Value: PSParameterValue
    Type: ParameterType
    KeyId: ParameterKeyId
    Overwrite: Boolean
    AllowedPattern: AllowedPattern
    Tags: TagList
    Tier: ParameterTier
    Policies: ParameterPolicies
    DataType: ParameterDataType
}

structure PutParameterResult {
    Version: PSParameterVersion
    Tier: ParameterTier
}

structure RemoveTagsFromResourceRequest {
    @required ResourceType: ResourceTypeForTagging
    @required ResourceId: ResourceId
    @required TagKeys: KeyList
}

structure RemoveTagsFromResourceResult {}

string ResourceId

enum ResourceTypeForTagging {
    Document
    ManagedInstance
    MaintenanceWindow
    Parameter
    PatchBaseline
    OpsItem
    OpsMetadata
    Automation
    Association
    CloudConnector
}

structure Tag {
    @required Key: TagKey
    @required Value: TagValue
}

@length(min: 1, max: 128)
@pattern("^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$")
string TagKey

@length(max: 1000)
list TagList {
    member: Tag
}

@length(min: 0, max: 256)
@pattern("^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$")
string TagValue

@error("client")
structure TooManyTagsError {}

@error("client")
structure TooManyUpdates {
    Message: String
}

structure UnlabelParameterVersionRequest {
    @required Name: PSParameterName
    @required ParameterVersion: PSParameterVersion
    @required Labels: ParameterLabelList
}

structure UnlabelParameterVersionResult {
    RemovedLabels: ParameterLabelList
    InvalidLabels: ParameterLabelList
}

@error("client")
structure UnsupportedParameterType {
    message: String
}
