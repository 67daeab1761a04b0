// SPDX-License-Identifier: Apache-2.0
#include "console/feed_sources.h"

#include "base/log.h"
#include "console/curves.h"
#include "console/data_api.h"
#include "console/documents.h"
#include "training/job_log.h"

#include <algorithm>
#include <map>

namespace tunesmith::console {
namespace {

constexpr std::size_t kLogChunk = 64U << 10U;

void log_failure(const Result<void>& read) {
  if (!read) log::warning("console: reading changes failed: {}", read.error().message);
}

class TuningJobsSource final : public FeedSource {
 public:
  TuningJobsSource(const store::Store& store, Summaries& summaries)
      : store_(store), summaries_(summaries) {}

  bool concerns(std::int64_t /*tuning_job_id*/) const override { return true; }

  std::string collect(const std::vector<std::int64_t>& published) override {
    std::vector<SummaryPointer> changed;
    std::vector<std::int64_t> deleted;
    const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
      for (const auto id : published) {
        auto job = reader.tuning_job(id);
        if (!job && job.error().kind == ErrorKind::kNotFound) {
          deleted.push_back(id);
          continue;
        }
        if (!job) return job.error();
        // A deleted job is still found by its id, for the sake of its trials.
        const auto named = reader.tuning_job(job->region, job->name);
        if (!named || named->id != id) {
          deleted.push_back(id);
          continue;
        }
        TUNESMITH_TRY(auto summary, summaries_.of(reader, std::move(*job)));
        changed.push_back(std::move(summary));
      }
      return {};
    });
    log_failure(read);
    if (changed.empty() && deleted.empty()) return {};
    return print_event("jobs", print_tuning_job_changes(changed, deleted));
  }

 private:
  const store::Store& store_;
  Summaries& summaries_;
};

class TuningJobSource final : public FeedSource {
 public:
  TuningJobSource(const store::Store& store, Summaries& summaries, const store::TuningJob& job,
                  Timestamp now)
      : store_(store), summaries_(summaries), id_(job.id), region_(job.region), seen_until_(now) {}

  bool concerns(std::int64_t tuning_job_id) const override { return tuning_job_id == id_; }

  std::string collect(const std::vector<std::int64_t>& /*published*/) override {
    std::string events;
    log_failure(store_.read([&](store::Reader& reader) -> Result<void> {
      auto job = reader.tuning_job(id_);
      if (!job && job.error().kind == ErrorKind::kNotFound) {
        events += print_event("deleted", "{}");
        return {};
      }
      if (!job) return job.error();
      TUNESMITH_TRY(auto trials, changed_trials(reader));
      if (!trials.empty()) events += print_event("trials", print_trials(trials));
      TUNESMITH_TRY(const auto curves, new_curve_points(reader, *job, trials));
      if (!curves.empty()) events += print_event("curves", print_curves("", curves));
      TUNESMITH_TRY(const auto summary, summaries_.of(reader, std::move(*job)));
      events += print_event("job", print_tuning_job(*summary));
      return {};
    }));
    return events;
  }

 private:
  // A row's time of modification is taken before its commit, so a row may show up later than
  // another with a younger time: look back this far, and leave out what was sent.
  static constexpr Millis kOverlap{5000};

  Result<std::vector<store::TrainingJob>> changed_trials(store::Reader& reader) {
    store::JobQuery query;
    query.region = region_;
    query.tuning_job_id = id_;
    query.modified_after = seen_until_ - kOverlap;
    query.sort_by = store::SortBy::kCreationTime;
    query.limit = 100'000;
    TUNESMITH_TRY(auto page, reader.training_jobs(query));
    std::erase_if(page.rows, [this](const store::TrainingJob& row) {
      const auto found = sent_.find(row.id);
      return found != sent_.end() && found->second == fingerprint(row);
    });
    for (const auto& row : page.rows) {
      sent_[row.id] = fingerprint(row);
      seen_until_ = std::max(seen_until_, row.modified);
    }
    std::erase_if(sent_, [this](const auto& entry) {
      return entry.second.modified <= seen_until_ - kOverlap;
    });
    return std::move(page.rows);
  }

