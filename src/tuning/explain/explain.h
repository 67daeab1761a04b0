// SPDX-License-Identifier: Apache-2.0
//
// What a surrogate says about the objective: the share of its variation that each parameter
// explains, its response to some of them, and what going on promises. Averages are over the whole
// space, by a Sobol set; values are predicted in the model's target and then taken back to the
// objective's units. Deterministic functions; they leave the surrogate's answers as they were.
#pragma once

#include "tuning/acquisition/acquisition_search.h"
#include "tuning/explanation.h"
#include "tuning/search/surrogate.h"

#include <functional>
#include <optional>

namespace tunesmith::tuning {

/// All parameters, and all pairs of them where there are at most kMostPairs; greatest first.
std::vector<Importance> importance_of(const Space& space, Surrogate& surrogate);
constexpr std::size_t kMostPairs = 120;

/// Every combination of the parameters' places, the last varying fastest. `sign` is -1 where the
/// surrogate's values are the objective's negatives. `others`: where the other parameters stay;
/// null: averaged over.
std::vector<ResponsePoint> response_of(const Space& space, Surrogate& surrogate,
                                       const std::vector<std::size_t>& parameters,
                                       std::size_t resolution, double sign, const Point* others);

/// Whether each of the last three values of `evidence`, one after the other taken from it, left a
/// search that has converged; the other figures are those of the whole. `seen` tells points that
/// can't be suggested any more; `observed` is how many trials have ended. Nothing while there is
/// no model.
std::optional<Convergence> convergence_of(const Space& space, Evidence evidence,
                                          SurrogateBuilder& builder,
                                          const std::function<bool(const Point&)>& seen,
                                          std::size_t observed);

}  // namespace tunesmith::tuning
