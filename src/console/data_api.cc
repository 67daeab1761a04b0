// SPDX-License-Identifier: Apache-2.0
#include "console/data_api.h"

#include "algorithms/parquet/client.h"
#include "base/log.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "console/curves.h"
#include "console/feed_sources.h"
#include "console/regions.h"
#include "console/responses.h"
#include "console/training_log.h"
#include "console/trials_table.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>

namespace tunesmith::console {
namespace {

constexpr std::size_t kDefaultPage = 50;
constexpr std::size_t kLargestPage = 200;
// Of learning curves: points read at most, and sent.
constexpr std::size_t kMostCurvePoints = 2'000'000;
constexpr std::size_t kCurveBudget = 100'000;
constexpr const char* kParquetType = "application/vnd.apache.parquet";

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

std::string print_cursor(const std::optional<store::Cursor>& cursor) {
  return cursor ? cursor->key + '-' + std::to_string(cursor->id) : std::string();
}

/// What a list is asked for: limit, status, name, after. Regions are left to the caller.
Result<store::JobQuery> parse_query(const http::Request& request) {
  store::JobQuery query;
  query.sort_by = store::SortBy::kCreationTime;
  query.descending = true;
  query.limit = kDefaultPage;
  const auto refuse = [](const std::string& what, const std::string& given) {
    return Error(ErrorKind::kInvalid, what + to_valid_utf8(given));
  };
  if (const auto limit = query_parameter(request, "limit")) {
    const auto value = parse_int(*limit);
    if (!value || *value < 1) return refuse("limit is no positive number: ", *limit);
    query.limit = std::min(static_cast<std::size_t>(*value), kLargestPage);
  }
  if (const auto status = query_parameter(request, "status"); status && !status->empty()) {
    query.status = store::parse_job_status(*status);
    if (!query.status) return refuse("there is no status ", *status);
  }
  if (auto name = query_parameter(request, "name"); name && !name->empty())
    query.name_contains = std::move(*name);
  if (const auto after = query_parameter(request, "after"); after && !after->empty()) {
    query.after = parse_cursor(*after);
    if (!query.after) return refuse("after is no page of this list: ", *after);
  }
  return query;
}

/// The youngest jobs of all regions asked for. Each region gives a page; the youngest of all those
/// are the page of all.
template <class Row>
Result<store::Page<Row>> read_page(
    store::JobQuery query, const std::vector<std::string>& regions,
    const std::function<Result<store::Page<Row>>(const store::JobQuery&)>& read) {
  store::Page<Row> all;
  bool more = false;
  for (const auto& region : regions) {
    query.region = region;
    TUNESMITH_TRY(auto page, read(query));
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

/// The objective's points of all trials, by trial; of each trial those of its own definition's
/// objective.
Result<std::vector<store::TrialPoint>> objective_points(store::Reader& reader,
                                                        std::int64_t tuning_job_id,
                                                        const orchestration::TuningSpec& spec) {
  const auto& first = spec.definitions.front().objective_metric;
  if (spec.definitions.size() == 1)
    return reader.trial_points(tuning_job_id, first, kMostCurvePoints);
  TUNESMITH_TRY(const auto trials, reader.trials(tuning_job_id));
  std::map<std::int64_t, std::int64_t> definition_of;
  for (const auto& trial : trials) definition_of[trial.trial.value_or(0)] = trial.definition;
  std::vector<store::TrialPoint> all;
  for (std::size_t i = 0; i < spec.definitions.size(); ++i) {
    TUNESMITH_TRY(
        const auto points,
        reader.trial_points(tuning_job_id, spec.definitions[i].objective_metric, kMostCurvePoints));
    for (const auto& point : points) {
      if (definition_of[point.trial] == static_cast<std::int64_t>(i)) all.push_back(point);
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.trial < b.trial; });
  return all;
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
  const auto query = parse_query(request);
  if (!query) return error_response(query.error());
  std::string document;
  const auto read = options_.store.read([&](store::Reader& reader) -> Result<void> {
    TUNESMITH_TRY(auto page, read_page<store::TuningJob>(*query, regions_of(request),
                                                         [&reader](const store::JobQuery& q) {
                                                           return reader.tuning_jobs(q);
                                                         }));
    std::vector<SummaryPointer> jobs;
    for (auto& job : page.rows) {
      const std::string name = job.name;
      auto summary = summaries_.of(reader, std::move(job));
      if (summary) {
        jobs.push_back(std::move(*summary));
      } else if (summary.error().kind == ErrorKind::kCorrupt) {
        // One job that can't be read must not hide all others.
        log::warning("console: tuning job {}: {}", name, summary.error().message);
      } else {
        return summary.error();
      }
    }
    document = print_tuning_jobs(jobs, print_cursor(page.next));
    return {};
  });
  return answer(read, std::move(document));
}

std::vector<std::string> DataApi::regions_of(const http::Request& request) const {
  if (auto region = query_parameter(request, "region"); region && !region->empty())
    return {std::move(*region)};
  return options_.regions.empty() ? commercial_regions() : options_.regions;
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
  const auto format = query_parameter(request, "format").value_or("json");
  const bool csv = format == "csv";
  const bool parquet = format == "parquet";
  std::string document;
  std::string file_name;
  const auto read = options_.store.read([&](store::Reader& reader) -> Result<void> {
    TUNESMITH_TRY(const auto job, reader.tuning_job(region, name));
    TUNESMITH_TRY(const auto spec, orchestration::parse_tuning_spec(job.spec));
    TUNESMITH_TRY(const auto trials, reader.trials(job.id));
    document = csv       ? print_trials_csv(trials, spec)
               : parquet ? print_trials_columns(trials, spec)
                         : print_trials(trials);
    file_name = job.name + "-trials." + format;
    return {};
  });
  if (read && parquet) {
    auto file = algorithms::parquet::write(document);
    if (!file) return error_response(file.error());
    document = std::move(*file);
  }
  auto response = answer(read, std::move(document));
  if (read && (csv || parquet)) {
    response.headers.set("Content-Type", csv ? "text/csv; charset=utf-8" : kParquetType);
    response.headers.set("Content-Disposition", attachment(file_name));
  }
  return response;
}

http::Response DataApi::curves(const std::string& region, const std::string& name) {
  std::string document;
  const auto read = options_.store.read([&](store::Reader& reader) -> Result<void> {
    TUNESMITH_TRY(const auto job, reader.tuning_job(region, name));
    TUNESMITH_TRY(const auto spec, orchestration::parse_tuning_spec(job.spec));
    TUNESMITH_TRY(const auto points, objective_points(reader, job.id, spec));
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
  auto document = models_.contour(
      rows->job, definition_of(request), std::move(rows->trials),
      query_parameter(request, "x").value_or(""), query_parameter(request, "y").value_or(""),
      query_parameter(request, "others") == "average" ? tuning::Others::kAveraged
                                                      : tuning::Others::kAtBest);
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

http::Response DataApi::list_training_jobs(const http::Request& request) {
  auto query = parse_query(request);
  if (!query) return error_response(query.error());
  query->outside_tuning = query_parameter(request, "trials") != "1";
  std::string document;
  const auto read = options_.store.read([&](store::Reader& reader) -> Result<void> {
    TUNESMITH_TRY(const auto page,
                  read_page<store::TrainingJob>(
                      *query, regions_of(request),
                      [&reader](const store::JobQuery& q) { return reader.training_jobs(q); }));
    document = print_training_jobs(page.rows, print_cursor(page.next));
    return {};
  });
  return answer(read, std::move(document));
}

http::Response DataApi::training_log(const http::Request& request, const std::string& region,
                                     const std::string& name) {
  std::int64_t id = 0;
  std::string exact_name;
  const auto read = options_.store.read([&](store::Reader& reader) -> Result<void> {
    TUNESMITH_TRY(const auto job, reader.training_job(region, name));
    id = job.id;
    exact_name = job.name;
    return {};
  });
  if (!read) return error_response(read.error());
  const auto log = options_.job_folder(id) / "log";
  if (const auto search = query_parameter(request, "search"); search && !search->empty())
    return log_matches(log, *search);
  if (query_parameter(request, "format") == "text") return log_file(log, exact_name);
  return log_part(request, log);
}

http::Response DataApi::stop_training_job(const std::string& region, const std::string& name) {
  if (!options_.stop_training_job)
    return error_response(503, "unavailable", "this server can't stop training jobs");
  const auto stopped = options_.stop_training_job(region, name);
  return stopped ? json_response("{}") : error_response(stopped.error());
}

http::Response DataApi::delete_tuning_job(const std::string& region, const std::string& name) {
  if (!options_.delete_tuning_job)
    return error_response(503, "unavailable", "this server can't delete tuning jobs");
  std::int64_t id = 0;
  const auto read = options_.store.read([&](store::Reader& reader) -> Result<void> {
    TUNESMITH_TRY(const auto job, reader.tuning_job(region, name));
    id = job.id;
    return {};
  });
  if (!read) return error_response(read.error());
  const auto deleted = options_.delete_tuning_job(region, name);
  if (!deleted) return error_response(deleted.error());
  options_.feed.publish(id);
  return json_response("{}");
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
