// SPDX-License-Identifier: Apache-2.0
//
// A Gaussian process conditioned on observations, and optionally on points whose values are still
// to come. Owns its factor; not thread safe (work buffers).
#pragma once

#include "tuning/gp/factor.h"
#include "tuning/gp/warp.h"

#include <array>
#include <span>
#include <vector>

namespace tunesmith::tuning {

struct Prediction {
  double mean = 0;
  double variance = 0;  ///< of the function itself, without observation noise; > 0
};

class Posterior {
 public:
  /// `capacity` bounds the number of observed and pending points together. What is predicted is the
  /// function in `context`: points given to predict...() have the layout's other coordinates.
  Posterior(const Layout& layout, Context context, std::size_t capacity, double mean_variance);

  /// False only when no factorisation is possible; the object is then unusable.
  bool condition(std::span<const ContextPoint> points, std::span<const double> y,
                 const Theta& theta);
  /// Adds pending points, in the context of predictions. Their values are taken to be the posterior
  /// mean ("Kriging believer", Ginsbourger et al., 2010), which leaves the mean as it is and lowers
  /// the variance. A point that can't be added is left out.
  void add_pending(std::span<const Point* const> points);

  /// The sum over the observations from `first` on of the logarithm of the density that their
  /// targets have given all other observations (Rasmussen and Williams, equations 5.10 to 5.12).
  /// To be called before pending points are added.
  double leave_one_out(std::span<const double> y, std::size_t first);
  /// The lowest posterior mean at the last y.size() observations, whose targets these are. To be
  /// called before pending points are added.
  double lowest_mean(std::span<const double> y) const;

  const Theta& theta() const { return theta_; }
  /// The variance of an observation about the function.
  double noise() const;
  /// Observed and pending points.
  std::size_t size() const { return features_.size(); }
  /// Prediction at a point; the gradients, if wanted, have one element a coordinate of the
  /// point (zero for categories).
  Prediction predict(const double* point, double* mean_gradient, double* variance_gradient);
  double predict_mean(const double* point);
  /// Predictions at kBatch points, stored parameter by parameter (dims x kBatch).
  void predict_batch(const double* candidates, std::array<Prediction, kBatch>& out,
                     bool with_variance = true);
  /// Predictions at `point` with its j-th coordinate replaced by each of kBatch values.
  void predict_moves(const double* point, std::size_t j, const double* values,
                     std::array<Prediction, kBatch>& out);
  /// Of the mean of the function over some points, whose errors are not independent.
  Prediction predict_average(std::span<const Point> points);

 private:
  void append(const ContextPoint& at);
  /// Into warped_: a point, completed and warped; with_slopes: the warp's into steepness_.
  void complete(const double* point, bool with_slopes = false);
  /// Of the candidates whose covariances with the points are in batch_.
  void predict_from_batch(std::array<Prediction, kBatch>& out, bool with_variance);

  const NumericKernels& kernels_;
  Features features_;
  Warp warp_;
  Factor factor_;
  Context context_;
  Theta theta_;
  KernelShape shape_;
  double mean_variance_;
  std::vector<double> weight_, alpha_, k_, slope_, solved_, batch_, warped_, average_;
  std::vector<double> steepness_, by_alpha_, by_solved_;
  std::vector<double> moved_from_, moved_from_warped_;  ///< the last point of predict_moves()
};

}  // namespace tunesmith::tuning
