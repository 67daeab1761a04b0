// SPDX-License-Identifier: Apache-2.0
//
// Decides by IAM policies what callers may do. Thread safe. Borrows all that it is made of.
#pragma once

#include "aws/authorization.h"
#include "base/clock.h"
#include "store/identities.h"
#include "store/store.h"

#include <string>
#include <string_view>

#include "access/directory.h"
#include "access/evaluate.h"

namespace tunesmith::services::iam {

class PolicyAuthorizer final : public aws::Authorizer {
 public:
  PolicyAuthorizer(access::Directory& directory, const store::Identities& identities,
                   const store::Store& store, const Clock& clock)
      : directory_(directory), identities_(identities), store_(store), clock_(clock) {}

  /// Requests name users, roles and groups without their paths and in any case: what is there is
  /// judged by the ARN that it has.
  aws::Outcome<void> authorize(const aws::RequestContext& context, std::string_view action,
                               std::string_view resource,
                               const aws::InputKeys& keys) const override;

  /// What the caller's policies say, its session policy included.
  Result<access::Verdict> judge(const aws::RequestContext& context, std::string_view action,
                                std::string_view resource, const aws::InputKeys& keys) const;

  /// What narrows the rights of the caller's session, wherever they come from: the role's
  /// permissions boundary and the policy that the session was made with. Allowed without both.
  Result<access::Verdict> judge_limits(const aws::RequestContext& context, std::string_view action,
                                       std::string_view resource, const aws::InputKeys& keys) const;

  /// What `role` itself may do, for what is done in its name (training jobs), with the condition
  /// keys that the same request to the service would have. kNotFound without it.
  Result<access::Verdict> judge_role(const std::string& role, std::string_view action,
                                     std::string_view resource, const aws::InputKeys& keys) const;

  /// Every condition key that a request has a value for: those of its input and aws:... ones.
  access::ConditionKeys keys_of(const aws::RequestContext& context, std::string_view resource,
                                const aws::InputKeys& keys) const;

 private:
  /// `resource`, or the ARN of the user, role or group there that it means.
  Result<std::string> actual_arn(const aws::RequestContext& context, std::string_view action,
                                 std::string_view resource) const;
  /// The permissions boundary of the user or role that an ARN names, empty without one.
  std::string boundary_of(std::string_view arn) const;
  std::optional<std::vector<std::string>> resource_tag(std::string_view arn,
                                                       std::string_view key) const;

  access::Directory& directory_;
  const store::Identities& identities_;
  const store::Store& store_;
  const Clock& clock_;
};

/// The error that a denied caller gets.
aws::ApiError access_denied(const aws::RequestContext& context, std::string_view action,
                            std::string_view resource, access::Verdict verdict);

}  // namespace tunesmith::services::iam
