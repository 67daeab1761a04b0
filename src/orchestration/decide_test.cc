// SPDX-License-Identifier: Apache-2.0
#include "orchestration/decide.h"

#include "base/random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tunesmith::orchestration {
namespace {

using store::JobStatus;

const Timestamp kNow = from_millis(1000);

TuningFacts job(std::int64_t trials, std::int64_t parallel) {
  TuningFacts facts;
  facts.max_trials = trials;
  facts.max_parallel = parallel;
  return facts;
}
TrialFact succeeded(double value) { return {TrialState::kSucceeded, value}; }
const TrialFact kFailedTrial = {TrialState::kFailed, std::nullopt};
const TrialFact kRunningTrial = {TrialState::kRunning, std::nullopt};

TEST(Decide, FillsTheParallelSlotsAndNoMore) {
  auto facts = job(20, 3);
  EXPECT_EQ(decide(facts, kNow).launch, 3);
  facts.trials = {kRunningTrial, succeeded(1), kRunningTrial};
  EXPECT_EQ(decide(facts, kNow).launch, 1);
}

TEST(Decide, LaunchesOnlyWhatIsLeft) {
  auto facts = job(4, 3);
  facts.trials = {succeeded(1), succeeded(1), succeeded(1)};
  EXPECT_EQ(decide(facts, kNow).launch, 1);
}

TEST(Decide, CompletesWhenTheLastTrialEnded) {
  auto facts = job(2, 2);
  facts.trials = {succeeded(1), kRunningTrial};
  EXPECT_FALSE(decide(facts, kNow).end);
  facts.trials[1] = kFailedTrial;
  EXPECT_EQ(decide(facts, kNow).end->status, JobStatus::kCompleted);
}

TEST(Decide, ADeadlineThatCutsNothingShortLeavesTheJobCompleted) {
  auto facts = job(2, 2);
  facts.deadline = kNow - Millis(1);
  facts.trials = {succeeded(1), succeeded(2)};
  EXPECT_EQ(decide(facts, kNow).end->status, JobStatus::kCompleted);
  facts.trials[1] = {TrialState::kStopped, 2.0};
  EXPECT_EQ(decide(facts, kNow).end->status, JobStatus::kStopped);
  facts.trials.pop_back();
  EXPECT_EQ(decide(facts, kNow).end->status, JobStatus::kStopped);
}

TEST(Decide, TrialsThatRanOutOfTheirTimeWithoutTheObjectiveFailTheJob) {
  auto facts = job(250, 2);
  facts.trials.assign(5, {TrialState::kOutOfTime, std::nullopt});
  const auto end = decide(facts, kNow).end;
  ASSERT_TRUE(end);
  EXPECT_EQ(end->status, JobStatus::kFailed);
  EXPECT_THAT(end->failure_reason, ::testing::HasSubstr("after running 5 training jobs"));
  facts.trials[2].objective = 0.5;
  EXPECT_EQ(decide(facts, kNow).launch, 2);
  facts = job(2, 2);
  facts.trials.assign(2, {TrialState::kOutOfTime, std::nullopt});
  EXPECT_EQ(decide(facts, kNow).end->status, JobStatus::kFailed);
  EXPECT_THAT(decide(facts, kNow).end->failure_reason,
              ::testing::HasSubstr("after running 2 training jobs"));
}

TEST(Decide, TrialsThatWereStoppedSayNothingOfTheAlgorithm) {
  auto facts = job(250, 2);
  facts.trials.assign(5, {TrialState::kStopped, std::nullopt});
  EXPECT_EQ(decide(facts, kNow).launch, 2);
  facts.max_trials = 5;
  EXPECT_EQ(decide(facts, kNow).end->status, JobStatus::kStopped);
  EXPECT_EQ(decide(facts, kNow).end->failure_reason, "");
}

TEST(Decide, ATrialThatRanOutOfItsOwnTimeIsNotCutOffByTheJobsDeadline) {
  auto facts = job(2, 2);
  facts.deadline = kNow - Millis(1);
  facts.trials = {succeeded(1), {TrialState::kOutOfTime, 2.0}};
  EXPECT_EQ(decide(facts, kNow).end->status, JobStatus::kCompleted);
}

TEST(Decide, ASpaceThatParentsUsedUpFailsTheJobWithAReason) {
  auto facts = job(5, 2);
  facts.space_exhausted = true;
  EXPECT_EQ(decide(facts, kNow).end->status, JobStatus::kFailed);
  EXPECT_THAT(decide(facts, kNow).end->failure_reason,
              ::testing::HasSubstr("parent tuning jobs have tried every combination"));
}

TEST(Decide, FiveFailuresWithoutASuccessFailTheJobAfterStoppingTheRest) {
  auto facts = job(20, 3);
  facts.trials = {kFailedTrial, kFailedTrial, kFailedTrial,
                  kFailedTrial, kFailedTrial, kRunningTrial};
  auto decision = decide(facts, kNow);
  EXPECT_EQ(decision.launch, 0);
  EXPECT_EQ(decision.stop, (std::vector<std::size_t>{5}));
  facts.trials[5] = {TrialState::kStopped, std::nullopt};
  decision = decide(facts, kNow);
  EXPECT_EQ(decision.end->status, JobStatus::kFailed);
  EXPECT_EQ(decision.end->failure_reason,
            "No training job succeeded after 5 attempts. Please take a look at the training job "
            "failures to "
            "get more details.");
}

TEST(Decide, FiveFailuresAfterASuccessGoOn) {
  auto facts = job(20, 1);
  facts.trials = {succeeded(1), kFailedTrial, kFailedTrial,
                  kFailedTrial, kFailedTrial, kFailedTrial};
  EXPECT_EQ(decide(facts, kNow).launch, 1);
}

TEST(Decide, StopEndsRunningTrialsOnceAndThenTheJob) {
  auto facts = job(20, 3);
  facts.stop_requested = true;
  facts.trials = {succeeded(1), kRunningTrial, {TrialState::kStopping, std::nullopt}};
  auto decision = decide(facts, kNow);
  EXPECT_EQ(decision.stop, (std::vector<std::size_t>{1}));
  EXPECT_EQ(decision.launch, 0);
  EXPECT_FALSE(decision.end);
  facts.trials = {succeeded(1)};
  EXPECT_EQ(decide(facts, kNow).end->status, JobStatus::kStopped);
}

TEST(Decide, AReachedTargetCompletesTheJob) {
  auto facts = job(20, 1);
  facts.maximize = {false};
  facts.target_objective = 0.1;
  facts.trials = {succeeded(0.2)};
  EXPECT_EQ(decide(facts, kNow).launch, 1);
  facts.trials.push_back(succeeded(0.1));
  EXPECT_EQ(decide(facts, kNow).end->status, JobStatus::kCompleted);
}

TEST(Decide, NotImprovingCountsFromTheBest) {
  auto facts = job(20, 1);
  facts.max_not_improving = 3;
  facts.trials = {succeeded(0.5), succeeded(0.4), kFailedTrial};
  EXPECT_EQ(decide(facts, kNow).launch, 1);
  facts.trials.push_back(succeeded(0.5));
  EXPECT_EQ(decide(facts, kNow).end->status, JobStatus::kCompleted);
}

TEST(Decide, AnImprovementOfLessThanOnePercentIsNone) {
  auto facts = job(20, 1);
  facts.max_not_improving = 3;
  facts.trials = {succeeded(0.5), succeeded(0.502), succeeded(0.504)};
  EXPECT_EQ(not_improving(facts), 2);
  EXPECT_EQ(decide(facts, kNow).launch, 1);
  facts.trials.push_back(succeeded(0.51));  // 1.2 % better than the best before it
  EXPECT_EQ(not_improving(facts), 0);
  facts.maximize = {false};
  EXPECT_EQ(not_improving(facts), 3);
}

TEST(Decide, ATrialThatTheSearchCutsShortIsStoppedOnceAndReplacedAtItsEnd) {
  auto facts = job(3, 2);
  facts.trials = {succeeded(0.5), kRunningTrial, kRunningTrial};
  facts.trials[1].cut_short = true;
  auto decision = decide(facts, kNow);
  EXPECT_EQ(decision.stop, (std::vector<std::size_t>{1}));
  EXPECT_EQ(decision.launch, 0);
  facts.trials[1].state = TrialState::kStopping;
  EXPECT_TRUE(decide(facts, kNow).stop.empty());
  facts.trials[1].state = TrialState::kStopped;
  facts.max_trials = 4;
  EXPECT_EQ(decide(facts, kNow).launch, 1);
  // It is no work that a deadline cut off.
  facts.max_trials = 3;
  facts.trials[2] = succeeded(0.6);
  facts.deadline = kNow - Millis(1);
  EXPECT_EQ(decide(facts, kNow).end->status, JobStatus::kCompleted);
}

TEST(Decide, DefinitionsAreImprovedEachForItself) {
  auto facts = job(20, 1);
  facts.maximize = {true, false};
  facts.trials = {succeeded(0.5), {TrialState::kSucceeded, 100.0, false, 1}, succeeded(0.4)};
  EXPECT_EQ(not_improving(facts), 1);
  facts.trials.push_back({TrialState::kSucceeded, 90.0, false, 1});
  EXPECT_EQ(not_improving(facts), 0);
  facts.target_objective = 95;
  EXPECT_EQ(decide(facts, kNow).end->status, JobStatus::kCompleted);
}

TEST(Decide, ConvergenceCompletesTheJobOnlyWhereItIsAskedFor) {
  auto facts = job(20, 1);
  facts.trials = {succeeded(0.5)};
  facts.converged = true;
  EXPECT_EQ(decide(facts, kNow).launch, 1);
  facts.complete_on_convergence = true;
  EXPECT_EQ(decide(facts, kNow).end->status, JobStatus::kCompleted);
}

TEST(Decide, TrialsWithoutTheObjectiveMakeNoCompletedJob) {
  auto facts = job(20, 1);
  facts.trials.assign(4, {TrialState::kSucceeded, std::nullopt});
  EXPECT_EQ(decide(facts, kNow).launch, 1);
  facts.trials.push_back({TrialState::kSucceeded, std::nullopt});
  EXPECT_EQ(decide(facts, kNow).end->status, JobStatus::kFailed);
  EXPECT_NE(
      decide(facts, kNow).end->failure_reason.find("No objective metrics found after running 5"),
      std::string::npos);
  facts.trials[0].objective = 0.5;
  EXPECT_EQ(decide(facts, kNow).launch, 1);
  facts.max_trials = 5;
  EXPECT_EQ(decide(facts, kNow).end->status, JobStatus::kCompleted);
}

TEST(Decide, AnExhaustedSpaceEndsTheJobWithWhatThereIs) {
  auto facts = job(20, 2);
  facts.space_exhausted = true;
  facts.trials = {succeeded(1)};
  EXPECT_EQ(decide(facts, kNow).end->status, JobStatus::kCompleted);
}

// Random worlds: whatever happens to the trials, the invariants hold and the job ends.
TEST(Decide, InvariantsHoldInRandomWorlds) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Rng rng(seed);
    auto facts = job(1 + static_cast<std::int64_t>(rng.below(30)),
                     1 + static_cast<std::int64_t>(rng.below(6)));
    if (rng.below(4) == 0) facts.target_objective = 0.95;
    if (rng.below(4) == 0) facts.max_not_improving = 3;
    bool over = false;
    for (int step = 0; step < 1000 && !over; ++step) {
      if (rng.below(100) == 0) facts.stop_requested = true;
      const auto decision = decide(facts, kNow);
      if (decision.end) {
        for (const auto& t : facts.trials) ASSERT_FALSE(is_live(t.state)) << "seed " << seed;
        over = true;
        break;
      }
      for (const std::size_t i : decision.stop) facts.trials[i].state = TrialState::kStopping;
      for (std::int64_t i = 0; i < decision.launch; ++i) facts.trials.push_back(kRunningTrial);
      std::int64_t live = 0;
      for (const auto& t : facts.trials) live += is_live(t.state) ? 1 : 0;
      ASSERT_LE(live, facts.max_parallel) << "seed " << seed;
      ASSERT_LE(static_cast<std::int64_t>(facts.trials.size()), facts.max_trials)
          << "seed " << seed;
      for (auto& t : facts.trials) {
        if (!is_live(t.state) || rng.below(3) != 0) continue;
        const auto kind = rng.below(10);
        if (kind < 6)
          t = succeeded(rng.uniform());
        else if (kind < 8)
          t = kFailedTrial;
        else
          t = {kind == 8 ? TrialState::kStopped : TrialState::kOutOfTime, std::nullopt};
      }
    }
    EXPECT_TRUE(over) << "seed " << seed;
  }
}

}  // namespace
}  // namespace tunesmith::orchestration
