// SPDX-License-Identifier: Apache-2.0
//
// Bayesian optimisation: a short space-filling design, then a Gaussian process with expected
// improvement. The method is described in docs/tuning.md.
#pragma once

#include "tuning/acquisition/acquisition_search.h"
#include "tuning/gp/likelihood.h"
#include "tuning/gp/output_transform.h"
#include "tuning/search/bayesian_options.h"
#include "tuning/search/proposer.h"
#include "tuning/search/sobol.h"

#include <memory>
#include <optional>

namespace tunesmith::tuning {

class BayesianProposer final : public Proposer {
 public:
  BayesianProposer(const Space& space, const SearchOptions& search, const BayesianOptions& options);
  Proposal propose(const TrialLog& log) override;

 private:
  std::size_t initial_size() const;
  Priors priors() const;
  /// Hyperparameters (one theta a model) from the first `count` observations, kept until another
  /// count is asked for.
  const std::vector<Theta>& fitted_thetas(const TrialLog& log, std::size_t count);
  std::optional<Proposal> propose_by_model(const TrialLog& log);

  const Space& space_;
  SearchOptions search_;
  BayesianOptions options_;
  Sobol sobol_;
  std::size_t fitted_count_ = 0;
  std::vector<Theta> thetas_;
};

}  // namespace tunesmith::tuning
