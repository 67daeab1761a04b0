// SPDX-License-Identifier: Apache-2.0
//
// A tuning job on a terminal while it runs: the whole screen, drawn over and over: progress, the
// best trial, the trials that run with their curves, the last ones that ended. Building the lines
// is pure.
#pragma once

#include "base/result.h"
#include "cli/console_client.h"
#include "cli/terminal.h"

#include <boost/json/object.hpp>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace tunesmith::cli {

/// What is shown; documents as the console's interface gives them.
struct LiveState {
  boost::json::object job;
  boost::json::array trials;                           // by number
  std::map<std::int64_t, std::vector<double>> curves;  // objective over the steps, by trial
  std::int64_t now = 0;                                // ms since 1970
  std::string notice;                                  // what keeps the rest from being of now
};

/// At most terminal.height lines of at most terminal.width columns.
std::vector<std::string> live_lines(const LiveState& state, const Terminal& terminal);
/// One line that says where the job stands, for output that is no terminal.
std::string status_line(const LiveState& state);
/// Whether the job has ended.
bool has_ended(const boost::json::object& job);

/// How long a server that goes away is waited for, if nobody says otherwise.
inline constexpr std::chrono::seconds kServerPatience{60};

/// Follows the job until it has ended: on a terminal on a screen of its own, which goes at the end;
/// elsewhere a line for each change; `quiet`: nothing. A server that goes away is waited for as
/// long as `patience`, and said to be away, off the terminal's screen on standard error. Returns
/// its last state. kNotFound when the job was deleted, kUnavailable when the server stayed away.
Result<LiveState> follow(ConsoleClient& console, const FoundJob& job, bool quiet,
                         std::chrono::seconds patience);

}  // namespace tunesmith::cli
