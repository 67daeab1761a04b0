// SPDX-License-Identifier: Apache-2.0
//
// What a model is made from, and the ways of gathering it from a log: final values alone, or values
// at several resources. Sources keep the contexts that their evidence points to. Not thread safe.
#pragma once

#include "tuning/gp/layout.h"
#include "tuning/search/trial_log.h"

#include <map>
#include <vector>

namespace tunesmith::tuning {

/// Points and contexts are the source's and the log's and must outlive it; values are turned so
/// that smaller is better, not a number for a failure.
struct Evidence {
  Layout layout;
  Context context;  ///< in which the function is to be predicted
  std::vector<ContextPoint> points;
  std::vector<double> values;
  std::int64_t resource = 0;  ///< that the context stands for; 0: none

  void add(const Point& point, const Context* context, double value);
};

class EvidenceSource {
 public:
  virtual ~EvidenceSource() = default;
  virtual Evidence gather(const TrialLog& log) = 0;
};

/// The final values of trials.
class FinalValues final : public EvidenceSource {
 public:
  explicit FinalValues(Layout layout) : layout_(std::move(layout)) {}
  Evidence gather(const TrialLog& log) override;

 private:
  Layout layout_;
};

/// Values at the rungs of successive halving and at the ends of trials, with the logarithm of the
/// resource as one more coordinate. Values of lower resources are moved and scaled by what trials
/// typically gain from one rung to the next, so that they compare with those of higher ones.
class RungValues final : public EvidenceSource {
 public:
  RungValues(Layout layout, std::vector<std::int64_t> rungs);
  Evidence gather(const TrialLog& log) override;

 private:
  const Context* context_of(std::int64_t resource);

  Layout layout_;
  std::vector<std::int64_t> rungs_;
  std::map<std::int64_t, Context> contexts_;
};

}  // namespace tunesmith::tuning
