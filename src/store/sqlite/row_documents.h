// SPDX-License-Identifier: Apache-2.0
//
// The small JSON documents inside rows: a trial's tuned values, transitions, final metrics.
#pragma once

#include "base/result.h"
#include "store/records.h"

#include <string>
#include <vector>

namespace tunesmith::store {

std::string print_named_values(const NamedValues& values);
Result<NamedValues> parse_named_values(const std::string& text);
std::string print_transitions(const std::vector<Transition>& transitions);
Result<std::vector<Transition>> parse_transitions(const std::string& text);
std::string print_final_metrics(const std::vector<FinalMetric>& metrics);
Result<std::vector<FinalMetric>> parse_final_metrics(const std::string& text);

}  // namespace tunesmith::store
