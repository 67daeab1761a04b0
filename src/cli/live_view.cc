// SPDX-License-Identifier: Apache-2.0
#include "cli/live_view.h"

#include "base/clock.h"
#include "cli/documents.h"

#include <boost/json.hpp>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>
#include <thread>

namespace tunesmith::cli {
namespace {

namespace json = boost::json;

struct Counts {
  std::int64_t completed = 0, running = 0, failed = 0, stopped = 0, early = 0, most = 0;
  std::int64_t ended() const { return completed + failed + stopped; }
};

Counts counts_of(const json::object& job) {
  const auto& trials = job.at("trials").as_object();
  return {integer_at(trials, "completed"),     integer_at(trials, "running"),
          integer_at(trials, "failed"),        integer_at(trials, "stopped"),
          integer_at(trials, "stopped_early"), integer_at(trials, "max")};
}

bool is_running(const json::object& trial) { return trial.at("ended").is_null(); }

double seconds_of(const json::object& trial, std::int64_t now) {
  const auto& begun = trial.at("started").is_null() ? trial.at("created") : trial.at("started");
  const std::int64_t end =
      trial.at("ended").is_null() ? now : trial.at("ended").to_number<std::int64_t>();
  return static_cast<double>(std::max<std::int64_t>(0, end - begun.to_number<std::int64_t>())) /
         1000;
}

/// The best value after each trial that has one.
std::vector<double> best_so_far(const LiveState& state, bool maximize) {
  std::vector<double> best;
  for (const auto& row : state.trials) {
    const auto value = objective_of(row.as_object());
    if (!value) continue;
    best.push_back(best.empty() ? *value
                   : maximize   ? std::max(best.back(), *value)
                                : std::min(best.back(), *value));
  }
  return best;
}

std::string state_text(const json::object& trial, const Terminal& terminal) {
  const std::string status = status_text(trial);
  if (status == "Completed") return terminal.paint("32", "✓");
  if (status == "Failed") return terminal.paint("31", "✗");
  if (status == "Stopped early") return terminal.paint("33", "◇");
  if (status == "Stopped") return terminal.paint("90", "□");
  return terminal.paint("36", "▸");
}

std::vector<std::string> running_lines(const LiveState& state, const Terminal& terminal,
                                       std::size_t most) {
  std::vector<std::string> lines;
  for (const auto& row : state.trials) {
    const auto& trial = row.as_object();
    if (!is_running(trial)) continue;
    if (lines.size() == most) break;
    const auto curve = state.curves.find(integer_at(trial, "number"));
    std::string spark;
    std::string value;
    if (curve != state.curves.end() && !curve->second.empty()) {
      spark = sparkline(curve->second, 24);
      value = short_number(curve->second.back());
    }
    lines.push_back(fmt::format(
        "  {} {:>5}  {}  {}  {}  {}", state_text(trial, terminal), integer_at(trial, "number"),
        pad(terminal.paint("36", spark), 24), pad(value, 10, true),
        pad(duration_text(seconds_of(trial, state.now)), 10, true), tuned_text(trial)));
  }
  return lines;
}

std::vector<std::string> ended_lines(const LiveState& state, const Terminal& terminal,
                                     std::size_t most) {
  std::vector<const json::object*> ended;
  for (const auto& row : state.trials) {
    if (!is_running(row.as_object())) ended.push_back(&row.as_object());
  }
  std::stable_sort(ended.begin(), ended.end(), [](const json::object* a, const json::object* b) {
    return a->at("ended").to_number<std::int64_t>() > b->at("ended").to_number<std::int64_t>();
  });
  if (ended.size() > most) ended.resize(most);
  const auto* best = state.job.at("best").if_object();
  std::vector<std::string> lines;
  for (const auto* trial : ended) {
    const auto value = objective_of(*trial);
    const std::string reason = text_at(*trial, "failure_reason");
    std::string line =
        fmt::format("  {} {:>5}  {}  {}  {}", state_text(*trial, terminal),
                    integer_at(*trial, "number"), pad(value ? short_number(*value) : "-", 10, true),
                    pad(duration_text(seconds_of(*trial, state.now)), 10, true),
                    reason.empty() ? tuned_text(*trial) : terminal.paint("31", reason));
    if (best != nullptr && integer_at(*best, "trial") == integer_at(*trial, "number"))
      line = terminal.paint("1", line);
    lines.push_back(std::move(line));
  }
  return lines;
}

const json::object* best_trial(const LiveState& state) {
  const auto* best = state.job.at("best").if_object();
  if (best == nullptr) return nullptr;
  for (const auto& row : state.trials) {
    if (integer_at(row.as_object(), "number") == integer_at(*best, "trial"))
      return &row.as_object();
  }
  return nullptr;
}

std::int64_t now_ms() { return to_millis(SystemClock().now()); }

/// `curves`: of how many running trials.
Result<void> refresh(ConsoleClient& console, const FoundJob& job, std::size_t curves,
                     LiveState& state) {
  TUNESMITH_TRY(auto document, console.get(job.path()));
  const bool changed = state.job.empty() || state.job.at("modified") != document.at("modified") ||
                       state.job.at("trials") != document.at("trials");
  state.job = std::move(document.as_object());
  state.now = now_ms();
  if (changed) {
    TUNESMITH_TRY(auto trials, console.get(job.path() + "/trials"));
    state.trials = std::move(trials.at("trials").as_array());
  }
  for (const auto& row : state.trials) {
    const auto& trial = row.as_object();
    if (!is_running(trial)) continue;
    if (curves == 0) break;
    --curves;
    auto detail = console.get("training-jobs/" + job.region + "/" + text_at(trial, "name"));
    if (!detail) continue;
    for (const auto& series : detail->at("metrics").as_array()) {
      if (series.at("name") != state.job.at("objective").at("metric")) continue;
      auto& curve = state.curves[integer_at(trial, "number")];
      curve.clear();
      for (const auto& value : series.at("values").as_array()) {
        if (value.is_number()) curve.push_back(value.to_number<double>());
      }
    }
  }
  return {};
}

volatile std::sig_atomic_t interrupted = 0;

/// A screen of its own; the terminal is as it was when this goes.
class Screen {
 public:
  Screen() {
    struct sigaction action{};
    action.sa_handler = [](int) { interrupted = 1; };
    ::sigaction(SIGINT, &action, &before_int_);
    ::sigaction(SIGTERM, &action, &before_term_);
    write("\033[?1049h\033[?25l");
  }
  ~Screen() {
    write("\033[?25h\033[?1049l");
    ::sigaction(SIGINT, &before_int_, nullptr);
    ::sigaction(SIGTERM, &before_term_, nullptr);
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  static void draw(const std::vector<std::string>& lines) {
    std::string out = "\033[H";
    for (std::size_t i = 0; i < lines.size(); ++i) out += (i > 0 ? "\n" : "") + lines[i] + "\033[K";
    write(out + "\033[J");
  }

 private:
  static void write(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  }
  struct sigaction before_int_{};
  struct sigaction before_term_{};
};

/// A server that does not answer: said once, and waited for so long.
class Absence {
 public:
  /// `on_screen`: what is said is drawn; else it goes to standard error.
  Absence(std::chrono::seconds patience, bool on_screen)
      : patience_(patience), on_screen_(on_screen) {}

