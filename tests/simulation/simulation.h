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

#include "simulation/tally.h"

namespace tunesmith::simulation {

struct Outcome {
  std::optional<std::string> violation;  // with the last lines of what happened
  std::uint64_t fingerprint = 0;         // of all that happened
  Tally tally;
};

/// `watched`: prints what happens to standard error.
Outcome simulate(std::uint64_t seed, bool watched);

}  // namespace tunesmith::simulation
