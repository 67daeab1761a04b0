// SPDX-License-Identifier: Apache-2.0
#include "services/s3/convert.h"

#include "base/digest.h"
#include "base/strings.h"
#include "base/utf8.h"

#include <algorithm>
#include <set>

namespace tunesmith::services::s3 {
namespace {

constexpr std::size_t kMaxTags = 10;
constexpr std::size_t kMaxUserMetadata = 2048;
constexpr std::array<std::string_view, 11> kStorageClasses = {
    "STANDARD",       "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING",
    "GLACIER",        "DEEP_ARCHIVE",       "OUTPOSTS",    "GLACIER_IR", "SNOW",
    "EXPRESS_ONEZONE"};

aws::Outcome<objects::Tags> check_tags(objects::Tags tags) {
  if (tags.size() > kMaxTags) {
    return aws::ApiError{"BadRequest", "Object tags cannot be greater than 10", 400};
  }
  std::set<std::string_view> keys;
  for (const auto& [key, value] : tags) {
    if (key.empty() || count_characters(key) > 128) {
      return aws::ApiError{
          "InvalidTag", "The TagKey you have provided is invalid", 400, {{"TagKey", key}}};
    }
    if (key.starts_with("aws:")) {
      return aws::ApiError{
          "InvalidTag", "System tags cannot be added/updated by requester", 400, {{"TagKey", key}}};
    }
    if (count_characters(value) > 256) {
      return aws::ApiError{
          "InvalidTag", "The TagValue you have provided is invalid", 400, {{"TagKey", key}}};
    }
    if (!keys.insert(key).second) {
      return aws::ApiError{
          "InvalidTag", "Cannot provide multiple Tags with the same key", 400, {{"TagKey", key}}};
    }
  }
  return tags;
}

}  // namespace

std::string object_arn(std::string_view bucket, std::string_view key) {
  return std::string("arn:aws:s3:::").append(bucket).append("/").append(key);
}

std::string quote_etag(std::string_view etag) {
  std::string quoted;
  quoted.reserve(etag.size() + 2);
  return quoted.append(1, '"').append(etag).append(1, '"');
}

std::string unquote_etag(std::string_view text) {
  text = trim(text);
  if (text.starts_with("W/")) text.remove_prefix(2);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  return std::string(text);
}

aws::Outcome<void> check_owner(const Call& call, const std::optional<std::string>& expected) {
  if (expected && *expected != call.context.identity.account) {
    return aws::ApiError{"AccessDenied", "Access Denied", 403};
  }
  return {};
}

aws::Outcome<void> check_version(const std::optional<std::string>& version_id) {
  if (version_id && *version_id != kNullVersion) {
    return invalid_argument("Invalid version id specified", "versionId", *version_id);
  }
  return {};
}

std::string owner_id(const std::string& account) { return to_hex(sha256("account " + account)); }

std::string encode_name(std::string_view text, bool url) {
  return url ? uri_encode(text, true) : std::string(text);
}

aws::Outcome<bool> wants_url_encoding(const std::optional<std::string>& encoding_type) {
  if (!encoding_type) return false;
  if (*encoding_type != "url") {
    return invalid_argument("Invalid Encoding Method specified in Request", "encoding-type",
                            *encoding_type);
  }
  return true;
}

aws::Outcome<std::size_t> page_size(const std::optional<std::int32_t>& value,
                                    std::string_view name) {
  constexpr std::int32_t kMost = 1000;
  if (!value) return static_cast<std::size_t>(kMost);
  if (*value < 0) {
    return invalid_argument(
        "Argument " + std::string(name) + " must be an integer between 0 and 2147483647", name,
        std::to_string(*value));
  }
  return static_cast<std::size_t>(std::min(*value, kMost));
}

aws::Outcome<objects::Tags> parse_tagging(const std::optional<std::string>& header) {
  objects::Tags tags;
  if (!header || header->empty()) return tags;
  for (const std::string_view item : split(*header, '&')) {
    if (item.empty()) continue;
    const auto equals = item.find('=');
    const auto key = uri_decode(item.substr(0, equals), true);
    const auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                        : uri_decode(item.substr(equals + 1), true);
    if (!key || !value) {
      return invalid_argument(
          "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query "
          "parameters "
          "without tag name duplicates.",
          "x-amz-tagging", *header);
    }
    tags.emplace_back(*key, *value);
  }
  return check_tags(std::move(tags));
}

aws::Outcome<objects::Tags> to_tags(const std::vector<api::Tag>& tag_set) {
  objects::Tags tags;
  for (const api::Tag& tag : tag_set) tags.emplace_back(tag.key, tag.value);
  return check_tags(std::move(tags));
}

std::vector<api::Tag> from_tags(const objects::Tags& tags) {
  std::vector<api::Tag> set;
  for (const auto& [key, value] : tags) set.push_back({key, value});
  return set;
}

aws::Outcome<std::string> to_storage_class(const std::optional<std::string>& name) {
  if (!name || *name == kStorageClasses[0]) return std::string();
  if (std::find(kStorageClasses.begin(), kStorageClasses.end(), *name) == kStorageClasses.end()) {
    return aws::ApiError{"InvalidStorageClass",
                         "The storage class you specified is not valid",
                         400,
                         {{"StorageClassRequested", *name}}};
  }
  return *name;
}

std::string storage_class_name(const objects::ObjectAttributes& attributes) {
  return attributes.storage_class.empty() ? std::string(kStorageClasses[0])
                                          : attributes.storage_class;
}

std::string checksum_text(const objects::Checksum& checksum, std::uint32_t part_count) {
  std::string text = to_base64(checksum.value);
  if (checksum.composite) text.append("-").append(std::to_string(part_count));
  return text;
}

std::optional<objects::Checksum> parse_checksum(objects::ChecksumAlgorithm algorithm,
                                                std::string_view text) {
  objects::Checksum checksum{algorithm, false, {}};
  if (const auto dash = text.find('-'); dash != std::string_view::npos) {
    const auto parts = parse_int(text.substr(dash + 1));
    if (!parts || *parts < 1) return std::nullopt;
    checksum.composite = true;
    text = text.substr(0, dash);
  }
  auto value = from_base64(text);
  if (!value || value->size() != objects::checksum_size(algorithm)) return std::nullopt;
  checksum.value = std::move(*value);
  return checksum;
}

std::string checksum_type_name(bool composite) { return composite ? "COMPOSITE" : "FULL_OBJECT"; }

aws::Outcome<bool> parse_checksum_type(std::string_view name) {
  for (const bool composite : {true, false}) {
    if (name == checksum_type_name(composite)) return composite;
  }
  return invalid_request("Value for x-amz-checksum-type header is invalid.");
}

std::string unsupported_algorithm_text() {
  return "Checksum algorithm provided is unsupported. Please try again with any of the valid "
         "types: "
         "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]";
}

aws::Outcome<std::optional<objects::ChecksumAlgorithm>> to_algorithm(
    const std::optional<std::string>& name) {
  if (!name) return std::optional<objects::ChecksumAlgorithm>();
  const auto algorithm = objects::parse_checksum_algorithm(*name);
  if (!algorithm) return invalid_request(unsupported_algorithm_text());
  return algorithm;
}

aws::Outcome<void> check_metadata(const objects::ObjectAttributes& attributes) {
  std::size_t size = 0;
  for (const auto& [name, value] : attributes.user_metadata) size += name.size() + value.size();
  if (size > kMaxUserMetadata) {
    return aws::ApiError{
        "MetadataTooLarge",
        "Your metadata headers exceed the maximum allowed metadata size",
        400,
        {{"Size", std::to_string(size)}, {"MaxSizeAllowed", std::to_string(kMaxUserMetadata)}}};
  }
  return {};
}

std::string without_aws_chunked(std::string_view content_encoding) {
  std::string kept;
  for (const std::string_view item : split(content_encoding, ',')) {
    const std::string_view name = trim(item);
    if (name.empty() || iequals(name, "aws-chunked")) continue;
    if (!kept.empty()) kept += ", ";
    kept += name;
  }
  return kept;
}

}  // namespace tunesmith::services::s3
