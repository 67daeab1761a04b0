// SPDX-License-Identifier: Apache-2.0
//
// A learned monotone warp of each numeric coordinate, so that a scale that was chosen badly (linear
// where logarithmic fits) is corrected by the data: the distribution function of Kumaraswamy,
// w(x) = 1 - (1 - x^a)^b (Snoek et al., "Input Warping for Bayesian Optimization of Non-stationary
// Functions", 2014). Keeps the parameters of one theta at a time, and a work buffer; not thread
// safe.
#pragma once

#include "tuning/gp/hyperparameters.h"
#include "tuning/gp/layout.h"
#include "tuning/numeric/kernels.h"

#include <cstddef>
#include <vector>

namespace tunesmith::tuning {

class Warp {
 public:
  /// That leaves everything as it is until it is set.
  explicit Warp(const Layout& layout);

  /// Takes over the parameters of theta, which may have none for the warp.
  void set(const Theta& theta);
  /// Whether the theta that it was set to has parameters for it.
  bool active() const { return active_; }
  /// Whether coordinate j may be warped at all: categories and two-valued parameters are not.
  bool warps(std::size_t j) const { return rank_[j] != kNone; }
  /// Warps n values (a multiple of kLane) of coordinate j; w may be x. Unless null, `by_a` and
  /// `by_b` get dw/dlog a and dw/dlog b.
  void apply_row(const NumericKernels& kernels, std::size_t j, const double* x, double* w,
                 double* by_a, double* by_b, std::size_t n) const;
  /// Warps kBatch points in place, stored parameter by parameter (dims x kBatch).
  void apply_batch(const NumericKernels& kernels, double* points);
  /// Warps a whole point in place. Unless null, `slope` gets dw/dx of each coordinate.
  void apply(const NumericKernels& kernels, double* point, double* slope);

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::vector<std::size_t> coordinates_;  ///< that are warped
  std::vector<std::size_t> rank_;         ///< of each coordinate among these
  bool active_ = false;
  std::vector<double> a_, b_;  ///< of the warped coordinates, padded with ones
  std::vector<double> x_, w_, slope_;
  std::vector<double> batch_a_, batch_b_, batch_;  ///< each parameter kBatch times
};

}  // namespace tunesmith::tuning
