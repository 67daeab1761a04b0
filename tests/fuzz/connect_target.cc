// SPDX-License-Identifier: Apache-2.0
//
// The route of a CONNECT: its target, the token, the upstream proxy's address, the names that the
// local authority speaks for.
#include "http/connect_target.h"

#include "http/tls_authority.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tunesmith::http;  // NOLINT(google-build-using-namespace)
  const std::string_view text = tunesmith::fuzz::text_of(data, size);
  if (const auto target = parse_connect_target(text)) {
    TUNESMITH_CHECK(!target->host.empty());
    (void)is_forbidden_name(target->host);
    if (TlsAuthority::covers(target->host)) {
      TUNESMITH_CHECK(target->host.ends_with("amazonaws.com"));
      TUNESMITH_CHECK(target->host.find_first_of(std::string_view("/,:\0 \r\n", 7)) ==
                      std::string::npos);
    }
  }
  (void)parse_upstream(text);
  (void)carries_token(text, "secret");
  return 0;
}
