// SPDX-License-Identifier: Apache-2.0
#include "cli/display.h"

#include "base/clock.h"
#include "base/strings.h"

#include <boost/json.hpp>
#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace tunesmith::cli {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

std::string text_at(const json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}
double number_at(const json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}
std::int64_t count_at(const json::object& object, const char* key) {
  return static_cast<std::int64_t>(number_at(object, key));
}

std::optional<double> objective_of(const json::object& trial) {
  const auto* metric = trial.if_contains("FinalHyperParameterTuningJobObjectiveMetric");
  if (metric == nullptr) return std::nullopt;
  return number_at(metric->as_object(), "Value");
}

/// Six significant digits: what a person compares by.
std::string short_number(const std::string& text) {
  const auto value = parse_double(text);
  return value ? fmt::format("{:.6g}", *value) : text;
}

std::string hyperparameters_of(const json::object& trial) {
  std::string out;
  const auto* tuned = trial.if_contains("TunedHyperParameters");
  if (tuned == nullptr) return out;
  for (const auto& [name, value] : tuned->as_object()) {
    if (!out.empty()) out += "  ";
    out +=
        fmt::format("{} {}", std::string_view(name), short_number(std::string(value.as_string())));
  }
  return out;
}

struct Terminal {
  bool is_terminal = ::isatty(STDOUT_FILENO) == 1;
  bool colours = false;
  std::size_t width = 100;

  Terminal() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): commands have one thread
    colours = is_terminal && std::getenv("NO_COLOR") == nullptr;
    winsize size{};
    if (is_terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20)
      width = size.ws_col;
  }
  std::string paint(const char* code, const std::string& text) const {
    return colours ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
  }
  /// Cut to the width, so that a line never wraps and the block can be drawn over.
  std::string cut(const std::string& text) const {
    return text.size() < width ? text : text.substr(0, width - 1);
  }
};

struct View {
  json::object description;
  json::array trials;
  double seconds = 0;

  std::string status() const { return text_at(description, "HyperParameterTuningJobStatus"); }
  const json::object& counters() const {
    return description.at("TrainingJobStatusCounters").as_object();
  }
  std::int64_t wanted() const {
    const auto& config = description.at("HyperParameterTuningJobConfig").as_object();
    return count_at(config.at("ResourceLimits").as_object(), "MaxNumberOfTrainingJobs");
  }
  std::int64_t ended() const {
    const auto& c = counters();
    return count_at(c, "Completed") + count_at(c, "NonRetryableError") +
           count_at(c, "RetryableError") + count_at(c, "Stopped");
  }
  std::int64_t failed() const { return count_at(counters(), "NonRetryableError"); }
  const json::object* best() const {
    const auto* found = description.if_contains("BestTrainingJob");
    return found != nullptr ? &found->as_object() : nullptr;
  }
};

/// Best objective so far, trial by trial, as a row of blocks.
std::string sparkline(const View& view, bool maximize) {
  static constexpr const char* kBlocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::vector<double> values;
  for (const auto& trial : view.trials) {
    if (const auto value = objective_of(trial.as_object())) {
      values.push_back(values.empty() ? *value
                       : maximize     ? std::max(values.back(), *value)
                                      : std::min(values.back(), *value));
    }
  }
  if (values.size() < 2) return "";
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double span = *high - *low;
  std::string out;
  const std::size_t from = values.size() > 60 ? values.size() - 60 : 0;
  for (std::size_t i = from; i < values.size(); ++i) {
    const double share = span > 0 ? (values[i] - *low) / span : 1;
    out += kBlocks[static_cast<std::size_t>(std::lround(share * 7))];
  }
  return out;
}

