// SPDX-License-Identifier: Apache-2.0
//
// What came out of a tuning job: for people a table, for programs an object.
#pragma once

#include "cli/live_view.h"
#include "cli/terminal.h"

#include <boost/json/object.hpp>

#include <cstddef>
#include <vector>

namespace tunesmith::cli {

/// The trials, best first; those without a value last.
std::vector<const boost::json::object*> ranked_trials(const LiveState& state);
/// The `most` best trials as a table on standard output.
void print_results(const LiveState& state, std::size_t most);
/// name, status, counters, seconds, best (training_job, objective, hyperparameters),
/// failure_reason.
boost::json::object summary_of(const LiveState& state);

}  // namespace tunesmith::cli
