// Amazon Simple Storage Service 2006-03-01: imported from AWS's public model by tools/import_models; do not edit,
// correct it in patches.smithy instead. Pruned to the operations below and what they reach.
$version: "2"

namespace s3

@restXml
@sigv4(name: "s3")
@endpointPrefix("s3")
service S3Service {
    version: "2006-03-01"
    operations: [
        AbortMultipartUpload
        CompleteMultipartUpload
        CopyObject
        CreateBucket
        CreateMultipartUpload
        DeleteBucket
        DeleteObject
        DeleteObjects
        GetBucketLocation
        GetBucketVersioning
        GetObject
        GetObjectTagging
        HeadBucket
        HeadObject
        ListBuckets
        ListMultipartUploads
        ListObjects
        ListObjectsV2
        ListParts
        PutObject
        UploadPart
        UploadPartCopy
    ]
}

@http(method: "DELETE", uri: "/{Bucket}/{Key+}", code: 204)
operation AbortMultipartUpload {
    input: AbortMultipartUploadRequest
    output: AbortMultipartUploadOutput
    errors: [
        NoSuchUpload
    ]
}

@http(method: "POST", uri: "/{Bucket}/{Key+}", code: 200)
operation CompleteMultipartUpload {
    input: CompleteMultipartUploadRequest
    output: CompleteMultipartUploadOutput
}

@http(method: "PUT", uri: "/{Bucket}/{Key+}", code: 200)
operation CopyObject {
    input: CopyObjectRequest
    output: CopyObjectOutput
    errors: [
        ObjectNotInActiveTierError
    ]
}

@http(method: "PUT", uri: "/{Bucket}", code: 200)
operation CreateBucket {
    input: CreateBucketRequest
    output: CreateBucketOutput
    errors: [
        BucketAlreadyExists
        BucketAlreadyOwnedByYou
    ]
}

@http(method: "POST", uri: "/{Bucket}/{Key+}?uploads", code: 200)
operation CreateMultipartUpload {
    input: CreateMultipartUploadRequest
    output: CreateMultipartUploadOutput
}

@http(method: "DELETE", uri: "/{Bucket}", code: 204)
operation DeleteBucket {
    input: DeleteBucketRequest
}

@http(method: "DELETE", uri: "/{Bucket}/{Key+}", code: 204)
operation DeleteObject {
    input: DeleteObjectRequest
    output: DeleteObjectOutput
}

@http(method: "POST", uri: "/{Bucket}?delete", code: 200)
operation DeleteObjects {
    input: DeleteObjectsRequest
    output: DeleteObjectsOutput
}

@http(method: "GET", uri: "/{Bucket}?location", code: 200)
operation GetBucketLocation {
    input: GetBucketLocationRequest
    output: GetBucketLocationOutput
}

@http(method: "GET", uri: "/{Bucket}?versioning", code: 200)
operation GetBucketVersioning {
    input: GetBucketVersioningRequest
    output: GetBucketVersioningOutput
}

@http(method: "GET", uri: "/{Bucket}/{Key+}", code: 200)
operation GetObject {
    input: GetObjectRequest
    output: GetObjectOutput
    errors: [
        InvalidObjectState
        NoSuchKey
    ]
}

@http(method: "GET", uri: "/{Bucket}/{Key+}?tagging", code: 200)
operation GetObjectTagging {
    input: GetObjectTaggingRequest
    output: GetObjectTaggingOutput
}

@http(method: "HEAD", uri: "/{Bucket}", code: 200)
operation HeadBucket {
    input: HeadBucketRequest
    output: HeadBucketOutput
    errors: [
        NoSuchBucket
    ]
}

@http(method: "HEAD", uri: "/{Bucket}/{Key+}", code: 200)
operation HeadObject {
    input: HeadObjectRequest
    output: HeadObjectOutput
    errors: [
        NoSuchKey
    ]
}

@paginated(inputToken: "ContinuationToken", outputToken: "ContinuationToken", items: "Buckets", pageSize: "MaxBuckets")
@http(method: "GET", uri: "/", code: 200)
operation ListBuckets {
    input: ListBucketsRequest
    output: ListBucketsOutput
}

@paginated(inputToken: "KeyMarker", outputToken: "NextKeyMarker", items: "Uploads", pageSize: "MaxUploads")
@http(method: "GET", uri: "/{Bucket}?uploads", code: 200)
operation ListMultipartUploads {
    input: ListMultipartUploadsRequest
    output: ListMultipartUploadsOutput
}

@paginated(inputToken: "Marker", outputToken: "NextMarker || Contents[-1].Key", items: "Contents", pageSize: "MaxKeys")
@http(method: "GET", uri: "/{Bucket}", code: 200)
operation ListObjects {
    input: ListObjectsRequest
    output: ListObjectsOutput
    errors: [
        NoSuchBucket
    ]
}

@paginated(inputToken: "ContinuationToken", outputToken: "NextContinuationToken", items: "Contents", pageSize: "MaxKeys")
@http(method: "GET", uri: "/{Bucket}?list-type=2", code: 200)
operation ListObjectsV2 {
    input: ListObjectsV2Request
    output: ListObjectsV2Output
    errors: [
        NoSuchBucket
    ]
}

@paginated(inputToken: "PartNumberMarker", outputToken: "NextPartNumberMarker", items: "Parts", pageSize: "MaxParts")
@http(method: "GET", uri: "/{Bucket}/{Key+}", code: 200)
operation ListParts {
    input: ListPartsRequest
    output: ListPartsOutput
}

@http(method: "PUT", uri: "/{Bucket}/{Key+}", code: 200)
operation PutObject {
    input: PutObjectRequest
    output: PutObjectOutput
    errors: [
        EncryptionTypeMismatch
        InvalidRequest
        InvalidWriteOffset
        TooManyParts
    ]
}

@http(method: "PUT", uri: "/{Bucket}/{Key+}", code: 200)
operation UploadPart {
    input: UploadPartRequest
    output: UploadPartOutput
}

@http(method: "PUT", uri: "/{Bucket}/{Key+}", code: 200)
operation UploadPartCopy {
    input: UploadPartCopyRequest
    output: UploadPartCopyOutput
}

timestamp AbortDate

structure AbortMultipartUploadOutput {
    @httpHeader("x-amz-request-charged") RequestCharged: RequestCharged
    @httpHeader("x-amz-version-id") VersionId: ObjectVersionId
}

structure AbortMultipartUploadRequest {
    @required @httpLabel Bucket: BucketName
    @required @httpLabel Key: ObjectKey
    @required @httpQuery("uploadId") UploadId: MultipartUploadId
    @httpHeader("x-amz-request-payer") RequestPayer: RequestPayer
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
    @httpHeader("x-amz-if-match-initiated-time") IfMatchInitiatedTime: IfMatchInitiatedTime
}

string AbortRuleId

string AcceptRanges

boolean AccessPointAlias

string AccountId

enum AnnotationDirective {
    COPY
    EXCLUDE
}

enum ArchiveStatus {
    ARCHIVE_ACCESS
    DEEP_ARCHIVE_ACCESS
}

blob Body

structure Bucket {
    Name: BucketName
    CreationDate: CreationDate
    BucketRegion: BucketRegion
    BucketArn: S3RegionalOrS3ExpressBucketArnString
}

@error("client")
@httpError(409)
structure BucketAlreadyExists {}

@error("client")
@httpError(409)
structure BucketAlreadyOwnedByYou {}

enum BucketCannedACL {
    private
    public_read = "public-read"
    public_read_write = "public-read-write"
    authenticated_read = "authenticated-read"
}

structure BucketInfo {
    DataRedundancy: DataRedundancy
    Type: BucketType
}

boolean BucketKeyEnabled

enum BucketLocationConstraint {
    af_south_1 = "af-south-1"
    ap_east_1 = "ap-east-1"
    ap_east_2 = "ap-east-2"
    ap_northeast_1 = "ap-northeast-1"
    ap_northeast_2 = "ap-northeast-2"
    ap_northeast_3 = "ap-northeast-3"
    ap_south_1 = "ap-south-1"
    ap_south_2 = "ap-south-2"
    ap_southeast_1 = "ap-southeast-1"
    ap_southeast_2 = "ap-southeast-2"
    ap_southeast_3 = "ap-southeast-3"
    ap_southeast_4 = "ap-southeast-4"
    ap_southeast_5 = "ap-southeast-5"
    ap_southeast_6 = "ap-southeast-6"
    ap_southeast_7 = "ap-southeast-7"
    ca_central_1 = "ca-central-1"
    ca_west_1 = "ca-west-1"
    cn_north_1 = "cn-north-1"
    cn_northwest_1 = "cn-northwest-1"
    EU
    eu_central_1 = "eu-central-1"
    eu_central_2 = "eu-central-2"
    eu_north_1 = "eu-north-1"
    eu_south_1 = "eu-south-1"
    eu_south_2 = "eu-south-2"
    eu_west_1 = "eu-west-1"
    eu_west_2 = "eu-west-2"
    eu_west_3 = "eu-west-3"
    il_central_1 = "il-central-1"
    me_central_1 = "me-central-1"
    me_south_1 = "me-south-1"
    mx_central_1 = "mx-central-1"
    sa_east_1 = "sa-east-1"
    us_east_2 = "us-east-2"
    us_gov_east_1 = "us-gov-east-1"
    us_gov_west_1 = "us-gov-west-1"
    us_west_1 = "us-west-1"
    us_west_2 = "us-west-2"
}

