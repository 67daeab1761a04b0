// SPDX-License-Identifier: Apache-2.0
#include "objects/s3_uri.h"

#include "base/s3_host.h"

#include <tuple>
#include <utility>

namespace tunesmith::objects {
namespace {

/// What stands before the first '/', and what after it.
std::pair<std::string_view, std::string_view> split_at_slash(std::string_view text) {
  const auto slash = text.find('/');
  return {text.substr(0, slash),
          slash == std::string_view::npos ? std::string_view() : text.substr(slash + 1)};
}

}  // namespace

Result<S3Uri> parse_s3_uri(std::string_view uri) {
  constexpr std::string_view kS3 = "s3://", kHttps = "https://";
  std::string_view bucket, key;
  if (uri.starts_with(kS3)) {
    std::tie(bucket, key) = split_at_slash(uri.substr(kS3.size()));
  } else if (uri.starts_with(kHttps)) {
    const auto [host, path] = split_at_slash(uri.substr(kHttps.size()));
    if (const auto named = bucket_of_s3_host(host)) {
      std::tie(bucket, key) = named->empty() ? split_at_slash(path) : std::pair(*named, path);
    }
  }
  if (bucket.empty())
    return Error(ErrorKind::kInvalid, "not of the form s3://bucket/key: " + std::string(uri));
  return S3Uri{std::string(bucket), std::string(key)};
}

}  // namespace tunesmith::objects
