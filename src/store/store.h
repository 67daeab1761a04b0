// SPDX-License-Identifier: Apache-2.0
//
// The metadata store behind one interface: the embedded SQLite database by default. Each step of a
// state machine is one write: either all of it is kept, and survives power loss when write()
// returns, or none. Guarantees: writes are serial; a read sees one consistent snapshot with every
// write that returned before it began. Thread safe.
#pragma once

#include "base/result.h"
#include "store/records.h"

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace tunesmith::store {

/// Missing rows are kNotFound.
class Reader {
 public:
  virtual ~Reader() = default;

  virtual Result<TuningJob> tuning_job(std::string_view region, std::string_view name) = 0;
  virtual Result<TuningJob> tuning_job(std::int64_t id) = 0;
  virtual Result<Page<TuningJob>> tuning_jobs(const JobQuery& query) = 0;
  /// Every tuning job that has not ended, in every region, oldest first.
  virtual Result<std::vector<TuningJob>> live_tuning_jobs() = 0;

  virtual Result<TrainingJob> training_job(std::string_view region, std::string_view name) = 0;
  virtual Result<TrainingJob> training_job(std::int64_t id) = 0;
  virtual Result<Page<TrainingJob>> training_jobs(const JobQuery& query) = 0;
  virtual Result<std::vector<TrainingJob>> live_training_jobs() = 0;
  /// All trials of a tuning job by trial number.
  virtual Result<std::vector<TrainingJob>> trials(std::int64_t tuning_job_id) = 0;
  virtual Result<TrialCounters> trial_counters(std::int64_t tuning_job_id) = 0;
  /// Of one definition, the completed (or early-stopped) trial with the best objective; kNotFound
  /// when there is none.
  virtual Result<TrainingJob> best_trial(std::int64_t tuning_job_id, std::int64_t definition,
                                         bool maximize) = 0;
  /// Of one training job; kNotFound when it keeps nothing.
  virtual Result<WarmPool> warm_pool(std::int64_t training_job_id) = 0;
  /// Those that nobody has reused, oldest first; whether they still last is not looked at.
  virtual Result<std::vector<WarmPool>> unused_warm_pools(std::string_view region,
                                                          std::string_view signature) = 0;
  /// The metric series of a training job in order of name and step.
  virtual Result<std::vector<MetricPoint>> metric_points(std::int64_t training_job_id) = 0;
  /// One metric's points of all trials of a tuning job, in order of trial and step; at most
  /// `limit` of them.
  virtual Result<std::vector<TrialPoint>> trial_points(std::int64_t tuning_job_id,
                                                       std::string_view metric,
                                                       std::size_t limit) = 0;

  /// The points of one metric from `step` on, in order.
  virtual Result<std::vector<MetricPoint>> metric_points_from(std::int64_t training_job_id,
                                                              std::string_view metric,
                                                              std::int64_t step) = 0;
  /// In order of place. Kept while the tuning job runs.
  virtual Result<std::vector<SearchReport>> search_reports(std::int64_t tuning_job_id) = 0;
  /// In the order in which they were put. Kept while the tuning job runs.
  virtual Result<std::vector<ParentTrial>> parent_trials(std::int64_t tuning_job_id) = 0;

  virtual Result<Resource> resource(std::string_view kind, std::string_view region,
                                    std::string_view name) = 0;
  virtual Result<Resource> resource(std::int64_t id) = 0;
  virtual Result<Page<Resource>> resources(const ResourceQuery& query) = 0;
  /// Every resource of a kind that has not ended, in every region, oldest first.
  virtual Result<std::vector<Resource>> live_resources(std::string_view kind) = 0;

  virtual Result<std::vector<Tag>> tags(std::string_view arn) = 0;
};

/// Reads inside a write see the write's own changes. Inserting what exists is kAlreadyExists.
class Transaction : public Reader {
 public:
  /// Returns the id. `id` of the argument is ignored.
  virtual Result<std::int64_t> insert(const TuningJob& job) = 0;
  /// Writes everything that may change: not region, name, creation, spec, request, asked, told.
  virtual Result<void> update(const TuningJob& job) = 0;
  /// The entry is gone from names and lists; its trials stay, and find it by id.
  virtual Result<void> erase_tuning_job(std::int64_t id) = 0;

  virtual Result<std::int64_t> insert(const TrainingJob& job) = 0;
  virtual Result<void> update(const TrainingJob& job) = 0;
  /// Writes where a trial's end stands in its tuning job's log.
  virtual Result<void> set_told(std::int64_t training_job_id, std::int64_t told) = 0;
  virtual Result<void> erase_training_job(std::int64_t id) = 0;
  /// Inserts or replaces it.
  virtual Result<void> put_warm_pool(const WarmPool& pool) = 0;
  /// A point that is there already stays as it is.
  virtual Result<void> add_metric_points(std::int64_t training_job_id,
                                         const std::vector<MetricPoint>& points) = 0;
  virtual Result<void> erase_metric_points(std::int64_t training_job_id) = 0;

  virtual Result<void> add_search_reports(std::int64_t tuning_job_id,
                                          const std::vector<SearchReport>& reports) = 0;
  /// Once, when the tuning job is made.
  virtual Result<void> put_parent_trials(std::int64_t tuning_job_id,
                                         const std::vector<ParentTrial>& trials) = 0;
  /// Erases what only a running search needs: its reports and its parents' trials.
  virtual Result<void> erase_search_log(std::int64_t tuning_job_id) = 0;

  virtual Result<std::int64_t> insert(const Resource& resource) = 0;
  /// Writes everything that may change: not kind, region, name, creation.
  virtual Result<void> update(const Resource& resource) = 0;
  virtual Result<void> erase_resource(std::int64_t id) = 0;

  /// Adds tags or changes their values, in order.
  virtual Result<void> put_tags(std::string_view arn, const std::vector<Tag>& tags) = 0;
  virtual Result<void> erase_tags(std::string_view arn, const std::vector<std::string>& keys) = 0;
  virtual Result<void> erase_all_tags(std::string_view arn) = 0;
};

class Store {
 public:
  virtual ~Store() = default;
  virtual Result<void> write(const std::function<Result<void>(Transaction&)>& body) = 0;
  virtual Result<void> read(const std::function<Result<void>(Reader&)>& body) const = 0;
};

}  // namespace tunesmith::store
