// SPDX-License-Identifier: Apache-2.0
//
// TUNESMITH_SIM_SEED=N replays the run of that seed and prints what happens;
// TUNESMITH_SIM_TRIALS=N runs seeds (from TUNESMITH_SIM_SEED or 1 on) until there were N trials.
#include "simulation/simulation.h"

#include "base/log.h"
#include "base/strings.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tunesmith::simulation {
namespace {

std::optional<std::int64_t> number_from(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? std::nullopt : parse_int(text);
}

class Simulation : public testing::Test {
 protected:
  // What the code under test says about the faults that are done to it is no news.
  void SetUp() override { log::set_level(log::Level::kOff); }
  void TearDown() override { log::set_level(log::Level::kInfo); }
};

TEST_F(Simulation, TenThousandTrialsKeepEveryPromiseThroughCrashesAndLostReports) {
  const auto seed = number_from("TUNESMITH_SIM_SEED");
  const auto trials = number_from("TUNESMITH_SIM_TRIALS");
  const std::int64_t wanted = trials.value_or(seed ? 1 : 10'000);
  const bool watched = seed && !trials;
  std::atomic<std::uint64_t> next = static_cast<std::uint64_t>(seed.value_or(1));
  std::mutex mutex;
  Tally tally;
  std::string violation;  // of the first run that fails
  const auto work = [&] {
    for (;;) {
      {
        const std::lock_guard lock(mutex);
        if (tally.trials >= wanted || !violation.empty()) return;
      }
      const std::uint64_t n = next++;
      const Outcome outcome = simulate(n, watched);
      const std::lock_guard lock(mutex);
      tally += outcome.tally;
      if (outcome.violation && violation.empty()) {
        violation = fmt::format("replay with TUNESMITH_SIM_SEED={}\n{}", n, *outcome.violation);
      }
      if (watched) return;
    }
  };
  // Each run is one thread's; several at a time, since each waits for its store's writer.
  std::vector<std::thread> threads(watched ? 1 : 6);
  for (auto& thread : threads) thread = std::thread(work);
  for (auto& thread : threads) thread.join();
  ASSERT_EQ(violation, "");
  std::cout << to_string(tally) << "\n";
  if (wanted < 10'000) return;
  // The weather was as bad as it should be.
  EXPECT_GT(tally.crashes, 300);
  EXPECT_GT(tally.power_losses, 20);
  EXPECT_GT(tally.deaths, 500);
  EXPECT_GT(tally.retrained, 200);
  EXPECT_GT(tally.lost, 1000);
  EXPECT_GT(tally.repeated, 1000);
  EXPECT_GT(tally.failed_accesses, 500);
  EXPECT_GT(tally.interleaved, 1000);
  EXPECT_GT(tally.stops, 200);
  EXPECT_GT(tally.artifacts_taken_in, 50);
  EXPECT_GT(tally.reports, 1000);
  EXPECT_GT(tally.converged, 20);
}

TEST_F(Simulation, ASeedReplaysItsRunExactly) {
  for (std::uint64_t seed = 1001; seed < 1011; ++seed) {
    const Outcome first = simulate(seed, false);
    EXPECT_EQ(simulate(seed, false).fingerprint, first.fingerprint) << seed;
    EXPECT_NE(simulate(seed + 10, false).fingerprint, first.fingerprint) << seed;
  }
}

// 11339: a stop that was committed between the decision that a tuning job is complete and its end.
TEST_F(Simulation, RunsThatOnceBrokeAPromiseKeepIt) {
  for (const std::uint64_t seed : {11339}) {
    EXPECT_EQ(simulate(seed, false).violation.value_or(""), "") << seed;
  }
}

}  // namespace
}  // namespace tunesmith::simulation
