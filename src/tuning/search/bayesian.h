// SPDX-License-Identifier: Apache-2.0
//
// Bayesian optimisation: a short space-filling design, then a Gaussian process with expected
// improvement. The method is described in docs/tuning.md.
#pragma once

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
  std::unique_ptr<Surrogate> model(const TrialLog& log) override;

 private:
  std::size_t initial_size() const;
  Evidence evidence(const TrialLog& log) const;
  std::optional<Proposal> propose_by_model(const TrialLog& log);

  const Space& space_;
  SearchOptions search_;
  BayesianOptions options_;
  Sobol sobol_;
  SurrogateBuilder builder_;
};

}  // namespace tunesmith::tuning