std::vector<std::string> block(const View& view, const Terminal& terminal) {
  const auto& config = view.description.at("HyperParameterTuningJobConfig").as_object();
  const auto* objective = config.if_contains("HyperParameterTuningJobObjective");
  const bool maximize =
      objective == nullptr || text_at(objective->as_object(), "Type") != "Minimize";
  const std::string metric =
      objective != nullptr ? text_at(objective->as_object(), "MetricName") : "";
  std::vector<std::string> lines;
  lines.push_back(terminal.paint("1", text_at(view.description, "HyperParameterTuningJobName")) +
                  fmt::format("  {}  {} {}  {:.1f} s", text_at(config, "Strategy"),
                              maximize ? "maximize" : "minimize", metric, view.seconds));
  const std::int64_t wanted = std::max<std::int64_t>(1, view.wanted());
  constexpr std::int64_t kBar = 40;
  const std::int64_t filled = std::min(kBar, view.ended() * kBar / wanted);
  std::string bar;
  for (std::int64_t i = 0; i < kBar; ++i) bar += i < filled ? "█" : "░";
  std::string progress = fmt::format(" {}/{}  {} running", view.ended(), view.wanted(),
                                     count_at(view.counters(), "InProgress"));
  if (view.failed() > 0)
    progress += terminal.paint("31", fmt::format("  {} failed", view.failed()));
  if (view.ended() > 0 && view.ended() < wanted && view.status() == "InProgress") {
    progress +=
        fmt::format("  about {:.0f} s left", view.seconds / static_cast<double>(view.ended()) *
                                                 static_cast<double>(wanted - view.ended()));
  }
  lines.push_back(terminal.paint("36", bar) + progress);
  if (const auto* best = view.best()) {
    lines.push_back("best " + terminal.paint("1;32", fmt::format("{:.6g}", *objective_of(*best))) +
                    "  " + hyperparameters_of(*best));
    const std::string spark = sparkline(view, maximize);
    if (!spark.empty()) lines.push_back("     " + terminal.paint("32", spark));
  }
  return lines;
}

Result<View> look(ServerClient& server, const std::string& name, bool with_trials) {
  View view;
  TUNESMITH_TRY(json::value description,
                server.sagemaker("DescribeHyperParameterTuningJob",
                                 json::object{{"HyperParameterTuningJobName", name}}));
  view.description = std::move(description.as_object());
  if (with_trials) {
    TUNESMITH_TRY(view.trials,
                  server.sagemaker_list("ListTrainingJobsForHyperParameterTuningJob",
                                        json::object{{"HyperParameterTuningJobName", name},
                                                     {"SortBy", "CreationTime"},
                                                     {"MaxResults", 100}},
                                        "TrainingJobSummaries"));
  }
  const auto* ended = view.description.if_contains("HyperParameterTuningEndTime");
  const double until = ended != nullptr
                           ? ended->to_number<double>()
                           : static_cast<double>(to_millis(SystemClock().now())) / 1000;
  view.seconds = std::max(0.0, until - number_at(view.description, "CreationTime"));
  return view;
}

}  // namespace

Result<json::value> follow_tuning_job(ServerClient& server, const std::string& name, bool quiet) {
  const Terminal terminal;
  std::size_t drawn = 0;
  std::string last_line;
  for (;;) {
    TUNESMITH_TRY(const View view, look(server, name, terminal.is_terminal && !quiet));
    const bool over = view.status() != "InProgress" && view.status() != "Stopping";
    if (!quiet && terminal.is_terminal) {
      std::string out = drawn > 0 ? fmt::format("\033[{}A", drawn) : "";
      const auto lines = block(view, terminal);
      for (const auto& line : lines) out += "\r\033[2K" + line + "\n";
      drawn = std::max(drawn, lines.size());
      std::fwrite(out.data(), 1, out.size(), stdout);
      std::fflush(stdout);
    } else if (!quiet) {
      std::string line = fmt::format("{} {}/{} ended, {} failed", view.status(), view.ended(),
                                     view.wanted(), view.failed());
      if (const auto* best = view.best()) {
        line +=
            fmt::format(", best {:.6g} with {}", *objective_of(*best), hyperparameters_of(*best));
      }
      if (line != last_line) {
        std::printf("%s\n", line.c_str());
        std::fflush(stdout);
      }
      last_line = line;
    }
    if (over) return json::value(view.description);
    std::this_thread::sleep_for(milliseconds(terminal.is_terminal ? 100 : 200));
  }
}

