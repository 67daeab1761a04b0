// SPDX-License-Identifier: Apache-2.0
//
// Counts answered AWS requests by service, operation and outcome, and how long they took, on their
// way to the audit log. As many entries as there are operations: what a client makes up is counted
// as one. Thread safe.
#pragma once

#include "aws/audit_trail.h"
#include "base/histogram.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "health/metrics_text.h"

namespace tunesmith::health {

class RequestMetrics final : public aws::AuditTrail {
 public:
  /// `next` hears of each event too; null: nobody does. Must outlive this.
  explicit RequestMetrics(aws::AuditTrail* next) : next_(next) {}

  void record(const aws::AuditEvent& event) override;
  void write(MetricsText& text) const;

 private:
  enum Outcome : std::uint8_t { kSuccess, kRefused, kFailed, kOutcomes };
  struct Entry {
    std::array<std::atomic<std::uint64_t>, kOutcomes> count{};
    Histogram duration;
  };
  Entry& entry(std::string_view service, std::string_view operation);

  aws::AuditTrail* const next_;
  mutable std::shared_mutex mutex_;
  // By service and operation; guarded by mutex_ (the maps, not what an entry counts), never erased
  // from.
  template <class Value>
  using ByName = std::map<std::string, Value, std::less<>>;
  ByName<ByName<std::unique_ptr<Entry>>> entries_;
};

}  // namespace tunesmith::health
