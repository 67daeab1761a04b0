// SPDX-License-Identifier: Apache-2.0
#include "fakes/observed_store.h"

namespace tunesmith::fakes {
namespace {

using store::Page;
using store::TrainingJob;
using store::TuningJob;

class ObservedTransaction final : public store::Transaction {
 public:
  ObservedTransaction(store::Transaction& inner, Changes& changes)
      : inner_(inner), changes_(changes) {}

  Result<TuningJob> tuning_job(std::string_view region, std::string_view name) override {
    return inner_.tuning_job(region, name);
  }
  Result<TuningJob> tuning_job(std::int64_t id) override { return inner_.tuning_job(id); }
  Result<Page<TuningJob>> tuning_jobs(const store::JobQuery& query) override {
    return inner_.tuning_jobs(query);
  }
  Result<std::vector<TuningJob>> live_tuning_jobs() override { return inner_.live_tuning_jobs(); }
  Result<TrainingJob> training_job(std::string_view region, std::string_view name) override {
    return inner_.training_job(region, name);
  }
  Result<TrainingJob> training_job(std::int64_t id) override { return inner_.training_job(id); }
  Result<Page<TrainingJob>> training_jobs(const store::JobQuery& query) override {
    return inner_.training_jobs(query);
  }
  Result<std::vector<TrainingJob>> live_training_jobs() override {
    return inner_.live_training_jobs();
  }
  Result<std::vector<TrainingJob>> trials(std::int64_t id) override { return inner_.trials(id); }
  Result<store::TrialCounters> trial_counters(std::int64_t id) override {
    return inner_.trial_counters(id);
  }
  Result<TrainingJob> best_trial(std::int64_t id, std::int64_t definition, bool maximize) override {
    return inner_.best_trial(id, definition, maximize);
  }
  Result<store::WarmPool> warm_pool(std::int64_t id) override { return inner_.warm_pool(id); }
  Result<std::vector<store::WarmPool>> unused_warm_pools(std::string_view region,
                                                         std::string_view signature) override {
    return inner_.unused_warm_pools(region, signature);
  }
  Result<std::vector<store::MetricPoint>> metric_points(std::int64_t id) override {
    return inner_.metric_points(id);
  }
  Result<std::vector<store::TrialPoint>> trial_points(std::int64_t id, std::string_view metric,
                                                      std::size_t limit) override {
    return inner_.trial_points(id, metric, limit);
  }
  Result<std::vector<store::MetricPoint>> metric_points_from(std::int64_t id,
                                                             std::string_view metric,
                                                             std::int64_t step) override {
    return inner_.metric_points_from(id, metric, step);
  }
  Result<std::vector<store::SearchReport>> search_reports(std::int64_t id) override {
    return inner_.search_reports(id);
  }
  Result<std::vector<store::ParentTrial>> parent_trials(std::int64_t id) override {
    return inner_.parent_trials(id);
  }
  Result<store::Resource> resource(std::string_view kind, std::string_view region,
                                   std::string_view name) override {
    return inner_.resource(kind, region, name);
  }
  Result<store::Resource> resource(std::int64_t id) override { return inner_.resource(id); }
  Result<Page<store::Resource>> resources(const store::ResourceQuery& query) override {
    return inner_.resources(query);
  }
  Result<std::vector<store::Resource>> live_resources(std::string_view kind) override {
    return inner_.live_resources(kind);
  }
  Result<std::int64_t> insert(const store::Resource& resource) override {
    return inner_.insert(resource);
  }
  Result<void> update(const store::Resource& resource) override { return inner_.update(resource); }
  Result<void> erase_resource(std::int64_t id) override { return inner_.erase_resource(id); }
  Result<std::vector<store::Tag>> tags(std::string_view arn) override { return inner_.tags(arn); }

  Result<std::int64_t> insert(const TuningJob& job) override {
    TUNESMITH_TRY(const std::int64_t id, inner_.insert(job));
    changes_.inserted_tuning_jobs.push_back(job);
    changes_.inserted_tuning_jobs.back().id = id;
    return id;
  }
  Result<void> update(const TuningJob& job) override {
    changes_.updated_tuning_jobs.push_back(job);
    return inner_.update(job);
  }
  Result<void> erase_tuning_job(std::int64_t id) override { return inner_.erase_tuning_job(id); }
  Result<std::int64_t> insert(const TrainingJob& job) override {
    TUNESMITH_TRY(const std::int64_t id, inner_.insert(job));
    changes_.inserted_training_jobs.push_back(job);
    changes_.inserted_training_jobs.back().id = id;
    return id;
  }
  Result<void> update(const TrainingJob& job) override {
    changes_.updated_training_jobs.push_back(job);
    return inner_.update(job);
  }
  Result<void> set_told(std::int64_t training_job_id, std::int64_t told) override {
    changes_.told.emplace_back(training_job_id, told);
    return inner_.set_told(training_job_id, told);
  }
  Result<void> erase_training_job(std::int64_t id) override {
    return inner_.erase_training_job(id);
  }
  Result<void> put_warm_pool(const store::WarmPool& pool) override {
    return inner_.put_warm_pool(pool);
  }
  Result<void> add_metric_points(std::int64_t id,
                                 const std::vector<store::MetricPoint>& points) override {
    return inner_.add_metric_points(id, points);
  }
  Result<void> erase_metric_points(std::int64_t id) override {
    return inner_.erase_metric_points(id);
  }
  Result<void> add_search_reports(std::int64_t id,
                                  const std::vector<store::SearchReport>& reports) override {
    changes_.search_reports.insert(changes_.search_reports.end(), reports.begin(), reports.end());
    return inner_.add_search_reports(id, reports);
  }
  Result<void> put_parent_trials(std::int64_t id,
                                 const std::vector<store::ParentTrial>& trials) override {
    changes_.parent_trials.insert(changes_.parent_trials.end(), trials.begin(), trials.end());
    return inner_.put_parent_trials(id, trials);
  }
  Result<void> erase_search_log(std::int64_t id) override { return inner_.erase_search_log(id); }
  Result<void> put_tags(std::string_view arn, const std::vector<store::Tag>& tags) override {
    return inner_.put_tags(arn, tags);
  }
  Result<void> erase_tags(std::string_view arn, const std::vector<std::string>& keys) override {
    return inner_.erase_tags(arn, keys);
  }
  Result<void> erase_all_tags(std::string_view arn) override { return inner_.erase_all_tags(arn); }

 private:
  store::Transaction& inner_;
  Changes& changes_;
};

}  // namespace

Result<void> ObservedStore::write(const std::function<Result<void>(store::Transaction&)>& body) {
  if (auto error = hook_(Access::kBeforeWrite)) return *std::move(error);
  Changes changes;
  Result<void> result = inner_.write([&](store::Transaction& inner) {
    ObservedTransaction transaction(inner, changes);
    return body(transaction);
  });
  if (!result) return result;
  if (!changes.empty()) observer_(changes);
  if (auto error = hook_(Access::kAfterWrite)) return *std::move(error);
  return result;
}

Result<void> ObservedStore::read(const std::function<Result<void>(store::Reader&)>& body) const {
  if (auto error = hook_(Access::kBeforeRead)) return *std::move(error);
  Result<void> result = inner_.read(body);
  if (auto error = hook_(Access::kAfterRead)) return *std::move(error);
  return result;
}

}  // namespace tunesmith::fakes
