// SPDX-License-Identifier: Apache-2.0
#include "objects/s3_uri.h"

namespace tunesmith::objects {

Result<S3Uri> parse_s3_uri(std::string_view uri) {
  for (const std::string_view scheme : {"s3://", "https://s3.amazonaws.com/"}) {
    if (!uri.starts_with(scheme)) continue;
    const std::string_view rest = uri.substr(scheme.size());
    const auto slash = rest.find('/');
    const std::string_view bucket = rest.substr(0, slash);
    if (bucket.empty()) break;
    return S3Uri{std::string(bucket), slash == std::string_view::npos
                                          ? std::string()
                                          : std::string(rest.substr(slash + 1))};
  }
  return Error(ErrorKind::kInvalid, "not of the form s3://bucket/key: " + std::string(uri));
}

}  // namespace tunesmith::objects