string BucketLocationName

string BucketName

enum BucketNamespace {
    account_regional = "account-regional"
    global
}

string BucketRegion

enum BucketType {
    Directory
}

enum BucketVersioningStatus {
    Enabled
    Suspended
}

list Buckets {
    @xmlName("Bucket") member: Bucket
}

boolean BypassGovernanceRetention

string CacheControl

enum ChecksumAlgorithm {
    CRC32
    CRC32C
    SHA1
    SHA256
    CRC64NVME
    SHA512
    MD5
    XXHASH64
    XXHASH3
    XXHASH128
}

list ChecksumAlgorithmList {
    member: ChecksumAlgorithm
}

string ChecksumCRC32

string ChecksumCRC32C

string ChecksumCRC64NVME

string ChecksumMD5

enum ChecksumMode {
    ENABLED
}

string ChecksumSHA1

string ChecksumSHA256

string ChecksumSHA512

enum ChecksumType {
    COMPOSITE
    FULL_OBJECT
}

string ChecksumXXHASH128

string ChecksumXXHASH3

string ChecksumXXHASH64

string Code

structure CommonPrefix {
    Prefix: Prefix
}

list CommonPrefixList {
    member: CommonPrefix
}

structure CompleteMultipartUploadOutput {
    Location: Location
    Bucket: BucketName
    Key: ObjectKey
    @httpHeader("x-amz-expiration") Expiration: Expiration
    ETag: ETag
    ChecksumCRC32: ChecksumCRC32
    ChecksumCRC32C: ChecksumCRC32C
    ChecksumCRC64NVME: ChecksumCRC64NVME
    ChecksumSHA1: ChecksumSHA1
    ChecksumSHA256: ChecksumSHA256
    ChecksumSHA512: ChecksumSHA512
    ChecksumMD5: ChecksumMD5
    ChecksumXXHASH64: ChecksumXXHASH64
    ChecksumXXHASH3: ChecksumXXHASH3
    ChecksumXXHASH128: ChecksumXXHASH128
    ChecksumType: ChecksumType
    @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: ServerSideEncryption
    @httpHeader("x-amz-version-id") VersionId: ObjectVersionId
    @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: SSEKMSKeyId
    @httpHeader("x-amz-server-side-encryption-bucket-key-enabled") BucketKeyEnabled: BucketKeyEnabled
    @httpHeader("x-amz-request-charged") RequestCharged: RequestCharged
}

structure CompleteMultipartUploadRequest {
    @required @httpLabel Bucket: BucketName
    @required @httpLabel Key: ObjectKey
    @xmlName("CompleteMultipartUpload") @httpPayload MultipartUpload: CompletedMultipartUpload
    @required @httpQuery("uploadId") UploadId: MultipartUploadId
    @httpHeader("x-amz-checksum-crc32") ChecksumCRC32: ChecksumCRC32
    @httpHeader("x-amz-checksum-crc32c") ChecksumCRC32C: ChecksumCRC32C
    @httpHeader("x-amz-checksum-crc64nvme") ChecksumCRC64NVME: ChecksumCRC64NVME
    @httpHeader("x-amz-checksum-sha1") ChecksumSHA1: ChecksumSHA1
    @httpHeader("x-amz-checksum-sha256") ChecksumSHA256: ChecksumSHA256
    @httpHeader("x-amz-checksum-sha512") ChecksumSHA512: ChecksumSHA512
    @httpHeader("x-amz-checksum-md5") ChecksumMD5: ChecksumMD5
    @httpHeader("x-amz-checksum-xxhash64") ChecksumXXHASH64: ChecksumXXHASH64
    @httpHeader("x-amz-checksum-xxhash3") ChecksumXXHASH3: ChecksumXXHASH3
    @httpHeader("x-amz-checksum-xxhash128") ChecksumXXHASH128: ChecksumXXHASH128
    @httpHeader("x-amz-checksum-type") ChecksumType: ChecksumType
    @httpHeader("x-amz-mp-object-size") MpuObjectSize: MpuObjectSize
    @httpHeader("x-amz-request-payer") RequestPayer: RequestPayer
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
    @httpHeader("If-Match") IfMatch: IfMatch
    @httpHeader("If-None-Match") IfNoneMatch: IfNoneMatch
    @httpHeader("x-amz-server-side-encryption-customer-algorithm") SSECustomerAlgorithm: SSECustomerAlgorithm
    @httpHeader("x-amz-server-side-encryption-customer-key") SSECustomerKey: SSECustomerKey
    @httpHeader("x-amz-server-side-encryption-customer-key-MD5") SSECustomerKeyMD5: SSECustomerKeyMD5
}

structure CompletedMultipartUpload {
    @xmlName("Part") @xmlFlattened Parts: CompletedPartList
}

structure CompletedPart {
    ETag: ETag
    ChecksumCRC32: ChecksumCRC32
    ChecksumCRC32C: ChecksumCRC32C
    ChecksumCRC64NVME: ChecksumCRC64NVME
    ChecksumSHA1: ChecksumSHA1
    ChecksumSHA256: ChecksumSHA256
    ChecksumSHA512: ChecksumSHA512
    ChecksumMD5: ChecksumMD5
    ChecksumXXHASH64: ChecksumXXHASH64
    ChecksumXXHASH3: ChecksumXXHASH3
    ChecksumXXHASH128: ChecksumXXHASH128
    PartNumber: PartNumber
}

list CompletedPartList {
    member: CompletedPart
}

string ContentDisposition

string ContentEncoding

string ContentLanguage

long ContentLength

string ContentMD5

string ContentRange

string ContentType

structure CopyObjectOutput {
    @httpPayload CopyObjectResult: CopyObjectResult
    @httpHeader("x-amz-expiration") Expiration: Expiration
    @httpHeader("x-amz-copy-source-version-id") CopySourceVersionId: CopySourceVersionId
    @httpHeader("x-amz-version-id") VersionId: ObjectVersionId
    @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: ServerSideEncryption
    @httpHeader("x-amz-server-side-encryption-customer-algorithm") SSECustomerAlgorithm: SSECustomerAlgorithm
    @httpHeader("x-amz-server-side-encryption-customer-key-MD5") SSECustomerKeyMD5: SSECustomerKeyMD5
    @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: SSEKMSKeyId
    @httpHeader("x-amz-server-side-encryption-context") SSEKMSEncryptionContext: SSEKMSEncryptionContext
    @httpHeader("x-amz-server-side-encryption-bucket-key-enabled") BucketKeyEnabled: BucketKeyEnabled
    @httpHeader("x-amz-request-charged") RequestCharged: RequestCharged
}

