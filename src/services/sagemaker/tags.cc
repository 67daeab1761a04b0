// SPDX-License-Identifier: Apache-2.0
//
// AddTags, ListTags and DeleteTags: tags of tuning jobs and training jobs.
#include "services/sagemaker/errors.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/operations.h"

#include <fmt/core.h>

namespace tunesmith::services::sagemaker {
namespace {

constexpr std::size_t kMaxTags = 50;

/// kNotFound unless the ARN names a job of the caller's account and region.
Result<void> check_resource(store::Reader& r, const RequestContext& context,
                            const std::string& arn) {
  const auto resource = parse_arn(context, arn);
  if (resource && resource->type == "training-job") {
    TUNESMITH_TRY_VOID(r.training_job(context.region, resource->name));
    return {};
  }
  if (resource && resource->type == "hyper-parameter-tuning-job") {
    TUNESMITH_TRY_VOID(r.tuning_job(context.region, resource->name));
    return {};
  }
  if (resource) {
    // Of another type, or none: the store knows no such kind.
    TUNESMITH_TRY_VOID(r.resource(resource->type, context.region, resource->name));
    return {};
  }
  return Error(ErrorKind::kNotFound, "no such resource: " + arn);
}

aws::ApiError tag_error(const Error& error, const std::string& arn) {
  if (error.kind == ErrorKind::kNotFound)
    return invalid(fmt::format("Could not find resource '{}'.", arn));
  return api_error(error);
}

std::vector<api::Tag> wire_tags(const std::vector<store::Tag>& tags) {
  std::vector<api::Tag> out;
  for (const auto& tag : tags) out.push_back({tag.key, tag.value});
  return out;
}

}  // namespace

Outcome<api::AddTagsOutput> add_tags(Service& service, const RequestContext& context,
                                     const api::AddTagsInput& input) {
  for (const auto& tag : input.tags) {
    if (tag.key.starts_with("aws:")) {
      return invalid(
          fmt::format("Tag key '{}': keys that begin with 'aws:' are reserved.", tag.key));
    }
  }
  std::vector<store::Tag> all;
  const auto written = service.store.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY_VOID(check_resource(t, context, input.resource_arn));
    std::vector<store::Tag> tags;
    for (const auto& tag : input.tags) tags.push_back({tag.key, tag.value});
    TUNESMITH_TRY_VOID(t.put_tags(input.resource_arn, tags));
    TUNESMITH_TRY(all, t.tags(input.resource_arn));
    if (all.size() > kMaxTags) {
      return Error(ErrorKind::kInvalid, fmt::format("A resource can have at most {} tags, not {}.",
                                                    kMaxTags, all.size()));
    }
    return {};
  });
  if (!written) return tag_error(written.error(), input.resource_arn);
  return api::AddTagsOutput{wire_tags(all)};
}

Outcome<api::ListTagsOutput> list_tags(Service& service, const RequestContext& context,
                                       const api::ListTagsInput& input) {
  std::vector<store::Tag> all;
  const auto read = service.store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY_VOID(check_resource(r, context, input.resource_arn));
    TUNESMITH_TRY(all, r.tags(input.resource_arn));
    return {};
  });
  if (!read) return tag_error(read.error(), input.resource_arn);
  // At most 50 tags: a page goes on at an index.
  std::size_t from = 0;
  if (input.next_token) {
    const auto cursor = parse_token(*input.next_token, "tags");
    if (!cursor) return cursor.error();
    from = std::min(static_cast<std::size_t>(std::max<std::int64_t>(0, cursor->id)), all.size());
  }
  const std::size_t until =
      std::min(all.size(), from + static_cast<std::size_t>(input.max_results.value_or(50)));
  api::ListTagsOutput out;
  using Offset = std::vector<store::Tag>::difference_type;
  out.tags = wire_tags(
      {all.begin() + static_cast<Offset>(from), all.begin() + static_cast<Offset>(until)});
  if (until < all.size())
    out.next_token = print_token({"", static_cast<std::int64_t>(until)}, "tags");
  return out;
}

Outcome<api::DeleteTagsOutput> delete_tags(Service& service, const RequestContext& context,
                                           const api::DeleteTagsInput& input) {
  const auto written = service.store.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY_VOID(check_resource(t, context, input.resource_arn));
    return t.erase_tags(input.resource_arn, input.tag_keys);
  });
  if (!written) return tag_error(written.error(), input.resource_arn);
  return api::DeleteTagsOutput{};
}

}  // namespace tunesmith::services::sagemaker
