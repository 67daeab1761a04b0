// SPDX-License-Identifier: Apache-2.0
#include "services/s3/operations.h"

#include "aws/authorization.h"
#include "services/s3/copy_source.h"

namespace tunesmith::services::s3 {
namespace {

/// The bucket of the key that an operation may fail to find.
template <class Input>
std::string bucket_read_by(const Input& input) {
  if constexpr (requires { input.copy_source; }) {
    if (const auto source = parse_copy_source(input.copy_source)) return source->bucket;
  }
  return input.bucket;
}

template <class Op, class Function>
void add(aws::OperationTable& table, objects::ObjectStore& store, Function function) {
  table.add<Op>(
      [&store, function](aws::RequestContext& context, typename Op::Input& input) -> Answer<Op> {
        auto answer = function(Call{store, context}, input);
        // Who may not list a bucket is not to learn which keys it has.
        if constexpr (requires { input.key; }) {
          if (!answer && answer.error().code == "NoSuchKey") {
            TUNESMITH_TRY_VOID(
                aws::authorize(context, "s3:ListBucket", "arn:aws:s3:::" + bucket_read_by(input)));
          }
        }
        return answer;
      });
}

}  // namespace

void register_operations(aws::OperationTable& table, objects::ObjectStore& store) {
  add<api::AbortMultipartUpload>(table, store, abort_multipart_upload);
  add<api::CompleteMultipartUpload>(table, store, complete_multipart_upload);
  add<api::CopyObject>(table, store, copy_object);
  add<api::CreateBucket>(table, store, create_bucket);
  add<api::CreateMultipartUpload>(table, store, create_multipart_upload);
  add<api::DeleteBucket>(table, store, delete_bucket);
  add<api::DeleteObject>(table, store, delete_object);
  add<api::DeleteObjects>(table, store, delete_objects);
  add<api::DeleteObjectTagging>(table, store, delete_object_tagging);
  add<api::GetBucketLocation>(table, store, get_bucket_location);
  add<api::GetBucketVersioning>(table, store, get_bucket_versioning);
  add<api::GetObject>(table, store, get_object);
  add<api::GetObjectAttributes>(table, store, get_object_attributes);
  add<api::GetObjectTagging>(table, store, get_object_tagging);
  add<api::HeadBucket>(table, store, head_bucket);
  add<api::HeadObject>(table, store, head_object);
  add<api::ListBuckets>(table, store, list_buckets);
  add<api::ListMultipartUploads>(table, store, list_multipart_uploads);
  add<api::ListObjectVersions>(table, store, list_object_versions);
  add<api::ListObjects>(table, store, list_objects);
  add<api::ListObjectsV2>(table, store, list_objects_v2);
  add<api::ListParts>(table, store, list_parts);
  add<api::PutObject>(table, store, put_object);
  add<api::PutObjectTagging>(table, store, put_object_tagging);
  add<api::UploadPart>(table, store, upload_part);
  add<api::UploadPartCopy>(table, store, upload_part_copy);
}

}  // namespace tunesmith::services::s3