structure CopyObjectRequest {
    @httpHeader("x-amz-acl") ACL: ObjectCannedACL
    @required @httpLabel Bucket: BucketName
    @httpHeader("Cache-Control") CacheControl: CacheControl
    @httpHeader("x-amz-checksum-algorithm") ChecksumAlgorithm: ChecksumAlgorithm
    @httpHeader("Content-Disposition") ContentDisposition: ContentDisposition
    @httpHeader("Content-Encoding") ContentEncoding: ContentEncoding
    @httpHeader("Content-Language") ContentLanguage: ContentLanguage
    @httpHeader("Content-Type") ContentType: ContentType
    @required @httpHeader("x-amz-copy-source") CopySource: CopySource
    @httpHeader("x-amz-copy-source-if-match") CopySourceIfMatch: CopySourceIfMatch
    @httpHeader("x-amz-copy-source-if-modified-since") CopySourceIfModifiedSince: CopySourceIfModifiedSince
    @httpHeader("x-amz-copy-source-if-none-match") CopySourceIfNoneMatch: CopySourceIfNoneMatch
    @httpHeader("x-amz-copy-source-if-unmodified-since") CopySourceIfUnmodifiedSince: CopySourceIfUnmodifiedSince
    @httpHeader("Expires") Expires: Expires
    @httpHeader("x-amz-grant-full-control") GrantFullControl: GrantFullControl
    @httpHeader("x-amz-grant-read") GrantRead: GrantRead
    @httpHeader("x-amz-grant-read-acp") GrantReadACP: GrantReadACP
    @httpHeader("x-amz-grant-write-acp") GrantWriteACP: GrantWriteACP
    @httpHeader("If-Match") IfMatch: IfMatch
    @httpHeader("If-None-Match") IfNoneMatch: IfNoneMatch
    @required @httpLabel Key: ObjectKey
    @httpPrefixHeaders("x-amz-meta-") Metadata: Metadata
    @httpHeader("x-amz-metadata-directive") MetadataDirective: MetadataDirective
    @httpHeader("x-amz-tagging-directive") TaggingDirective: TaggingDirective
    @httpHeader("x-amz-object-annotation-directive") AnnotationDirective: AnnotationDirective
    @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: ServerSideEncryption
    @httpHeader("x-amz-storage-class") StorageClass: StorageClass
    @httpHeader("x-amz-website-redirect-location") WebsiteRedirectLocation: WebsiteRedirectLocation
    @httpHeader("x-amz-server-side-encryption-customer-algorithm") SSECustomerAlgorithm: SSECustomerAlgorithm
    @httpHeader("x-amz-server-side-encryption-customer-key") SSECustomerKey: SSECustomerKey
    @httpHeader("x-amz-server-side-encryption-customer-key-MD5") SSECustomerKeyMD5: SSECustomerKeyMD5
    @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: SSEKMSKeyId
    @httpHeader("x-amz-server-side-encryption-context") SSEKMSEncryptionContext: SSEKMSEncryptionContext
    @httpHeader("x-amz-server-side-encryption-bucket-key-enabled") BucketKeyEnabled: BucketKeyEnabled
    @httpHeader("x-amz-copy-source-server-side-encryption-customer-algorithm") CopySourceSSECustomerAlgorithm: CopySourceSSECustomerAlgorithm
    @httpHeader("x-amz-copy-source-server-side-encryption-customer-key") CopySourceSSECustomerKey: CopySourceSSECustomerKey
    @httpHeader("x-amz-copy-source-server-side-encryption-customer-key-MD5") CopySourceSSECustomerKeyMD5: CopySourceSSECustomerKeyMD5
    @httpHeader("x-amz-request-payer") RequestPayer: RequestPayer
    @httpHeader("x-amz-tagging") Tagging: TaggingHeader
    @httpHeader("x-amz-object-lock-mode") ObjectLockMode: ObjectLockMode
    @httpHeader("x-amz-object-lock-retain-until-date") ObjectLockRetainUntilDate: ObjectLockRetainUntilDate
    @httpHeader("x-amz-object-lock-legal-hold") ObjectLockLegalHoldStatus: ObjectLockLegalHoldStatus
    @httpHeader("x-amz-object-lock-event-hold") ObjectLockEventHold: ObjectLockEventHold
    @httpHeader("x-amz-object-lock-event-hold-duration-days") ObjectLockEventHoldDurationDays: ObjectLockEventHoldDurationDays
    @httpHeader("x-amz-object-lock-event-hold-duration-years") ObjectLockEventHoldDurationYears: ObjectLockEventHoldDurationYears
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
    @httpHeader("x-amz-source-expected-bucket-owner") ExpectedSourceBucketOwner: AccountId
}

structure CopyObjectResult {
    ETag: ETag
    LastModified: LastModified
    ChecksumType: ChecksumType
    ChecksumCRC32: ChecksumCRC32
    ChecksumCRC32C: ChecksumCRC32C
    ChecksumCRC64NVME: ChecksumCRC64NVME
    ChecksumSHA1: ChecksumSHA1
    ChecksumSHA256: ChecksumSHA256
    ChecksumSHA512: ChecksumSHA512
    ChecksumMD5: ChecksumMD5
    ChecksumXXHASH64: ChecksumXXHASH64
    ChecksumXXHASH3: ChecksumXXHASH3
    ChecksumXXHASH128: ChecksumXXHASH128
}

structure CopyPartResult {
    ETag: ETag
    LastModified: LastModified
    ChecksumCRC32: ChecksumCRC32
    ChecksumCRC32C: ChecksumCRC32C
    ChecksumCRC64NVME: ChecksumCRC64NVME
    ChecksumSHA1: ChecksumSHA1
    ChecksumSHA256: ChecksumSHA256
    ChecksumSHA512: ChecksumSHA512
    ChecksumMD5: ChecksumMD5
    ChecksumXXHASH64: ChecksumXXHASH64
    ChecksumXXHASH3: ChecksumXXHASH3
    ChecksumXXHASH128: ChecksumXXHASH128
}

@pattern("\\/?.+\\/.+")
string CopySource

string CopySourceIfMatch

timestamp CopySourceIfModifiedSince

string CopySourceIfNoneMatch

timestamp CopySourceIfUnmodifiedSince

string CopySourceRange

string CopySourceSSECustomerAlgorithm

@sensitive
string CopySourceSSECustomerKey

string CopySourceSSECustomerKeyMD5

string CopySourceVersionId

structure CreateBucketConfiguration {
    LocationConstraint: BucketLocationConstraint
    Location: LocationInfo
    Bucket: BucketInfo
    Tags: TagSet
}

structure CreateBucketOutput {
    @httpHeader("Location") Location: Location
    @httpHeader("x-amz-bucket-arn") BucketArn: S3RegionalOrS3ExpressBucketArnString
}

structure CreateBucketRequest {
    @httpHeader("x-amz-acl") ACL: BucketCannedACL
    @required @httpLabel Bucket: BucketName
    @httpPayload CreateBucketConfiguration: CreateBucketConfiguration
    @httpHeader("x-amz-grant-full-control") GrantFullControl: GrantFullControl
    @httpHeader("x-amz-grant-read") GrantRead: GrantRead
    @httpHeader("x-amz-grant-read-acp") GrantReadACP: GrantReadACP
    @httpHeader("x-amz-grant-write") GrantWrite: GrantWrite
    @httpHeader("x-amz-grant-write-acp") GrantWriteACP: GrantWriteACP
    @httpHeader("x-amz-bucket-object-lock-enabled") ObjectLockEnabledForBucket: ObjectLockEnabledForBucket
    @httpHeader("x-amz-object-ownership") ObjectOwnership: ObjectOwnership
    @httpHeader("x-amz-bucket-namespace") BucketNamespace: BucketNamespace
}

structure CreateMultipartUploadOutput {
    @httpHeader("x-amz-abort-date") AbortDate: AbortDate
    @httpHeader("x-amz-abort-rule-id") AbortRuleId: AbortRuleId
    Bucket: BucketName
    Key: ObjectKey
    UploadId: MultipartUploadId
    @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: ServerSideEncryption
    @httpHeader("x-amz-server-side-encryption-customer-algorithm") SSECustomerAlgorithm: SSECustomerAlgorithm
    @httpHeader("x-amz-server-side-encryption-customer-key-MD5") SSECustomerKeyMD5: SSECustomerKeyMD5
    @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: SSEKMSKeyId
    @httpHeader("x-amz-server-side-encryption-context") SSEKMSEncryptionContext: SSEKMSEncryptionContext
    @httpHeader("x-amz-server-side-encryption-bucket-key-enabled") BucketKeyEnabled: BucketKeyEnabled
    @httpHeader("x-amz-request-charged") RequestCharged: RequestCharged
    @httpHeader("x-amz-checksum-algorithm") ChecksumAlgorithm: ChecksumAlgorithm
    @httpHeader("x-amz-checksum-type") ChecksumType: ChecksumType
    @httpHeader("x-amz-version-id") VersionId: ObjectVersionId
}

structure CreateMultipartUploadRequest {
    @httpHeader("x-amz-acl") ACL: ObjectCannedACL
    @required @httpLabel Bucket: BucketName
    @httpHeader("Cache-Control") CacheControl: CacheControl
    @httpHeader("Content-Disposition") ContentDisposition: ContentDisposition
    @httpHeader("Content-Encoding") ContentEncoding: ContentEncoding
    @httpHeader("Content-Language") ContentLanguage: ContentLanguage
    @httpHeader("Content-Type") ContentType: ContentType
    @httpHeader("Expires") Expires: Expires
    @httpHeader("x-amz-grant-full-control") GrantFullControl: GrantFullControl
    @httpHeader("x-amz-grant-read") GrantRead: GrantRead
    @httpHeader("x-amz-grant-read-acp") GrantReadACP: GrantReadACP
    @httpHeader("x-amz-grant-write-acp") GrantWriteACP: GrantWriteACP
    @required @httpLabel Key: ObjectKey
    @httpPrefixHeaders("x-amz-meta-") Metadata: Metadata
    @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: ServerSideEncryption
    @httpHeader("x-amz-storage-class") StorageClass: StorageClass
    @httpHeader("x-amz-website-redirect-location") WebsiteRedirectLocation: WebsiteRedirectLocation
    @httpHeader("x-amz-server-side-encryption-customer-algorithm") SSECustomerAlgorithm: SSECustomerAlgorithm
    @httpHeader("x-amz-server-side-encryption-customer-key") SSECustomerKey: SSECustomerKey
    @httpHeader("x-amz-server-side-encryption-customer-key-MD5") SSECustomerKeyMD5: SSECustomerKeyMD5
    @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: SSEKMSKeyId
    @httpHeader("x-amz-server-side-encryption-context") SSEKMSEncryptionContext: SSEKMSEncryptionContext
    @httpHeader("x-amz-server-side-encryption-bucket-key-enabled") BucketKeyEnabled: BucketKeyEnabled
    @httpHeader("x-amz-request-payer") RequestPayer: RequestPayer
    @httpHeader("x-amz-tagging") Tagging: TaggingHeader
    @httpHeader("x-amz-object-lock-mode") ObjectLockMode: ObjectLockMode
    @httpHeader("x-amz-object-lock-retain-until-date") ObjectLockRetainUntilDate: ObjectLockRetainUntilDate
    @httpHeader("x-amz-object-lock-legal-hold") ObjectLockLegalHoldStatus: ObjectLockLegalHoldStatus
    @httpHeader("x-amz-object-lock-event-hold") ObjectLockEventHold: ObjectLockEventHold
    @httpHeader("x-amz-object-lock-event-hold-duration-days") ObjectLockEventHoldDurationDays: ObjectLockEventHoldDurationDays
    @httpHeader("x-amz-object-lock-event-hold-duration-years") ObjectLockEventHoldDurationYears: ObjectLockEventHoldDurationYears
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
    @httpHeader("x-amz-checksum-algorithm") ChecksumAlgorithm: ChecksumAlgorithm
    @httpHeader("x-amz-checksum-type") ChecksumType: ChecksumType
}

