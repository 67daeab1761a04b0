// SPDX-License-Identifier: Apache-2.0
//
// How requests name groups, streams and pages: group names and ARNs, opaque page tokens.
#pragma once

#include "services/logs/operations.h"

#include <optional>
#include <string>
#include <string_view>

namespace tunesmith::services::logs {

/// "arn:aws:logs:us-east-1:123456789012:log-group:NAME"
std::string group_arn(const RequestContext& context, std::string_view group);

/// The group that a request names, by name or by identifier (a name, or an ARN with or without
/// ":*").
Outcome<std::string> group_of(const RequestContext& context, const std::optional<std::string>& name,
                              const std::optional<std::string>& identifier);

/// The streams of `group` in whatever source has it; ResourceNotFoundException when none has.
Outcome<StreamPage> streams(const Service& service, const RequestContext& context,
                            const std::string& group, const StreamQuery& query);

/// The stream of exactly that name.
Outcome<LogStream> stream_of(const Service& service, const RequestContext& context,
                             const std::string& group, const std::string& name);

/// A page token that only the list of `scope` takes back.
std::string print_token(std::string_view scope, std::string_view position);
Outcome<std::string> parse_token(const std::string& token, std::string_view scope);

}  // namespace tunesmith::services::logs
