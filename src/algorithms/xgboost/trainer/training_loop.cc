// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/training_loop.h"

#include "algorithms/xgboost/schema/literals.h"
#include "algorithms/xgboost/schema/metrics.h"
#include "algorithms/xgboost/trainer/margin_follower.h"
#include "algorithms/xgboost/trainer/model_trees.h"
#include "algorithms/xgboost/trainer/round_metrics.h"
#include "base/strings.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>
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

/// The tree method that is run: without a graphics processor hist on the cores; and approx where
/// the library has no exact one among several workers, which is what its versions before 1.0 did.
std::string_view runnable_tree_method(std::string_view asked, bool several_workers) {
  if (asked == "gpu_hist") return "hist";
  return asked == "exact" && several_workers ? "approx" : asked;
}

Result<void> configure(Booster& booster, const HyperparameterSet& parameters,
                       const MetricPlan& plan, const TrainOptions& options) {
  for (const auto& [name, value] : parameters.values) {
    if (std::find(kNotForTheLibrary.begin(), kNotForTheLibrary.end(), name) !=
        kNotForTheLibrary.end())
      continue;
    if (name == "nthread") continue;
    std::string_view given = trim(value);
    if (name == "tree_method") given = runnable_tree_method(given, options.collective != nullptr);
    std::string text(given);
    // The container reads a tuple with or without its brackets, the library with them alone.
    if (name == "monotone_constraints" && !text.starts_with('(')) text = "(" + text + ")";
    TUNESMITH_TRY_VOID(booster.set(name, text));
  }
  const int threads = options.threads;
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

  // Goes on where the training that left this checkpoint was.
  Result<void> resume(const Booster& booster) {
    TUNESMITH_TRY(const auto round, booster.attribute("best_iteration"));
    TUNESMITH_TRY(const auto score, booster.attribute("best_score"));
    const auto number = round ? parse_int(*round) : std::nullopt;
    const auto best = score ? python_float(*score) : std::nullopt;
    if (!number || !best) return {};
    best_round_ = static_cast<int>(*number);
    best_ = *best;
    return {};
  }
  Result<void> mark(Booster& booster) const {
    if (!seen_any()) return {};
    TUNESMITH_TRY_VOID(booster.set_attribute("best_iteration", fmt::format("{}", best_round_)));
    return booster.set_attribute("best_score", python_repr(best_));
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
    return is_over(round);
  }

  // The model of the best round, marked as XGBoost's own callback marks it.
  Result<Booster> best_model(const Booster& booster) const {
    TUNESMITH_TRY(auto best, booster.rounds(0, best_round_ + 1));
    TUNESMITH_TRY_VOID(mark(best));
    return best;
  }
  bool seen_any() const { return best_round_ >= 0; }
  bool is_over(int round) const { return seen_any() && round - best_round_ >= patience_; }

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

using Values = std::vector<MetricValue>;

struct RoundValues {
  int round = 0;
  Values train;
  Values validation;
};

// Whether each round adds one tree that can be walked here.
bool can_follow(const HyperparameterSet& parameters, const MetricPlan& plan,
                const TrainingData& data) {
  return data.validation && !data.validation->features.empty() && plan.classes == 1 &&
         !plan.own.empty() && !plan.uses_library() &&
         data.validation->columns == data.train.columns &&
         parameters.text("booster", "gbtree") == "gbtree" &&
         parameters.text("process_type", "default") == "default" &&
         parameters.integer("num_parallel_tree").value_or(1) == 1;
}

// Measures the data sets of a training. Validation data may lag a few rounds behind, because taking
// several trees from the library at once is cheaper; take() brings what has become due, in order.
class Watch {
 public:
  // `first`: the first round that will be observed.
  Watch(const HyperparameterSet& parameters, const MetricPlan& plan, const TrainingData& data,
        int first, Collective* collective)
      : plan_(plan),
        data_(data),
        first_(first),
        collective_(collective),
        train_metrics_(plan, data.train) {
    names_.push_back("train");
    handles_.push_back(data.train.matrix.handle());
    if (!data.validation) return;
    names_.push_back("validation");
    handles_.push_back(data.validation->matrix.handle());
    validation_metrics_.emplace(plan, *data.validation);
    // Values that lag would leave the workers at different rounds.
    if (collective == nullptr && can_follow(parameters, plan, data))
      follower_.emplace(data.validation->features, data.validation->columns);
  }

  std::span<const Library::Handle> handles() const { return handles_; }

  // Call after each round's update.
  Result<void> observe(Booster& booster, int round) {
    RoundValues values;
    values.round = round;
    if (!plan_.own.empty()) {
      TUNESMITH_TRY(const auto margins, booster.margins(data_.train.matrix));
      TUNESMITH_TRY(values.train, train_metrics_.measure(margins));
    }
    if (data_.validation && !plan_.own.empty() && (!follower_ || round == first_)) {
      TUNESMITH_TRY(const auto margins, booster.margins(data_.validation->matrix));
      TUNESMITH_TRY(values.validation, validation_metrics_->measure(margins));
      if (follower_) follower_->start(margins);
    }
    if (collective_ != nullptr) {
      for (auto& value : values.train) value.value = collective_->mean(value.value);
      for (auto& value : values.validation) value.value = collective_->mean(value.value);
    }
    if (plan_.uses_library()) {
      TUNESMITH_TRY(const auto text, booster.evaluate(round, handles_, names_));
      append(values.train, parse_evaluation(text, "train"));
      append(values.validation, parse_evaluation(text, "validation"));
    }
    pending_.push_back(std::move(values));
    return {};
  }

  // The rounds whose values are complete by now; all of them when `all`.
  Result<std::vector<RoundValues>> take(Booster& booster, bool all) {
    const bool lagging = follower_ && pending_.back().round > first_;
    const auto now = Clock::now();
    if (lagging && !all && pending_.size() < kMostLag && now - last_take_ < kLongestLag) {
      return std::vector<RoundValues>();
    }
    last_take_ = now;
    if (lagging) TUNESMITH_TRY_VOID(catch_up(booster));
    return std::exchange(pending_, {});
  }

 private:
  using Clock = std::chrono::steady_clock;
  // A lag that nobody watching a log would notice.
  static constexpr auto kLongestLag = std::chrono::milliseconds(200);
  static constexpr std::size_t kMostLag = 32;

  static void append(Values& values, Values more) {
    values.insert(values.end(), more.begin(), more.end());
  }

  Result<void> catch_up(const Booster& booster) {
    TUNESMITH_TRY(const auto part,
                  booster.rounds(pending_.front().round, pending_.back().round + 1));
    TUNESMITH_TRY(const auto bytes, part.save());
    TUNESMITH_TRY(const auto trees, read_trees(bytes, data_.validation->columns));
    if (trees.size() != pending_.size()) {
      return Error{ErrorKind::kInternal,
                   fmt::format("{} trees for {} rounds", trees.size(), pending_.size())};
    }
    for (std::size_t i = 0; i < trees.size(); ++i) {
      follower_->add(trees[i]);
      TUNESMITH_TRY(pending_[i].validation, validation_metrics_->measure(follower_->margins()));
    }
    return {};
  }

  const MetricPlan& plan_;
  const TrainingData& data_;
  const int first_;
  Collective* const collective_;
  std::vector<const char*> names_;
  std::vector<Library::Handle> handles_;
  RoundMetrics train_metrics_;
  std::optional<RoundMetrics> validation_metrics_;
  std::optional<MarginFollower> follower_;
  std::vector<RoundValues> pending_;
  Clock::time_point last_take_ = Clock::now();
};

// All values of a round under their full names, "train-auc", in the order of the log.
Values full_names(const RoundValues& values) {
  Values all;
  for (const auto& value : values.train) all.push_back({"train-" + value.name, value.value});
  for (const auto& value : values.validation)
    all.push_back({"validation-" + value.name, value.value});
  return all;
}

// Loads the newest checkpoint; the round to go on with, 0 without one.
int go_on_from_checkpoint(Booster& booster, const TrainOptions& options) {
  const auto found =
      options.checkpoints->load_newest([&](std::string_view bytes) { return booster.load(bytes); });
  if (!found) return 0;
  if (options.resumed) options.resumed(*found);
  return found->round + 1;
}

}  // namespace

