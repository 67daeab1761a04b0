// SPDX-License-Identifier: Apache-2.0
//
// Whom a trust policy names. It is kept with the unique ids of users and roles in place of their
// ARNs, as IAM does: who is made under a name later is not who was trusted under it. Shown, an id
// is the ARN again while that user or role is there. A session's ARN is kept as "ROLEID:SESSION",
// which is its caller's user id. Pure but for what it looks up.
#pragma once

#include "aws/api_error.h"
#include "base/result.h"
#include "store/identities.h"

#include <string>

namespace tunesmith::services::iam {

/// `document`, a good trust policy, as it is to be kept. MalformedPolicyDocument when it names
/// nobody of this account. Other accounts are not here to be asked: they are kept as they are.
aws::Outcome<std::string> kept_trust(const store::Identities& identities,
                                     const std::string& document);

/// A kept trust policy as it is shown.
aws::Outcome<std::string> shown_trust(const store::Identities& identities, const std::string& kept);

/// Keeps so what an older version stored with ARNs. Who is not there any more gets an id that
/// nobody has.
Result<void> pin_old_trust(store::Identities& identities);

}  // namespace tunesmith::services::iam
