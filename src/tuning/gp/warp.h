// SPDX-License-Identifier: Apache-2.0
//
// A learned monotone warp of each numeric coordinate, so that a scale that was chosen badly (linear
// where logarithmic fits) is corrected by the data: the distribution function of Kumaraswamy,
// w(x) = 1 - (1 - x^a)^b (Snoek et al., "Input Warping for Bayesian Optimization of Non-stationary
// Functions", 2014). Immutable; thread safe.
#pragma once

#include "tuning/gp/hyperparameters.h"
#include "tuning/gp/layout.h"
#include "tuning/numeric/kernels.h"

#include <cstdint>
#include <vector>

namespace tunesmith::tuning {

class Warp {
 public:
  explicit Warp(const Layout& layout);

  /// Whether theta has parameters for it.
  bool active(const Theta& theta) const { return theta.size() > warped_.size() + 2; }
  /// Whether coordinate j is warped at all: categories and two-valued parameters are not.
  bool warps(std::size_t j) const { return warped_[j] != 0; }
  /// dw/dx.
  double slope(const Theta& theta, std::size_t j, double x) const;
  /// dw/dlog a and dw/dlog b.
  void parameter_slopes(const Theta& theta, std::size_t j, double x, double* by_a,
                        double* by_b) const;
  /// Warps n values (a multiple of kLane) of coordinate j; out may be x.
  void apply_row(const NumericKernels& kernels, const Theta& theta, std::size_t j, const double* x,
                 double* out, std::size_t n) const;
  /// Warps a whole point in place.
  void apply(const NumericKernels& kernels, const Theta& theta, double* point) const;

 private:
  std::vector<std::uint8_t> warped_;
};

}  // namespace tunesmith::tuning
