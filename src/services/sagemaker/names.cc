// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/names.h"

#include "base/strings.h"
#include "services/sagemaker/errors.h"

#include <fmt/core.h>

namespace tunesmith::services::sagemaker {

std::string resource_arn(const aws::RequestContext& context, std::string_view type,
                         std::string_view name) {
  return fmt::format("arn:aws:sagemaker:{}:{}:{}/{}", context.region, context.identity.account,
                     type, to_lower(name));
}

std::string tuning_job_arn(const aws::RequestContext& context, std::string_view name) {
  return resource_arn(context, "hyper-parameter-tuning-job", name);
}
std::string training_job_arn(const aws::RequestContext& context, std::string_view name) {
  return resource_arn(context, "training-job", name);
}

std::optional<ResourceName> parse_arn(const aws::RequestContext& context, std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() != 6 || parts[0] != "arn" || parts[1] != "aws" || parts[2] != "sagemaker" ||
      parts[3] != context.region || parts[4] != context.identity.account) {
    return std::nullopt;
  }
  const auto slash = parts[5].find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return ResourceName{std::string(parts[5].substr(0, slash)),
                      std::string(parts[5].substr(slash + 1))};
}

std::string print_token(const store::Cursor& cursor, std::string_view scope) {
  return to_base64(fmt::format("1\n{}\n{}\n{}", scope, cursor.id, cursor.key));
}

aws::Outcome<store::Cursor> parse_token(const std::string& token, std::string_view scope) {
  const aws::ApiError bad =
      invalid("Invalid pagination token: it is not one that this list returned.");
  const auto plain = from_base64(token);
  if (!plain) return bad;
  std::string_view rest = *plain;
  const auto take_line = [&rest] {
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return line;
  };
  if (take_line() != "1" || take_line() != scope) return bad;
  const auto id = parse_int(take_line());
  if (!id) return bad;
  return store::Cursor{std::string(rest), *id};
}

}  // namespace tunesmith::services::sagemaker