  /// The objective's points that came since the last call, of trials that ran then or changed
  /// since.
  Result<std::vector<Curve>> new_curve_points(store::Reader& reader, const store::TuningJob& job,
                                              const std::vector<store::TrainingJob>& changed) {
    if (objectives_.empty()) {
      TUNESMITH_TRY(const auto spec, orchestration::parse_tuning_spec(job.spec));
      for (const auto& definition : spec.definitions)
        objectives_.push_back(definition.objective_metric);
    }
    for (const auto& row : changed)
      growing_.try_emplace(row.id, row.trial.value_or(0),
                           objectives_.at(static_cast<std::size_t>(row.definition)));
    std::vector<Curve> curves;
    for (auto& [id, growing] : growing_) {
      TUNESMITH_TRY(const auto points, reader.metric_points(id));
      Curve curve{growing.trial, {}, {}};
      for (const auto& point : points) {
        if (point.name != growing.objective || point.step <= growing.sent) continue;
        curve.steps.push_back(point.step);
        curve.values.push_back(point.value);
      }
      if (curve.steps.empty()) continue;
      growing.sent = curve.steps.back();
      curves.push_back(std::move(curve));
    }
    for (const auto& row : changed) {
      if (store::is_terminal(row.status)) growing_.erase(row.id);
    }
    return curves;
  }

  struct Growing {
    Growing(std::int64_t number, std::string metric)
        : trial(number), objective(std::move(metric)) {}
    std::int64_t trial;
    std::string objective;
    std::int64_t sent = -1;  // the last step
  };
  struct Fingerprint {
    Timestamp modified;
    std::string state;
    bool operator==(const Fingerprint&) const = default;
  };
  static Fingerprint fingerprint(const store::TrainingJob& row) {
    std::string state(store::to_string(row.status));
    state += row.secondary_status + row.objective_status;
    if (row.objective) state += std::to_string(*row.objective);
    return {row.modified, std::move(state)};
  }

  const store::Store& store_;
  Summaries& summaries_;
  const std::int64_t id_;
  const std::string region_;
  Timestamp seen_until_;
  std::map<std::int64_t, Fingerprint> sent_;
  std::vector<std::string> objectives_;      // by definition
  std::map<std::int64_t, Growing> growing_;  // by training job
};

class TrainingJobSource final : public FeedSource {
 public:
  TrainingJobSource(const store::Store& store, const store::TrainingJob& job,
                    std::filesystem::path log)
      : store_(store), id_(job.id), tuning_job_id_(job.tuning_job_id), log_(std::move(log)) {
    // The page reads the log's tail itself, after "hello"; what comes from here goes on from there.
    if (const auto chunk =
            training::read_log(log_, -static_cast<std::int64_t>(kLogChunk), kLogChunk))
      next_ = chunk->next;
  }

  bool concerns(std::int64_t tuning_job_id) const override {
    return tuning_job_id_ == tuning_job_id;
  }
  std::optional<Millis> check_every() const override {
    return ended_ ? std::nullopt : std::optional(Millis(500));
  }

  std::string collect(const std::vector<std::int64_t>& published) override {
    std::string events;
    // The row first: the log of a job that has ended does not grow any more.
    log_failure(store_.read([&](store::Reader& reader) -> Result<void> {
      TUNESMITH_TRY(auto job, reader.training_job(id_));
      ended_ = store::is_terminal(job.status);
      TUNESMITH_TRY(const auto detail, read_training_job(reader, std::move(job)));
      const auto state = std::pair(detail.job.modified, detail.metrics.size());
      if (state == sent_ && published.empty()) return {};
      sent_ = state;
      events += print_event("job", print_training_job(detail));
      return {};
    }));
    const auto chunk = training::read_log(log_, next_, kLogChunk);
    if (chunk && !chunk->lines.empty()) {
      next_ = chunk->next;
      events += print_event("log", print_log(*chunk));
    }
    return events;
  }

 private:
  const store::Store& store_;
  const std::int64_t id_;
  const std::optional<std::int64_t> tuning_job_id_;
  const std::filesystem::path log_;
  std::int64_t next_ = 0;
  bool ended_ = false;
  std::pair<Timestamp, std::size_t> sent_{};
};

}  // namespace

std::unique_ptr<FeedSource> watch_tuning_jobs(const store::Store& store, Summaries& summaries) {
  return std::make_unique<TuningJobsSource>(store, summaries);
}

std::unique_ptr<FeedSource> watch_tuning_job(const store::Store& store, Summaries& summaries,
                                             const store::TuningJob& job, Timestamp now) {
  return std::make_unique<TuningJobSource>(store, summaries, job, now);
}

std::unique_ptr<FeedSource> watch_training_job(const store::Store& store,
                                               const store::TrainingJob& job,
                                               std::filesystem::path log) {
  return std::make_unique<TrainingJobSource>(store, job, std::move(log));
}

}  // namespace tunesmith::console
