// SPDX-License-Identifier: Apache-2.0
#include "console/objective_models.h"

#include "base/json_text.h"
#include "base/utf8.h"
#include "orchestration/engine_search.h"
#include "training/job_log.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>

namespace tunesmith::console {
namespace {

namespace json = boost::json;

constexpr std::size_t kAlong = 41;   // places along one hyperparameter
constexpr std::size_t kAcross = 24;  // places of each of two
constexpr std::size_t kImportances = 24;

json::value print(const tuning::Value& value) {
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole;
  return json::string(to_valid_utf8(std::get<std::string>(value)));
}
json::value number(double value) {
  return std::isfinite(value) ? json::value(value) : json::value(nullptr);
}

json::array print_importance(const tuning::Space& space,
                             const std::vector<tuning::Importance>& list) {
  json::array out;
  for (const auto& importance : list) {
    if (out.size() == kImportances) break;
    json::array names;
    for (const auto i : importance.parameters)
      names.push_back(json::string(to_valid_utf8(space[i].name)));
    out.push_back({{"parameters", std::move(names)}, {"share", number(importance.share)}});
  }
  return out;
}

json::object print_response(const std::string& name,
                            const std::vector<tuning::ResponsePoint>& points) {
  json::array values;
  json::array mean;
  json::array low;
  json::array high;
  for (const auto& point : points) {
    values.push_back(print(point.values.at(0)));
    mean.push_back(number(point.mean));
    low.push_back(number(point.low));
    high.push_back(number(point.high));
  }
  return {{"parameter", json::string(to_valid_utf8(name))},
          {"values", std::move(values)},
          {"mean", std::move(mean)},
          {"low", std::move(low)},
          {"high", std::move(high)}};
}

Result<std::size_t> index_of(const tuning::Space& space, const std::string& name) {
  for (std::size_t i = 0; i < space.size(); ++i) {
    if (space[i].name == name) return i;
  }
  return Error(ErrorKind::kInvalid, to_valid_utf8(name) + " is no hyperparameter of this job");
}

/// The grid of a response over two: distinct values of each, in the order in which they come.
std::string print_contour(const std::string& x, const std::string& y,
                          const std::vector<tuning::ResponsePoint>& points) {
  std::vector<tuning::Value> xs;
  std::vector<tuning::Value> ys;
  const auto place = [](std::vector<tuning::Value>& seen, const tuning::Value& value) {
    const auto found = std::find(seen.begin(), seen.end(), value);
    const auto at = static_cast<std::size_t>(found - seen.begin());
    if (found == seen.end()) seen.push_back(value);
    return at;
  };
  std::map<std::pair<std::size_t, std::size_t>, double> means;
  for (const auto& point : points)
    means[{place(ys, point.values.at(1)), place(xs, point.values.at(0))}] = point.mean;
  json::array rows;
  for (std::size_t row = 0; row < ys.size(); ++row) {
    json::array line;
    for (std::size_t column = 0; column < xs.size(); ++column) {
      const auto found = means.find({row, column});
      line.push_back(found == means.end() ? json::value(nullptr) : number(found->second));
    }
    rows.push_back(std::move(line));
  }
  json::array x_values;
  json::array y_values;
  for (const auto& value : xs) x_values.push_back(print(value));
  for (const auto& value : ys) y_values.push_back(print(value));
  return json_text(json::object{{"x", json::string(to_valid_utf8(x))},
                                {"y", json::string(to_valid_utf8(y))},
                                {"xs", std::move(x_values)},
                                {"ys", std::move(y_values)},
                                {"mean", std::move(rows)}});
}

std::size_t count_observations(const std::vector<store::TrainingJob>& trials) {
  return static_cast<std::size_t>(
      std::count_if(trials.begin(), trials.end(), [](const store::TrainingJob& trial) {
        return store::is_terminal(trial.status) && trial.objective.has_value();
      }));
}

}  // namespace

Result<std::shared_ptr<ObjectiveModels::Entry>> ObjectiveModels::entry_of(
    const store::TuningJob& job, std::size_t number, std::vector<store::TrainingJob> trials) {
  std::erase_if(trials, [number](const store::TrainingJob& trial) {
    return trial.definition != static_cast<std::int64_t>(number);
  });
  const std::size_t observations = count_observations(trials);
  std::shared_ptr<Entry> entry;
  {
    const std::lock_guard lock(mutex_);
    const std::pair key(job.id, number);
    auto& kept = entries_[key];
    if (!kept || kept->observations != observations) {
      kept = std::make_shared<Entry>();
      kept->observations = observations;
    }
    entry = kept;
    // The smallest id is the oldest job: least likely to be looked at.
    while (entries_.size() > kMaxKept)
      entries_.erase(entries_.begin()->first == key ? std::next(entries_.begin())
                                                    : entries_.begin());
  }
  const std::lock_guard lock(entry->mutex);
  if (!entry->model) {
    TUNESMITH_TRY(const auto spec, orchestration::parse_tuning_spec(job.spec));
    if (number >= spec.definitions.size())
      return Error(ErrorKind::kInvalid, "the job has no such definition");
    TUNESMITH_TRY(entry->model,
                  orchestration::make_objective_model(
                      spec.definitions[number], static_cast<std::uint64_t>(job.seed), trials));
  }
  return entry;
}

Result<std::string> ObjectiveModels::describe(const store::TuningJob& job, std::size_t definition,
                                              std::vector<store::TrainingJob> trials) {
  TUNESMITH_TRY(const auto entry, entry_of(job, definition, std::move(trials)));
  const std::lock_guard lock(entry->mutex);
  if (!entry->description.empty()) return entry->description;
  TUNESMITH_TRY(const auto importance, entry->model->importance());
  const auto& space = entry->model->space();
  json::array responses;
  json::array average;
  for (std::size_t i = 0; i < space.size(); ++i) {
    TUNESMITH_TRY(const auto at_best, entry->model->response({i}, kAlong, tuning::Others::kAtBest));
    responses.push_back(print_response(space[i].name, at_best));
    TUNESMITH_TRY(const auto averaged,
                  entry->model->response({i}, kAlong, tuning::Others::kAveraged));
    average.push_back(print_response(space[i].name, averaged));
  }
  json::value convergence = nullptr;
  if (const auto left = entry->model->convergence()) {
    convergence = {{"expected_improvement", number(left->expected_improvement)},
                   {"threshold", number(left->threshold)},
                   {"converged", left->converged}};
  }
  entry->description = json_text(json::object{{"observations", entry->observations},
                                              {"convergence", std::move(convergence)},
                                              {"importance", print_importance(space, importance)},
                                              {"responses", std::move(responses)},
                                              {"average_responses", std::move(average)}});
  return entry->description;
}

Result<std::string> ObjectiveModels::contour(const store::TuningJob& job, std::size_t definition,
                                             std::vector<store::TrainingJob> trials,
                                             const std::string& x, const std::string& y,
                                             tuning::Others others) {
  TUNESMITH_TRY(const auto entry, entry_of(job, definition, std::move(trials)));
  const std::lock_guard lock(entry->mutex);
  TUNESMITH_TRY(const auto first, index_of(entry->model->space(), x));
  TUNESMITH_TRY(const auto second, index_of(entry->model->space(), y));
  auto& document = entry->contours[{first, second, others}];
  if (document.empty()) {
    TUNESMITH_TRY(const auto points, entry->model->response({first, second}, kAcross, others));
    document = print_contour(x, y, points);
  }
  return document;
}

}  // namespace tunesmith::console
