// SPDX-License-Identifier: Apache-2.0
//
// Asynchronous successive halving in its stopping form (Li et al., "A System for Massively Parallel
// Hyperparameter Tuning", 2020): at the rungs min, 2 min, 4 min, ... below max a trial goes on or
// is stopped; at max every trial ends. Nothing waits for other trials and nothing is resumed. Who
// goes on is a model's to say, once there is one: a configuration that starts slowly is not lost,
// and the hundredth that is no better than the others is not trained to its end. Until then it is
// the better half of all that got there, as in the paper. Not thread safe.
#pragma once

#include "tuning/stopping/stopper.h"

#include <functional>
#include <map>
#include <optional>

namespace tunesmith::tuning {

class SuccessiveHalving final : public Stopper {
 public:
  /// Whether a trial that has reached this resource is worth finishing; nothing where no model can
  /// tell.
  using Judge = std::function<std::optional<bool>(std::uint64_t trial, std::int64_t resource)>;

  /// Without a judge trials are ranked by their values at the rung.
  SuccessiveHalving(std::int64_t min_resource, std::int64_t max_resource, Judge judge = {});
  Decision report(std::uint64_t trial, const Report& report) override;
  Decision replay(std::uint64_t trial, const Report& report) override;
  void end(std::uint64_t trial, bool completed) override;

  /// min, 2 min, 4 min, ... and max.
  static std::vector<std::int64_t> rungs_of(std::int64_t min_resource, std::int64_t max_resource);

 private:
  /// Whether the last that arrived at a rung, this trial, goes on.
  bool goes_on(std::uint64_t trial, std::size_t rung) const;

  Judge judge_;
  std::vector<std::int64_t> rungs_;
  std::vector<std::vector<double>> arrivals_;       ///< the values at each rung
  std::map<std::uint64_t, std::size_t> next_rung_;  ///< of each running trial
};

}  // namespace tunesmith::tuning
