// AWS Secrets Manager 2017-10-17: imported from AWS's public model by tools/import_models; do not edit,
// correct it in patches.smithy instead.
$version: "2"

namespace secretsmanager

@awsJson1_1(target: "secretsmanager")
@sigv4(name: "secretsmanager")
@endpointPrefix("secretsmanager")
service SecretsManagerService {
    version: "2017-10-17"
    operations: [
        AssociateCrossAccountReplica
        BatchGetSecretValue
        CancelRotateSecret
        CreateSecret
        DeleteResourcePolicy
        DeleteSecret
        DescribeSecret
        DisassociateCrossAccountReplica
        GetRandomPassword
        GetResourcePolicy
        GetSecretValue
        ListResourcePolicies
        ListSecretVersionIds
        ListSecrets
        PutResourcePolicy
        PutSecretValue
        RemoveRegionsFromReplication
        ReplicateSecretToRegions
        RestoreSecret
        RotateSecret
        StopReplicationToReplica
        TagResource
        UntagResource
        UpdateSecret
        UpdateSecretVersionStage
        ValidateResourcePolicy
    ]
}

operation AssociateCrossAccountReplica {
    input: AssociateCrossAccountReplicaRequest
    output: AssociateCrossAccountReplicaResponse
    errors: [
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        LimitExceededException
        ResourceNotFoundException
    ]
}

operation BatchGetSecretValue {
    input: BatchGetSecretValueRequest
    output: BatchGetSecretValueResponse
    errors: [
        DecryptionFailure
        InternalServiceError
        InvalidNextTokenException
        InvalidParameterException
        InvalidRequestException
        ResourceNotFoundException
    ]
}

operation CancelRotateSecret {
    input: CancelRotateSecretRequest
    output: CancelRotateSecretResponse
    errors: [
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        ResourceNotFoundException
    ]
}

operation CreateSecret {
    input: CreateSecretRequest
    output: CreateSecretResponse
    errors: [
        DecryptionFailure
        EncryptionFailure
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        LimitExceededException
        MalformedPolicyDocumentException
        PreconditionNotMetException
        ResourceExistsException
        ResourceNotFoundException
    ]
}

operation DeleteResourcePolicy {
    input: DeleteResourcePolicyRequest
    output: DeleteResourcePolicyResponse
    errors: [
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        ResourceNotFoundException
    ]
}

operation DeleteSecret {
    input: DeleteSecretRequest
    output: DeleteSecretResponse
    errors: [
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        ResourceNotFoundException
    ]
}

operation DescribeSecret {
    input: DescribeSecretRequest
    output: DescribeSecretResponse
    errors: [
        InternalServiceError
        InvalidParameterException
        ResourceNotFoundException
    ]
}

operation DisassociateCrossAccountReplica {
    input: DisassociateCrossAccountReplicaRequest
    output: DisassociateCrossAccountReplicaResponse
    errors: [
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        ResourceNotFoundException
    ]
}

operation GetRandomPassword {
    input: GetRandomPasswordRequest
    output: GetRandomPasswordResponse
    errors: [
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
    ]
}

operation GetResourcePolicy {
    input: GetResourcePolicyRequest
    output: GetResourcePolicyResponse
    errors: [
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        ResourceNotFoundException
    ]
}

operation GetSecretValue {
    input: GetSecretValueRequest
    output: GetSecretValueResponse
    errors: [
        DecryptionFailure
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        ResourceNotFoundException
    ]
}

@paginated(inputToken: "NextToken", outputToken: "NextToken", items: "ResourcePolicies", pageSize: "MaxResults")
operation ListResourcePolicies {
    input: ListResourcePoliciesRequest
    output: ListResourcePoliciesResponse
    errors: [
        InternalServiceError
        InvalidNextTokenException
        InvalidParameterException
        InvalidRequestException
        ResourceNotFoundException
    ]
}

operation ListSecretVersionIds {
    input: ListSecretVersionIdsRequest
    output: ListSecretVersionIdsResponse
    errors: [
        InternalServiceError
        InvalidNextTokenException
        InvalidParameterException
        ResourceNotFoundException
    ]
}

@paginated(inputToken: "NextToken", outputToken: "NextToken", items: "SecretList", pageSize: "MaxResults")
operation ListSecrets {
    input: ListSecretsRequest
    output: ListSecretsResponse
    errors: [
        InternalServiceError
        InvalidNextTokenException
        InvalidParameterException
        InvalidRequestException
    ]
}

