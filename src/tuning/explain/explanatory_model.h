// SPDX-License-Identifier: Apache-2.0
//
// The model that importances and responses are read from. A search's own model is of targets that
// press together all that is worse than the median of the trials, the more so the more of them lie
// near the optimum: that finds the best, and says little of the rest of the space. This one is of
// the objective itself. Only values beyond Tukey's outer fence (Exploratory Data Analysis, 1977)
// are moved to it: diverged trials would be all that it shows. The quartiles are those over the
// space, not over the trials.
#pragma once

#include "tuning/search/surrogate.h"

#include <cstdint>
#include <memory>

namespace tunesmith::tuning {

/// Of this search's own trials, without parents. Null when their values don't differ.
std::unique_ptr<Surrogate> explanatory_model(const Space& space, Evidence evidence,
                                             std::uint64_t seed, BayesianOptions options);

}  // namespace tunesmith::tuning
