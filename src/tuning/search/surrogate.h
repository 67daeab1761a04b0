// SPDX-License-Identifier: Apache-2.0
//
// The model of a search at one moment, and how it is made: what is known becomes evidence, evidence
// becomes targets, a bounded subset of them conditions an ensemble whose hyperparameters were
// fitted on the first so many. Pure but for the builder's cache of fits. Not thread safe.
#pragma once

#include "tuning/gp/ensemble.h"
#include "tuning/gp/output_transform.h"
#include "tuning/search/bayesian_options.h"

#include <cstdint>
#include <vector>

namespace tunesmith::tuning {

/// What a model is made from. Points and contexts are the owner's and must outlive it; values are
/// turned so that smaller is better, not a number for a failure.
struct Evidence {
  Layout layout;
  Context context;  ///< in which the function is to be predicted
  std::vector<ContextPoint> points;
  std::vector<double> values;
  std::size_t foreign = 0;  ///< how many of these, the first ones, are other jobs'
};

struct Surrogate {
  OutputTransform transform;
  std::vector<ContextPoint> points;  ///< what the ensemble is conditioned on
  std::vector<double> targets;       ///< of these
  std::vector<std::size_t> order;    ///< indices of these in predictions' context, best first
  std::vector<double> incumbents;    ///< what each member's improvement is measured from
  Ensemble ensemble;
};

class SurrogateBuilder {
 public:
  SurrogateBuilder(std::uint64_t seed, const BayesianOptions& options)
      : seed_(seed), options_(options) {}

  /// With room for `pending` more points. Null when the values don't differ, or when no matrix
  /// could be factored.
  std::unique_ptr<Surrogate> build(const Evidence& evidence, std::size_t pending);

 private:
  const std::vector<Theta>& fitted_thetas(const Evidence& evidence, std::size_t count);
  Priors priors() const;

  std::uint64_t seed_;
  BayesianOptions options_;
  std::size_t fitted_count_ = 0;
  std::vector<Theta> thetas_;  ///< fitted on the first fitted_count_ of the evidence
};

}  // namespace tunesmith::tuning
