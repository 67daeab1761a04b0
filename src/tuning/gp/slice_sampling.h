// SPDX-License-Identifier: Apache-2.0
//
// Draws of the hyperparameters from their posterior: slice sampling along random directions (Neal,
// "Slice Sampling", 2003, sections 4 and 5.1), which needs no tuning and no gradient.
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
