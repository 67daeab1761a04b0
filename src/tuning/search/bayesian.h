// SPDX-License-Identifier: Apache-2.0
//
// Bayesian optimisation: a short space-filling design, then a Gaussian process with expected
// improvement. The method is described in docs/tuning.md.
#pragma once

#include "tuning/acquisition/acquisition_search.h"
#include "tuning/search/bayesian_options.h"
#include "tuning/search/proposer.h"
#include "tuning/search/sobol.h"

#include <limits>
#include <memory>
#include <optional>

namespace tunesmith::tuning {

class BayesianProposer final : public Proposer {
 public:
  BayesianProposer(const Space& space, const SearchOptions& search, const BayesianOptions& options,
                   std::unique_ptr<EvidenceSource> source, Parents* parents);
  Proposal propose(const TrialLog& log) override;
  std::optional<Evidence> evidence(const TrialLog& log) override { return source_->gather(log); }
  std::optional<Prospects> prospects(const TrialLog& log, std::uint64_t trial,
                                     std::int64_t resource) override;

 private:
  /// Trials of one origin, and the best value among them.
  struct Share {
    std::size_t trials = 0;
    double best = std::numeric_limits<double>::infinity();
  };
  /// What the first trials of a search with parents were.
  struct Beginning {
    Share led, design;     ///< suggested by parents; points of the initial design
    std::size_t next = 0;  ///< the first point of the design that was not tried
    bool complete = false;
  };

  std::size_t initial_size() const;
  Beginning beginning(const TrialLog& log) const;
  bool is_informed(const TrialLog& log) const;
  Proposal design_point(const TrialLog& log, std::uint64_t k) const;
  Proposal propose_with_parents(const TrialLog& log);
  std::optional<Proposal> propose_by_model(const TrialLog& log, Surrogate& surrogate) const;
  std::vector<AcquisitionModel> acquisition_models(Surrogate& surrogate,
                                                   const std::vector<const Point*>& running,
                                                   const Point* except) const;
  AcquisitionResult best_unseen(const TrialLog& log, Surrogate& surrogate,
                                const std::vector<AcquisitionModel>& models, Rng& rng) const;

  const Space& space_;
  SearchOptions search_;
  BayesianOptions options_;
  Sobol sobol_;
  std::unique_ptr<EvidenceSource> source_;
  Parents* parents_;
  SurrogateBuilder builder_;
};

}  // namespace tunesmith::tuning
