// SPDX-License-Identifier: Apache-2.0
//
// Between the generated types and the domain's: ETags, checksums, attributes, tags, names in
// listings. Pure functions.
#pragma once

#include "base/strings.h"
#include "objects/object_store.h"
#include "services/s3/errors.h"
#include "services/s3/operations.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace tunesmith::services::s3 {

/// "arn:aws:s3:::bucket/key": the resource of a permission.
std::string object_arn(std::string_view bucket, std::string_view key);

/// "abc" with its quotes.
std::string quote_etag(std::string_view etag);
/// Without quotes and a weak mark, if it has them.
std::string unquote_etag(std::string_view text);

/// Fails with AccessDenied when the request expects another account to own the bucket.
aws::Outcome<void> check_owner(const Call& call, const std::optional<std::string>& expected);
/// The only version that an object has: versioning is off.
inline constexpr std::string_view kNullVersion = "null";
aws::Outcome<void> check_version(const std::optional<std::string>& version_id);

/// The canonical user id that stands for an account in listings.
std::string owner_id(const std::string& account);

/// `text` percent-encoded when the request asked for encoding-type=url.
std::string encode_name(std::string_view text, bool url);
/// Fails when `encoding_type` is there and not "url"; else whether it is there.
aws::Outcome<bool> wants_url_encoding(const std::optional<std::string>& encoding_type);
/// max-keys and its kin: 1000 unless given, at most 1000; fails when it is negative.
aws::Outcome<std::size_t> page_size(const std::optional<std::int32_t>& value,
                                    std::string_view name);

/// "k1=v1&k2=v2", percent-encoded, and the rules for tags of an object.
aws::Outcome<objects::Tags> parse_tagging(const std::optional<std::string>& header);
aws::Outcome<objects::Tags> to_tags(const std::vector<api::Tag>& tag_set);
std::vector<api::Tag> from_tags(const objects::Tags& tags);

/// Known, or InvalidStorageClass. Empty for the standard class.
aws::Outcome<std::string> to_storage_class(const std::optional<std::string>& name);
std::string storage_class_name(const objects::ObjectAttributes& attributes);

/// Base64, with "-N" for a composite one.
std::string checksum_text(const objects::Checksum& checksum, std::uint32_t part_count);
/// Undoes checksum_text. Nothing when it is not a value of that algorithm.
std::optional<objects::Checksum> parse_checksum(objects::ChecksumAlgorithm algorithm,
                                                std::string_view text);
/// "COMPOSITE" or "FULL_OBJECT".
std::string checksum_type_name(bool composite);
/// Undoes it.
aws::Outcome<bool> parse_checksum_type(std::string_view name);
/// The algorithm of a request's x-amz-checksum-algorithm; fails when it is given and unknown.
aws::Outcome<std::optional<objects::ChecksumAlgorithm>> to_algorithm(
    const std::optional<std::string>& name);
std::string unsupported_algorithm_text();

/// The member of a generated structure that holds the checksum of `algorithm`.
template <class T>
auto& checksum_member(T& structure, objects::ChecksumAlgorithm algorithm) {
  switch (algorithm) {
    case objects::ChecksumAlgorithm::kCrc32:
      return structure.checksum_crc32;
    case objects::ChecksumAlgorithm::kCrc32c:
      return structure.checksum_crc32c;
    case objects::ChecksumAlgorithm::kCrc64Nvme:
      return structure.checksum_crc64nvme;
    case objects::ChecksumAlgorithm::kSha1:
      return structure.checksum_sha1;
    case objects::ChecksumAlgorithm::kSha256:
      break;
  }
  return structure.checksum_sha256;
}

template <class T>
void set_checksum(T& structure, const objects::Checksum& checksum, std::uint32_t part_count) {
  checksum_member(structure, checksum.algorithm) = checksum_text(checksum, part_count);
  if constexpr (requires { structure.checksum_type; }) {
    structure.checksum_type = checksum_type_name(checksum.composite);
  }
}

/// The checksum that a request states for its content; at most one may be.
template <class T>
aws::Outcome<std::optional<objects::Checksum>> stated_checksum(const T& request) {
  std::optional<objects::Checksum> found;
  for (const auto algorithm : objects::kChecksumAlgorithms) {
    const auto& text = checksum_member(request, algorithm);
    if (!text) continue;
    if (found) {
      return invalid_request(
          "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
    }
    found = parse_checksum(algorithm, *text);
    if (!found) {
      return invalid_request("Value for x-amz-checksum-" + to_lower(objects::to_string(algorithm)) +
                             " header is invalid.");
    }
  }
  if (request.checksum_sha512 || request.checksum_md5 || request.checksum_xxhash64 ||
      request.checksum_xxhash3 || request.checksum_xxhash128) {
    return invalid_request(unsupported_algorithm_text());
  }
  return found;
}

/// Content headers and user metadata of a request that creates an object.
aws::Outcome<void> check_metadata(const objects::ObjectAttributes& attributes);
std::string without_aws_chunked(std::string_view content_encoding);

template <class T>
aws::Outcome<objects::ObjectAttributes> to_attributes(const T& request) {
  objects::ObjectAttributes attributes;
  attributes.content_type = request.content_type.value_or("");
  attributes.content_encoding = without_aws_chunked(request.content_encoding.value_or(""));
  attributes.content_disposition = request.content_disposition.value_or("");
  attributes.content_language = request.content_language.value_or("");
  attributes.cache_control = request.cache_control.value_or("");
  attributes.expires = request.expires.value_or("");
  attributes.website_redirect_location = request.website_redirect_location.value_or("");
  if (request.metadata) attributes.user_metadata = *request.metadata;
  TUNESMITH_TRY_VOID(check_metadata(attributes));
  TUNESMITH_TRY(attributes.storage_class, to_storage_class(request.storage_class));
  return attributes;
}

/// Refuses what a request that creates an object asks for and this server does not do: keys of the
/// client's own (SSE-C) and object lock. Encryption at rest is the disk's business: other SSE
/// headers have no effect.
template <class T>
aws::Outcome<void> refuse_unsupported(const T& request) {
  if (request.sse_customer_algorithm || request.sse_customer_key) {
    return not_implemented("x-amz-server-side-encryption-customer-algorithm");
  }
  if constexpr (requires { request.object_lock_mode; }) {
    if (request.object_lock_mode || request.object_lock_legal_hold_status ||
        request.object_lock_retain_until_date) {
      return invalid_request("Bucket is missing Object Lock Configuration");
    }
  }
  return {};
}

}  // namespace tunesmith::services::s3
