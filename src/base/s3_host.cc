// SPDX-License-Identifier: Apache-2.0
#include "base/s3_host.h"

#include "base/strings.h"

namespace tunesmith {

std::optional<std::string_view> bucket_of_s3_host(std::string_view host) {
  constexpr std::string_view kDomain = ".amazonaws.com";
  host = host.substr(0, host.find(':'));
  if (host.size() <= kDomain.size()) return std::nullopt;
  const std::string_view labels = host.substr(0, host.size() - kDomain.size());
  if (!iequals(host.substr(labels.size()), kDomain)) return std::nullopt;

  // From the right, since a bucket's name may have dots and "s3" in it: "s3", "s3-region",
  // "s3.region", "s3.dualstack.region".
  std::size_t end = labels.size();
  for (int label = 0; label < 3; ++label) {
    const std::size_t dot = labels.substr(0, end).rfind('.');
    const std::size_t begin = dot == std::string_view::npos ? 0 : dot + 1;
    const std::string_view name = labels.substr(begin, end - begin);
    if (iequals(name, "s3") || (label == 0 && iequals(name.substr(0, 3), "s3-"))) {
      return begin == 0 ? std::string_view() : labels.substr(0, dot);
    }
    if (begin == 0 || (label == 1 && !iequals(name, "dualstack"))) break;
    end = dot;
  }
  return std::nullopt;
}

}  // namespace tunesmith