  /// What came of reading the job. An error when there is no more waiting.
  Result<void> note(const Result<void>& read, const FoundJob& job, std::string& notice) {
    const auto now = std::chrono::steady_clock::now();
    if (read) {
      if (since_) say("the server is back");
      since_.reset();
      notice.clear();
      return {};
    }
    if (!since_) {
      since_ = now;
      notice = fmt::format("the connection to the server is lost; waiting up to {} s for it",
                           patience_.count());
      if (patience_.count() > 0) say(notice);
    }
    if (now - *since_ < patience_) return {};
    return Error(ErrorKind::kUnavailable,
                 fmt::format("the server did not come back within {} s ({}); the job goes on when "
                             "it does: tunesmith watch {} shows it again",
                             patience_.count(), read.error().message, job.name));
  }

 private:
  void say(const std::string& text) const {
    if (!on_screen_) fmt::print(stderr, "tunesmith: {}\n", text);
  }

  const std::chrono::seconds patience_;
  const bool on_screen_;
  std::optional<std::chrono::steady_clock::time_point> since_;
};

}  // namespace

bool has_ended(const json::object& job) { return !job.at("ended").is_null(); }

std::string status_line(const LiveState& state) {
  const Counts counts = counts_of(state.job);
  std::string line = fmt::format("{} {}/{} ended, {} failed", text_at(state.job, "status"),
                                 counts.ended(), counts.most, counts.failed);
  if (counts.early > 0) line += fmt::format(", {} stopped early", counts.early);
  if (const auto* best = best_trial(state))
    line += fmt::format(", best {} with {}", short_number(*objective_of(*best)), tuned_text(*best));
  return line;
}

std::vector<std::string> live_lines(const LiveState& state, const Terminal& terminal) {
  const auto& job = state.job;
  const auto& objective = job.at("objective").as_object();
  const bool maximize = text_at(objective, "direction") == "Maximize";
  const Counts counts = counts_of(job);
  const std::int64_t end = has_ended(job) ? job.at("ended").to_number<std::int64_t>() : state.now;
  const double seconds =
      static_cast<double>(std::max<std::int64_t>(0, end - integer_at(job, "created"))) / 1000;
  const double most = static_cast<double>(std::max<std::int64_t>(1, counts.most));

  std::vector<std::string> lines;
  lines.push_back(fmt::format("{}  {}  {} {}", terminal.paint("1", text_at(job, "name")),
                              text_at(job, "strategy"), maximize ? "maximize" : "minimize",
                              text_at(objective, "metric")));
  std::string progress =
      fmt::format("{}  {} of {}",
                  terminal.paint("36", bar(static_cast<double>(counts.ended()) / most,
                                           std::clamp<std::size_t>(terminal.width / 3, 8, 40))),
                  counts.ended(), counts.most);
  progress += fmt::format("  {} running", counts.running);
  if (counts.failed > 0)
    progress += terminal.paint("31", fmt::format("  {} failed", counts.failed));
  if (counts.early > 0)
    progress += terminal.paint("33", fmt::format("  {} stopped early", counts.early));
  progress += "  " + duration_text(seconds);
  if (!has_ended(job) && counts.ended() > 0 && counts.ended() < counts.most) {
    progress += fmt::format("  about {} left",
                            duration_text(seconds / static_cast<double>(counts.ended()) *
                                          static_cast<double>(counts.most - counts.ended())));
  }
  lines.push_back(progress);
  lines.emplace_back();
  if (const auto* best = best_trial(state)) {
    lines.push_back(fmt::format("best {}  trial {}  {}",
                                terminal.paint("1;32", short_number(*objective_of(*best))),
                                integer_at(*best, "number"), tuned_text(*best)));
    lines.push_back("     " + terminal.paint("32", sparkline(best_so_far(state, maximize),
                                                             terminal.width - 6)));
    lines.emplace_back();
  }
  const std::size_t room =
      terminal.height > lines.size() + 4 ? terminal.height - lines.size() - 4 : 0;
  const auto running = running_lines(state, terminal, std::max<std::size_t>(1, room * 2 / 3));
  if (!running.empty()) {
    lines.push_back(terminal.paint("2", "running"));
    lines.insert(lines.end(), running.begin(), running.end());
    lines.emplace_back();
  }
  if (room > running.size()) {
    const auto ended = ended_lines(state, terminal, room - running.size());
    if (!ended.empty()) {
      lines.push_back(terminal.paint("2", "ended"));
      lines.insert(lines.end(), ended.begin(), ended.end());
    }
  }
  if (lines.size() > terminal.height) lines.resize(terminal.height);
  if (!state.notice.empty()) {
    if (lines.size() == terminal.height) lines.pop_back();
    lines.push_back(terminal.paint("33", state.notice));
  }
  for (auto& line : lines) line = cut(line, terminal.width);
  return lines;
}

Result<LiveState> follow(ConsoleClient& console, const FoundJob& job, bool quiet,
                         std::chrono::seconds patience) {
  LiveState state;
  const bool full = Terminal::of_stdout().is_terminal && !quiet;
  const auto screen = full ? std::make_unique<Screen>() : nullptr;
  std::string last_line;
  Absence absence(patience, full);
  while (interrupted == 0) {
    const Terminal terminal = Terminal::of_stdout();
    const auto read = refresh(console, job, full ? terminal.height : 0, state);
    if (!read && read.error().kind == ErrorKind::kNotFound) {
      return Error(
          ErrorKind::kNotFound,
          fmt::format("the tuning job {} is not there any more: it was deleted", job.name));
    }
    if (!read && read.error().kind != ErrorKind::kUnavailable) return read.error();
    TUNESMITH_TRY_VOID(absence.note(read, job, state.notice));
    if (!read) {
      if (full && !state.job.empty()) Screen::draw(live_lines(state, terminal));
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
      // What comes of it is seen when the job is read.
      static_cast<void>(console.reconnect());
      continue;
    }
    if (full) {
      Screen::draw(live_lines(state, terminal));
    } else if (!quiet) {
      const std::string line = status_line(state);
      if (line != last_line) {
        fmt::print("{}\n", line);
        std::fflush(stdout);
      }
      last_line = line;
    }
    if (has_ended(state.job)) return state;
    std::this_thread::sleep_for(std::chrono::milliseconds(full ? 150 : 250));
  }
  return Error(ErrorKind::kUnavailable,
               fmt::format("interrupted; the job goes on: tunesmith watch {0} shows it again, "
                           "tunesmith stop {0} ends it",
                           job.name));
}

}  // namespace tunesmith::cli
