// SPDX-License-Identifier: Apache-2.0
#include "access/directory.h"

#include "access/managed_policies.h"

namespace tunesmith::access {

namespace {

/// What is stored was read before it was stored: a text that can't be read now is damage, and a
/// denial in it must not be lost.
Result<Policy> parse_stored(std::string_view document) {
  auto policy = parse_policy(document, PolicyUse::kIdentity);
  if (!policy) return Error(ErrorKind::kCorrupt, policy.error().message);
  return policy;
}

}  // namespace

Verdict Rights::judge(const Request& request) const {
  if (everything) return Verdict::kAllowed;
  return boundary ? evaluate_within(*boundary, policies, request) : evaluate(policies, request);
}

Result<std::shared_ptr<const Rights>> Directory::rights(store::PrincipalKind kind,
                                                        const std::string& name) {
  constexpr std::size_t kMaxKnown = 4096;
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find({kind, name}); found != known_.end()) return found->second;
    generation = generation_;
  }
  TUNESMITH_TRY(Rights loaded, load(kind, name));
  auto rights = std::make_shared<const Rights>(std::move(loaded));
  const std::lock_guard lock(mutex_);
  if (generation == generation_) {
    if (known_.size() >= kMaxKnown) known_.clear();
    known_[{kind, name}] = rights;
  }
  return rights;
}

void Directory::forget() {
  const std::lock_guard lock(mutex_);
  ++generation_;
  known_.clear();
}

Result<Rights> Directory::load(store::PrincipalKind kind, const std::string& name) const {
  Rights rights;
  const auto principal = identities_.principal(kind, name);
  if (!principal && principal.error().kind == ErrorKind::kNotFound) return rights;
  if (!principal) return principal.error();
  rights.id = principal->id;
  TUNESMITH_TRY_VOID(add_policies(kind, name, rights.policies));
  if (kind == store::PrincipalKind::kUser) {
    TUNESMITH_TRY(const auto groups, identities_.groups_of(name));
    for (const store::Principal& group : groups)
      TUNESMITH_TRY_VOID(add_policies(group.kind, group.name, rights.policies));
  }
  if (!principal->boundary.empty()) {
    TUNESMITH_TRY(rights.boundary, managed_policy(principal->boundary));
  }
  rights.everything = !rights.boundary && allow_everything(rights.policies);
  return rights;
}

Result<void> Directory::add_policies(store::PrincipalKind kind, const std::string& name,
                                     std::vector<Policy>& policies) const {
  TUNESMITH_TRY(const auto arns, identities_.attached_policies(kind, name));
  for (const std::string& arn : arns) {
    TUNESMITH_TRY(Policy policy, managed_policy(arn));
    policies.push_back(std::move(policy));
  }
  TUNESMITH_TRY(const auto inline_policies, identities_.inline_policies(kind, name));
  for (const store::InlinePolicy& inside : inline_policies) {
    TUNESMITH_TRY(Policy policy, parse_stored(inside.document));
    policies.push_back(std::move(policy));
  }
  return {};
}

Result<Policy> Directory::managed_policy(const std::string& arn) const {
  if (const ManagedPolicy* managed = find_managed_policy(arn))
    return parse_stored(managed->document);
  TUNESMITH_TRY(const store::PolicyRow policy, identities_.policy(arn));
  return parse_stored(policy.document);
}

}  // namespace tunesmith::access
