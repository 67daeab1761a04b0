// SPDX-License-Identifier: Apache-2.0
//
// Decides by IAM policies what callers may do. Thread safe. Borrows all that it is made of.
#pragma once

#include "aws/authorization.h"
#include "base/clock.h"
#include "store/identities.h"
#include "store/store.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "access/directory.h"
#include "access/evaluate.h"

namespace tunesmith::services::iam {

/// What a caller's policies say of a request.
struct Judgement {
  access::Verdict rights;  // all of them together
  // What narrows the rights of a role's session, wherever they come from: the role's permissions
  // boundary and the policy that the session was made with. Allowed without both.
  access::Verdict limits;
};

/// The value of a tag that an object of S3 has, by the tag's key in lower case. Nothing without.
using ObjectTag = std::function<std::optional<std::string>(
    const std::string& bucket, const std::string& key, std::string_view tag)>;

class PolicyAuthorizer final : public aws::Authorizer {
 public:
  PolicyAuthorizer(access::Directory& directory, const store::Identities& identities,
                   const store::Store& store, ObjectTag object_tag, const Clock& clock)
      : directory_(directory),
        identities_(identities),
        store_(store),
        object_tag_(std::move(object_tag)),
        clock_(clock) {}

  /// Requests name users, roles and groups without their paths and in any case: what is there is
  /// judged by the ARN that it has.
  aws::Outcome<void> authorize(const aws::RequestContext& context, std::string_view action,
                               std::string_view resource,
                               const aws::InputKeys& keys) const override;

  /// What the caller's policies say, its session policy included.
  Result<access::Verdict> judge(const aws::RequestContext& context, std::string_view action,
                                std::string_view resource, const aws::InputKeys& keys) const;

  /// The same, and by itself what narrows it.
  Result<Judgement> judge_session(const aws::RequestContext& context, std::string_view action,
                                  std::string_view resource, const aws::InputKeys& keys) const;

  /// What `role` itself may do, for what is done in its name (training jobs), with the condition
  /// keys that the same request to the service would have. kNotFound without it.
  Result<access::Verdict> judge_role(const std::string& role, std::string_view action,
                                     std::string_view resource, const aws::InputKeys& keys) const;

  /// Whether `role` lets a service act as it for what has the ARN `source`. kNotFound without it.
  Result<bool> role_trusts(const std::string& role, const std::string& service,
                           const std::string& source) const;

  /// Every condition key that a request has a value for: those of its input and aws:... ones.
  access::ConditionKeys keys_of(const aws::RequestContext& context, std::string_view action,
                                std::string_view resource, const aws::InputKeys& keys) const;

 private:
  /// What the caller's policies say, which `rights` has read.
  static Result<access::Verdict> judge_by(const access::Rights& rights,
                                          const aws::Identity& identity,
                                          const access::Request& request);
  /// `resource`, or the ARN of the user, role or group there that it means.
  Result<std::string> actual_arn(const aws::RequestContext& context, std::string_view action,
                                 std::string_view resource) const;
  /// The permissions boundary of the user or role that an ARN names, empty without one.
  std::string boundary_of(std::string_view arn) const;
  std::optional<std::vector<std::string>> resource_tag(std::string_view arn,
                                                       std::string_view key) const;
  /// s3:ExistingObjectTag/...: for the actions that S3 documents it for.
  std::optional<std::vector<std::string>> existing_object_tag(std::string_view action,
                                                              std::string_view arn,
                                                              std::string_view key) const;

  access::Directory& directory_;
  const store::Identities& identities_;
  const store::Store& store_;
  const ObjectTag object_tag_;
  const Clock& clock_;
};

/// The error that a denied caller gets.
aws::ApiError access_denied(const aws::RequestContext& context, std::string_view action,
                            std::string_view resource, access::Verdict verdict);

}  // namespace tunesmith::services::iam
