// SPDX-License-Identifier: Apache-2.0
//
// Resource names: ARNs of SageMaker's resources, printed and parsed here only, and page tokens.
#pragma once

#include "aws/api_error.h"
#include "aws/request_context.h"
#include "store/records.h"

#include <optional>
#include <string>
#include <string_view>

namespace tunesmith::services::sagemaker {

/// "arn:aws:sagemaker:<region>:<account>:hyper-parameter-tuning-job/<name in lower case>"
std::string tuning_job_arn(const aws::RequestContext& context, std::string_view name);
std::string training_job_arn(const aws::RequestContext& context, std::string_view name);

/// `type`: "model", "endpoint-config", "endpoint", "transform-job"
std::string resource_arn(const aws::RequestContext& context, std::string_view type,
                         std::string_view name);

struct ResourceName {
  std::string type;  // "training-job"
  std::string name;
};
/// The resource of an ARN of the caller's account and region; nothing for others.
std::optional<ResourceName> parse_arn(const aws::RequestContext& context, std::string_view arn);

/// An opaque token for where a list goes on, and back. `scope` (operation, sort order) must be the
/// same.
std::string print_token(const store::Cursor& cursor, std::string_view scope);
aws::Outcome<store::Cursor> parse_token(const std::string& token, std::string_view scope);

}  // namespace tunesmith::services::sagemaker
