// SPDX-License-Identifier: Apache-2.0
#include "services/cloudwatch/metric_reader.h"

#include "orchestration/tuning_spec.h"
#include "training/host_metrics.h"

#include <algorithm>

namespace tunesmith::services::cloudwatch {
namespace {

/// The job that a series of the training jobs' namespace belongs to; empty when it is none of them.
std::string job_of(const store::MetricSeries& series) {
  if (series.dimensions.size() != 1) return {};
  const auto& [name, value] = series.dimensions.front();
  if (!training::is_host_metric(series.name)) return name == kJobDimension ? value : std::string();
  if (name != kHostDimension || !value.ends_with(kHostSuffix)) return {};
  return value.substr(0, value.size() - kHostSuffix.size());
}

}  // namespace

store::MetricDimensions dimensions_of(const std::optional<std::vector<api::Dimension>>& from) {
  store::MetricDimensions out;
  if (!from) return out;
  for (const auto& dimension : *from) out.emplace_back(dimension.name, dimension.value);
  std::sort(out.begin(), out.end());
  return out;
}

std::string Objectives::of(store::Reader& r, const store::TrainingJob& job) {
  if (!job.tuning_job_id) return {};
  const auto [known, is_new] = names_.try_emplace(*job.tuning_job_id);
  if (is_new) {
    const auto tuning = r.tuning_job(*job.tuning_job_id);
    if (!tuning) return {};
    if (const auto spec = orchestration::parse_tuning_spec(tuning->spec)) {
      for (const auto& definition : spec->definitions)
        known->second.push_back(definition.objective_metric);
    }
  }
  const auto index = static_cast<std::size_t>(job.definition);
  return index < known->second.size() ? known->second[index] : std::string();
}

Result<std::vector<store::MetricSample>> read_samples(Service& service,
                                                      const store::MetricSeries& series,
                                                      Timestamp from, Timestamp until) {
  if (series.space == inference::kInvocationSpace || series.space == inference::kEndpointHostSpace)
    return service.endpoint_metrics.samples(series, from, until);
  if (series.space != kTrainingJobs) return service.metrics.samples(series, from, until);
  std::vector<store::MetricSample> out;
  const std::string name = job_of(series);
  if (name.empty()) return out;
  TUNESMITH_TRY_VOID(service.store.read([&](store::Reader& r) -> Result<void> {
    const auto job = r.training_job(series.region, name);
    if (!job && job.error().kind == ErrorKind::kNotFound) return {};
    if (!job) return job.error();
    TUNESMITH_TRY(const auto points, r.metric_points(job->id));
    const std::string wanted =
        series.name == kObjectiveMetric ? Objectives().of(r, *job) : series.name;
    const std::string unit = training::is_host_metric(series.name) ? "Percent" : "None";
    for (const auto& point : points) {
      if (point.name == wanted && point.time >= from && point.time < until)
        out.push_back({point.time, 1, point.value, point.value, point.value, unit});
    }
    return {};
  }));
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  return out;
}

Timestamp whole_minute(Timestamp start) { return std::chrono::floor<std::chrono::minutes>(start); }

}  // namespace tunesmith::services::cloudwatch
