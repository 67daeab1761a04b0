// SPDX-License-Identifier: Apache-2.0
#include "health/request_metrics.h"

#include <mutex>

namespace tunesmith::health {

RequestMetrics::Entry& RequestMetrics::entry(std::string_view service, std::string_view operation) {
  {
    const std::shared_lock lock(mutex_);
    if (const auto known = entries_.find(service); known != entries_.end()) {
      const auto at = known->second.find(operation);
      if (at != known->second.end()) return *at->second;
    }
  }
  const std::unique_lock lock(mutex_);
  auto& made = entries_[std::string(service)][std::string(operation)];
  if (!made) made = std::make_unique<Entry>();
  return *made;
}

void RequestMetrics::record(const aws::AuditEvent& event) {
  Entry& at = entry(event.service, event.operation);
  const Outcome outcome = event.status < 400 ? kSuccess : event.status < 500 ? kRefused : kFailed;
  at.count[outcome].fetch_add(1, std::memory_order_relaxed);
  at.duration.observe(event.elapsed);
  if (next_ != nullptr) next_->record(event);
}

void RequestMetrics::write(MetricsText& text) const {
  const std::shared_lock lock(mutex_);
  text.family("tunesmith_requests_total", "counter",
              "AWS requests answered: success, refused (4xx) or failed (5xx).");
  constexpr std::array<std::string_view, kOutcomes> kNames = {"success", "refused", "failed"};
  for (const auto& [service, operations] : entries_) {
    for (const auto& [operation, at] : operations) {
      for (std::size_t i = 0; i < kOutcomes; ++i) {
        const std::uint64_t count = at->count[i].load(std::memory_order_relaxed);
        if (count == 0) continue;
        text.sample({{"service", service}, {"operation", operation}, {"outcome", kNames[i]}},
                    static_cast<double>(count));
      }
    }
  }
  text.family("tunesmith_request_duration_seconds", "histogram",
              "From a request's head to its answer, without sending that.");
  for (const auto& [service, operations] : entries_) {
    for (const auto& [operation, at] : operations) {
      text.histogram({{"service", service}, {"operation", operation}}, at->duration.snapshot());
    }
  }
}

}  // namespace tunesmith::health
