// SPDX-License-Identifier: Apache-2.0
#include "services/logs/log_names.h"

#include "base/strings.h"
#include "services/logs/errors.h"

#include <fmt/core.h>

namespace tunesmith::services::logs {

std::string group_arn(const RequestContext& context, std::string_view group) {
  return fmt::format("arn:aws:logs:{}:{}:log-group:{}", context.region, context.identity.account,
                     group);
}

Outcome<std::string> group_of(const RequestContext& context, const std::optional<std::string>& name,
                              const std::optional<std::string>& identifier) {
  if (name && identifier) {
    return invalid("LogGroup name and LogGroup ARN are mutually exclusive parameters.");
  }
  if (name) return *name;
  if (!identifier) return invalid("Either a log group name or a log group identifier is required.");
  if (!identifier->starts_with("arn:")) return *identifier;
  const std::string prefix = group_arn(context, "");
  if (!identifier->starts_with(prefix)) return no_group();
  std::string group = identifier->substr(prefix.size());
  if (group.ends_with(":*")) group.resize(group.size() - 2);
  return group;
}

Outcome<StreamPage> streams(const Service& service, const RequestContext& context,
                            const std::string& group, const StreamQuery& query) {
  for (const LogSource* source : service.sources) {
    auto page = source->streams(context.region, group, query);
    if (page) return std::move(*page);
    if (page.error().kind != ErrorKind::kNotFound) return api_error(page.error());
  }
  return no_group();
}

Outcome<LogStream> stream_of(const Service& service, const RequestContext& context,
                             const std::string& group, const std::string& name) {
  StreamQuery query;
  query.prefix = name;
  query.limit = 1;
  auto page = streams(service, context, group, query);
  if (!page) return page.error();
  if (page->rows.empty() || page->rows.front().name != name) return no_stream();
  return std::move(page->rows.front());
}

std::string print_token(std::string_view scope, std::string_view position) {
  return to_base64(fmt::format("1\n{}\n{}", scope, position));
}

Outcome<std::string> parse_token(const std::string& token, std::string_view scope) {
  const auto plain = from_base64(token);
  const std::string head = fmt::format("1\n{}\n", scope);
  if (!plain || !plain->starts_with(head)) return invalid("The specified nextToken is invalid.");
  return plain->substr(head.size());
}

}  // namespace tunesmith::services::logs
