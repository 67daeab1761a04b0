// SPDX-License-Identifier: Apache-2.0
#include "console/documents.h"

#include "algorithms/xgboost/schema/hyperparameters.h"
#include "base/json_text.h"
#include "base/time_format.h"
#include "base/utf8.h"
#include "training/host_metrics.h"

#include <boost/json.hpp>

#include <cmath>

namespace tunesmith::console {
namespace {

namespace json = boost::json;

json::value time(Timestamp t) { return to_millis(t); }
json::value time(const std::optional<Timestamp>& t) {
  return t ? json::value(to_millis(*t)) : json::value(nullptr);
}
json::value number(double value) {
  return std::isfinite(value) ? json::value(value) : json::value(nullptr);
}
json::value number(const std::optional<double>& value) {
  return value ? number(*value) : json::value(nullptr);
}
template <class T>
json::value integer(const std::optional<T>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}
/// Text as it is, when it is UTF-8: a document must be.
json::string text(std::string_view value) { return json::string(to_valid_utf8(value)); }

template <class Pairs>
json::object object_of(const Pairs& pairs) {
  json::object object;
  for (const auto& [key, value] : pairs) object[to_valid_utf8(key)] = text(value);
  return object;
}

/// A stored document as it is; null when there is none.
json::value document_or_null(const std::string& stored) {
  return parse_json(stored).value_or(json::value(nullptr));
}

std::string_view kind_name(orchestration::ParameterKind kind) {
  switch (kind) {
    case orchestration::ParameterKind::kContinuous:
      return "Continuous";
    case orchestration::ParameterKind::kInteger:
      return "Integer";
    case orchestration::ParameterKind::kCategorical:
      return "Categorical";
  }
  return "Continuous";
}

json::object row(const TuningJobSummary& s) {
  json::object o;
  o["id"] = s.job.id;
  o["region"] = text(s.job.region);
  o["name"] = text(s.job.name);
  o["status"] = store::to_string(s.job.status);
  o["strategy"] = text(s.job.strategy);
  o["objective"] = {{"metric", text(s.spec.definitions.front().objective_metric)},
                    {"direction", s.spec.definitions.front().maximize ? "Maximize" : "Minimize"}};
  if (s.best) {
    o["best"] = {{"value", number(s.best->objective)},
                 {"training_job", text(s.best->name)},
                 {"trial", integer(s.best->trial)}};
  } else {
    o["best"] = nullptr;
  }
  o["trials"] = {{"completed", s.counters.completed},
                 {"running", s.counters.in_progress},
                 {"failed", s.counters.failed},
                 {"stopped", s.counters.stopped},
                 {"stopped_early", s.counters.stopped_early},
                 {"created", s.counters.total},
                 {"max", s.spec.max_trials}};
  o["created"] = time(s.job.created);
  o["modified"] = time(s.job.modified);
  o["ended"] = time(s.job.ended);
  o["failure_reason"] = text(s.job.failure_reason);
  json::array curve;
  for (const double value : s.best_so_far) curve.push_back(number(value));
  o["best_so_far"] = std::move(curve);
  return o;
}

json::array rows(const std::vector<SummaryPointer>& jobs) {
  json::array list;
  for (const auto& job : jobs) list.push_back(row(*job));
  return list;
}

json::object training_part(const training::TrainingSpec& spec) {
  json::object o;
  o["image"] = text(spec.image);
  o["algorithm"] = text(spec.algorithm);
  o["instance_type"] = text(spec.instance_type);
  o["instance_count"] = spec.instance_count;
  o["role"] = text(spec.role_arn);
  o["output"] = text(spec.output_s3_uri);
  o["max_runtime_seconds"] = spec.max_runtime_seconds;
  json::array channels;
  for (const auto& channel : spec.channels) {
    channels.push_back({{"name", text(channel.name)},
                        {"uri", text(channel.s3_uri)},
                        {"content_type", text(channel.content_type)}});
  }
  o["channels"] = std::move(channels);
  return o;
}

/// What the algorithm takes of a hyperparameter; null where it has no bound, or nobody knows.
std::pair<json::value, json::value> allowed(const training::TrainingSpec& spec,
                                            std::string_view parameter) {
  namespace xgboost = algorithms::xgboost;
  const auto bound = [](std::string_view value) {
    return value.empty() ? json::value(nullptr) : json::value(value);
  };
  if (const auto image = xgboost::recognise_image(spec.image)) {
    for (const auto& known : xgboost::parameters(image->generation)) {
      if (known.name == xgboost::canonical_name(parameter))
        return {bound(known.allowed_min), bound(known.allowed_max)};
    }
  }
  return {nullptr, nullptr};
}

json::object definition_part(const orchestration::TrialDefinition& definition) {
  json::array ranges;
  for (const auto& range : definition.ranges) {
    json::array values;
    for (const auto& value : range.values) values.push_back(text(value));
    auto [allowed_min, allowed_max] = allowed(definition.training, range.name);
    ranges.push_back({{"name", text(range.name)},
                      {"kind", kind_name(range.kind)},
                      {"min", text(range.min)},
                      {"max", text(range.max)},
                      {"scaling", text(range.scaling)},
                      {"values", std::move(values)},
                      {"allowed_min", std::move(allowed_min)},
                      {"allowed_max", std::move(allowed_max)}});
  }
  json::object training = training_part(definition.training);
  training["hyperparameters"] = object_of(definition.training.hyperparameters);
  return {{"name", text(definition.name)},
          {"objective",
           {{"metric", text(definition.objective_metric)},
            {"direction", definition.maximize ? "Maximize" : "Minimize"}}},
          {"ranges", std::move(ranges)},
          {"training", std::move(training)}};
}

json::object trial_row(const store::TrainingJob& job) {
  json::object o;
  o["number"] = job.trial.value_or(0);
  o["definition"] = job.definition;
  o["name"] = text(job.name);
  o["status"] = store::to_string(job.status);
  o["secondary_status"] = text(job.secondary_status);
  o["stopped_early"] = job.stopped_early;
  o["tuned"] = object_of(job.tuned);
  o["explanation"] = document_or_null(job.explanation);
  o["objective"] = number(job.objective);
  o["objective_status"] = text(job.objective_status);
  o["created"] = time(job.created);
  o["modified"] = time(job.modified);
  o["started"] = time(job.started);
  o["ended"] = time(job.ended);
  o["failure_reason"] = text(job.failure_reason);
  return o;
}

/// The series of the algorithm, or those of its host.
json::array metric_series(const std::vector<store::MetricPoint>& points, bool of_host) {
  json::array list;
  json::object* series = nullptr;
  std::string_view name;
  for (const auto& point : points) {
    if (training::is_host_metric(point.name) != of_host) continue;
    if (series == nullptr || point.name != name) {
      name = point.name;
      list.push_back({{"name", text(point.name)},
                      {"steps", json::array()},
                      {"times", json::array()},
                      {"values", json::array()}});
      series = &list.back().as_object();
    }
    (*series)["steps"].as_array().push_back(point.step);
    (*series)["times"].as_array().push_back(time(point.time));
    (*series)["values"].as_array().push_back(number(point.value));
  }
  return list;
}

json::array transitions(const store::TrainingJob& job) {
  json::array list;
  for (const auto& step : job.transitions) {
    list.push_back({{"status", text(step.status)},
                    {"start", time(step.start)},
                    {"end", time(step.end)},
                    {"message", text(step.message)}});
  }
  return list;
}

json::array final_metrics(const store::TrainingJob& job) {
  json::array list;
  for (const auto& metric : job.final_metrics) {
    list.push_back({{"name", text(metric.name)},
                    {"value", number(metric.value)},
                    {"time", time(metric.time)}});
  }
  return list;
}

}  // namespace

std::string print_session(const Session& session, const std::string& command,
                          const std::string& data_dir) {
  return json_text(json::object{{"user", text(session.user)},
                                {"expires", time(session.expires)},
                                {"command", text(command)},
                                {"data_dir", text(data_dir)}});
}

std::string print_tuning_jobs(const std::vector<SummaryPointer>& jobs, const std::string& next) {
  return json_text(
      json::object{{"tuning_jobs", rows(jobs)},
                   {"next", next.empty() ? json::value(nullptr) : json::value(text(next))}});
}

std::string print_tuning_job_changes(const std::vector<SummaryPointer>& changed,
                                     const std::vector<std::int64_t>& deleted) {
  json::array gone;
  for (const auto id : deleted) gone.push_back(id);
  return json_text(json::object{{"changed", rows(changed)}, {"deleted", std::move(gone)}});
}

std::string print_tuning_job(const TuningJobSummary& s) {
  json::object o = row(s);
  json::array definitions;
  for (const auto& definition : s.spec.definitions)
    definitions.push_back(definition_part(definition));
  // What most jobs have one of stands at the top, too.
  for (const char* member : {"ranges", "training"})
    o[member] = definitions.front().as_object().at(member);
  o["definitions"] = std::move(definitions);
  o["seed"] = std::to_string(s.job.seed);  // more digits than a number of JavaScript holds
  o["limits"] = {{"max_trials", s.spec.max_trials},
                 {"max_parallel", s.spec.max_parallel},
                 {"max_runtime_seconds", integer(s.spec.max_runtime_seconds)},
                 {"target_objective", number(s.spec.target_objective)},
                 {"max_not_improving", integer(s.spec.max_not_improving)}};
  return json_text(o);
}

std::string print_trials(const std::vector<store::TrainingJob>& trials) {
  json::array list;
  list.reserve(trials.size());
  for (const auto& trial : trials) list.push_back(trial_row(trial));
  return json_text(json::object{{"trials", std::move(list)}});
}

std::string print_training_jobs(const std::vector<store::TrainingJob>& jobs,
                                const std::string& next) {
  json::array list;
  list.reserve(jobs.size());
  for (const auto& job : jobs) {
    auto row = trial_row(job);
    row["id"] = job.id;
    row["region"] = text(job.region);
    list.push_back(std::move(row));
  }
  return json_text(
      json::object{{"training_jobs", std::move(list)},
                   {"next", next.empty() ? json::value(nullptr) : json::value(text(next))}});
}

std::string print_training_job(const TrainingJobDetail& detail) {
  const auto& job = detail.job;
  json::object o = trial_row(job);
  o["region"] = text(job.region);
  o["trial"] = integer(job.trial);
  o.erase("number");
  o["attempt"] = job.attempt;
  if (detail.tuning_job && detail.tuning_spec) {
    const auto& definition =
        detail.tuning_spec->definitions.at(static_cast<std::size_t>(job.definition));
    o["tuning_job"] = {{"name", text(detail.tuning_job->name)},
                       {"metric", text(definition.objective_metric)},
                       {"direction", definition.maximize ? "Maximize" : "Minimize"}};
  } else {
    o["tuning_job"] = nullptr;
  }
  json::object hyperparameters = object_of(detail.spec.hyperparameters);
  for (const auto& [key, value] : job.tuned) hyperparameters[to_valid_utf8(key)] = text(value);
  o["hyperparameters"] = std::move(hyperparameters);
  o["training"] = training_part(detail.spec);
  const bool has_model = job.status == store::JobStatus::kCompleted;
  o["model"] = has_model ? json::value(text(training::model_artifact_uri(detail.spec, job.name)))
                         : json::value(nullptr);
  o["transitions"] = transitions(job);
  o["final_metrics"] = final_metrics(job);
  o["metrics"] = metric_series(detail.metrics, false);
  o["resources"] = metric_series(detail.metrics, true);
  return json_text(o);
}

std::string print_log(const training::LogChunk& chunk) {
  json::array lines;
  lines.reserve(chunk.lines.size());
  for (const auto& line : chunk.lines)
    lines.push_back({line.time == 0 ? json::value(nullptr) : json::value(line.time),
                     json::value(json::string(line.text))});
  return json_text(json::object{{"from", chunk.from},
                                {"next", chunk.next},
                                {"size", chunk.size},
                                {"lines", std::move(lines)}});
}

}  // namespace tunesmith::console
