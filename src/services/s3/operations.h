// SPDX-License-Identifier: Apache-2.0
//
// The operations of Amazon S3 that this server answers. Each is one function in the file of its
// name; all of them are listed here, and operations.cc binds them. They know no HTTP and no XML:
// they take and give the generated types. Thread safe, as the store is.
#pragma once

#include "aws/api_error.h"
#include "aws/operation_table.h"
#include "aws/request_context.h"
#include "objects/object_store.h"

#include "tunesmith/api/s3/operations.h"

namespace tunesmith::services::s3 {

/// `store` must outlive the table.
void register_operations(aws::OperationTable& table, objects::ObjectStore& store);

/// What every operation is given beside its input.
struct Call {
  objects::ObjectStore& store;
  aws::RequestContext& context;
};

template <class Op>
using Answer = aws::Outcome<typename Op::Output>;

namespace api = tunesmith::api::s3;

// Buckets
Answer<api::CreateBucket> create_bucket(const Call&, const api::CreateBucketRequest&);
Answer<api::DeleteBucket> delete_bucket(const Call&, const api::DeleteBucketRequest&);
Answer<api::GetBucketLocation> get_bucket_location(const Call&,
                                                   const api::GetBucketLocationRequest&);
Answer<api::GetBucketVersioning> get_bucket_versioning(const Call&,
                                                       const api::GetBucketVersioningRequest&);
Answer<api::HeadBucket> head_bucket(const Call&, const api::HeadBucketRequest&);
Answer<api::ListBuckets> list_buckets(const Call&, const api::ListBucketsRequest&);

// Objects
Answer<api::CopyObject> copy_object(const Call&, const api::CopyObjectRequest&);
Answer<api::DeleteObject> delete_object(const Call&, const api::DeleteObjectRequest&);
Answer<api::DeleteObjects> delete_objects(const Call&, const api::DeleteObjectsRequest&);
Answer<api::GetObject> get_object(const Call&, const api::GetObjectRequest&);
Answer<api::GetObjectAttributes> get_object_attributes(const Call&,
                                                       const api::GetObjectAttributesRequest&);
Answer<api::HeadObject> head_object(const Call&, const api::HeadObjectRequest&);
Answer<api::ListObjectVersions> list_object_versions(const Call&,
                                                     const api::ListObjectVersionsRequest&);
Answer<api::ListObjects> list_objects(const Call&, const api::ListObjectsRequest&);
Answer<api::ListObjectsV2> list_objects_v2(const Call&, const api::ListObjectsV2Request&);
Answer<api::PutObject> put_object(const Call&, api::PutObjectRequest&);

// Tags of objects
Answer<api::DeleteObjectTagging> delete_object_tagging(const Call&,
                                                       const api::DeleteObjectTaggingRequest&);
Answer<api::GetObjectTagging> get_object_tagging(const Call&, const api::GetObjectTaggingRequest&);
Answer<api::PutObjectTagging> put_object_tagging(const Call&, const api::PutObjectTaggingRequest&);

// Multipart uploads
Answer<api::AbortMultipartUpload> abort_multipart_upload(const Call&,
                                                         const api::AbortMultipartUploadRequest&);
Answer<api::CompleteMultipartUpload> complete_multipart_upload(
    const Call&, const api::CompleteMultipartUploadRequest&);
Answer<api::CreateMultipartUpload> create_multipart_upload(
    const Call&, const api::CreateMultipartUploadRequest&);
Answer<api::ListMultipartUploads> list_multipart_uploads(const Call&,
                                                         const api::ListMultipartUploadsRequest&);
Answer<api::ListParts> list_parts(const Call&, const api::ListPartsRequest&);
Answer<api::UploadPart> upload_part(const Call&, api::UploadPartRequest&);
Answer<api::UploadPartCopy> upload_part_copy(const Call&, const api::UploadPartCopyRequest&);

}  // namespace tunesmith::services::s3
