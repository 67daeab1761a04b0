// SPDX-License-Identifier: Apache-2.0
#include "runner/outcome.h"

#include "base/files.h"
#include "base/strings.h"
#include "base/utf8.h"

#include <csignal>
#include <cstring>

namespace tunesmith::runner {
namespace {

constexpr std::size_t kMaxReason = 1024;

std::string fit(std::string text, std::size_t limit) {
  if (text.size() > limit) text.resize(limit);
  while (!text.empty() && !is_valid_utf8(text)) text.pop_back();
  return text;
}

std::string reason(const Ending& ending) {
  if (ending.error) {
    const bool theirs = ending.error->kind == ErrorKind::kInvalid;
    return (theirs ? "ClientError: " : "InternalServerError: ") + ending.error->message;
  }
  if (!ending.exceeded.empty()) return "AlgorithmError: " + ending.exceeded + "; it was ended";
  if (!ending.exit) return "InternalServerError: the algorithm was never started";
  std::string end;
  if (ending.exit->exit_code) {
    end = "exit code: " + std::to_string(*ending.exit->exit_code);
  } else {
    const int number = ending.exit->signal.value_or(0);
    const char* name = ::sigabbrev_np(number);
    end = "killed by signal " + std::to_string(number) +
          (name != nullptr ? std::string(" (SIG") + name + ")" : std::string());
    if (number == SIGKILL && ending.out_of_memory) end += ": the machine ran out of memory";
    if (number == SIGXFSZ) end += ": a file grew beyond the job's storage volume";
  }
  // What an allocation that the limit refuses comes to is up to the algorithm.
  const auto used = static_cast<std::uint64_t>(ending.exit->max_rss_kb) << 10U;
  if (ending.memory_limit_bytes > 0 && used > ending.memory_limit_bytes / 2) {
    end += "; it used " + std::to_string(used >> 20U) +
           " MB of memory, and its instance type has " +
           std::to_string(ending.memory_limit_bytes >> 20U) + " MB";
  }
  const std::string& text = ending.failure_text;
  const bool prefixed = text.starts_with("ClientError:") || text.starts_with("AlgorithmError:") ||
                        text.starts_with("InternalServerError:");
  const std::string head =
      (prefixed ? "" : "AlgorithmError: ") +
      (text.empty() ? std::string("the algorithm failed and left no reason") : text);
  // The end is short and says what kind of death it was: the text yields to it.
  return fit(head, kMaxReason - end.size() - 2) + ", " + end;
}

std::int64_t oom_kills() {
  const auto text = read_file("/proc/vmstat", 1U << 20U);
  if (!text) return 0;
  const std::size_t at = text->find("\noom_kill ");
  if (at == std::string::npos) return 0;
  const std::size_t from = at + std::strlen("\noom_kill ");
  return parse_int(std::string_view(*text).substr(from, text->find('\n', from) - from)).value_or(0);
}

}  // namespace

void judge(const Ending& ending, training::Outcome& outcome) {
  if (ending.exit) {
    outcome.exit_code = ending.exit->exit_code;
    outcome.signal = ending.exit->signal;
    outcome.cpu_seconds = ending.exit->cpu_seconds;
    outcome.max_rss_kb = ending.exit->max_rss_kb;
  }
  outcome.failure_reason.clear();
  if (ending.cause != StopCause::kNone) {
    outcome.status = training::JobStatus::kStopped;
    outcome.secondary_status =
        ending.cause == StopCause::kMaxRuntime ? "MaxRuntimeExceeded" : "Stopped";
  } else if (!ending.error && ending.exceeded.empty() && ending.exit &&
             ending.exit->exit_code == 0) {
    outcome.status = training::JobStatus::kCompleted;
    outcome.secondary_status = "Completed";
  } else {
    outcome.status = training::JobStatus::kFailed;
    outcome.secondary_status = "Failed";
    outcome.failure_reason = fit(reason(ending), kMaxReason);
  }
}

OomWatch::OomWatch() : before_(oom_kills()) {}
bool OomWatch::seen() const { return oom_kills() > before_; }

}  // namespace tunesmith::runner
