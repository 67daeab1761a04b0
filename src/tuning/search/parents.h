// SPDX-License-Identifier: Apache-2.0
//
// Warm start: the trials of parent jobs, made comparable with this search's own and joined to them
// in one model. That model has one more coordinate a parent, 1 for its trials and 0 for all others,
// whose length scale says how much the parent is worth: long where the two objectives agree, short
// where they don't (a task kernel in the manner of Bonilla, Chai and Williams, "Multi-task Gaussian
// Process Prediction", 2008). Not thread safe.
#pragma once

#include "tuning/gp/model_data.h"
#include "tuning/gp/posterior.h"
#include "tuning/search/trial_log.h"
#include "tuning/searcher.h"

#include <deque>
#include <memory>
#include <span>
#include <vector>

namespace tunesmith::tuning {

class Parents {
 public:
  /// Largest number of parents' trials that hyperparameters are fitted on.
  static constexpr std::size_t kFitLimit = 64;
  /// Largest number of parents' trials in a model, beside so many own ones: the more there are of
  /// these, the less parents have to add.
  static constexpr std::size_t model_limit(std::size_t own) {
    return own < 32 ? 96 : own < 80 ? 128 - own : 48;
  }

  Parents(Layout layout, std::uint64_t seed) : layout_(std::move(layout)), seed_(seed) {}

  /// `values` are turned so that smaller is better; not a number for a failure. A parent without
  /// two different values is left out of the model, and so is one of ten trials or more whose
  /// values its own model does not predict clearly better, leaving each out in turn, than their
  /// mean and spread do. False for the latter: its values are noise, from which nothing follows.
  bool add(WarmStart kind, std::vector<Point> points, const std::vector<double>& values);
  bool empty() const { return parents_.empty(); }
  std::size_t size() const { return parents_.size(); }

  /// Of each parent, whether it orders at least as many pairs of these observations rightly as
  /// wrongly (the ranking loss of Feurer, Letham and Bakshy, "Scalable Meta-Learning for Bayesian
  /// Optimization", 2018).
  std::vector<bool> agreeing(std::span<const Observation> own) const;
  /// The best configurations of those parents `among` all that are related by transfer learning,
  /// one of each in turn.
  std::vector<Point> best(const std::vector<bool>& among, std::size_t count) const;
  /// A theta of that size for a joint model: the mean of those of the parents' own models, and the
  /// priors' modes for what these do not have, the parents' relevance and the warp.
  Theta common_theta(std::size_t size) const;
  /// `own` behind at most `limit` of the parents' trials. The data points into this object.
  ModelData join(const ModelData& own, std::size_t limit);

 private:
  struct Parent {
    WarmStart kind = WarmStart::kIdenticalDataAndAlgorithm;
    std::vector<Point> points;
    std::vector<double> targets;           ///< of the parent alone, standardised
    std::vector<std::size_t> order;        ///< best first
    Theta theta;                           ///< of its own model
    std::unique_ptr<Posterior> posterior;  ///< of the parent alone; null: could not be factored
  };

  Layout layout_;
  std::uint64_t seed_;
  std::deque<Parent> parents_;
  std::deque<Context> contexts_;  ///< of this search, then of each parent
};

}  // namespace tunesmith::tuning