Result<void> print_results(ServerClient& server, const json::value& description, std::size_t most) {
  const Terminal terminal;
  const std::string name = text_at(description.as_object(), "HyperParameterTuningJobName");
  TUNESMITH_TRY(const View view, look(server, name, true));
  std::vector<const json::object*> trials;
  for (const auto& trial : view.trials) trials.push_back(&trial.as_object());
  const auto& config = view.description.at("HyperParameterTuningJobConfig").as_object();
  const auto* objective = config.if_contains("HyperParameterTuningJobObjective");
  const bool maximize =
      objective == nullptr || text_at(objective->as_object(), "Type") != "Minimize";
  std::stable_sort(trials.begin(), trials.end(), [&](const json::object* a, const json::object* b) {
    const auto x = objective_of(*a);
    const auto y = objective_of(*b);
    if (x.has_value() != y.has_value()) return x.has_value();
    return x && (maximize ? *x > *y : *x < *y);
  });
  std::vector<std::string> columns;
  if (!trials.empty()) {
    for (const auto& [key, value] : trials.front()->at("TunedHyperParameters").as_object())
      columns.emplace_back(key);
  }
  std::string head =
      fmt::format("{:>5}  {:>10}  {:>8}  {:<10}", "trial", "objective", "seconds", "status");
  for (const auto& column : columns) head += fmt::format("  {:>16}", column);
  std::printf("%s\n",
              terminal.paint("1", terminal.is_terminal ? terminal.cut(head) : head).c_str());
  for (std::size_t i = 0; i < std::min(most, trials.size()); ++i) {
    const json::object& trial = *trials[i];
    const std::string full = text_at(trial, "TrainingJobName");
    const auto value = objective_of(trial);
    const double seconds =
        number_at(trial, "TrainingEndTime") - number_at(trial, "TrainingStartTime");
    std::string line = fmt::format("{:>5}  {:>10}  {:>8.2f}  {:<10}",
                                   full.substr(full.rfind('-', full.rfind('-') - 1) + 1, 3),
                                   value ? fmt::format("{:.6g}", *value) : "-",
                                   std::max(0.0, seconds), text_at(trial, "TrainingJobStatus"));
    const auto& tuned = trial.at("TunedHyperParameters").as_object();
    for (const auto& column : columns)
      line += fmt::format("  {:>16}", short_number(text_at(tuned, column.c_str())));
    std::printf("%s\n", (terminal.is_terminal ? terminal.cut(line) : line).c_str());
  }
  if (trials.size() > most) std::printf("... and %zu more\n", trials.size() - most);
  return {};
}

json::object summary_of(const json::value& description) {
  const auto& from = description.as_object();
  json::object out{{"name", text_at(from, "HyperParameterTuningJobName")},
                   {"status", text_at(from, "HyperParameterTuningJobStatus")},
                   {"counters", from.at("TrainingJobStatusCounters")},
                   {"seconds", number_at(from, "HyperParameterTuningEndTime") -
                                   number_at(from, "CreationTime")}};
  if (const auto* best = from.if_contains("BestTrainingJob")) {
    const auto& trial = best->as_object();
    out["best"] = json::object{{"training_job", text_at(trial, "TrainingJobName")},
                               {"objective", objective_of(trial).value_or(0)},
                               {"hyperparameters", trial.at("TunedHyperParameters")}};
  }
  if (const auto* reason = from.if_contains("FailureReason")) out["failure_reason"] = *reason;
  return out;
}

}  // namespace tunesmith::cli
