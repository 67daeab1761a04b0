// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/training_loop.h"

#include "algorithms/xgboost/schema/literals.h"
#include "algorithms/xgboost/schema/metrics.h"
#include "algorithms/xgboost/trainer/round_metrics.h"
#include "base/strings.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

namespace tunesmith::algorithms::xgboost {
namespace {

// What the container's program handles itself, or what the current library no longer knows.
constexpr std::array<std::string_view, 15> kNotForTheLibrary = {"num_round",
                                                                "csv_weights",
                                                                "early_stopping_rounds",
                                                                "save_model_on_termination",
                                                                "_kfold",
                                                                "_num_cv_round",
                                                                "_tuning_objective_metric",
                                                                "use_dask_gpu_training",
                                                                "eval_metric",
                                                                "dsplit",
                                                                "predictor",
                                                                "sketch_eps",
                                                                "deterministic_histogram",
                                                                "prob_buffer_row",
                                                                "silent"};

std::string number_text(double value) {
  return std::isnan(value) ? "nan" : fmt::format("{:.5f}", value);
}

std::string log_text(int round, const std::vector<MetricValue>& values) {
  std::string text = fmt::format("[{}]", round);
  for (const auto& value : values)
    text += fmt::format("\t{}:{}", value.name, number_text(value.value));
  return text;
}

Result<void> configure(Booster& booster, const HyperparameterSet& parameters,
                       const MetricPlan& plan, int threads) {
  for (const auto& [name, value] : parameters.values) {
    if (std::find(kNotForTheLibrary.begin(), kNotForTheLibrary.end(), name) !=
        kNotForTheLibrary.end())
      continue;
    if (name == "nthread") continue;
    // Without a graphics processor the same algorithm runs on the cores.
    const bool on_gpu = name == "tree_method" && value == "gpu_hist";
    TUNESMITH_TRY_VOID(booster.set(name, on_gpu ? "hist" : std::string(trim(value))));
  }
  const auto wanted = parameters.integer("nthread").value_or(threads);
  TUNESMITH_TRY_VOID(
      booster.set("nthread", fmt::format("{}", std::clamp<std::int64_t>(wanted, 1, threads))));
  for (const auto& metric : plan.native) TUNESMITH_TRY_VOID(booster.set("eval_metric", metric));
  if (!plan.native_default) TUNESMITH_TRY_VOID(booster.set("disable_default_eval_metric", "1"));
  return {};
}

// "[3]\ttrain-rmse:0.25\tvalidation-rmse:0.5" -> the values of `set` in order.
std::vector<MetricValue> parse_evaluation(std::string_view text, std::string_view set) {
  std::vector<MetricValue> values;
  for (const auto part : split(text, '\t')) {
    if (part.substr(0, set.size()) != set || part.size() <= set.size() || part[set.size()] != '-')
      continue;
    const auto colon = part.rfind(':');
    if (colon == std::string_view::npos) continue;
    auto name = std::string(part.substr(set.size() + 1, colon - set.size() - 1));
    // The tuning metric carries no variance power in its name.
    if (name.rfind("tweedie-nloglik@", 0) == 0) name = "tweedie-nloglik";
    values.push_back(
        {std::move(name), python_float(part.substr(colon + 1)).value_or(std::nan(""))});
  }
  return values;
}

// Stops when a metric of the validation data has not improved for a number of rounds.
class EarlyStopping {
 public:
  EarlyStopping(std::string metric, std::int64_t patience)
      : metric_(std::move(metric)), patience_(patience) {
    const auto* known = find_metric(std::string_view(metric_).substr(0, metric_.find('@')));
    maximize_ = known != nullptr && known->direction == Direction::kMaximize;
  }

  // True when it is time to stop; an error when the metric is not logged.
  Result<bool> observe(int round, const std::vector<MetricValue>& values) {
    const auto found = std::find_if(values.begin(), values.end(), [&](const MetricValue& value) {
      return value.name == metric_;
    });
    if (found == values.end()) {
      return Error{
          ErrorKind::kInternal,
          fmt::format("XGB train call failed with exception:\n No metric named: {}", metric_)};
    }
    const bool better = maximize_ ? found->value > best_ : found->value < best_;
    if (best_round_ < 0 || better) {
      best_ = found->value;
      best_round_ = round;
    }
    return round - best_round_ >= patience_;
  }

