// SPDX-License-Identifier: Apache-2.0
//
// Policy documents of all three uses.
#include "access/policy.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tunesmith::access;  // NOLINT(google-build-using-namespace)
  const std::string_view text = tunesmith::fuzz::text_of(data, size);
  (void)parse_new_policy(text, PolicyUse::kIdentity);
  (void)parse_new_policy(text, PolicyUse::kTrust);
  return 0;
}
