// SPDX-License-Identifier: Apache-2.0
//
// Asynchronous successive halving in its stopping form (Li et al., "A System for Massively Parallel
// Hyperparameter Tuning", 2020): at the rungs min, 3 min, 9 min, ... below max a trial goes on only
// while it is among the best of all that got there; at max every trial ends. Nothing waits for
// other trials and nothing is resumed. What is compared is not the value at the rung, as in the
// paper, but what a model of (configuration, resource) expects at the end, once there is one: a
// configuration that starts slowly is not lost. Not thread safe.
#pragma once

#include "tuning/stopping/stopper.h"

#include <functional>
#include <map>

namespace tunesmith::tuning {

class SuccessiveHalving final : public Stopper {
 public:
  /// The values that these trials are expected to have at the largest resource that is known well
  /// enough, if that is above the given one; else nothing.
  using Forecast = std::function<std::vector<double>(const std::vector<std::uint64_t>& trials,
                                                     std::int64_t resource)>;

  /// Without a forecast trials are ranked by their values at the rung.
  SuccessiveHalving(std::int64_t min_resource, std::int64_t max_resource, Forecast forecast = {});
  Decision report(std::uint64_t trial, const Report& report) override;
  void end(std::uint64_t trial, bool completed) override;

  /// min, 3 min, 9 min, ... and max.
  static std::vector<std::int64_t> rungs_of(std::int64_t min_resource, std::int64_t max_resource);

 private:
  struct Arrival {
    std::uint64_t trial = 0;
    double value = 0;
  };
  /// Whether the last of the arrivals at a rung goes on.
  bool goes_on(const std::vector<Arrival>& arrivals, std::int64_t resource) const;

  Forecast forecast_;
  std::vector<std::int64_t> rungs_;
  std::vector<std::vector<Arrival>> arrivals_;      ///< at each rung
  std::map<std::uint64_t, std::size_t> next_rung_;  ///< of each running trial
};

}  // namespace tunesmith::tuning