operation PutResourcePolicy {
    input: PutResourcePolicyRequest
    output: PutResourcePolicyResponse
    errors: [
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        MalformedPolicyDocumentException
        PublicPolicyException
        ResourceNotFoundException
    ]
}

operation PutSecretValue {
    input: PutSecretValueRequest
    output: PutSecretValueResponse
    errors: [
        DecryptionFailure
        EncryptionFailure
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        LimitExceededException
        ResourceExistsException
        ResourceNotFoundException
    ]
}

operation RemoveRegionsFromReplication {
    input: RemoveRegionsFromReplicationRequest
    output: RemoveRegionsFromReplicationResponse
    errors: [
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        ResourceNotFoundException
    ]
}

operation ReplicateSecretToRegions {
    input: ReplicateSecretToRegionsRequest
    output: ReplicateSecretToRegionsResponse
    errors: [
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        ResourceNotFoundException
    ]
}

operation RestoreSecret {
    input: RestoreSecretRequest
    output: RestoreSecretResponse
    errors: [
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        ResourceNotFoundException
    ]
}

operation RotateSecret {
    input: RotateSecretRequest
    output: RotateSecretResponse
    errors: [
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        ResourceNotFoundException
    ]
}

operation StopReplicationToReplica {
    input: StopReplicationToReplicaRequest
    output: StopReplicationToReplicaResponse
    errors: [
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        ResourceNotFoundException
    ]
}

operation TagResource {
    input: TagResourceRequest
    errors: [
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        ResourceNotFoundException
    ]
}

operation UntagResource {
    input: UntagResourceRequest
    errors: [
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        ResourceNotFoundException
    ]
}

operation UpdateSecret {
    input: UpdateSecretRequest
    output: UpdateSecretResponse
    errors: [
        DecryptionFailure
        EncryptionFailure
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        LimitExceededException
        MalformedPolicyDocumentException
        PreconditionNotMetException
        ResourceExistsException
        ResourceNotFoundException
    ]
}

operation UpdateSecretVersionStage {
    input: UpdateSecretVersionStageRequest
    output: UpdateSecretVersionStageResponse
    errors: [
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        LimitExceededException
        ResourceNotFoundException
    ]
}

operation ValidateResourcePolicy {
    input: ValidateResourcePolicyRequest
    output: ValidateResourcePolicyResponse
    errors: [
        InternalServiceError
        InvalidParameterException
        InvalidRequestException
        MalformedPolicyDocumentException
        ResourceNotFoundException
    ]
}

list APIErrorListType {
    member: APIErrorType
}

structure APIErrorType {
    SecretId: SecretIdType
    ErrorCode: ErrorCode
    Message: ErrorMessage
}

@length(min: 1)
list AddReplicaRegionListType {
    member: ReplicaRegionType
}

structure AssociateCrossAccountReplicaRequest {
    @required SecretId: SecretIdType
    @required CrossAccountReplicaARN: SecretARNType
    ReplicaRestriction: ReplicaRestrictionType
    ReplicationRoleARN: RoleARNType
}

structure AssociateCrossAccountReplicaResponse {
    ARN: SecretARNType
    CrossAccountReplicaARN: SecretARNType
    ReplicationStatus: StatusType
}

@range(min: 1, max: 1000)
long AutomaticallyRotateAfterDaysType

structure BatchGetSecretValueRequest {
    SecretIdList: SecretIdListType
    Filters: FiltersListType
    MaxResults: MaxResultsBatchType
    NextToken: NextTokenType
}

structure BatchGetSecretValueResponse {
    SecretValues: SecretValuesType
    NextToken: NextTokenType
    Errors: APIErrorListType
}

boolean BooleanType

structure CancelRotateSecretRequest {
    @required SecretId: SecretIdType
}

structure CancelRotateSecretResponse {
    ARN: SecretARNType
    Name: SecretNameType
    VersionId: SecretVersionIdType
}

@length(min: 32, max: 64)
string ClientRequestTokenType

structure CreateSecretRequest {
    @required Name: NameType
    @idempotencyToken ClientRequestToken: ClientRequestTokenType
    Description: DescriptionType
    KmsKeyId: KmsKeyIdType
    SecretBinary: SecretBinaryType
    SecretString: SecretStringType
    Tags: TagListType
    AddReplicaRegions: AddReplicaRegionListType
    ForceOverwriteReplicaSecret: BooleanType
    Type: MedeaTypeType
    CrossAccountPrimaryARN: SecretARNType
}

