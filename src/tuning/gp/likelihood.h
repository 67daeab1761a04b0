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
  /// Of the independent normal priors; the deviation is 0 for what is fixed.
  const Theta& prior_mean() const { return mean_; }
  const Theta& prior_deviation() const { return deviation_; }
  Theta lower() const;
  Theta upper() const;
  /// Negative log posterior density of theta up to a constant; +infinity where the covariance can
  /// not be factored. `gradient`, if any, gets dims() elements.
  double evaluate(const Theta& theta, Theta* gradient);

 private:
  /// By lengths and warp parameters, from pull_ and warped_.
  void add_coordinate_gradients(const KernelShape& shape, Theta& gradient);

  const Features& features_;
  std::span<const double> y_;
  Priors priors_;
  Theta mean_, deviation_;
  const NumericKernels& kernels_;
  Warp warp_;
  bool warped_any_ = false;
  Features warped_;  ///< features_ through the warp of the theta at hand
  Factor factor_;
  std::vector<double> weight_, alpha_, slopes_, inverse_, gram_, batch_;
  std::vector<double> by_a_, by_b_;  ///< dw/dlog a and dw/dlog b of each point: dims rows each
  /// T, of which the gradients are made, and its row sums; T w and the differences from it.
  std::vector<double> pull_, pull_sums_, product_, tension_;
};

/// A descent of so many evaluations from the most promising of `starts` (the prior's mode and a
/// short-scale point when there are none): of several, each gets a third of them to show it. Always
/// returns a usable theta.
Theta fit_map(Likelihood& likelihood, const std::vector<Theta>& starts, int evaluations);

}  // namespace tunesmith::tuning
