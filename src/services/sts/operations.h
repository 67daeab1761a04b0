// SPDX-License-Identifier: Apache-2.0
//
// The STS operations that this server answers.
#pragma once

#include "aws/identity/session_credentials.h"
#include "aws/operation_table.h"
#include "base/clock.h"
#include "services/iam/policy_authorizer.h"
#include "store/identities.h"

#include "tunesmith/api/sts/operations.h"

namespace tunesmith::services::sts {

namespace api = tunesmith::api::sts;

/// All members outlive the operation table.
struct Service {
  store::Identities& identities;
  const Clock& clock;
  const aws::identity::SessionCredentials& sessions;
  const iam::PolicyAuthorizer& authorizer;
};

void register_operations(aws::OperationTable& table, Service& service);

aws::Outcome<api::GetCallerIdentityResponse> get_caller_identity(
    const aws::RequestContext& context);
aws::Outcome<api::AssumeRoleResponse> assume_role(Service& service,
                                                  const aws::RequestContext& context,
                                                  const api::AssumeRoleRequest& input);

}  // namespace tunesmith::services::sts
