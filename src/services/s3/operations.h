// The operations of S3. Those with a Tx run on the state thread; those with an ObjectStore outside, since they read or write the
// bytes of objects and wait for the disk. Source: reference/neighbour-apis.md §7.16.
#pragma once

#include "api/s3/abort_multipart_upload.gen.h"
#include "api/s3/complete_multipart_upload.gen.h"
#include "api/s3/copy_object.gen.h"
#include "api/s3/create_bucket.gen.h"
#include "api/s3/create_multipart_upload.gen.h"
#include "api/s3/delete_bucket.gen.h"
#include "api/s3/delete_object.gen.h"
#include "api/s3/delete_objects.gen.h"
#include "api/s3/get_bucket_location.gen.h"
#include "api/s3/get_bucket_versioning.gen.h"
#include "api/s3/get_object.gen.h"
#include "api/s3/get_object_tagging.gen.h"
#include "api/s3/head_bucket.gen.h"
#include "api/s3/head_object.gen.h"
#include "api/s3/list_buckets.gen.h"
#include "api/s3/list_multipart_uploads.gen.h"
#include "api/s3/list_objects.gen.h"
#include "api/s3/list_objects_v2.gen.h"
#include "api/s3/list_parts.gen.h"
#include "api/s3/put_object.gen.h"
#include "api/s3/upload_part.gen.h"
#include "api/s3/upload_part_copy.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "objectstore/object_store.h"
#include "store/tx/tx.h"

namespace roadstead::s3 {

Result<CreateBucketOutput> create_bucket(Tx& tx, const Caller& who, const CreateBucketRequest& in);
Result<Done> delete_bucket(ObjectStore& store, const Caller& who, const DeleteBucketRequest& in);
Result<GetBucketLocationOutput> get_bucket_location(Tx& tx, const Caller& who, const GetBucketLocationRequest& in);
Result<GetBucketVersioningOutput> get_bucket_versioning(Tx& tx, const Caller& who, const GetBucketVersioningRequest& in);
Result<HeadBucketOutput> head_bucket(Tx& tx, const Caller& who, const HeadBucketRequest& in);
Result<ListBucketsOutput> list_buckets(Tx& tx, const Caller& who, const ListBucketsRequest& in);

Result<GetObjectTaggingOutput> get_object_tagging(Tx& tx, const Caller& who, const GetObjectTaggingRequest& in);
Result<HeadObjectOutput> head_object(Tx& tx, const Caller& who, const HeadObjectRequest& in);
Result<ListObjectsOutput> list_objects(Tx& tx, const Caller& who, const ListObjectsRequest& in);
Result<ListObjectsV2Output> list_objects_v2(Tx& tx, const Caller& who, const ListObjectsV2Request& in);

Result<CopyObjectOutput> copy_object(ObjectStore& store, const Caller& who, const CopyObjectRequest& in);
Result<DeleteObjectOutput> delete_object(ObjectStore& store, const Caller& who, const DeleteObjectRequest& in);
Result<DeleteObjectsOutput> delete_objects(ObjectStore& store, const Caller& who, const DeleteObjectsRequest& in);
Result<GetObjectOutput> get_object(ObjectStore& store, const Caller& who, const GetObjectRequest& in);
Result<PutObjectOutput> put_object(ObjectStore& store, const Caller& who, const PutObjectRequest& in);

Result<CreateMultipartUploadOutput> create_multipart_upload(Tx& tx, const Caller& who, const CreateMultipartUploadRequest& in);
Result<ListMultipartUploadsOutput> list_multipart_uploads(Tx& tx, const Caller& who, const ListMultipartUploadsRequest& in);
Result<ListPartsOutput> list_parts(Tx& tx, const Caller& who, const ListPartsRequest& in);
Result<AbortMultipartUploadOutput> abort_multipart_upload(ObjectStore& store, const Caller& who, const AbortMultipartUploadRequest& in);
Result<CompleteMultipartUploadOutput> complete_multipart_upload(
    ObjectStore& store, const Caller& who, const CompleteMultipartUploadRequest& in
);
Result<UploadPartOutput> upload_part(ObjectStore& store, const Caller& who, const UploadPartRequest& in);
Result<UploadPartCopyOutput> upload_part_copy(ObjectStore& store, const Caller& who, const UploadPartCopyRequest& in);

}  // namespace roadstead::s3
