// SPDX-License-Identifier: Apache-2.0
//
// What the engine says about a search, as JSON for programs and as lines for people.
#pragma once

#include "tuning/searcher.h"

#include <boost/json/object.hpp>

#include <iosfwd>

namespace tunesmith::cli {

/// {"importance": [{"parameters": ["eta"], "share": 0.7}, ...]} and, once the engine has a model,
/// "convergence". Errors are the searcher's.
Result<boost::json::object> explain_json(const tuning::Searcher& searcher);
/// [{"values": [0.3], "mean": 0.1, "low": ..., "high": ...}, ...] along the named parameters.
Result<boost::json::array> response_json(const tuning::Searcher& searcher,
                                         const std::vector<std::string>& names,
                                         std::size_t resolution);

/// One line: why this point.
void print_suggestion(std::ostream& out, tuning::TrialId id, const tuning::Explanation& why);
/// A few lines: what matters, how the objective answers to it, and what going on is worth. Says so
/// when there is no model.
void print_search(std::ostream& out, const tuning::Searcher& searcher);

}  // namespace tunesmith::cli
