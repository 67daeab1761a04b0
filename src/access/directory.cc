// SPDX-License-Identifier: Apache-2.0
#include "access/directory.h"

#include "access/evaluate.h"
#include "access/managed_policies.h"

namespace tunesmith::access {

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
  TUNESMITH_TRY(
      const std::vector<std::string> documents, [&]() -> Result<std::vector<std::string>> {
        std::vector<std::string> out;
        TUNESMITH_TRY(const auto arns, identities_.attached_policies(kind, name));
        for (const std::string& arn : arns) {
          if (const ManagedPolicy* managed = find_managed_policy(arn)) {
            out.emplace_back(managed->document);
            continue;
          }
          TUNESMITH_TRY(const store::PolicyRow policy, identities_.policy(arn));
          out.push_back(policy.document);
        }
        TUNESMITH_TRY(const auto inline_policies, identities_.inline_policies(kind, name));
        for (const store::InlinePolicy& policy : inline_policies) out.push_back(policy.document);
        return out;
      }());
  for (const std::string& document : documents) {
    // What is stored was read before it was stored: a text that can't be read now is damage, and a
    // denial in it must not be lost.
    auto policy = parse_policy(document, PolicyUse::kIdentity);
    if (!policy) return Error(ErrorKind::kCorrupt, policy.error().message);
    rights.policies.push_back(std::move(*policy));
  }
  rights.everything = allow_everything(rights.policies);
  return rights;
}

}  // namespace tunesmith::access
