// SPDX-License-Identifier: Apache-2.0
//
// A Search that costs nothing and whose every answer depends on all that it was asked and told
// before, in that order: a replay that differs anywhere gives other suggestions from there on.
#pragma once

#include "orchestration/search.h"

#include <cstdint>
#include <memory>
#include <set>
#include <vector>

namespace tunesmith::fakes {

class HistorySearch final : public orchestration::Search {
 public:
  /// With `capacity` above 0, so many suggestions exhaust the space.
  HistorySearch(std::uint64_t seed, std::int64_t capacity, std::int64_t definitions);

  void know(const store::ParentTrial& parent);
  Result<orchestration::Suggested> suggest(std::int64_t trial) override;
  Result<void> replay(std::int64_t trial, std::int64_t definition,
                      const store::NamedValues& values) override;
  Result<void> tell(std::int64_t trial, orchestration::TrialEnd end,
                    std::optional<double> value) override;
  Result<bool> report(std::int64_t trial, std::int64_t resource, double value) override;
  Result<void> replay_report(std::int64_t trial, std::int64_t resource, double value) override;
  bool converged() const override { return ended_.size() >= 5 && state_ % 8 == 0; }

 private:
  void take_in(std::uint64_t word);
  std::uint64_t state_;
  const std::int64_t capacity_, definitions_;
  std::set<std::int64_t> running_, ended_, cut_short_;
};

/// For TuningSpecs whose strategy is "History"; others get the engine. The capacity is the first
/// range's `max`.
Result<std::unique_ptr<orchestration::Search>> make_search(
    const orchestration::TuningSpec& spec, std::uint64_t seed,
    const std::vector<store::ParentTrial>& parents);

}  // namespace tunesmith::fakes
