// SPDX-License-Identifier: Apache-2.0
#include "services/s3/copy_source.h"

#include "base/strings.h"

namespace tunesmith::services::s3 {

aws::Outcome<CopySource> parse_copy_source(const std::string& header) {
  const auto refuse = [&](std::string_view why) {
    return invalid_argument(std::string(why), "x-amz-copy-source", header);
  };
  std::string_view text = header;
  if (const auto question = text.find("?versionId="); question != std::string_view::npos) {
    const std::string version(text.substr(question + std::string_view("?versionId=").size()));
    TUNESMITH_TRY_VOID(check_version(version));
    text = text.substr(0, question);
  }
  const auto decoded = uri_decode(text);
  if (!decoded) return refuse("Invalid copy source encoding.");
  std::string_view path = *decoded;
  if (path.starts_with('/')) path.remove_prefix(1);
  const auto slash = path.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == path.size()) {
    return refuse("Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  }
  return CopySource{std::string(path.substr(0, slash)), std::string(path.substr(slash + 1))};
}

}  // namespace tunesmith::services::s3
