// SPDX-License-Identifier: Apache-2.0
#include "services/s3/listing.h"

#include "base/strings.h"

namespace tunesmith::services::s3 {
namespace {

constexpr char kAfterKey = 'k';
constexpr char kAfterGroup = 'g';

}  // namespace

std::vector<api::Object> list_contents(const Call& call, const objects::ObjectPage& page,
                                       const ListOptions& options) {
  std::vector<api::Object> contents;
  contents.reserve(page.objects.size());
  const std::string owner = options.owner ? owner_id(call.context.identity.account) : "";
  for (const objects::ObjectInfo& info : page.objects) {
    api::Object& object = contents.emplace_back();
    object.key = encode_name(info.key, options.url);
    object.last_modified = info.modified;
    object.etag = quote_etag(info.etag);
    object.size = static_cast<std::int64_t>(info.size);
    object.storage_class = storage_class_name(info.attributes);
    if (info.checksum) {
      object.checksum_algorithm = {std::string(objects::to_string(info.checksum->algorithm))};
      object.checksum_type = checksum_type_name(info.checksum->composite);
    }
    if (options.owner) object.owner.emplace().id = owner;
  }
  return contents;
}

std::vector<api::ObjectVersion> list_versions(const Call& call, const objects::ObjectPage& page,
                                              bool url) {
  std::vector<api::ObjectVersion> versions;
  versions.reserve(page.objects.size());
  for (api::Object& object : list_contents(call, page, {.url = url, .owner = true})) {
    api::ObjectVersion& version = versions.emplace_back();
    version.key = std::move(object.key);
    version.version_id = std::string(kNullVersion);
    version.is_latest = true;
    version.last_modified = object.last_modified;
    version.etag = std::move(object.etag);
    version.size = object.size;
    version.storage_class = std::move(object.storage_class);
    version.checksum_algorithm = std::move(object.checksum_algorithm);
    version.checksum_type = std::move(object.checksum_type);
    version.owner = std::move(object.owner);
  }
  return versions;
}

std::vector<api::CommonPrefix> list_groups(const std::vector<std::string>& groups, bool url) {
  std::vector<api::CommonPrefix> prefixes;
  for (const std::string& group : groups) prefixes.emplace_back().prefix = encode_name(group, url);
  return prefixes;
}

bool is_group(std::string_view text, std::string_view prefix, std::string_view delimiter) {
  if (delimiter.empty() || !text.starts_with(prefix)) return false;
  const auto at = text.find(delimiter, prefix.size());
  return at != std::string_view::npos && at + delimiter.size() == text.size();
}

std::string encode_token(const objects::ObjectPage& page) {
  return to_base64(std::string(1, page.last_is_group ? kAfterGroup : kAfterKey) + page.last);
}

aws::Outcome<void> decode_token(const std::string& token, objects::ListQuery& query) {
  const auto decoded = from_base64(token);
  if (!decoded || decoded->size() < 2 ||
      (decoded->front() != kAfterKey && decoded->front() != kAfterGroup)) {
    return invalid_argument("The continuation token provided is incorrect", "continuation-token",
                            token);
  }
  query.after = decoded->substr(1);
  query.after_is_group = decoded->front() == kAfterGroup;
  return {};
}

}  // namespace tunesmith::services::s3
