// SPDX-License-Identifier: Apache-2.0
//
// What came out of a tuning job: for people a table, for programs an object.
#pragma once

#include "cli/live_view.h"
#include "cli/terminal.h"

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tunesmith::cli {

/// The trials, of one definition or of all, best first; last those without a value, and of all
/// those whose objective is better the other way round than the job's.
std::vector<const boost::json::object*> ranked_trials(
    const LiveState& state, std::optional<std::int64_t> definition = std::nullopt);
/// The `most` best trials as a table on standard output.
void print_results(const LiveState& state, std::size_t most);
/// name, status, counters, seconds, best (training_job, objective, hyperparameters),
/// failure_reason.
boost::json::object summary_of(const LiveState& state);

}  // namespace tunesmith::cli
