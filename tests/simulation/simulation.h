// SPDX-License-Identifier: Apache-2.0
//
// One simulated life of a server: the real orchestration, training and store, over fake runners,
// under a virtual clock, in one thread. Everything random comes from the seed, so that a seed
// replays its run exactly. The server crashes at any access to its store and around each launch,
// writes fail, requests of runners and users arrive between any two accesses, the clock jumps, the
// power goes; a ledger checks each commit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tunesmith::simulation {

struct Tally {
  std::int64_t trials = 0, jobs = 0, crashes = 0, power_losses = 0, failed_accesses = 0;
  std::int64_t interleaved = 0, clock_jumps = 0, stops = 0, launched = 0, deaths = 0;
  std::int64_t requests = 0, lost = 0, repeated = 0, retrained = 0, artifacts_taken_in = 0;
  Tally& operator+=(const Tally& other);
};
std::string to_string(const Tally& tally);

struct Outcome {
  std::optional<std::string> violation;  // with the last lines of what happened
  std::uint64_t fingerprint = 0;         // of all that happened
  Tally tally;
};

/// `watched`: prints what happens to standard error.
Outcome simulate(std::uint64_t seed, bool watched);

}  // namespace tunesmith::simulation
