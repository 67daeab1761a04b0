// SPDX-License-Identifier: Apache-2.0
//
// Asynchronous successive halving in its stopping form (Li et al., "A System for Massively Parallel
// Hyperparameter Tuning", 2020): at the resources min, 3 min, 9 min, ... below max a trial goes on
// only while its value is in the best third of all that got there; at max every trial ends. Nothing
// waits for other trials and nothing is resumed. Not thread safe.
#pragma once

#include "tuning/stopping/stopper.h"

#include <map>

namespace tunesmith::tuning {

class SuccessiveHalving final : public Stopper {
 public:
  static constexpr std::int64_t kReduction = 3;  ///< eta of the paper

  SuccessiveHalving(std::int64_t min_resource, std::int64_t max_resource);
  Decision report(std::uint64_t trial, const Report& report) override;
  void end(std::uint64_t trial, bool completed) override;

  /// Ascending; the last is max_resource.
  const std::vector<std::int64_t>& rungs() const { return rungs_; }

 private:
  std::vector<std::int64_t> rungs_;
  std::vector<std::vector<double>> values_;         ///< recorded at each rung, ascending
  std::map<std::uint64_t, std::size_t> next_rung_;  ///< of each running trial
};

}  // namespace tunesmith::tuning
