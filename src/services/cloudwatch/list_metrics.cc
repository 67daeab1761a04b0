// SPDX-License-Identifier: Apache-2.0
//
// ListMetrics. Pages first through the training jobs by name, then through the metric log; a token
// says where: "j/<name of the last job>" or "s/<id of the last series>".
#include "base/strings.h"
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/metric_reader.h"
#include "training/host_metrics.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

namespace tunesmith::services::cloudwatch {
namespace {

constexpr std::size_t kPage = 500;

struct Wanted {
  std::optional<std::string> space, name;
  std::vector<std::pair<std::string, std::optional<std::string>>> dimensions;
};

bool has_all(const store::MetricDimensions& dimensions, const Wanted& wanted) {
  return std::all_of(wanted.dimensions.begin(), wanted.dimensions.end(), [&](const auto& filter) {
    return std::any_of(dimensions.begin(), dimensions.end(), [&](const auto& d) {
      return d.first == filter.first && (!filter.second || d.second == *filter.second);
    });
  });
}

void add(const store::MetricSeries& series, api::ListMetricsOutput& out) {
  api::Metric metric;
  metric.namespace_ = series.space;
  metric.metric_name = series.name;
  metric.dimensions.emplace();
  for (const auto& [name, value] : series.dimensions) metric.dimensions->push_back({name, value});
  out.metrics->push_back(std::move(metric));
}

/// The metrics of a job that match.
Result<void> add_job(store::Reader& r, const store::TrainingJob& job, const Wanted& wanted,
                     Objectives& objectives, api::ListMetricsOutput& out) {
  std::set<std::string> names;
  TUNESMITH_TRY(const auto points, r.metric_points(job.id));
  for (const auto& point : points) names.insert(point.name);
  if (names.contains(objectives.of(r, job))) names.emplace(kObjectiveMetric);
  for (const auto& name : names) {
    if (wanted.name && *wanted.name != name) continue;
    store::MetricSeries series{job.region, std::string(kTrainingJobs), name, {}};
    if (training::is_host_metric(name)) {
      series.dimensions = {{std::string(kHostDimension), job.name + std::string(kHostSuffix)}};
    } else {
      series.dimensions = {{std::string(kJobDimension), job.name}};
    }
    if (has_all(series.dimensions, wanted)) add(series, out);
  }
  return {};
}

/// The job that the filters allow alone, if they do.
std::optional<std::string> only_job(const Wanted& wanted) {
  for (const auto& [name, value] : wanted.dimensions) {
    if (!value) continue;
    if (name == kJobDimension) return value;
    if (name == kHostDimension && value->ends_with(kHostSuffix))
      return value->substr(0, value->size() - kHostSuffix.size());
  }
  return std::nullopt;
}

/// Jobs after the name `after`; the last one's name when there may be more.
Result<std::optional<std::string>> add_jobs(Service& service, const std::string& region,
                                            const std::optional<std::string>& after,
                                            const Wanted& wanted, api::ListMetricsOutput& out) {
  std::optional<std::string> last;
  Objectives objectives;
  TUNESMITH_TRY_VOID(service.store.read([&](store::Reader& r) -> Result<void> {
    if (const auto name = only_job(wanted)) {
      const auto job = r.training_job(region, *name);
      if (job) return add_job(r, *job, wanted, objectives, out);
      return job.error().kind == ErrorKind::kNotFound ? Result<void>() : job.error();
    }
    store::JobQuery query;
    query.region = region;
    query.limit = 50;
    // Names are unique: no id comes after the largest.
    if (after) query.after = store::Cursor{*after, INT64_MAX};
    for (;;) {
      TUNESMITH_TRY(const auto page, r.training_jobs(query));
      for (const auto& job : page.rows) {
        TUNESMITH_TRY_VOID(add_job(r, job, wanted, objectives, out));
        if (out.metrics->size() >= kPage) {
          last = job.name;
          return {};
        }
      }
      if (!page.next) return {};
      query.after = page.next;
    }
  }));
  return last;
}

}  // namespace

Outcome<api::ListMetricsOutput> list_metrics(Service& service, const RequestContext& context,
                                             const api::ListMetricsInput& input) {
  if (input.recently_active && *input.recently_active != "PT3H")
    return invalid_value("The parameter RecentlyActive must be PT3H.");
  Wanted wanted{input.namespace_, input.metric_name, {}};
  for (const auto& d : input.dimensions.value_or(std::vector<api::DimensionFilter>()))
    wanted.dimensions.emplace_back(d.name, d.value);
  std::optional<std::string> after_job;
  std::int64_t after_series = 0;
  bool jobs = !wanted.space || *wanted.space == kTrainingJobs;
  if (input.next_token) {
    const auto plain = from_base64(*input.next_token).value_or("");
    const auto id = plain.starts_with("s/") ? parse_int(plain.substr(2)) : std::nullopt;
    if (!id && !plain.starts_with("j/"))
      return invalid_value("The parameter NextToken is invalid.");
    if (id) after_series = *id;
    if (!id) after_job = plain.substr(2);
    jobs = jobs && !id;
  }
  api::ListMetricsOutput out;
  out.metrics.emplace();
  if (jobs) {
    const auto last = add_jobs(service, context.region, after_job, wanted, out);
    if (!last) return api_error(last.error());
    if (*last) {
      out.next_token = to_base64("j/" + **last);
      return out;
    }
  }
  if (wanted.space && *wanted.space == kTrainingJobs) return out;
  store::SeriesQuery query{context.region,    wanted.space, wanted.name,
                           wanted.dimensions, after_series, kPage};
  const auto page = service.metrics.series(query);
  if (!page) return api_error(page.error());
  for (const auto& series : page->rows) add(series, out);
  if (page->next) out.next_token = to_base64(fmt::format("s/{}", *page->next));
  return out;
}

}  // namespace tunesmith::services::cloudwatch
