// SPDX-License-Identifier: Apache-2.0
#include "aws/sigv4/query_v2.h"

#include "aws/sigv4/canonical_request.h"
#include "base/s3_host.h"
#include "base/strings.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

namespace tunesmith::aws::sigv4 {
namespace {

// Parameters that belong to the resource: AWS's list in "Signing and authenticating REST requests",
// and those that botocore signs beside it. Sorted.
constexpr std::array<std::string_view, 36> kResourceParameters = {"accelerate",
                                                                  "acl",
                                                                  "analytics",
                                                                  "cors",
                                                                  "defaultObjectAcl",
                                                                  "delete",
                                                                  "inventory",
                                                                  "lifecycle",
                                                                  "location",
                                                                  "logging",
                                                                  "metrics",
                                                                  "notification",
                                                                  "object-lock",
                                                                  "partNumber",
                                                                  "policy",
                                                                  "replication",
                                                                  "requestPayment",
                                                                  "response-cache-control",
                                                                  "response-content-disposition",
                                                                  "response-content-encoding",
                                                                  "response-content-language",
                                                                  "response-content-type",
                                                                  "response-expires",
                                                                  "restore",
                                                                  "select",
                                                                  "select-type",
                                                                  "storageClass",
                                                                  "tagging",
                                                                  "torrent",
                                                                  "uploadId",
                                                                  "uploads",
                                                                  "versionId",
                                                                  "versioning",
                                                                  "versions",
                                                                  "website",
                                                                  "website-redirect"};

}  // namespace

std::string string_to_sign_v2(const http::Request& request, std::string_view expires) {
  const auto parameters = split(request.query(), '&');
  const auto from_request = [&](std::string_view name) {
    if (const auto value = request.headers.get(name)) return std::string(trim(*value));
    return query_parameter(request.query(), name).value_or(std::string());
  };
  std::string text = request.method + "\n" + from_request("content-md5") + "\n" +
                     from_request("content-type") + "\n" + std::string(expires) + "\n";

  // Headers, and what a presigned URL carries instead of headers.
  std::map<std::string, std::string> amz;
  for (const auto& [name, value] : request.headers.entries()) {
    std::string key = to_lower(name);
    if (key.substr(0, 6) != "x-amz-") continue;
    std::string& joined = amz[std::move(key)];
    if (!joined.empty()) joined += ',';
    joined += trim(value);
  }
  std::vector<std::pair<std::string, std::string>> resource;
  for (const std::string_view parameter : parameters) {
    const std::size_t equals = parameter.find('=');
    // As whoever acts on the request reads it: what is not signed must not be acted on.
    const auto name = uri_decode(parameter.substr(0, equals));
    if (!name) continue;
    std::string value;
    if (equals != std::string_view::npos) {
      value = uri_decode(parameter.substr(equals + 1)).value_or(std::string());
    }
    if (std::string key = to_lower(*name); key.starts_with("x-amz-")) {
      amz.try_emplace(std::move(key), value);
    } else if (std::binary_search(kResourceParameters.begin(), kResourceParameters.end(), *name)) {
      resource.emplace_back(*name, equals == std::string_view::npos ? *name : *name + "=" + value);
    }
  }
  for (const auto& [name, value] : amz) text += name + ":" + value + "\n";

  const std::string_view bucket = bucket_of_s3_host(request.authority).value_or("");
  if (!bucket.empty()) text.append("/").append(bucket);
  text.append(request.path());
  std::stable_sort(resource.begin(), resource.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  char separator = '?';
  for (const auto& [name, pair] : resource) {
    text += separator;
    text += pair;
    separator = '&';
  }
  return text;
}

}  // namespace tunesmith::aws::sigv4
