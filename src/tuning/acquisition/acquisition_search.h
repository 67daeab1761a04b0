// SPDX-License-Identifier: Apache-2.0
//
// Finds the point of a mixed space with the largest log expected improvement, averaged over one or
// more posteriors: a scored set of candidates, then local searches that alternate projected L-BFGS
// on the continuous coordinates with exchange of single discrete ones. Finite small spaces are
// scored whole. Points that the log has seen are never returned. The work is bounded by counts.
#pragma once

#include "base/random.h"
#include "tuning/gp/posterior.h"

#include <functional>
#include <vector>

namespace tunesmith::tuning {

struct AcquisitionModel {
  Posterior* posterior = nullptr;
  double best = 0;  ///< what is to be improved on, as the posterior's target
};

struct AcquisitionWork {
  std::size_t candidates = 1024;  ///< space-filling ones; a quarter as many near good points
  std::size_t starts = 6;         ///< local searches
  int evaluations = 40;           ///< of one continuous descent
  std::size_t exhaustive = 4096;  ///< finite spaces up to this size are scored whole
};

/// How many known points are worth looking around.
constexpr std::size_t kAnchors = 5;

struct AcquisitionResult {
  Point point;
  double value = 0;
  bool found = false;  ///< false: no unseen candidate at all
};

class AcquisitionSearch {
 public:
  /// `seen` tells points that may not be returned.
  AcquisitionSearch(const Space& space, std::vector<AcquisitionModel> models,
                    std::function<bool(const Point&)> seen);

  /// `anchors`: good known points, best first.
  AcquisitionResult run(const AcquisitionWork& work, const std::vector<Point>& anchors, Rng& rng);

  double evaluate(const Point& point, Point* gradient);
  std::vector<double> evaluate_all(const std::vector<Point>& points);

 private:
  std::vector<Point> candidates(const AcquisitionWork& work, const std::vector<Point>& anchors,
                                Rng& rng) const;
  double descend(Point& point, double value, int evaluations);
  double exchange(Point& point, double value, Rng& rng);

  const Space& space_;
  std::vector<AcquisitionModel> models_;
  std::function<bool(const Point&)> seen_;
  bool finite_;
  std::vector<std::size_t> continuous_, discrete_;
  std::vector<double> mean_gradient_, variance_gradient_;
};

}  // namespace tunesmith::tuning