structure CreateSecretResponse {
    ARN: SecretARNType
    Name: SecretNameType
    VersionId: SecretVersionIdType
    ReplicationStatus: ReplicationStatusListType
}

timestamp CreatedDateType

structure CrossAccountPrimaryType {
    PrimarySecretARN: SecretARNType
    ReplicationStatus: StatusType
    StatusMessage: StatusMessageType
}

structure CrossAccountReplicaEntry {
    ReplicaSecretARN: SecretARNType
    ReplicationRoleARN: RoleARNType
    ReplicationStatus: StatusType
    StatusMessage: StatusMessageType
}

@length(min: 1, max: 100)
list CrossAccountReplicaListType {
    member: CrossAccountReplicaEntry
}

@error("client")
structure DecryptionFailure {
    Message: ErrorMessage
}

structure DeleteResourcePolicyRequest {
    @required SecretId: SecretIdType
    PolicyName: ResourcePolicyNameType
}

structure DeleteResourcePolicyResponse {
    ARN: SecretARNType
    Name: NameType
    PolicyName: ResourcePolicyNameType
}

structure DeleteSecretRequest {
    @required SecretId: SecretIdType
    RecoveryWindowInDays: RecoveryWindowInDaysType
    ForceDeleteWithoutRecovery: BooleanType
}

structure DeleteSecretResponse {
    ARN: SecretARNType
    Name: SecretNameType
    DeletionDate: DeletionDateType
}

timestamp DeletedDateType

timestamp DeletionDateType

structure DescribeSecretRequest {
    @required SecretId: SecretIdType
}

structure DescribeSecretResponse {
    ARN: SecretARNType
    Name: SecretNameType
    Type: MedeaTypeType
    Description: DescriptionType
    KmsKeyId: KmsKeyIdType
    RotationEnabled: RotationEnabledType
    RotationLambdaARN: RotationLambdaARNType
    RotationRules: RotationRulesType
    ExternalSecretRotationMetadata: ExternalSecretRotationMetadataType
    ExternalSecretRotationRoleArn: RoleARNType
    LastRotatedDate: LastRotatedDateType
    LastChangedDate: LastChangedDateType
    LastAccessedDate: LastAccessedDateType
    DeletedDate: DeletedDateType
    NextRotationDate: NextRotationDateType
    Tags: TagListType
    VersionIdsToStages: SecretVersionsToStagesMapType
    OwningService: OwningServiceType
    CreatedDate: TimestampType
    PrimaryRegion: RegionType
    ReplicationStatus: ReplicationStatusListType
    CrossAccountPrimary: CrossAccountPrimaryType
    CrossAccountReplicas: CrossAccountReplicaListType
}

@length(max: 2048)
string DescriptionType

structure DisassociateCrossAccountReplicaRequest {
    @required SecretId: SecretIdType
    @required CrossAccountReplicaARN: SecretARNType
}

structure DisassociateCrossAccountReplicaResponse {
    ARN: SecretARNType
    CrossAccountReplicaARN: SecretARNType
}

@length(min: 2, max: 3)
@pattern("[0-9]+h")
string DurationType

@error("client")
structure EncryptionFailure {
    Message: ErrorMessage
}

string ErrorCode

string ErrorMessage

@length(min: 0, max: 4096)
string ExcludeCharactersType

boolean ExcludeLowercaseType

boolean ExcludeNumbersType

boolean ExcludePunctuationType

boolean ExcludeUppercaseType

structure ExternalSecretRotationMetadataItem {
    Key: ExternalSecretRotationMetadataItemKeyType
    Value: ExternalSecretRotationMetadataItemValueType
}

@length(min: 1, max: 256)
string ExternalSecretRotationMetadataItemKeyType

@length(min: 1, max: 2048)
string ExternalSecretRotationMetadataItemValueType

list ExternalSecretRotationMetadataType {
    member: ExternalSecretRotationMetadataItem
}

structure Filter {
    Key: FilterNameStringType
    Values: FilterValuesStringList
}

enum FilterNameStringType {
    description
    name
    tag_key = "tag-key"
    tag_value = "tag-value"
    primary_region = "primary-region"
    owning_service = "owning-service"
    all
}

