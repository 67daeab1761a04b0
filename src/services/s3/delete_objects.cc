// SPDX-License-Identifier: Apache-2.0
#include "services/s3/conditions.h"
#include "services/s3/convert.h"

namespace tunesmith::services::s3 {
namespace {

void add_error(api::DeleteObjectsOutput& output, const std::string& key,
               const aws::ApiError& error) {
  api::Error failed;
  failed.key = key;
  failed.code = error.code;
  failed.message = error.message;
  if (!output.errors) output.errors.emplace();
  output.errors->push_back(std::move(failed));
}

}  // namespace

Answer<api::DeleteObjects> delete_objects(const Call& call,
                                          const api::DeleteObjectsRequest& input) {
  constexpr std::size_t kMost = 1000;
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  if (input.delete_.objects.empty() || input.delete_.objects.size() > kMost) return malformed_xml();
  TUNESMITH_TRY_VOID(outcome(call.store.head_bucket(input.bucket), {input.bucket}));

  const bool quiet = input.delete_.quiet.value_or(false);
  api::DeleteObjectsOutput output;
  std::vector<std::string> keys;
  const auto report = [&](const std::string& key) {
    if (quiet) return;
    if (!output.deleted) output.deleted.emplace();
    output.deleted->emplace_back().key = key;
  };
  for (const api::ObjectIdentifier& object : input.delete_.objects) {
    if (const auto allowed =
            aws::authorize(call.context, "s3:DeleteObject", object_arn(input.bucket, object.key));
        !allowed) {
      call.context.error_code = allowed.error().code;  // for the audit log
      add_error(output, object.key, allowed.error());
    } else if (const auto version = check_version(object.version_id); !version) {
      add_error(output, object.key, version.error());
    } else if (object.size || object.last_modified_time) {
      add_error(output, object.key, not_implemented("Size"));
    } else if (object.etag) {
      const auto removed =
          outcome(call.store.remove(input.bucket, object.key, unquote_etag(*object.etag)),
                  {input.bucket, object.key});
      if (removed) {
        report(object.key);
      } else {
        add_error(output, object.key, removed.error());
      }
    } else {
      keys.push_back(object.key);
      report(object.key);
    }
  }
  if (!keys.empty()) {
    TUNESMITH_TRY_VOID(outcome(call.store.remove_many(input.bucket, keys), {input.bucket}));
  }
  return output;
}

}  // namespace tunesmith::services::s3