timestamp CreationDate

enum DataRedundancy {
    SingleAvailabilityZone
    SingleLocalZone
}

structure Delete {
    @required @xmlName("Object") @xmlFlattened Objects: ObjectIdentifierList
    Quiet: Quiet
}

structure DeleteBucketRequest {
    @required @httpLabel Bucket: BucketName
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
}

boolean DeleteMarker

string DeleteMarkerVersionId

structure DeleteObjectOutput {
    @httpHeader("x-amz-delete-marker") DeleteMarker: DeleteMarker
    @httpHeader("x-amz-version-id") VersionId: ObjectVersionId
    @httpHeader("x-amz-request-charged") RequestCharged: RequestCharged
}

structure DeleteObjectRequest {
    @required @httpLabel Bucket: BucketName
    @required @httpLabel Key: ObjectKey
    @httpHeader("x-amz-mfa") MFA: MFA
    @httpQuery("versionId") VersionId: ObjectVersionId
    @httpHeader("x-amz-request-payer") RequestPayer: RequestPayer
    @httpHeader("x-amz-bypass-governance-retention") BypassGovernanceRetention: BypassGovernanceRetention
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
    @httpHeader("If-Match") IfMatch: IfMatch
    @httpHeader("x-amz-if-match-last-modified-time") IfMatchLastModifiedTime: IfMatchLastModifiedTime
    @httpHeader("x-amz-if-match-size") IfMatchSize: IfMatchSize
}

structure DeleteObjectsOutput {
    @xmlFlattened Deleted: DeletedObjects
    @httpHeader("x-amz-request-charged") RequestCharged: RequestCharged
    @xmlName("Error") @xmlFlattened Errors: Errors
}

structure DeleteObjectsRequest {
    @required @httpLabel Bucket: BucketName
    @required @httpPayload Delete: Delete
    @httpHeader("x-amz-mfa") MFA: MFA
    @httpHeader("x-amz-request-payer") RequestPayer: RequestPayer
    @httpHeader("x-amz-bypass-governance-retention") BypassGovernanceRetention: BypassGovernanceRetention
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
    @httpHeader("x-amz-sdk-checksum-algorithm") ChecksumAlgorithm: ChecksumAlgorithm
}

structure DeletedObject {
    Key: ObjectKey
    VersionId: ObjectVersionId
    DeleteMarker: DeleteMarker
    DeleteMarkerVersionId: DeleteMarkerVersionId
}

list DeletedObjects {
    member: DeletedObject
}

string Delimiter

string DisplayName

string ETag

enum EncodingType {
    url
}

@error("client")
@httpError(400)
structure EncryptionTypeMismatch {}

structure Error {
    Key: ObjectKey
    VersionId: ObjectVersionId
    Code: Code
    Message: Message
}

list Errors {
    member: Error
}

string Expiration

string Expires

boolean FetchOwner

structure GetBucketLocationOutput {
    LocationConstraint: BucketLocationConstraint
}

structure GetBucketLocationRequest {
    @required @httpLabel Bucket: BucketName
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
}

structure GetBucketVersioningOutput {
    Status: BucketVersioningStatus
    @xmlName("MfaDelete") MFADelete: MFADeleteStatus
}

structure GetBucketVersioningRequest {
    @required @httpLabel Bucket: BucketName
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
}

structure GetObjectOutput {
    @httpPayload @streaming Body: Body
    @httpHeader("x-amz-delete-marker") DeleteMarker: DeleteMarker
    @httpHeader("accept-ranges") AcceptRanges: AcceptRanges
    @httpHeader("x-amz-expiration") Expiration: Expiration
    @httpHeader("x-amz-restore") Restore: Restore
    @httpHeader("Last-Modified") LastModified: LastModified
    @httpHeader("Content-Length") ContentLength: ContentLength
    @httpHeader("ETag") ETag: ETag
    @httpHeader("x-amz-checksum-crc32") ChecksumCRC32: ChecksumCRC32
    @httpHeader("x-amz-checksum-crc32c") ChecksumCRC32C: ChecksumCRC32C
    @httpHeader("x-amz-checksum-crc64nvme") ChecksumCRC64NVME: ChecksumCRC64NVME
    @httpHeader("x-amz-checksum-sha1") ChecksumSHA1: ChecksumSHA1
    @httpHeader("x-amz-checksum-sha256") ChecksumSHA256: ChecksumSHA256
    @httpHeader("x-amz-checksum-sha512") ChecksumSHA512: ChecksumSHA512
    @httpHeader("x-amz-checksum-md5") ChecksumMD5: ChecksumMD5
    @httpHeader("x-amz-checksum-xxhash64") ChecksumXXHASH64: ChecksumXXHASH64
    @httpHeader("x-amz-checksum-xxhash3") ChecksumXXHASH3: ChecksumXXHASH3
    @httpHeader("x-amz-checksum-xxhash128") ChecksumXXHASH128: ChecksumXXHASH128
    @httpHeader("x-amz-checksum-type") ChecksumType: ChecksumType
    @httpHeader("x-amz-missing-meta") MissingMeta: MissingMeta
    @httpHeader("x-amz-version-id") VersionId: ObjectVersionId
    @httpHeader("Cache-Control") CacheControl: CacheControl
    @httpHeader("Content-Disposition") ContentDisposition: ContentDisposition
    @httpHeader("Content-Encoding") ContentEncoding: ContentEncoding
    @httpHeader("Content-Language") ContentLanguage: ContentLanguage
    @httpHeader("Content-Range") ContentRange: ContentRange
    @httpHeader("Content-Type") ContentType: ContentType
    @httpHeader("Expires") Expires: Expires
    @httpHeader("x-amz-website-redirect-location") WebsiteRedirectLocation: WebsiteRedirectLocation
    @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: ServerSideEncryption
    @httpPrefixHeaders("x-amz-meta-") Metadata: Metadata
    @httpHeader("x-amz-server-side-encryption-customer-algorithm") SSECustomerAlgorithm: SSECustomerAlgorithm
    @httpHeader("x-amz-server-side-encryption-customer-key-MD5") SSECustomerKeyMD5: SSECustomerKeyMD5
    @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: SSEKMSKeyId
    @httpHeader("x-amz-server-side-encryption-bucket-key-enabled") BucketKeyEnabled: BucketKeyEnabled
    @httpHeader("x-amz-storage-class") StorageClass: StorageClass
    @httpHeader("x-amz-request-charged") RequestCharged: RequestCharged
    @httpHeader("x-amz-replication-status") ReplicationStatus: ReplicationStatus
    @httpHeader("x-amz-mp-parts-count") PartsCount: PartsCount
    @httpHeader("x-amz-tagging-count") TagCount: TagCount
    @httpHeader("x-amz-object-lock-mode") ObjectLockMode: ObjectLockMode
    @httpHeader("x-amz-object-lock-retain-until-date") ObjectLockRetainUntilDate: ObjectLockRetainUntilDate
    @httpHeader("x-amz-object-lock-legal-hold") ObjectLockLegalHoldStatus: ObjectLockLegalHoldStatus
    @httpHeader("x-amz-object-lock-event-hold") ObjectLockEventHold: ObjectLockEventHold
    @httpHeader("x-amz-object-lock-event-hold-duration-days") ObjectLockEventHoldDurationDays: ObjectLockEventHoldDurationDays
    @httpHeader("x-amz-object-lock-event-hold-duration-years") ObjectLockEventHoldDurationYears: ObjectLockEventHoldDurationYears
}

