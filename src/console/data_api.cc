// SPDX-License-Identifier: Apache-2.0
#include "console/data_api.h"

#include "base/strings.h"
#include "console/curves.h"
#include "console/feed_sources.h"
#include "console/regions.h"
#include "console/responses.h"

#include <algorithm>
#include <limits>

namespace tunesmith::console {
namespace {

constexpr std::size_t kDefaultPage = 50;
constexpr std::size_t kLargestPage = 200;
constexpr std::size_t kLogChunk = 256U << 10U;
// Of learning curves: points read at most, and sent.
constexpr std::size_t kMostCurvePoints = 2'000'000;
constexpr std::size_t kCurveBudget = 100'000;

/// The answer to a read: its document, or why there is none.
http::Response answer(const Result<void>& read, std::string document) {
  return read ? json_response(std::move(document)) : error_response(read.error());
}

/// "<creation ms>-<id>": the last job of a page.
std::optional<store::Cursor> parse_cursor(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto created = parse_int(text.substr(0, dash));
  const auto id = parse_int(text.substr(dash + 1));
  if (!created || !id) return std::nullopt;
  return store::Cursor{std::to_string(*created), *id};
}

/// The youngest jobs of all regions asked for. Each region gives a page; the youngest of all those
/// are the page of all.
Result<store::Page<store::TuningJob>> read_page(store::Reader& reader, store::JobQuery query,
                                                const std::vector<std::string>& regions) {
  store::Page<store::TuningJob> all;
  bool more = false;
  for (const auto& region : regions) {
    query.region = region;
    TUNESMITH_TRY(auto page, reader.tuning_jobs(query));
    more = more || page.next.has_value();
    std::move(page.rows.begin(), page.rows.end(), std::back_inserter(all.rows));
  }
  std::sort(all.rows.begin(), all.rows.end(), [](const auto& a, const auto& b) {
    return std::pair(a.created, a.id) > std::pair(b.created, b.id);
  });
  more = more || all.rows.size() > query.limit;
  if (all.rows.size() > query.limit) all.rows.resize(query.limit);
  if (more && !all.rows.empty()) {
    const auto& last = all.rows.back();
    all.next = store::Cursor{std::to_string(to_millis(last.created)), last.id};
  }
  return all;
}

http::Response events(LiveFeed& feed, const std::string& topic, LiveFeed::SourceFactory source,
                      Millis lifetime) {
  if (feed.subscriber_count() >= LiveFeed::kMaxSubscribers) {
    return error_response(503, "unavailable", "too many pages follow changes at the same time");
  }
  http::Response response;
  response.headers.set("Content-Type", "text/event-stream");
  response.headers.set("Cache-Control", "no-store");
  add_security_headers(response, "default-src 'none'; frame-ancestors 'none'");
  http::EventBody body;
  body.start = [&feed, topic, source = std::move(source),
                lifetime](const std::shared_ptr<http::EventSink>& sink) {
    feed.subscribe(topic, source, sink, lifetime);
  };
  response.body = std::move(body);
  return response;
}

/// Which of a job's definitions is asked about: the first one if none is named.
std::size_t definition_of(const http::Request& request) {
  const auto number = parse_int(query_parameter(request, "definition").value_or("0"));
  return number && *number >= 0 ? static_cast<std::size_t>(*number)
                                : std::numeric_limits<std::size_t>::max();
}

struct JobWithTrials {
  store::TuningJob job;
  std::vector<store::TrainingJob> trials;
};

Result<JobWithTrials> read_with_trials(const store::Store& store, const std::string& region,
                                       const std::string& name) {
  JobWithTrials rows;
  TUNESMITH_TRY_VOID(store.read([&](store::Reader& reader) -> Result<void> {
    TUNESMITH_TRY(rows.job, reader.tuning_job(region, name));
    TUNESMITH_TRY(rows.trials, reader.trials(rows.job.id));
    return {};
  }));
  return rows;
}

}  // namespace

Result<TrainingJobDetail> read_training_job(store::Reader& reader, store::TrainingJob job) {
  TrainingJobDetail detail;
  TUNESMITH_TRY(detail.metrics, reader.metric_points(job.id));
  if (job.tuning_job_id) {
    TUNESMITH_TRY(detail.tuning_job, reader.tuning_job(*job.tuning_job_id));
    TUNESMITH_TRY(detail.tuning_spec, orchestration::parse_tuning_spec(detail.tuning_job->spec));
    const auto definition = static_cast<std::size_t>(job.definition);
    detail.spec = detail.tuning_spec->definitions.at(definition).training;
  } else if (!job.spec.empty()) {
    TUNESMITH_TRY(detail.spec, training::parse_training_spec(job.spec));
  }
  detail.job = std::move(job);
  return detail;
}

http::Response DataApi::list_tuning_jobs(const http::Request& request) {
  store::JobQuery query;
  query.sort_by = store::SortBy::kCreationTime;
  query.descending = true;
  query.limit = kDefaultPage;
  if (const auto limit = query_parameter(request, "limit")) {
    const auto value = parse_int(*limit);
    if (!value || *value < 1)
      return error_response(400, "invalid",
                            "limit is no positive number: " + training::to_valid_utf8(*limit));
    query.limit = std::min(static_cast<std::size_t>(*value), kLargestPage);
  }
  if (const auto status = query_parameter(request, "status"); status && !status->empty()) {
    query.status = store::parse_job_status(*status);
    if (!query.status)
      return error_response(400, "invalid",
                            "there is no status " + training::to_valid_utf8(*status));
  }
  if (auto name = query_parameter(request, "name"); name && !name->empty())
    query.name_contains = std::move(*name);
  if (const auto after = query_parameter(request, "after"); after && !after->empty()) {
    query.after = parse_cursor(*after);
    if (!query.after)
      return error_response(400, "invalid",
                            "after is no page of this list: " + training::to_valid_utf8(*after));
  }
  std::vector<std::string> regions = options_.regions;
  if (regions.empty()) regions = commercial_regions();
  if (auto region = query_parameter(request, "region"); region && !region->empty())
    regions = {std::move(*region)};

  std::string document;
  const auto read = options_.store.read([&](store::Reader& reader) -> Result<void> {
    TUNESMITH_TRY(auto page, read_page(reader, query, regions));
    std::vector<SummaryPointer> jobs;
    for (auto& job : page.rows) {
      TUNESMITH_TRY(auto summary, summaries_.of(reader, std::move(job)));
      jobs.push_back(std::move(summary));
    }
    std::string next;
    if (page.next) next = page.next->key + "-" + std::to_string(page.next->id);
    document = print_tuning_jobs(jobs, next);
    return {};
  });
  return answer(read, std::move(document));
}

http::Response DataApi::tuning_job(const std::string& region, const std::string& name) {
  std::string document;
  const auto read = options_.store.read([&](store::Reader& reader) -> Result<void> {
    TUNESMITH_TRY(auto job, reader.tuning_job(region, name));
    TUNESMITH_TRY(const auto summary, summaries_.of(reader, std::move(job)));
    document = print_tuning_job(*summary);
    return {};
  });
  return answer(read, std::move(document));
}

http::Response DataApi::trials(const http::Request& request, const std::string& region,
                               const std::string& name) {
  const bool csv = query_parameter(request, "format") == "csv";
  std::string document;
  std::string file_name;
  const auto read = options_.store.read([&](store::Reader& reader) -> Result<void> {
    TUNESMITH_TRY(const auto job, reader.tuning_job(region, name));
    TUNESMITH_TRY(const auto spec, orchestration::parse_tuning_spec(job.spec));
    TUNESMITH_TRY(const auto trials, reader.trials(job.id));
    document = csv ? print_trials_csv(trials, spec) : print_trials(trials);
    file_name = job.name;
    return {};
  });
  auto response = answer(read, std::move(document));
  if (read && csv) {
    response.headers.set("Content-Type", "text/csv; charset=utf-8");
    // Names of jobs have letters, digits and hyphens only; others are not trusted in a header.
    std::erase_if(file_name, [](unsigned char c) { return std::isalnum(c) == 0 && c != '-'; });
    response.headers.set("Content-Disposition",
                         "attachment; filename=\"" + file_name + "-trials.csv\"");
  }
  return response;
}

http::Response DataApi::curves(const std::string& region, const std::string& name) {
  std::string document;
  const auto read = options_.store.read([&](store::Reader& reader) -> Result<void> {
    TUNESMITH_TRY(const auto job, reader.tuning_job(region, name));
    TUNESMITH_TRY(const auto spec, orchestration::parse_tuning_spec(job.spec));
    TUNESMITH_TRY(
        const auto points,
        reader.trial_points(job.id, spec.definitions.front().objective_metric, kMostCurvePoints));
    document =
        print_curves(spec.definitions.front().objective_metric, thin_curves(points, kCurveBudget));
    return {};
  });
  return answer(read, std::move(document));
}

http::Response DataApi::model(const http::Request& request, const std::string& region,
                              const std::string& name) {
  auto rows = read_with_trials(options_.store, region, name);
  if (!rows) return error_response(rows.error());
  auto document = models_.describe(rows->job, definition_of(request), std::move(rows->trials));
  return document ? json_response(std::move(*document)) : error_response(document.error());
}

http::Response DataApi::contour(const http::Request& request, const std::string& region,
                                const std::string& name) {
  auto rows = read_with_trials(options_.store, region, name);
  if (!rows) return error_response(rows.error());
  auto document = models_.contour(rows->job, definition_of(request), std::move(rows->trials),
                                  query_parameter(request, "x").value_or(""),
                                  query_parameter(request, "y").value_or(""));
  return document ? json_response(std::move(*document)) : error_response(document.error());
}

http::Response DataApi::tuning_job_request(const std::string& region, const std::string& name) {
  std::string document;
  const auto read = options_.store.read([&](store::Reader& reader) -> Result<void> {
    TUNESMITH_TRY(auto job, reader.tuning_job(region, name));
    document = std::move(job.request);
    return {};
  });
  return answer(read, std::move(document));
}

http::Response DataApi::stop_tuning_job(const std::string& region, const std::string& name) {
  if (!options_.stop_tuning_job)
    return error_response(503, "unavailable", "this server can't stop tuning jobs");
  const auto stopped = options_.stop_tuning_job(region, name);
  return stopped ? json_response("{}") : error_response(stopped.error());
}

http::Response DataApi::training_job(const std::string& region, const std::string& name) {
  std::string document;
  const auto read = options_.store.read([&](store::Reader& reader) -> Result<void> {
    TUNESMITH_TRY(auto job, reader.training_job(region, name));
    TUNESMITH_TRY(const auto detail, read_training_job(reader, std::move(job)));
    document = print_training_job(detail);
    return {};
  });
  return answer(read, std::move(document));
}

http::Response DataApi::training_log(const http::Request& request, const std::string& region,
                                     const std::string& name) {
  std::int64_t from = 0;
  if (const auto parameter = query_parameter(request, "from")) {
    const auto value = parse_int(*parameter);
    if (!value)
      return error_response(400, "invalid",
                            "from is no number: " + training::to_valid_utf8(*parameter));
    from = *value;
  }
  std::int64_t id = 0;
  const auto read = options_.store.read([&](store::Reader& reader) -> Result<void> {
    TUNESMITH_TRY(const auto job, reader.training_job(region, name));
    id = job.id;
    return {};
  });
  if (!read) return error_response(read.error());
  const auto chunk = training::read_log(options_.job_folder(id) / "log", from, kLogChunk);
  return chunk ? json_response(print_log(*chunk)) : error_response(chunk.error());
}

http::Response DataApi::tuning_jobs_events(Millis lifetime) {
  return events(
      options_.feed, "tuning-jobs",
      [this] { return watch_tuning_jobs(options_.store, summaries_); }, lifetime);
}

http::Response DataApi::tuning_job_events(const std::string& region, const std::string& name,
                                          Millis lifetime) {
  store::TuningJob job;
  const auto read = options_.store.read([&](store::Reader& reader) -> Result<void> {
    TUNESMITH_TRY(job, reader.tuning_job(region, name));
    return {};
  });
  if (!read) return error_response(read.error());
  return events(
      options_.feed, "tuning-job/" + std::to_string(job.id),
      [this, job] {
        return watch_tuning_job(options_.store, summaries_, job, options_.clock.now());
      },
      lifetime);
}

http::Response DataApi::training_job_events(const std::string& region, const std::string& name,
                                            Millis lifetime) {
  store::TrainingJob job;
  const auto read = options_.store.read([&](store::Reader& reader) -> Result<void> {
    TUNESMITH_TRY(job, reader.training_job(region, name));
    return {};
  });
  if (!read) return error_response(read.error());
  return events(
      options_.feed, "training-job/" + std::to_string(job.id),
      [this, job] {
        return watch_training_job(options_.store, job, options_.job_folder(job.id) / "log");
      },
      lifetime);
}

}  // namespace tunesmith::console
