// SPDX-License-Identifier: Apache-2.0
//
// Early stopping "Auto", as Amazon documents it: after an epoch, the running average up to that
// epoch is taken of every trial that ended before; a trial whose present value is worse than the
// median of these is stopped. Two things are ours. Nothing is stopped before kGracePopulation
// trials have completed, nor before a tenth of their median length or the fourth epoch. And a late
// bloomer goes on: a trial whose learning curve is heading for a value that is better than the
// median of completed trials. Above 64 epochs decisions fall on a geometric grid, 32 to each
// doubling, which bounds memory. Not thread safe.
#pragma once

#include "tuning/stopping/stopper.h"

#include <map>

namespace tunesmith::tuning {

class MedianRule final : public Stopper {
 public:
  static constexpr std::size_t kGracePopulation = 5;

  Decision report(std::uint64_t trial, const Report& report) override;
  void end(std::uint64_t trial, bool completed) override;

 private:
  struct Curve {
    double sum = 0;
    std::size_t count = 0;
    std::vector<Report> averages;  ///< the running average at each decision's resource
    std::vector<Report> values;    ///< the value there
  };
  bool blooms_late(const Curve& curve) const;

  std::map<std::uint64_t, Curve> running_;
  std::map<std::int64_t, std::vector<double>> averages_;  ///< of ended trials, ascending
  std::vector<std::int64_t> lengths_;                     ///< of completed trials, ascending
  std::vector<double> finals_;                            ///< their last values, ascending
};

}  // namespace tunesmith::tuning
