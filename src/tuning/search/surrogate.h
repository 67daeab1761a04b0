// SPDX-License-Identifier: Apache-2.0
//
// The model of a search at one moment, and how it is made: what is known becomes evidence, evidence
// becomes targets, a bounded subset of them conditions an ensemble whose hyperparameters were
// fitted on the first so many. Pure but for the builder's cache of fits. Not thread safe.
#pragma once

#include "tuning/gp/ensemble.h"
#include "tuning/gp/output_transform.h"
#include "tuning/search/bayesian_options.h"
#include "tuning/search/evidence.h"
#include "tuning/search/parents.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace tunesmith::tuning {

struct Surrogate {
  OutputTransform transform;
  std::vector<const Point*> points;  ///< known ones of this search, best first; else its parents'
  std::vector<double> targets;       ///< of these
  std::vector<double> incumbents;    ///< what each member's improvement is measured from
  Ensemble ensemble;
  double trust_in_parents = 0;  ///< the probability that they tell something; 0 without any
};

class SurrogateBuilder {
 public:
  /// `parents` may be null, and must outlive the builder.
  SurrogateBuilder(std::uint64_t seed, const BayesianOptions& options, Parents* parents)
      : seed_(seed), options_(options), parents_(parents) {}

  /// With room for `pending` more points. Null when the values don't differ, or when no matrix
  /// could be factored.
  std::unique_ptr<Surrogate> build(const Evidence& evidence, std::size_t pending);

 private:
  /// Draws of the hyperparameters, and how many of the evidence they were made from.
  struct Fit {
    bool valid = false;
    std::size_t count = 0;
    std::vector<Theta> thetas;
  };

  bool has_parents() const { return parents_ != nullptr && !parents_->empty(); }
  /// The first `count` of the evidence, or the most telling `limit` of these.
  ModelData own_data(const Evidence& evidence, std::size_t count, const OutputTransform& transform,
                     std::size_t limit) const;
  const std::vector<Theta>& fitted(Fit& fit, const Evidence& evidence, std::size_t count,
                                   bool joint);
  /// Into surrogate.ensemble and trust_in_parents.
  void condition(Surrogate& surrogate, const Evidence& evidence, const ModelData& own,
                 std::size_t pending);
  Priors priors(double mean_variance) const;

  std::uint64_t seed_;
  BayesianOptions options_;
  Parents* parents_;
  Fit alone_, joint_;
};

}  // namespace tunesmith::tuning