@length(max: 512)
@pattern("^\\!?[a-zA-Z0-9 :_@\\/\\+\\=\\.\\-\\!]*$")
string FilterValueStringType

@length(min: 1, max: 10)
list FilterValuesStringList {
    member: FilterValueStringType
}

@length(max: 10)
list FiltersListType {
    member: Filter
}

structure GetRandomPasswordRequest {
    PasswordLength: PasswordLengthType
    ExcludeCharacters: ExcludeCharactersType
    ExcludeNumbers: ExcludeNumbersType
    ExcludePunctuation: ExcludePunctuationType
    ExcludeUppercase: ExcludeUppercaseType
    ExcludeLowercase: ExcludeLowercaseType
    IncludeSpace: IncludeSpaceType
    RequireEachIncludedType: RequireEachIncludedTypeType
}

structure GetRandomPasswordResponse {
    RandomPassword: RandomPasswordType
}

structure GetResourcePolicyRequest {
    @required SecretId: SecretIdType
    PolicyName: ResourcePolicyNameType
}

structure GetResourcePolicyResponse {
    ARN: SecretARNType
    Name: NameType
    ResourcePolicy: NonEmptyResourcePolicyType
    PolicyName: ResourcePolicyNameType
}

structure GetSecretValueRequest {
    @required SecretId: SecretIdType
    VersionId: SecretVersionIdType
    VersionStage: SecretVersionStageType
}

structure GetSecretValueResponse {
    ARN: SecretARNType
    Name: SecretNameType
    VersionId: SecretVersionIdType
    SecretBinary: SecretBinaryType
    SecretString: SecretStringType
    VersionStages: SecretVersionStagesType
    CreatedDate: CreatedDateType
}

boolean IncludeSpaceType

@error("server")
structure InternalServiceError {
    Message: ErrorMessage
}

@error("client")
structure InvalidNextTokenException {
    Message: ErrorMessage
}

@error("client")
structure InvalidParameterException {
    Message: ErrorMessage
}

@error("client")
structure InvalidRequestException {
    Message: ErrorMessage
}

list KmsKeyIdListType {
    member: KmsKeyIdType
}

@length(min: 0, max: 2048)
string KmsKeyIdType

timestamp LastAccessedDateType

timestamp LastChangedDateType

timestamp LastRotatedDateType

@error("client")
structure LimitExceededException {
    Message: ErrorMessage
}

structure ListResourcePoliciesRequest {
    @required SecretId: SecretIdType
    MaxResults: MaxResultsType
    NextToken: NextTokenType
}

structure ListResourcePoliciesResponse {
    @required ResourcePolicies: ResourcePolicySummaryListType
    NextToken: NextTokenType
}

structure ListSecretVersionIdsRequest {
    @required SecretId: SecretIdType
    MaxResults: MaxResultsType
    NextToken: NextTokenType
    IncludeDeprecated: BooleanType
}

structure ListSecretVersionIdsResponse {
    Versions: SecretVersionsListType
    NextToken: NextTokenType
    ARN: SecretARNType
    Name: SecretNameType
}

structure ListSecretsRequest {
    IncludePlannedDeletion: BooleanType
    MaxResults: MaxResultsType
    NextToken: NextTokenType
    Filters: FiltersListType
    SortOrder: SortOrderType
    SortBy: SortByType
}

structure ListSecretsResponse {
    SecretList: SecretListType
    NextToken: NextTokenType
}

@error("client")
structure MalformedPolicyDocumentException {
    Message: ErrorMessage
}

@range(min: 1, max: 20)
integer MaxResultsBatchType

@range(min: 1, max: 100)
integer MaxResultsType

@length(min: 0, max: 256)
string MedeaTypeType

@length(min: 1, max: 512)
string NameType

timestamp NextRotationDateType

@length(min: 1, max: 4096)
string NextTokenType

@length(min: 1, max: 20480)
string NonEmptyResourcePolicyType

@length(min: 1, max: 128)
string OwningServiceType

@range(min: 1, max: 4096)
long PasswordLengthType

@error("client")
structure PreconditionNotMetException {
    Message: ErrorMessage
}

@error("client")
structure PublicPolicyException {
    Message: ErrorMessage
}

structure PutResourcePolicyRequest {
    @required SecretId: SecretIdType
    @required ResourcePolicy: NonEmptyResourcePolicyType
    PolicyName: ResourcePolicyNameType
    BlockPublicPolicy: BooleanType
}

