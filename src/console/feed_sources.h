// SPDX-License-Identifier: Apache-2.0
//
// What the live feed tells the open pages: of the list of tuning jobs, of one tuning job with its
// trials, of one training job with its log. Each is used by the feed's thread alone.
#pragma once

#include "console/live_feed.h"
#include "console/summaries.h"
#include "store/store.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace tunesmith::console {

/// Event "jobs": rows of the list that changed.
std::unique_ptr<FeedSource> watch_tuning_jobs(const store::Store& store, Summaries& summaries);

/// Events "job" (the job's row with its configuration) and "trials" (rows that changed); "deleted"
/// when the job is gone. Changes committed well before `now` are not told.
std::unique_ptr<FeedSource> watch_tuning_job(const store::Store& store, Summaries& summaries,
                                             const store::TuningJob& job, Timestamp now);

/// Events "job" and "log" (lines from where the last event ended).
std::unique_ptr<FeedSource> watch_training_job(const store::Store& store,
                                               const store::TrainingJob& job,
                                               std::filesystem::path log);

}  // namespace tunesmith::console
