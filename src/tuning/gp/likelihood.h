// SPDX-License-Identifier: Apache-2.0
//
// The logarithm of marginal likelihood times prior as a function of theta, with its gradient, and
// its maximisation (MAP). Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006,
// equations 5.8 and 5.9. Keeps work buffers; not thread safe.
#pragma once

#include "tuning/gp/factor.h"

#include <span>
#include <vector>

namespace tunesmith::tuning {

class Likelihood {
 public:
  /// y[i] belongs to features' i-th point. Both must outlive this.
  Likelihood(const Features& features, std::span<const double> y, const Priors& priors);

  std::size_t dims() const { return features_.dims() + 2; }
  Theta prior_mode() const;
  Theta lower() const;
  Theta upper() const;
  /// Negative log posterior density of theta up to a constant; +infinity where the covariance can
  /// not be factored. `gradient`, if any, gets dims() elements.
  double evaluate(const Theta& theta, Theta* gradient);

 private:
  const Features& features_;
  std::span<const double> y_;
  Priors priors_;
  const NumericKernels& kernels_;
  Factor factor_;
  std::vector<double> weight_, alpha_, slopes_, inverse_, gram_, batch_, row_, point_;
};

/// The best of a few descents: from `starts`, or from the prior's mode and a short-scale point when
/// there are none. `evaluations` bounds each descent. Always returns a usable theta.
Theta fit_map(Likelihood& likelihood, const std::vector<Theta>& starts, int evaluations);

}  // namespace tunesmith::tuning
