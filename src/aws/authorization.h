// SPDX-License-Identifier: Apache-2.0
//
// Whether a caller may do what it asks for. Before an operation runs, the rules of its descriptor
// (codegen/access.toml) are filled in from its input and put to the Authorizer; an operation that
// touches more than its input names asks again with authorize(). Thread safe.
#pragma once

#include "aws/api_error.h"
#include "aws/operation.h"
#include "aws/request_context.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::aws {

/// The values that a request's input has for a condition key (lower case): "s3:prefix",
/// "aws:requesttag/team". Nothing when it has none.
using InputKeys = std::function<std::optional<std::vector<std::string>>(std::string_view key)>;

class Authorizer {
 public:
  virtual ~Authorizer() = default;
  /// An error of AWS's when the caller may not do `action` ("s3:GetObject") to `resource` (an ARN,
  /// or "*").
  virtual Outcome<void> authorize(const RequestContext& context, std::string_view action,
                                  std::string_view resource, const InputKeys& keys) const = 0;
};

/// Everything that `operation` needs for this input (of its input shape; null when it has none).
/// Each element of a list of definitions is judged by itself: what one of them may not, the request
/// may not.
Outcome<void> authorize_operation(const RequestContext& context,
                                  const OperationDescriptor& operation, const void* input);

/// One permission more, found while an operation runs.
Outcome<void> authorize(const RequestContext& context, std::string_view action,
                        std::string_view resource);

/// A template of access.toml filled in: one text for each element where it names a list. Nothing
/// when a member that it names is absent. `element`: of a list that a name begins with, only this.
std::vector<std::string> fill_in(std::string_view text, const RequestContext& context,
                                 const Shape* shape, const void* input,
                                 std::optional<std::size_t> element = {});

}  // namespace tunesmith::aws
