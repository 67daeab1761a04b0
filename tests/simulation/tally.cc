// SPDX-License-Identifier: Apache-2.0
#include "simulation/tally.h"

#include <fmt/core.h>

namespace tunesmith::simulation {

Tally& Tally::operator+=(const Tally& o) {
  trials += o.trials;
  jobs += o.jobs;
  crashes += o.crashes;
  power_losses += o.power_losses;
  failed_accesses += o.failed_accesses;
  interleaved += o.interleaved;
  clock_jumps += o.clock_jumps;
  stops += o.stops;
  launched += o.launched;
  deaths += o.deaths;
  requests += o.requests;
  lost += o.lost;
  repeated += o.repeated;
  retrained += o.retrained;
  artifacts_taken_in += o.artifacts_taken_in;
  reports += o.reports;
  converged += o.converged;
  return *this;
}

std::string to_string(const Tally& t) {
  return fmt::format(
      "{} trials of {} jobs; {} runners launched, {} died, {} trials trained again; {} requests of "
      "runners, {} lost, {} repeated; {} crashes of the server, {} power losses, {} failed "
      "accesses, {} interleaved events, {} clock jumps, {} stops, {} models taken from folders; "
      "searches "
      "heard {} reports of running trials, {} converged",
      t.trials, t.jobs, t.launched, t.deaths, t.retrained, t.requests, t.lost, t.repeated,
      t.crashes, t.power_losses, t.failed_accesses, t.interleaved, t.clock_jumps, t.stops,
      t.artifacts_taken_in, t.reports, t.converged);
}

}  // namespace tunesmith::simulation
