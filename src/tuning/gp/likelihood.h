// SPDX-License-Identifier: Apache-2.0
//
// The logarithm of marginal likelihood times prior as a function of theta, with its gradient, and
// its maximisation (MAP). Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006,
// equations 5.8 and 5.9. Keeps work buffers; not thread safe.
#pragma once

#include "tuning/gp/factor.h"
#include "tuning/gp/warp.h"

#include <span>
#include <vector>

namespace tunesmith::tuning {

class Likelihood {
 public:
  /// y[i] belongs to features' i-th point. All three must outlive this.
  Likelihood(const Layout& layout, const Features& features, std::span<const double> y,
             const Priors& priors);

  /// Of theta.
  std::size_t dims() const { return features_.dims() * (warped_any_ ? 3 : 1) + 2; }
  /// Of the layout.
  std::size_t parameters() const { return features_.dims(); }
  Theta prior_mode() const;
  Theta lower() const;
  Theta upper() const;
  /// Negative log posterior density of theta up to a constant; +infinity where the covariance can
  /// not be factored. `gradient`, if any, gets dims() elements.
  double evaluate(const Theta& theta, Theta* gradient);

 private:
  void prepare_warp_slopes(const Theta& theta);
  void add_warp_gradient(std::size_t row, std::size_t padded_row, Theta& gradient) const;

  Layout layout_;
  const Features& features_;
  std::span<const double> y_;
  Priors priors_;
  const NumericKernels& kernels_;
  Warp warp_;
  bool warped_any_ = false;
  Features warped_;  ///< features_ through the warp of the theta at hand
  Factor factor_;
  std::vector<double> weight_, alpha_, slopes_, inverse_, gram_, batch_, row_, point_;
  /// dw/dlog a and dw/dlog b of each point, and their products with w: dims rows each.
  std::vector<double> by_a_, by_b_, w_by_a_, w_by_b_;
};

/// The best of a few descents: from `starts`, or from the prior's mode and a short-scale point when
/// there are none. `evaluations` bounds each descent. Always returns a usable theta.
Theta fit_map(Likelihood& likelihood, const std::vector<Theta>& starts, int evaluations);

}  // namespace tunesmith::tuning