structure GetObjectRequest {
    @required @httpLabel Bucket: BucketName
    @httpHeader("If-Match") IfMatch: IfMatch
    @httpHeader("If-Modified-Since") IfModifiedSince: IfModifiedSince
    @httpHeader("If-None-Match") IfNoneMatch: IfNoneMatch
    @httpHeader("If-Unmodified-Since") IfUnmodifiedSince: IfUnmodifiedSince
    @required @httpLabel Key: ObjectKey
    @httpHeader("Range") Range: Range
    @httpQuery("response-cache-control") ResponseCacheControl: ResponseCacheControl
    @httpQuery("response-content-disposition") ResponseContentDisposition: ResponseContentDisposition
    @httpQuery("response-content-encoding") ResponseContentEncoding: ResponseContentEncoding
    @httpQuery("response-content-language") ResponseContentLanguage: ResponseContentLanguage
    @httpQuery("response-content-type") ResponseContentType: ResponseContentType
    @httpQuery("response-expires") ResponseExpires: ResponseExpires
    @httpQuery("versionId") VersionId: ObjectVersionId
    @httpHeader("x-amz-server-side-encryption-customer-algorithm") SSECustomerAlgorithm: SSECustomerAlgorithm
    @httpHeader("x-amz-server-side-encryption-customer-key") SSECustomerKey: SSECustomerKey
    @httpHeader("x-amz-server-side-encryption-customer-key-MD5") SSECustomerKeyMD5: SSECustomerKeyMD5
    @httpHeader("x-amz-request-payer") RequestPayer: RequestPayer
    @httpQuery("partNumber") PartNumber: PartNumber
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
    @httpHeader("x-amz-checksum-mode") ChecksumMode: ChecksumMode
}

structure GetObjectTaggingOutput {
    @httpHeader("x-amz-version-id") VersionId: ObjectVersionId
    @required TagSet: TagSet
}

structure GetObjectTaggingRequest {
    @required @httpLabel Bucket: BucketName
    @required @httpLabel Key: ObjectKey
    @httpQuery("versionId") VersionId: ObjectVersionId
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
    @httpHeader("x-amz-request-payer") RequestPayer: RequestPayer
}

string GrantFullControl

string GrantRead

string GrantReadACP

string GrantWrite

string GrantWriteACP

structure HeadBucketOutput {
    @httpHeader("x-amz-bucket-arn") BucketArn: S3RegionalOrS3ExpressBucketArnString
    @httpHeader("x-amz-bucket-location-type") BucketLocationType: LocationType
    @httpHeader("x-amz-bucket-location-name") BucketLocationName: BucketLocationName
    @httpHeader("x-amz-bucket-region") BucketRegion: Region
    @httpHeader("x-amz-access-point-alias") AccessPointAlias: AccessPointAlias
}

structure HeadBucketRequest {
    @required @httpLabel Bucket: BucketName
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
}

structure HeadObjectOutput {
    @httpHeader("x-amz-delete-marker") DeleteMarker: DeleteMarker
    @httpHeader("accept-ranges") AcceptRanges: AcceptRanges
    @httpHeader("x-amz-expiration") Expiration: Expiration
    @httpHeader("x-amz-restore") Restore: Restore
    @httpHeader("x-amz-archive-status") ArchiveStatus: ArchiveStatus
    @httpHeader("Last-Modified") LastModified: LastModified
    @httpHeader("Content-Length") ContentLength: ContentLength
    @httpHeader("x-amz-checksum-crc32") ChecksumCRC32: ChecksumCRC32
    @httpHeader("x-amz-checksum-crc32c") ChecksumCRC32C: ChecksumCRC32C
    @httpHeader("x-amz-checksum-crc64nvme") ChecksumCRC64NVME: ChecksumCRC64NVME
    @httpHeader("x-amz-checksum-sha1") ChecksumSHA1: ChecksumSHA1
    @httpHeader("x-amz-checksum-sha256") ChecksumSHA256: ChecksumSHA256
    @httpHeader("x-amz-checksum-sha512") ChecksumSHA512: ChecksumSHA512
    @httpHeader("x-amz-checksum-md5") ChecksumMD5: ChecksumMD5
    @httpHeader("x-amz-checksum-xxhash64") ChecksumXXHASH64: ChecksumXXHASH64
    @httpHeader("x-amz-checksum-xxhash3") ChecksumXXHASH3: ChecksumXXHASH3
    @httpHeader("x-amz-checksum-xxhash128") ChecksumXXHASH128: ChecksumXXHASH128
    @httpHeader("x-amz-checksum-type") ChecksumType: ChecksumType
    @httpHeader("ETag") ETag: ETag
    @httpHeader("x-amz-missing-meta") MissingMeta: MissingMeta
    @httpHeader("x-amz-version-id") VersionId: ObjectVersionId
    @httpHeader("Cache-Control") CacheControl: CacheControl
    @httpHeader("Content-Disposition") ContentDisposition: ContentDisposition
    @httpHeader("Content-Encoding") ContentEncoding: ContentEncoding
    @httpHeader("Content-Language") ContentLanguage: ContentLanguage
    @httpHeader("Content-Type") ContentType: ContentType
    @httpHeader("Content-Range") ContentRange: ContentRange
    @httpHeader("Expires") Expires: Expires
    @httpHeader("x-amz-website-redirect-location") WebsiteRedirectLocation: WebsiteRedirectLocation
    @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: ServerSideEncryption
    @httpPrefixHeaders("x-amz-meta-") Metadata: Metadata
    @httpHeader("x-amz-server-side-encryption-customer-algorithm") SSECustomerAlgorithm: SSECustomerAlgorithm
    @httpHeader("x-amz-server-side-encryption-customer-key-MD5") SSECustomerKeyMD5: SSECustomerKeyMD5
    @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: SSEKMSKeyId
    @httpHeader("x-amz-server-side-encryption-bucket-key-enabled") BucketKeyEnabled: BucketKeyEnabled
    @httpHeader("x-amz-storage-class") StorageClass: StorageClass
    @httpHeader("x-amz-request-charged") RequestCharged: RequestCharged
    @httpHeader("x-amz-replication-status") ReplicationStatus: ReplicationStatus
    @httpHeader("x-amz-mp-parts-count") PartsCount: PartsCount
    @httpHeader("x-amz-tagging-count") TagCount: TagCount
    @httpHeader("x-amz-object-lock-mode") ObjectLockMode: ObjectLockMode
    @httpHeader("x-amz-object-lock-retain-until-date") ObjectLockRetainUntilDate: ObjectLockRetainUntilDate
    @httpHeader("x-amz-object-lock-legal-hold") ObjectLockLegalHoldStatus: ObjectLockLegalHoldStatus
    @httpHeader("x-amz-object-lock-event-hold") ObjectLockEventHold: ObjectLockEventHold
    @httpHeader("x-amz-object-lock-event-hold-duration-days") ObjectLockEventHoldDurationDays: ObjectLockEventHoldDurationDays
    @httpHeader("x-amz-object-lock-event-hold-duration-years") ObjectLockEventHoldDurationYears: ObjectLockEventHoldDurationYears
}

structure HeadObjectRequest {
    @required @httpLabel Bucket: BucketName
    @httpHeader("If-Match") IfMatch: IfMatch
    @httpHeader("If-Modified-Since") IfModifiedSince: IfModifiedSince
    @httpHeader("If-None-Match") IfNoneMatch: IfNoneMatch
    @httpHeader("If-Unmodified-Since") IfUnmodifiedSince: IfUnmodifiedSince
    @required @httpLabel Key: ObjectKey
    @httpHeader("Range") Range: Range
    @httpQuery("response-cache-control") ResponseCacheControl: ResponseCacheControl
    @httpQuery("response-content-disposition") ResponseContentDisposition: ResponseContentDisposition
    @httpQuery("response-content-encoding") ResponseContentEncoding: ResponseContentEncoding
    @httpQuery("response-content-language") ResponseContentLanguage: ResponseContentLanguage
    @httpQuery("response-content-type") ResponseContentType: ResponseContentType
    @httpQuery("response-expires") ResponseExpires: ResponseExpires
    @httpQuery("versionId") VersionId: ObjectVersionId
    @httpHeader("x-amz-server-side-encryption-customer-algorithm") SSECustomerAlgorithm: SSECustomerAlgorithm
    @httpHeader("x-amz-server-side-encryption-customer-key") SSECustomerKey: SSECustomerKey
    @httpHeader("x-amz-server-side-encryption-customer-key-MD5") SSECustomerKeyMD5: SSECustomerKeyMD5
    @httpHeader("x-amz-request-payer") RequestPayer: RequestPayer
    @httpQuery("partNumber") PartNumber: PartNumber
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
    @httpHeader("x-amz-checksum-mode") ChecksumMode: ChecksumMode
}

string ID

string IfMatch

@timestampFormat("http-date")
timestamp IfMatchInitiatedTime

@timestampFormat("http-date")
timestamp IfMatchLastModifiedTime

long IfMatchSize

