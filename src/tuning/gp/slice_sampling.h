// SPDX-License-Identifier: Apache-2.0
//
// Draws of the hyperparameters from their posterior: slice sampling along random directions (Neal,
// "Slice sampling", 2003), which needs no tuning and no gradient.
#pragma once

#include "base/random.h"
#include "tuning/gp/likelihood.h"

#include <vector>

namespace tunesmith::tuning {

struct SliceOptions {
  int draws = 4;    ///< how many thetas are returned
  int burn_in = 8;  ///< steps before the first
  int thin = 2;     ///< steps from one to the next
};

/// A chain from `start`, where the density must not be zero. Always returns `draws` usable thetas.
std::vector<Theta> sample_posterior(Likelihood& likelihood, const Theta& start,
                                    const SliceOptions& options, Rng& rng);

}  // namespace tunesmith::tuning
