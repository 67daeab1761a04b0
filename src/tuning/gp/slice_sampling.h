// SPDX-License-Identifier: Apache-2.0
//
// Draws of the hyperparameters from their posterior: elliptical slice sampling (Murray, Adams and
// MacKay, "Elliptical slice sampling", 2010), which needs no tuning and no gradient, and whose
// steps are as wide as the prior where the data say little.
#pragma once

#include "base/random.h"
#include "tuning/gp/likelihood.h"

#include <vector>

namespace tunesmith::tuning {

struct SliceOptions {
  int draws = 4;    ///< how many thetas are returned
  int burn_in = 4;  ///< steps before the first
  int thin = 1;     ///< steps from one to the next
};

/// A chain from `start`, in the box of the likelihood. Always returns `draws` usable thetas.
std::vector<Theta> sample_posterior(Likelihood& likelihood, const Theta& start,
                                    const SliceOptions& options, Rng& rng);

}  // namespace tunesmith::tuning