timestamp IfModifiedSince

string IfNoneMatch

timestamp IfUnmodifiedSince

timestamp Initiated

structure Initiator {
    ID: ID
    DisplayName: DisplayName
}

enum IntelligentTieringAccessTier {
    ARCHIVE_ACCESS
    DEEP_ARCHIVE_ACCESS
}

@error("client")
@httpError(403)
structure InvalidObjectState {
    StorageClass: StorageClass
    AccessTier: IntelligentTieringAccessTier
}

@error("client")
@httpError(400)
structure InvalidRequest {}

@error("client")
@httpError(400)
structure InvalidWriteOffset {}

boolean IsRestoreInProgress

boolean IsTruncated

integer KeyCount

string KeyMarker

timestamp LastModified

@timestampFormat("http-date")
timestamp LastModifiedTime

structure ListBucketsOutput {
    Buckets: Buckets
    Owner: Owner
    ContinuationToken: NextToken
    Prefix: Prefix
}

structure ListBucketsRequest {
    @httpQuery("max-buckets") MaxBuckets: MaxBuckets
    @httpQuery("continuation-token") ContinuationToken: Token
    @httpQuery("prefix") Prefix: Prefix
    @httpQuery("bucket-region") BucketRegion: BucketRegion
}

structure ListMultipartUploadsOutput {
    Bucket: BucketName
    KeyMarker: KeyMarker
    UploadIdMarker: UploadIdMarker
    NextKeyMarker: NextKeyMarker
    Prefix: Prefix
    Delimiter: Delimiter
    NextUploadIdMarker: NextUploadIdMarker
    MaxUploads: MaxUploads
    IsTruncated: IsTruncated
    @xmlName("Upload") @xmlFlattened Uploads: MultipartUploadList
    @xmlFlattened CommonPrefixes: CommonPrefixList
    EncodingType: EncodingType
    @httpHeader("x-amz-request-charged") RequestCharged: RequestCharged
}

structure ListMultipartUploadsRequest {
    @required @httpLabel Bucket: BucketName
    @httpQuery("delimiter") Delimiter: Delimiter
    @httpQuery("encoding-type") EncodingType: EncodingType
    @httpQuery("key-marker") KeyMarker: KeyMarker
    @httpQuery("max-uploads") MaxUploads: MaxUploads
    @httpQuery("prefix") Prefix: Prefix
    @httpQuery("upload-id-marker") UploadIdMarker: UploadIdMarker
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
    @httpHeader("x-amz-request-payer") RequestPayer: RequestPayer
}

structure ListObjectsOutput {
    IsTruncated: IsTruncated
    Marker: Marker
    NextMarker: NextMarker
    @xmlFlattened Contents: ObjectList
    Name: BucketName
    Prefix: Prefix
    Delimiter: Delimiter
    MaxKeys: MaxKeys
    @xmlFlattened CommonPrefixes: CommonPrefixList
    EncodingType: EncodingType
    @httpHeader("x-amz-request-charged") RequestCharged: RequestCharged
}

structure ListObjectsRequest {
    @required @httpLabel Bucket: BucketName
    @httpQuery("delimiter") Delimiter: Delimiter
    @httpQuery("encoding-type") EncodingType: EncodingType
    @httpQuery("marker") Marker: Marker
    @httpQuery("max-keys") MaxKeys: MaxKeys
    @httpQuery("prefix") Prefix: Prefix
    @httpHeader("x-amz-request-payer") RequestPayer: RequestPayer
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
    @httpHeader("x-amz-optional-object-attributes") OptionalObjectAttributes: OptionalObjectAttributesList
}

structure ListObjectsV2Output {
    IsTruncated: IsTruncated
    @xmlFlattened Contents: ObjectList
    Name: BucketName
    Prefix: Prefix
    Delimiter: Delimiter
    MaxKeys: MaxKeys
    @xmlFlattened CommonPrefixes: CommonPrefixList
    EncodingType: EncodingType
    KeyCount: KeyCount
    ContinuationToken: Token
    NextContinuationToken: NextToken
    StartAfter: StartAfter
    @httpHeader("x-amz-request-charged") RequestCharged: RequestCharged
}

structure ListObjectsV2Request {
    @required @httpLabel Bucket: BucketName
    @httpQuery("delimiter") Delimiter: Delimiter
    @httpQuery("encoding-type") EncodingType: EncodingType
    @httpQuery("max-keys") MaxKeys: MaxKeys
    @httpQuery("prefix") Prefix: Prefix
    @httpQuery("continuation-token") ContinuationToken: Token
    @httpQuery("fetch-owner") FetchOwner: FetchOwner
    @httpQuery("start-after") StartAfter: StartAfter
    @httpHeader("x-amz-request-payer") RequestPayer: RequestPayer
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
    @httpHeader("x-amz-optional-object-attributes") OptionalObjectAttributes: OptionalObjectAttributesList
}

structure ListPartsOutput {
    @httpHeader("x-amz-abort-date") AbortDate: AbortDate
    @httpHeader("x-amz-abort-rule-id") AbortRuleId: AbortRuleId
    Bucket: BucketName
    Key: ObjectKey
    UploadId: MultipartUploadId
    PartNumberMarker: PartNumberMarker
    NextPartNumberMarker: NextPartNumberMarker
    MaxParts: MaxParts
    IsTruncated: IsTruncated
    @xmlName("Part") @xmlFlattened Parts: Parts
    Initiator: Initiator
    Owner: Owner
    StorageClass: StorageClass
    @httpHeader("x-amz-request-charged") RequestCharged: RequestCharged
    ChecksumAlgorithm: ChecksumAlgorithm
    ChecksumType: ChecksumType
    @httpHeader("x-amz-version-id") VersionId: ObjectVersionId
}

structure ListPartsRequest {
    @required @httpLabel Bucket: BucketName
    @required @httpLabel Key: ObjectKey
    @httpQuery("max-parts") MaxParts: MaxParts
    @httpQuery("part-number-marker") PartNumberMarker: PartNumberMarker
    @required @httpQuery("uploadId") UploadId: MultipartUploadId
    @httpHeader("x-amz-request-payer") RequestPayer: RequestPayer
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
    @httpHeader("x-amz-server-side-encryption-customer-algorithm") SSECustomerAlgorithm: SSECustomerAlgorithm
    @httpHeader("x-amz-server-side-encryption-customer-key") SSECustomerKey: SSECustomerKey
    @httpHeader("x-amz-server-side-encryption-customer-key-MD5") SSECustomerKeyMD5: SSECustomerKeyMD5
}

string Location

structure LocationInfo {
    Type: LocationType
    Name: LocationNameAsString
}

string LocationNameAsString

enum LocationType {
    AvailabilityZone
    LocalZone
}

string MFA

enum MFADeleteStatus {
    Enabled
    Disabled
}

string Marker

@range(min: 1, max: 10000)
integer MaxBuckets

integer MaxKeys

integer MaxParts

integer MaxUploads

string Message

map Metadata {
    key: MetadataKey
    value: MetadataValue
}

enum MetadataDirective {
    COPY
    REPLACE
}

string MetadataKey

string MetadataValue

integer MissingMeta

long MpuObjectSize

structure MultipartUpload {
    UploadId: MultipartUploadId
    Key: ObjectKey
    Initiated: Initiated
    StorageClass: StorageClass
    Owner: Owner
    Initiator: Initiator
    ChecksumAlgorithm: ChecksumAlgorithm
    ChecksumType: ChecksumType
    VersionId: ObjectVersionId
}

string MultipartUploadId

list MultipartUploadList {
    member: MultipartUpload
}

string NextKeyMarker

string NextMarker

integer NextPartNumberMarker

string NextToken

string NextUploadIdMarker

@error("client")
@httpError(404)
structure NoSuchBucket {}

@error("client")
@httpError(404)
structure NoSuchKey {}

@error("client")
@httpError(404)
structure NoSuchUpload {}

structure Object {
    Key: ObjectKey
    LastModified: LastModified
    ETag: ETag
    @xmlFlattened ChecksumAlgorithm: ChecksumAlgorithmList
    ChecksumType: ChecksumType
    Size: Size
    StorageClass: ObjectStorageClass
    Owner: Owner
    RestoreStatus: RestoreStatus
}

enum ObjectCannedACL {
    private
    public_read = "public-read"
    public_read_write = "public-read-write"
    authenticated_read = "authenticated-read"
    aws_exec_read = "aws-exec-read"
    bucket_owner_read = "bucket-owner-read"
    bucket_owner_full_control = "bucket-owner-full-control"
}

structure ObjectIdentifier {
    @required Key: ObjectKey
    VersionId: ObjectVersionId
    ETag: ETag
    LastModifiedTime: LastModifiedTime
    Size: Size
}

list ObjectIdentifierList {
    member: ObjectIdentifier
}

@length(min: 1)
string ObjectKey

list ObjectList {
    member: Object
}

boolean ObjectLockEnabledForBucket

