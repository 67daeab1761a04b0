// SPDX-License-Identifier: Apache-2.0
//
// The search engine over JSON lines: one request a line in, one answer a line out. What
// `tunesmith suggest` runs; benchmarks and other programs talk to the engine through it.
// A bad request is answered with {"error": ...} and changes nothing; the session goes on.
#pragma once

#include <iosfwd>

namespace tunesmith::cli {

/// Serves until "quit" or the end of input. Returns the exit status: 0, or 1 when `out` fails.
/// `explanations`, if any, gets lines for people: why each point, and in the end what was learned.
int run_suggest_session(std::istream& in, std::ostream& out, std::ostream* explanations = nullptr);

}  // namespace tunesmith::cli
