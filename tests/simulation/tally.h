// SPDX-License-Identifier: Apache-2.0
//
// How much of everything happened in simulated runs: to see that the weather was bad enough.
#pragma once

#include <cstdint>
#include <string>

namespace tunesmith::simulation {

struct Tally {
  std::int64_t trials = 0, jobs = 0, crashes = 0, power_losses = 0, failed_accesses = 0;
  std::int64_t interleaved = 0, clock_jumps = 0, stops = 0, launched = 0, deaths = 0;
  std::int64_t requests = 0, lost = 0, repeated = 0, retrained = 0, artifacts_taken_in = 0;
  std::int64_t reports = 0, converged = 0;
  Tally& operator+=(const Tally& other);
};
std::string to_string(const Tally& tally);

}  // namespace tunesmith::simulation
