// SPDX-License-Identifier: Apache-2.0
#include "inference/endpoint_metrics.h"

#include "base/log.h"

#include <algorithm>

namespace tunesmith::inference {
namespace {

constexpr std::chrono::seconds kPeriod{60};
constexpr std::chrono::seconds kSoon{1};
constexpr std::size_t kMaxKnown = 10'000;  // names of variants, of endpoints that may be long gone

store::MetricSeries series_of(const VariantName& variant, std::string_view space,
                              std::string name) {
  return {variant.region,
          std::string(space),
          std::move(name),
          {{"EndpointName", variant.endpoint}, {"VariantName", variant.variant}}};
}

/// The variant whose series it is, if it is a variant's.
std::optional<VariantName> variant_of(const store::MetricSeries& series) {
  const auto& d = series.dimensions;
  if (d.size() != 2 || d[0].first != "EndpointName" || d[1].first != "VariantName")
    return std::nullopt;
  return VariantName{series.region, d[0].second, d[1].second};
}

}  // namespace

EndpointMetrics::EndpointMetrics(store::MetricLog& log, const Clock& clock,
                                 std::filesystem::path folder)
    : log_(log), clock_(clock), folder_(std::move(folder)) {
  writer_ = std::thread([this] { work(); });
}

EndpointMetrics::~EndpointMetrics() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  writer_.join();
  write(Part::kAll);
}

void EndpointMetrics::write_soon() {
  if (soon_) return;
  soon_ = std::chrono::steady_clock::now() + kSoon;
  changed_.notify_all();
}

void EndpointMetrics::record(const VariantName& variant, const InvocationFacts& facts) {
  const auto minute = std::chrono::floor<std::chrono::minutes>(clock_.now());
  const std::lock_guard lock(mutex_);
  counts_[variant][minute].add(facts);
  if (!known_.contains(variant)) write_soon();
}

void EndpointMetrics::watch(const VariantName& variant,
                            const std::shared_ptr<const PredictorProcess>& process) {
  Watched watched{variant, process, 0, std::chrono::steady_clock::now(), true};
  if (const auto usage = process_usage(process->pid())) watched.cpu_seconds = usage->cpu_seconds;
  const std::lock_guard lock(mutex_);
  watched_.push_back(std::move(watched));
  write_soon();
}

void EndpointMetrics::work() {
  auto full = std::chrono::steady_clock::now() + kPeriod;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto until = soon_ ? std::min(*soon_, full) : full;
    const auto sooner = [&] { return stopping_ || (soon_ && *soon_ < until); };
    if (changed_.wait_until(lock, until, sooner)) continue;
    const bool is_full = until == full;
    if (is_full) full += kPeriod;
    if (!is_full) soon_.reset();
    lock.unlock();
    write(is_full ? Part::kFullMinutes : Part::kNew);
    lock.lock();
  }
}

EndpointMetrics::Batch EndpointMetrics::take_counts(Part part) {
  Batch batch;
  const auto this_minute = std::chrono::floor<std::chrono::minutes>(clock_.now());
  for (auto at = counts_.begin(); at != counts_.end();) {
    auto& [variant, minutes] = *at;
    if (part == Part::kNew && known_.contains(variant)) {
      ++at;
      continue;
    }
    auto minute = minutes.begin();
    while (minute != minutes.end() && (part != Part::kFullMinutes || minute->first < this_minute)) {
      for (auto& metric : minute->second.metrics(minute->first)) {
        batch.emplace_back(series_of(variant, kInvocationSpace, std::move(metric.name)),
                           std::move(metric.samples));
      }
      minute = minutes.erase(minute);
    }
    if (known_.size() >= kMaxKnown) known_.clear();
    known_.insert(variant);
    at = minutes.empty() ? counts_.erase(at) : std::next(at);
  }
  return batch;
}

void EndpointMetrics::add_usage(Part part, Batch& batch) {
  const Timestamp now = clock_.now();
  const auto disk = disk_percent(folder_);
  std::erase_if(watched_, [](const Watched& watched) { return watched.process.expired(); });
  for (Watched& watched : watched_) {
    if (part == Part::kNew && !watched.is_new) continue;
    const auto process = watched.process.lock();
    const auto usage = process ? process_usage(process->pid()) : std::nullopt;
    const auto at = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(at - watched.last).count();
    if (!usage || seconds <= 0) continue;
    const auto add = [&](const char* name, double value) {
      batch.emplace_back(
          series_of(watched.variant, kEndpointHostSpace, name),
          std::vector<store::MetricSample>{{now, 1, value, value, value, "Percent"}});
    };
    add("CPUUtilization", (usage->cpu_seconds - watched.cpu_seconds) * 100 / seconds);
    add("MemoryUtilization", usage->memory_percent);
    if (disk) add("DiskUtilization", *disk);
    watched.cpu_seconds = usage->cpu_seconds;
    watched.last = at;
    watched.is_new = false;
  }
}

void EndpointMetrics::write(Part part) {
  const std::lock_guard moving(moving_);
  Batch batch;
  {
    const std::lock_guard lock(mutex_);
    batch = take_counts(part);
    add_usage(part, batch);
  }
  if (batch.empty()) return;
  // What cannot be written is given up: it would only grow.
  if (const auto added = log_.add(batch, clock_.now() - store::kMetricsKept); !added)
    log::warning("metrics of endpoints: {}", added.error().message);
}

Result<std::vector<store::MetricSample>> EndpointMetrics::samples(const store::MetricSeries& series,
                                                                  Timestamp from,
                                                                  Timestamp until) const {
  const std::lock_guard moving(moving_);
  TUNESMITH_TRY(auto out, log_.samples(series, from, until));
  const auto variant = variant_of(series);
  if (!variant || series.space != kInvocationSpace) return out;
  const std::lock_guard lock(mutex_);
  const auto counts = counts_.find(*variant);
  if (counts == counts_.end()) return out;
  for (const auto& [minute, of_minute] : counts->second) {
    if (minute < from || minute >= until) continue;
    for (const auto& metric : of_minute.metrics(minute)) {
      if (metric.name == series.name)
        out.insert(out.end(), metric.samples.begin(), metric.samples.end());
    }
  }
  return out;
}

}  // namespace tunesmith::inference
