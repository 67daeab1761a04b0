// SPDX-License-Identifier: Apache-2.0
//
// The documents of the protocol between server and runner.
#include "training/runner_protocol.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tunesmith::training;  // NOLINT(google-build-using-namespace)
  const std::string_view text = tunesmith::fuzz::text_of(data, size);
  (void)parse_job_spec(text);
  (void)parse_claim(text);
  (void)parse_report(text);
  (void)parse_answer(text);
  (void)parse_finish(text);
  return 0;
}