  // The model of the best round, marked as XGBoost's own callback marks it.
  Result<Booster> best_model(const Booster& booster) const {
    TUNESMITH_TRY(auto best, booster.first_rounds(best_round_ + 1));
    TUNESMITH_TRY_VOID(best.set_attribute("best_iteration", fmt::format("{}", best_round_)));
    TUNESMITH_TRY_VOID(best.set_attribute("best_score", python_repr(best_)));
    return best;
  }
  bool seen_any() const { return best_round_ >= 0; }

 private:
  std::string metric_;
  std::int64_t patience_;
  bool maximize_ = false;
  double best_ = 0;
  int best_round_ = -1;
};

std::optional<EarlyStopping> early_stopping(const HyperparameterSet& parameters,
                                            bool has_validation) {
  const auto patience = parameters.integer("early_stopping_rounds");
  auto metric = parameters.early_stopping_metric();
  if (!patience || !metric || !has_validation) return std::nullopt;
  return EarlyStopping(std::move(*metric), *patience);
}

// The data sets of a training with their names, and what is measured on each.
class Watch {
 public:
  Watch(const MetricPlan& plan, const TrainingData& data) : plan_(plan) {
    add("train", data.train);
    if (data.validation) add("validation", *data.validation);
  }

  // The values of each data set after `round`.
  Result<std::vector<std::vector<MetricValue>>> measure(Booster& booster, int round) {
    std::vector<std::vector<MetricValue>> values(sets_.size());
    if (!plan_.own.empty()) {
      for (std::size_t i = 0; i < sets_.size(); ++i) {
        TUNESMITH_TRY(const auto margins, booster.margins(sets_[i]->matrix));
        TUNESMITH_TRY(values[i], metrics_[i].measure(margins));
      }
    }
    if (plan_.uses_library()) {
      TUNESMITH_TRY(const auto text, booster.evaluate(round, handles_, names_));
      for (std::size_t i = 0; i < sets_.size(); ++i) {
        auto more = parse_evaluation(text, names_[i]);
        values[i].insert(values[i].end(), more.begin(), more.end());
      }
    }
    return values;
  }

  // All values under their full names, "train-auc", in the order of the log.
  std::vector<MetricValue> named(const std::vector<std::vector<MetricValue>>& values) const {
    std::vector<MetricValue> all;
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      for (const auto& value : values[i])
        all.push_back({fmt::format("{}-{}", names_[i], value.name), value.value});
    }
    return all;
  }

  std::span<const Library::Handle> handles() const { return handles_; }

 private:
  void add(const char* name, const DataSet& set) {
    names_.push_back(name);
    sets_.push_back(&set);
    handles_.push_back(set.matrix.handle());
    metrics_.emplace_back(plan_, set);
  }

  const MetricPlan& plan_;
  std::vector<const char*> names_;
  std::vector<const DataSet*> sets_;
  std::vector<Library::Handle> handles_;
  std::vector<RoundMetrics> metrics_;
};

}  // namespace

Result<Trained> train(const Library& library, const HyperparameterSet& parameters,
                      const TrainingData& data, const TrainOptions& options) {
  const auto plan = plan_metrics(parameters, data.train.grouped);
  Watch watch(plan, data);
  Trained trained;
  TUNESMITH_TRY(trained.booster, Booster::create(library, watch.handles()));
  TUNESMITH_TRY_VOID(configure(trained.booster, parameters, plan, options.threads));
  auto stopping = early_stopping(parameters, data.validation.has_value());

  const auto rounds = parameters.integer("num_round").value_or(1);
  for (int round = 0; round < rounds; ++round) {
    TUNESMITH_TRY_VOID(trained.booster.update(round, data.train.matrix));
    TUNESMITH_TRY(const auto values, watch.measure(trained.booster, round));
    trained.last = watch.named(values);
    if (options.log) options.log(log_text(round, trained.last));
    trained.rounds = round + 1;
    if (stopping) {
      TUNESMITH_TRY(const bool enough, stopping->observe(round, values.back()));
      if (enough) break;
    }
    if (options.should_stop && options.should_stop()) {
      trained.stopped = round + 1 < rounds;
      break;
    }
  }
  if (stopping && stopping->seen_any()) {
    TUNESMITH_TRY(trained.booster, stopping->best_model(trained.booster));
  }
  return trained;
}

}  // namespace tunesmith::algorithms::xgboost