enum ObjectLockEventHold {
    ON
    OFF
}

integer ObjectLockEventHoldDurationDays

integer ObjectLockEventHoldDurationYears

enum ObjectLockLegalHoldStatus {
    ON
    OFF
}

enum ObjectLockMode {
    GOVERNANCE
    COMPLIANCE
}

@timestampFormat("date-time")
timestamp ObjectLockRetainUntilDate

@error("client")
@httpError(403)
structure ObjectNotInActiveTierError {}

enum ObjectOwnership {
    BucketOwnerPreferred
    ObjectWriter
    BucketOwnerEnforced
}

enum ObjectStorageClass {
    STANDARD
    REDUCED_REDUNDANCY
    GLACIER
    STANDARD_IA
    ONEZONE_IA
    INTELLIGENT_TIERING
    DEEP_ARCHIVE
    OUTPOSTS
    GLACIER_IR
    SNOW
    EXPRESS_ONEZONE
    FSX_OPENZFS
    FSX_ONTAP
    AWS_BACKUP_WARM
    AWS_BACKUP_LOW_COST_WARM
}

string ObjectVersionId

enum OptionalObjectAttributes {
    RestoreStatus
}

list OptionalObjectAttributesList {
    member: OptionalObjectAttributes
}

structure Owner {
    DisplayName: DisplayName
    ID: ID
}

structure Part {
    PartNumber: PartNumber
    LastModified: LastModified
    ETag: ETag
    Size: Size
    ChecksumCRC32: ChecksumCRC32
    ChecksumCRC32C: ChecksumCRC32C
    ChecksumCRC64NVME: ChecksumCRC64NVME
    ChecksumSHA1: ChecksumSHA1
    ChecksumSHA256: ChecksumSHA256
    ChecksumSHA512: ChecksumSHA512
    ChecksumMD5: ChecksumMD5
    ChecksumXXHASH64: ChecksumXXHASH64
    ChecksumXXHASH3: ChecksumXXHASH3
    ChecksumXXHASH128: ChecksumXXHASH128
}

integer PartNumber

integer PartNumberMarker

list Parts {
    member: Part
}

integer PartsCount

string Prefix

structure PutObjectOutput {
    @httpHeader("x-amz-expiration") Expiration: Expiration
    @httpHeader("ETag") ETag: ETag
    @httpHeader("x-amz-checksum-crc32") ChecksumCRC32: ChecksumCRC32
    @httpHeader("x-amz-checksum-crc32c") ChecksumCRC32C: ChecksumCRC32C
    @httpHeader("x-amz-checksum-crc64nvme") ChecksumCRC64NVME: ChecksumCRC64NVME
    @httpHeader("x-amz-checksum-sha1") ChecksumSHA1: ChecksumSHA1
    @httpHeader("x-amz-checksum-sha256") ChecksumSHA256: ChecksumSHA256
    @httpHeader("x-amz-checksum-sha512") ChecksumSHA512: ChecksumSHA512
    @httpHeader("x-amz-checksum-md5") ChecksumMD5: ChecksumMD5
    @httpHeader("x-amz-checksum-xxhash64") ChecksumXXHASH64: ChecksumXXHASH64
    @httpHeader("x-amz-checksum-xxhash3") ChecksumXXHASH3: ChecksumXXHASH3
    @httpHeader("x-amz-checksum-xxhash128") ChecksumXXHASH128: ChecksumXXHASH128
    @httpHeader("x-amz-checksum-type") ChecksumType: ChecksumType
    @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: ServerSideEncryption
    @httpHeader("x-amz-version-id") VersionId: ObjectVersionId
    @httpHeader("x-amz-server-side-encryption-customer-algorithm") SSECustomerAlgorithm: SSECustomerAlgorithm
    @httpHeader("x-amz-server-side-encryption-customer-key-MD5") SSECustomerKeyMD5: SSECustomerKeyMD5
    @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: SSEKMSKeyId
    @httpHeader("x-amz-server-side-encryption-context") SSEKMSEncryptionContext: SSEKMSEncryptionContext
    @httpHeader("x-amz-server-side-encryption-bucket-key-enabled") BucketKeyEnabled: BucketKeyEnabled
    @httpHeader("x-amz-object-size") Size: Size
    @httpHeader("x-amz-request-charged") RequestCharged: RequestCharged
}

structure PutObjectRequest {
    @httpHeader("x-amz-acl") ACL: ObjectCannedACL
    @httpPayload @streaming Body: Body
    @required @httpLabel Bucket: BucketName
    @httpHeader("Cache-Control") CacheControl: CacheControl
    @httpHeader("Content-Disposition") ContentDisposition: ContentDisposition
    @httpHeader("Content-Encoding") ContentEncoding: ContentEncoding
    @httpHeader("Content-Language") ContentLanguage: ContentLanguage
    @httpHeader("Content-Length") ContentLength: ContentLength
    @httpHeader("Content-MD5") ContentMD5: ContentMD5
    @httpHeader("Content-Type") ContentType: ContentType
    @httpHeader("x-amz-sdk-checksum-algorithm") ChecksumAlgorithm: ChecksumAlgorithm
    @httpHeader("x-amz-checksum-crc32") ChecksumCRC32: ChecksumCRC32
    @httpHeader("x-amz-checksum-crc32c") ChecksumCRC32C: ChecksumCRC32C
    @httpHeader("x-amz-checksum-crc64nvme") ChecksumCRC64NVME: ChecksumCRC64NVME
    @httpHeader("x-amz-checksum-sha1") ChecksumSHA1: ChecksumSHA1
    @httpHeader("x-amz-checksum-sha256") ChecksumSHA256: ChecksumSHA256
    @httpHeader("x-amz-checksum-sha512") ChecksumSHA512: ChecksumSHA512
    @httpHeader("x-amz-checksum-md5") ChecksumMD5: ChecksumMD5
    @httpHeader("x-amz-checksum-xxhash64") ChecksumXXHASH64: ChecksumXXHASH64
    @httpHeader("x-amz-checksum-xxhash3") ChecksumXXHASH3: ChecksumXXHASH3
    @httpHeader("x-amz-checksum-xxhash128") ChecksumXXHASH128: ChecksumXXHASH128
    @httpHeader("Expires") Expires: Expires
    @httpHeader("If-Match") IfMatch: IfMatch
    @httpHeader("If-None-Match") IfNoneMatch: IfNoneMatch
    @httpHeader("x-amz-grant-full-control") GrantFullControl: GrantFullControl
    @httpHeader("x-amz-grant-read") GrantRead: GrantRead
    @httpHeader("x-amz-grant-read-acp") GrantReadACP: GrantReadACP
    @httpHeader("x-amz-grant-write-acp") GrantWriteACP: GrantWriteACP
    @required @httpLabel Key: ObjectKey
    @httpHeader("x-amz-write-offset-bytes") WriteOffsetBytes: WriteOffsetBytes
    @httpPrefixHeaders("x-amz-meta-") Metadata: Metadata
    @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: ServerSideEncryption
    @httpHeader("x-amz-storage-class") StorageClass: StorageClass
    @httpHeader("x-amz-website-redirect-location") WebsiteRedirectLocation: WebsiteRedirectLocation
    @httpHeader("x-amz-server-side-encryption-customer-algorithm") SSECustomerAlgorithm: SSECustomerAlgorithm
    @httpHeader("x-amz-server-side-encryption-customer-key") SSECustomerKey: SSECustomerKey
    @httpHeader("x-amz-server-side-encryption-customer-key-MD5") SSECustomerKeyMD5: SSECustomerKeyMD5
    @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: SSEKMSKeyId
    @httpHeader("x-amz-server-side-encryption-context") SSEKMSEncryptionContext: SSEKMSEncryptionContext
    @httpHeader("x-amz-server-side-encryption-bucket-key-enabled") BucketKeyEnabled: BucketKeyEnabled
    @httpHeader("x-amz-request-payer") RequestPayer: RequestPayer
    @httpHeader("x-amz-tagging") Tagging: TaggingHeader
    @httpHeader("x-amz-object-lock-mode") ObjectLockMode: ObjectLockMode
    @httpHeader("x-amz-object-lock-retain-until-date") ObjectLockRetainUntilDate: ObjectLockRetainUntilDate
    @httpHeader("x-amz-object-lock-legal-hold") ObjectLockLegalHoldStatus: ObjectLockLegalHoldStatus
    @httpHeader("x-amz-object-lock-event-hold") ObjectLockEventHold: ObjectLockEventHold
    @httpHeader("x-amz-object-lock-event-hold-duration-days") ObjectLockEventHoldDurationDays: ObjectLockEventHoldDurationDays
    @httpHeader("x-amz-object-lock-event-hold-duration-years") ObjectLockEventHoldDurationYears: ObjectLockEventHoldDurationYears
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
}

boolean Quiet

string Range

@length(min: 0, max: 20)
string Region

enum ReplicationStatus {
    COMPLETE
    PENDING
    FAILED
    REPLICA
    COMPLETED
}

