// SPDX-License-Identifier: Apache-2.0
#include "services/logs/training_job_logs.h"

#include "base/strings.h"
#include "services/logs/stream_cursor.h"

#include <fmt/core.h>

namespace tunesmith::services::logs {
namespace {

constexpr std::string_view kGroup = "/aws/sagemaker/TrainingJobs";

store::JobQuery jobs_of(const std::string& region, const StreamQuery& query) {
  store::JobQuery jobs;
  jobs.region = region;
  jobs.alive_since = query.active_since;
  if (query.created_until) jobs.created_before = *query.created_until + Millis(1);
  return jobs;
}

/// The epoch of the name is the job's creation, which never changes.
std::string stream_name(const store::TrainingJob& job) {
  return fmt::format("{}/algo-1-{}", job.name, to_millis(job.created) / 1000);
}

}  // namespace

Result<std::vector<LogGroup>> TrainingJobLogs::groups(const std::string& region) const {
  std::vector<LogGroup> groups;
  store::JobQuery first;
  first.region = region;
  first.sort_by = store::SortBy::kCreationTime;
  first.limit = 1;
  TUNESMITH_TRY_VOID(store_.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(const auto page, r.training_jobs(first));
    for (const auto& job : page.rows) groups.push_back({std::string(kGroup), job.created});
    return {};
  }));
  return groups;
}

void TrainingJobLogs::add(const store::TrainingJob& job, const StreamQuery& query,
                          StreamPage& page) const {
  LogStream stream{stream_name(job), log_of_(job.id), job.created};
  if (job.ended) stream.latest = job.modified;
  if (!stream.name.starts_with(query.prefix)) return;
  std::error_code ignored;  // no file: nothing was printed yet, so there is no stream
  if (!std::filesystem::exists(stream.file, ignored)) return;
  page.rows.push_back(std::move(stream));
}

Result<StreamPage> TrainingJobLogs::streams(const std::string& region, const std::string& group,
                                            const StreamQuery& query) const {
  if (group != kGroup) return Error(ErrorKind::kNotFound, "no log group " + group);
  TUNESMITH_TRY(const auto existing, groups(region));
  if (existing.empty()) return Error(ErrorKind::kNotFound, "no log group " + group);

  StreamPage page;
  if (const auto slash = query.prefix.find('/'); slash != std::string::npos) {
    TUNESMITH_TRY_VOID(store_.read([&](store::Reader& r) -> Result<void> {
      const auto job = r.training_job(region, query.prefix.substr(0, slash));
      if (!job && job.error().kind == ErrorKind::kNotFound) return {};
      if (!job) return job.error();
      add(*job, query, page);
      return {};
    }));
    return page;
  }

  if (query.order == StreamOrder::kLatest) return latest_streams(region, query);
  const bool by_time = query.order == StreamOrder::kCreation;
  store::JobQuery jobs = jobs_of(region, query);
  jobs.sort_by = by_time ? store::SortBy::kCreationTime : store::SortBy::kName;
  jobs.descending = query.descending;
  if (query.after) {
    TUNESMITH_TRY(jobs.after, parse_cursor(*query.after));
  } else if (!query.prefix.empty() && !by_time) {
    // Names with the prefix are neighbours: begin with the first of them. '~' follows every letter.
    jobs.after =
        query.descending ? store::Cursor{query.prefix + "~", 0} : store::Cursor{query.prefix, -1};
  }
  if (!query.prefix.empty() && by_time) jobs.name_contains = query.prefix;
  const std::string lowered = to_lower(query.prefix);
  bool beyond = false;  // the names with the prefix are behind us
  while (page.rows.size() < query.limit && !beyond) {
    jobs.limit = query.limit - page.rows.size();
    std::optional<store::Cursor> next;
    TUNESMITH_TRY_VOID(store_.read([&](store::Reader& r) -> Result<void> {
      TUNESMITH_TRY(const auto found, r.training_jobs(jobs));
      for (const auto& job : found.rows) {
        if (!by_time && !to_lower(job.name).starts_with(lowered)) {
          beyond = true;
          break;
        }
        add(job, query, page);
      }
      next = found.next;
      return {};
    }));
    page.next.reset();
    if (!next || beyond) break;
    jobs.after = next;
    page.next = print_cursor(*next);
  }
  return page;
}

Result<StreamPage> TrainingJobLogs::latest_streams(const std::string& region,
                                                   const StreamQuery& query) const {
  StreamPage page;
  store::JobQuery jobs = jobs_of(region, query);
  jobs.sort_by = store::SortBy::kModificationTime;
  jobs.descending = true;
  if (!query.prefix.empty()) jobs.name_contains = query.prefix;
  TUNESMITH_TRY_VOID(store_.read([&](store::Reader& r) -> Result<void> {
    if (query.after) {
      TUNESMITH_TRY(jobs.after, parse_cursor(*query.after));
    } else {
      TUNESMITH_TRY(const auto live, r.live_training_jobs());
      for (const auto& job : live) {
        if (job.region == region) add(job, query, page);
      }
    }
    // At least one, or the end: an empty page would be taken for it.
    do {
      jobs.limit = query.limit;
      TUNESMITH_TRY(const auto found, r.training_jobs(jobs));
      for (const auto& job : found.rows) {
        if (job.ended) add(job, query, page);
      }
      jobs.after = found.next;
    } while (page.rows.empty() && jobs.after);
    if (jobs.after) page.next = print_cursor(*jobs.after);
    return {};
  }));
  return page;
}

}  // namespace tunesmith::services::logs