structure PutResourcePolicyResponse {
    ARN: SecretARNType
    Name: NameType
    PolicyName: ResourcePolicyNameType
}

structure PutSecretValueRequest {
    @required SecretId: SecretIdType
    @idempotencyToken ClientRequestToken: ClientRequestTokenType
    SecretBinary: SecretBinaryType
    SecretString: SecretStringType
    VersionStages: SecretVersionStagesType
    RotationToken: RotationTokenType
}

structure PutSecretValueResponse {
    ARN: SecretARNType
    Name: SecretNameType
    VersionId: SecretVersionIdType
    VersionStages: SecretVersionStagesType
}

@length(min: 0, max: 4096)
@sensitive
string RandomPasswordType

long RecoveryWindowInDaysType

@length(min: 1, max: 128)
@pattern("^([a-z]+-)+\\d+$")
string RegionType

structure RemoveRegionsFromReplicationRequest {
    @required SecretId: SecretIdType
    @required RemoveReplicaRegions: RemoveReplicaRegionListType
}

structure RemoveRegionsFromReplicationResponse {
    ARN: SecretARNType
    ReplicationStatus: ReplicationStatusListType
}

@length(min: 1)
list RemoveReplicaRegionListType {
    member: RegionType
}

structure ReplicaRegionType {
    Region: RegionType
    KmsKeyId: KmsKeyIdType
}

enum ReplicaRestrictionType {
    SameOrg
    NoRestriction
}

structure ReplicateSecretToRegionsRequest {
    @required SecretId: SecretIdType
    @required AddReplicaRegions: AddReplicaRegionListType
    ForceOverwriteReplicaSecret: BooleanType
}

structure ReplicateSecretToRegionsResponse {
    ARN: SecretARNType
    ReplicationStatus: ReplicationStatusListType
}

list ReplicationStatusListType {
    member: ReplicationStatusType
}

structure ReplicationStatusType {
    Region: RegionType
    KmsKeyId: KmsKeyIdType
    Status: StatusType
    StatusMessage: StatusMessageType
    LastAccessedDate: LastAccessedDateType
}

boolean RequireEachIncludedTypeType

@error("client")
structure ResourceExistsException {
    Message: ErrorMessage
}

@error("client")
structure ResourceNotFoundException {
    Message: ErrorMessage
}

@length(min: 1, max: 64)
@pattern("[0-9A-Za-z\\-\\_]+")
string ResourcePolicyNameType

structure ResourcePolicySummary {
    PolicyName: ResourcePolicyNameType
}

@length(min: 0, max: 100)
list ResourcePolicySummaryListType {
    member: ResourcePolicySummary
}

structure RestoreSecretRequest {
    @required SecretId: SecretIdType
}

structure RestoreSecretResponse {
    ARN: SecretARNType
    Name: SecretNameType
}

@length(min: 20, max: 2048)
string RoleARNType

structure RotateSecretRequest {
    @required SecretId: SecretIdType
    @idempotencyToken ClientRequestToken: ClientRequestTokenType
    RotationLambdaARN: RotationLambdaARNType
    RotationRules: RotationRulesType
    ExternalSecretRotationMetadata: ExternalSecretRotationMetadataType
    ExternalSecretRotationRoleArn: RoleARNType
    RotateImmediately: BooleanType
}

structure RotateSecretResponse {
    ARN: SecretARNType
    Name: SecretNameType
    VersionId: SecretVersionIdType
}

boolean RotationEnabledType

@length(min: 0, max: 2048)
string RotationLambdaARNType

structure RotationRulesType {
    AutomaticallyAfterDays: AutomaticallyRotateAfterDaysType
    Duration: DurationType
    ScheduleExpression: ScheduleExpressionType
}

@length(min: 36, max: 256)
@pattern("^[a-zA-Z0-9\\-]+$")
@sensitive
string RotationTokenType

@length(min: 1, max: 256)
@pattern("[0-9A-Za-z\\(\\)#\\?\\*\\-\\/, ]+")
string ScheduleExpressionType

@length(min: 20, max: 2048)
string SecretARNType

@length(min: 1, max: 65536)
@sensitive
blob SecretBinaryType

@length(min: 1, max: 20)
list SecretIdListType {
    member: SecretIdType
}

@length(min: 1, max: 2048)
string SecretIdType