Result<Trained> train(const Library& library, const HyperparameterSet& parameters,
                      const TrainingData& data, const TrainOptions& options) {
  const auto plan = plan_metrics(parameters, data.train.grouped, options.collective != nullptr);
  Trained trained;
  std::vector<Library::Handle> cached = {data.train.matrix.handle()};
  if (data.validation) cached.push_back(data.validation->matrix.handle());
  TUNESMITH_TRY(trained.booster, Booster::create(library, cached));
  int first = 0;
  if (options.checkpoints != nullptr) first = go_on_from_checkpoint(trained.booster, options);
  TUNESMITH_TRY_VOID(configure(trained.booster, parameters, plan, options));
  auto stopping = early_stopping(parameters, data.validation.has_value());
  if (stopping && first > 0) TUNESMITH_TRY_VOID(stopping->resume(trained.booster));

  const auto rounds = parameters.integer("num_round").value_or(1);
  // With nothing left to train, the last round is measured once more.
  const bool done = first > 0 && (first >= rounds || (stopping && stopping->is_over(first - 1)));
  Watch watch(parameters, plan, data, done ? first - 1 : first, options.collective);
  CheckpointPace pace;
  bool enough = false;
  const auto settle = [&](bool all) -> Result<void> {
    TUNESMITH_TRY(const auto complete, watch.take(trained.booster, all));
    for (const auto& values : complete) {
      trained.rounds = values.round + 1;
      trained.last = full_names(values);
      if (options.log) options.log(log_text(values.round, trained.last));
      if (!stopping) continue;
      // Rounds beyond the one that decides count for nothing: the best round's model is kept.
      TUNESMITH_TRY(enough, stopping->observe(values.round, values.validation));
      if (enough) break;
    }
    return {};
  };
  if (done) {
    TUNESMITH_TRY_VOID(watch.observe(trained.booster, first - 1));
    TUNESMITH_TRY_VOID(settle(true));
  }
  for (int round = first; !done && round < rounds && !enough && !trained.stopped; ++round) {
    TUNESMITH_TRY_VOID(trained.booster.update(round, data.train.matrix));
    TUNESMITH_TRY_VOID(watch.observe(trained.booster, round));
    const bool last = round + 1 == rounds;
    bool stop = options.should_stop && options.should_stop();
    if (options.collective != nullptr) stop = options.collective->any(stop);
    trained.stopped = !last && stop;
    // A checkpoint holds no round that nobody was told of.
    TUNESMITH_TRY_VOID(settle(last || trained.stopped || options.checkpoints != nullptr));
    if (options.checkpoints == nullptr) continue;
    if (options.collective != nullptr && options.collective->rank() > 0) continue;
    if (!last && !trained.stopped && !enough && !pace.may_write()) continue;
    const auto begun = std::chrono::steady_clock::now();
    if (stopping) TUNESMITH_TRY_VOID(stopping->mark(trained.booster));
    TUNESMITH_TRY(const auto bytes, trained.booster.save());
    TUNESMITH_TRY_VOID(options.checkpoints->save(round, bytes));
    pace.wrote(std::chrono::steady_clock::now() - begun);
  }
  if (options.collective != nullptr) TUNESMITH_TRY_VOID(options.collective->status());
  if (stopping && stopping->seen_any()) {
    TUNESMITH_TRY(trained.booster, stopping->best_model(trained.booster));
  }
  return trained;
}

}  // namespace tunesmith::algorithms::xgboost
