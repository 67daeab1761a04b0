// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/limits.h"

#include <array>
#include <utility>

namespace tunesmith::services::sagemaker {
namespace {

constexpr std::array<std::pair<std::string_view, std::int64_t Limits::*>, 6> kNames = {{
    {"max-parallel-trials", &Limits::max_parallel_trials},
    {"max-ranges", &Limits::max_ranges},
    {"max-runtime-seconds", &Limits::max_runtime_seconds},
    {"max-trials", &Limits::max_trials},
    {"max-trials-random", &Limits::max_trials_random},
    {"max-tuning-jobs", &Limits::max_live_tuning_jobs},
}};

}  // namespace

std::string describe_limits() {
  const Limits defaults;
  std::string out;
  for (const auto& [name, member] : kNames) {
    if (!out.empty()) out += ", ";
    out += std::string(name) + "=" + std::to_string(defaults.*member);
  }
  return out;
}

Result<void> set_limit(Limits& limits, std::string_view name, std::int64_t value) {
  for (const auto& [known, member] : kNames) {
    if (known != name) continue;
    if (value < 1) return Error(ErrorKind::kInvalid, std::string(name) + " must be at least 1");
    limits.*member = value;
    return {};
  }
  return Error(ErrorKind::kInvalid, "there is no limit '" + std::string(name) +
                                        "'; there are, with their defaults: " + describe_limits());
}

}  // namespace tunesmith::services::sagemaker