structure SecretListEntry {
    ARN: SecretARNType
    Name: SecretNameType
    Type: MedeaTypeType
    Description: DescriptionType
    KmsKeyId: KmsKeyIdType
    RotationEnabled: RotationEnabledType
    RotationLambdaARN: RotationLambdaARNType
    RotationRules: RotationRulesType
    ExternalSecretRotationMetadata: ExternalSecretRotationMetadataType
    ExternalSecretRotationRoleArn: RoleARNType
    LastRotatedDate: LastRotatedDateType
    LastChangedDate: LastChangedDateType
    LastAccessedDate: LastAccessedDateType
    DeletedDate: DeletedDateType
    NextRotationDate: NextRotationDateType
    Tags: TagListType
    SecretVersionsToStages: SecretVersionsToStagesMapType
    OwningService: OwningServiceType
    CreatedDate: TimestampType
    PrimaryRegion: RegionType
}

list SecretListType {
    member: SecretListEntry
}

@length(min: 1, max: 256)
string SecretNameType

@length(min: 1, max: 65536)
@sensitive
string SecretStringType

structure SecretValueEntry {
    ARN: SecretARNType
    Name: SecretNameType
    VersionId: SecretVersionIdType
    SecretBinary: SecretBinaryType
    SecretString: SecretStringType
    VersionStages: SecretVersionStagesType
    CreatedDate: CreatedDateType
}

list SecretValuesType {
    member: SecretValueEntry
}

@length(min: 32, max: 64)
string SecretVersionIdType

@length(min: 1, max: 256)
string SecretVersionStageType

@length(min: 1, max: 20)
list SecretVersionStagesType {
    member: SecretVersionStageType
}

structure SecretVersionsListEntry {
    VersionId: SecretVersionIdType
    VersionStages: SecretVersionStagesType
    LastAccessedDate: LastAccessedDateType
    CreatedDate: CreatedDateType
    KmsKeyIds: KmsKeyIdListType
}

list SecretVersionsListType {
    member: SecretVersionsListEntry
}

map SecretVersionsToStagesMapType {
    key: SecretVersionIdType
    value: SecretVersionStagesType
}

enum SortByType {
    created_date = "created-date"
    last_accessed_date = "last-accessed-date"
    last_changed_date = "last-changed-date"
    name
}

enum SortOrderType {
    asc
    desc
}

@length(min: 1, max: 4096)
string StatusMessageType

enum StatusType {
    InSync
    Failed
    InProgress
    Pending
    Detached
}

structure StopReplicationToReplicaRequest {
    @required SecretId: SecretIdType
}

structure StopReplicationToReplicaResponse {
    ARN: SecretARNType
}

structure Tag {
    Key: TagKeyType
    Value: TagValueType
}

list TagKeyListType {
    member: TagKeyType
}

@length(min: 1, max: 128)
string TagKeyType

list TagListType {
    member: Tag
}

structure TagResourceRequest {
    @required SecretId: SecretIdType
    @required Tags: TagListType
}

@length(min: 0, max: 256)
string TagValueType

timestamp TimestampType

structure UntagResourceRequest {
    @required SecretId: SecretIdType
    @required TagKeys: TagKeyListType
}

structure UpdateSecretRequest {
    @required SecretId: SecretIdType
    @idempotencyToken ClientRequestToken: ClientRequestTokenType
    Description: DescriptionType
    KmsKeyId: KmsKeyIdType
    SecretBinary: SecretBinaryType
    SecretString: SecretStringType
    Type: MedeaTypeType
}

structure UpdateSecretResponse {
    ARN: SecretARNType
    Name: SecretNameType
    VersionId: SecretVersionIdType
}

structure UpdateSecretVersionStageRequest {
    @required SecretId: SecretIdType
    @required VersionStage: SecretVersionStageType
    RemoveFromVersionId: SecretVersionIdType
    MoveToVersionId: SecretVersionIdType
}

structure UpdateSecretVersionStageResponse {
    ARN: SecretARNType
    Name: SecretNameType
}

structure ValidateResourcePolicyRequest {
    SecretId: SecretIdType
    @required ResourcePolicy: NonEmptyResourcePolicyType
}

structure ValidateResourcePolicyResponse {
    PolicyValidationPassed: BooleanType
    ValidationErrors: ValidationErrorsType
}

structure ValidationErrorsEntry {
    CheckName: NameType
    ErrorMessage: ErrorMessage
}

list ValidationErrorsType {
    member: ValidationErrorsEntry
}
