// SPDX-License-Identifier: Apache-2.0
//
// Shows a running tuning job: a block that is drawn over and over on a terminal, a line for each
// change elsewhere. Colours only on a terminal that wants them (NO_COLOR is honoured).
#pragma once

#include "base/result.h"
#include "cli/server_client.h"

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tunesmith::cli {

/// Follows the job until it has ended, drawing on standard output (`quiet`: nothing), and returns
/// its last description.
Result<boost::json::value> follow_tuning_job(ServerClient& server, const std::string& name,
                                             bool quiet);

/// The trials as a table, best first, at most `most` of them.
Result<void> print_results(ServerClient& server, const boost::json::value& description,
                           std::size_t most);

/// What a program wants to know of an ended job: status, best trial, its value and hyperparameters,
/// counters.
boost::json::object summary_of(const boost::json::value& description);

}  // namespace tunesmith::cli