enum RequestCharged {
    requester
}

enum RequestPayer {
    requester
}

string ResponseCacheControl

string ResponseContentDisposition

string ResponseContentEncoding

string ResponseContentLanguage

string ResponseContentType

@timestampFormat("http-date")
timestamp ResponseExpires

string Restore

timestamp RestoreExpiryDate

structure RestoreStatus {
    IsRestoreInProgress: IsRestoreInProgress
    RestoreExpiryDate: RestoreExpiryDate
}

@length(min: 1, max: 128)
@pattern("arn:[^:]+:(s3|s3express):.*")
string S3RegionalOrS3ExpressBucketArnString

string SSECustomerAlgorithm

@sensitive
string SSECustomerKey

string SSECustomerKeyMD5

@sensitive
string SSEKMSEncryptionContext

@sensitive
string SSEKMSKeyId

enum ServerSideEncryption {
    AES256
    aws_fsx = "aws:fsx"
    aws_backup = "aws:backup"
    aws_kms = "aws:kms"
    aws_kms_dsse = "aws:kms:dsse"
}

long Size

string StartAfter

enum StorageClass {
    STANDARD
    REDUCED_REDUNDANCY
    STANDARD_IA
    ONEZONE_IA
    INTELLIGENT_TIERING
    GLACIER
    DEEP_ARCHIVE
    OUTPOSTS
    GLACIER_IR
    SNOW
    EXPRESS_ONEZONE
    FSX_OPENZFS
    FSX_ONTAP
    AWS_BACKUP_WARM
    AWS_BACKUP_LOW_COST_WARM
}

structure Tag {
    @required Key: ObjectKey
    @required Value: Value
}

integer TagCount

list TagSet {
    @xmlName("Tag") member: Tag
}

enum TaggingDirective {
    COPY
    REPLACE
}

string TaggingHeader

string Token

@error("client")
@httpError(400)
structure TooManyParts {}

string UploadIdMarker

structure UploadPartCopyOutput {
    @httpHeader("x-amz-copy-source-version-id") CopySourceVersionId: CopySourceVersionId
    @httpPayload CopyPartResult: CopyPartResult
    @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: ServerSideEncryption
    @httpHeader("x-amz-server-side-encryption-customer-algorithm") SSECustomerAlgorithm: SSECustomerAlgorithm
    @httpHeader("x-amz-server-side-encryption-customer-key-MD5") SSECustomerKeyMD5: SSECustomerKeyMD5
    @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: SSEKMSKeyId
    @httpHeader("x-amz-server-side-encryption-bucket-key-enabled") BucketKeyEnabled: BucketKeyEnabled
    @httpHeader("x-amz-request-charged") RequestCharged: RequestCharged
    @httpHeader("x-amz-version-id") VersionId: ObjectVersionId
}

structure UploadPartCopyRequest {
    @required @httpLabel Bucket: BucketName
    @required @httpHeader("x-amz-copy-source") CopySource: CopySource
    @httpHeader("x-amz-copy-source-if-match") CopySourceIfMatch: CopySourceIfMatch
    @httpHeader("x-amz-copy-source-if-modified-since") CopySourceIfModifiedSince: CopySourceIfModifiedSince
    @httpHeader("x-amz-copy-source-if-none-match") CopySourceIfNoneMatch: CopySourceIfNoneMatch
    @httpHeader("x-amz-copy-source-if-unmodified-since") CopySourceIfUnmodifiedSince: CopySourceIfUnmodifiedSince
    @httpHeader("x-amz-copy-source-range") CopySourceRange: CopySourceRange
    @required @httpLabel Key: ObjectKey
    @required @httpQuery("partNumber") PartNumber: PartNumber
    @required @httpQuery("uploadId") UploadId: MultipartUploadId
    @httpHeader("x-amz-server-side-encryption-customer-algorithm") SSECustomerAlgorithm: SSECustomerAlgorithm
    @httpHeader("x-amz-server-side-encryption-customer-key") SSECustomerKey: SSECustomerKey
    @httpHeader("x-amz-server-side-encryption-customer-key-MD5") SSECustomerKeyMD5: SSECustomerKeyMD5
    @httpHeader("x-amz-copy-source-server-side-encryption-customer-algorithm") CopySourceSSECustomerAlgorithm: CopySourceSSECustomerAlgorithm
    @httpHeader("x-amz-copy-source-server-side-encryption-customer-key") CopySourceSSECustomerKey: CopySourceSSECustomerKey
    @httpHeader("x-amz-copy-source-server-side-encryption-customer-key-MD5") CopySourceSSECustomerKeyMD5: CopySourceSSECustomerKeyMD5
    @httpHeader("x-amz-request-payer") RequestPayer: RequestPayer
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
    @httpHeader("x-amz-source-expected-bucket-owner") ExpectedSourceBucketOwner: AccountId
}

structure UploadPartOutput {
    @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: ServerSideEncryption
    @httpHeader("ETag") ETag: ETag
    @httpHeader("x-amz-checksum-crc32") ChecksumCRC32: ChecksumCRC32
    @httpHeader("x-amz-checksum-crc32c") ChecksumCRC32C: ChecksumCRC32C
    @httpHeader("x-amz-checksum-crc64nvme") ChecksumCRC64NVME: ChecksumCRC64NVME
    @httpHeader("x-amz-checksum-sha1") ChecksumSHA1: ChecksumSHA1
    @httpHeader("x-amz-checksum-sha256") ChecksumSHA256: ChecksumSHA256
    @httpHeader("x-amz-checksum-sha512") ChecksumSHA512: ChecksumSHA512
    @httpHeader("x-amz-checksum-md5") ChecksumMD5: ChecksumMD5
    @httpHeader("x-amz-checksum-xxhash64") ChecksumXXHASH64: ChecksumXXHASH64
    @httpHeader("x-amz-checksum-xxhash3") ChecksumXXHASH3: ChecksumXXHASH3
    @httpHeader("x-amz-checksum-xxhash128") ChecksumXXHASH128: ChecksumXXHASH128
    @httpHeader("x-amz-server-side-encryption-customer-algorithm") SSECustomerAlgorithm: SSECustomerAlgorithm
    @httpHeader("x-amz-server-side-encryption-customer-key-MD5") SSECustomerKeyMD5: SSECustomerKeyMD5
    @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: SSEKMSKeyId
    @httpHeader("x-amz-server-side-encryption-bucket-key-enabled") BucketKeyEnabled: BucketKeyEnabled
    @httpHeader("x-amz-request-charged") RequestCharged: RequestCharged
    @httpHeader("x-amz-version-id") VersionId: ObjectVersionId
}

structure UploadPartRequest {
    @httpPayload @streaming Body: Body
    @required @httpLabel Bucket: BucketName
    @httpHeader("Content-Length") ContentLength: ContentLength
    @httpHeader("Content-MD5") ContentMD5: ContentMD5
    @httpHeader("x-amz-sdk-checksum-algorithm") ChecksumAlgorithm: ChecksumAlgorithm
    @httpHeader("x-amz-checksum-crc32") ChecksumCRC32: ChecksumCRC32
    @httpHeader("x-amz-checksum-crc32c") ChecksumCRC32C: ChecksumCRC32C
    @httpHeader("x-amz-checksum-crc64nvme") ChecksumCRC64NVME: ChecksumCRC64NVME
    @httpHeader("x-amz-checksum-sha1") ChecksumSHA1: ChecksumSHA1
    @httpHeader("x-amz-checksum-sha256") ChecksumSHA256: ChecksumSHA256
    @httpHeader("x-amz-checksum-sha512") ChecksumSHA512: ChecksumSHA512
    @httpHeader("x-amz-checksum-md5") ChecksumMD5: ChecksumMD5
    @httpHeader("x-amz-checksum-xxhash64") ChecksumXXHASH64: ChecksumXXHASH64
    @httpHeader("x-amz-checksum-xxhash3") ChecksumXXHASH3: ChecksumXXHASH3
    @httpHeader("x-amz-checksum-xxhash128") ChecksumXXHASH128: ChecksumXXHASH128
    @required @httpLabel Key: ObjectKey
    @required @httpQuery("partNumber") PartNumber: PartNumber
    @required @httpQuery("uploadId") UploadId: MultipartUploadId
    @httpHeader("x-amz-server-side-encryption-customer-algorithm") SSECustomerAlgorithm: SSECustomerAlgorithm
    @httpHeader("x-amz-server-side-encryption-customer-key") SSECustomerKey: SSECustomerKey
    @httpHeader("x-amz-server-side-encryption-customer-key-MD5") SSECustomerKeyMD5: SSECustomerKeyMD5
    @httpHeader("x-amz-request-payer") RequestPayer: RequestPayer
    @httpHeader("x-amz-expected-bucket-owner") ExpectedBucketOwner: AccountId
}

string Value

string WebsiteRedirectLocation

long WriteOffsetBytes
