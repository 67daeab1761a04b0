// SPDX-License-Identifier: Apache-2.0
//
// Finds the point of a mixed space with the largest log expected improvement, averaged over one or
// more posteriors: a scored set of candidates, then local searches that alternate projected L-BFGS
// on the continuous coordinates with exchange of single discrete ones. Finite small spaces are
// scored whole. Points that the log has seen are never returned. The work is bounded by counts.
#pragma once

#include "base/random.h"
#include "tuning/gp/posterior.h"

#include <array>
#include <functional>
#include <vector>

namespace tunesmith::tuning {

struct AcquisitionModel {
  Posterior* posterior = nullptr;
  double best = 0;  ///< what is to be improved on, as the posterior's target
};

struct AcquisitionWork {
  std::size_t candidates = 1024;  ///< space-filling ones; a quarter as many near good points
  std::size_t survivors = 64;     ///< candidates that the whole ensemble scores
  std::size_t starts = 6;         ///< local searches that are begun
  std::size_t finalists = 2;      ///< and those of them that are brought to their end
  int first_evaluations = 20;     ///< of a local search's first continuous descent
  int evaluations = 40;           ///< of each further one
  std::size_t exhaustive = 4096;  ///< finite spaces up to this size are scored whole
};

/// How many models screen the candidates.
constexpr std::size_t kScreens = 2;
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
  /// Of `point` with its j-th coordinate replaced by each of these.
  std::vector<double> evaluate_moves(const Point& point, std::size_t j,
                                     const std::vector<double>& coordinates);

 private:
  /// Predicts a posterior's next kBatch points, the first of which is the from-th; `is_new`: for
  /// the first of the posteriors.
  using PredictBatch = std::function<void(Posterior& posterior, std::size_t from, bool is_new,
                                          std::array<Prediction, kBatch>& predictions)>;
  std::vector<double> evaluate_batches(std::size_t count, const PredictBatch& predict);
  std::vector<Point> candidates(const AcquisitionWork& work, const std::vector<Point>& anchors,
                                Rng& rng) const;
  struct Local {
    Point point;
    double value = 0;
  };
  std::vector<double> screen(const std::vector<Point>& points, std::size_t survivors);
  std::vector<AcquisitionModel> take_screens();
  void begin(Local& local, int evaluations, Rng& rng);
  void climb(Local& local, int rounds, int evaluations, Rng& rng);
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
