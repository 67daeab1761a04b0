// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/metric_log_tables.h"

#include <boost/json.hpp>

#include <algorithm>

namespace tunesmith::store {
namespace {

namespace json = boost::json;

constexpr std::int64_t kMaxSeries = 100'000;
constexpr std::int64_t kMaxSamples = 100'000;  // of one series: the oldest go

std::string print(const MetricDimensions& dimensions) {
  json::array out;
  for (const auto& [name, value] : dimensions) out.push_back(json::array{name, value});
  return json::serialize(out);
}

Result<MetricDimensions> parse_dimensions(const std::string& text) {
  try {
    MetricDimensions dimensions;
    const json::value document = json::parse(text);
    for (const json::value& pair : document.as_array()) {
      dimensions.emplace_back(json::value_to<std::string>(pair.at(0)),
                              json::value_to<std::string>(pair.at(1)));
    }
    return dimensions;
  } catch (const std::exception& error) {
    return Error(ErrorKind::kCorrupt, std::string("stored metric dimensions: ") + error.what());
  }
}

Result<std::optional<std::int64_t>> find(Connection& c, const MetricSeries& series) {
  auto s = c.prepare(
      "SELECT id FROM metric_series WHERE region = ?1 AND space = ?2 AND name = ?3 AND "
      "dimensions = ?4");
  const std::string dimensions = print(series.dimensions);
  s.bind(1, std::string_view(series.region))
      .bind(2, std::string_view(series.space))
      .bind(3, std::string_view(series.name))
      .bind(4, std::string_view(dimensions));
  TUNESMITH_TRY(const bool there, s.step());
  if (!there) return std::optional<std::int64_t>();
  return std::optional(s.integer(0));
}

Result<std::int64_t> find_or_insert(Connection& c, const MetricSeries& series) {
  TUNESMITH_TRY(const auto known, find(c, series));
  if (known) return *known;
  {
    auto s = c.prepare("SELECT count(*) FROM metric_series");
    TUNESMITH_TRY_VOID(s.step());
    if (s.integer(0) >= kMaxSeries) {
      return Error(ErrorKind::kLimitExceeded,
                   "there are " + std::to_string(kMaxSeries) + " metrics already");
    }
  }
  auto s =
      c.prepare("INSERT INTO metric_series (region, space, name, dimensions) VALUES (?1,?2,?3,?4)");
  const std::string dimensions = print(series.dimensions);
  s.bind(1, std::string_view(series.region))
      .bind(2, std::string_view(series.space))
      .bind(3, std::string_view(series.name))
      .bind(4, std::string_view(dimensions));
  TUNESMITH_TRY_VOID(s.run());
  return c.last_insert_id();
}

Result<void> append(Connection& c, std::int64_t id, const std::vector<MetricSample>& samples,
                    Timestamp forget) {
  for (const MetricSample& sample : samples) {
    auto s = c.prepare(
        "INSERT INTO metric_samples (series_id, time, count, sum, minimum, maximum, unit) VALUES "
        "(?1,?2,?3,?4,?5,?6,?7)");
    s.bind(1, id)
        .bind(2, to_millis(sample.time))
        .bind(3, sample.count)
        .bind(4, sample.sum)
        .bind(5, sample.minimum)
        .bind(6, sample.maximum)
        .bind(7, std::string_view(sample.unit));
    TUNESMITH_TRY_VOID(s.run());
  }
  auto old = c.prepare("DELETE FROM metric_samples WHERE series_id = ?1 AND time < ?2");
  TUNESMITH_TRY_VOID(old.bind(1, id).bind(2, to_millis(forget)).run());
  auto many = c.prepare(
      "DELETE FROM metric_samples WHERE series_id = ?1 AND time < (SELECT time FROM "
      "metric_samples WHERE series_id = ?1 ORDER BY time DESC LIMIT 1 OFFSET ?2)");
  return many.bind(1, id).bind(2, kMaxSamples).run();
}

/// Forgets in the next `count` series after the id `after`; the last one's id, or nothing at the
/// end.
Result<std::optional<std::int64_t>> forget_some(Connection& c, std::int64_t after, int count,
                                                Timestamp before) {
  std::vector<std::int64_t> ids;
  {
    auto s = c.prepare("SELECT id FROM metric_series WHERE id > ?1 ORDER BY id LIMIT ?2");
    s.bind(1, after).bind(2, std::int64_t{count});
    for (;;) {
      TUNESMITH_TRY(const bool more, s.step());
      if (!more) break;
      ids.push_back(s.integer(0));
    }
  }
  for (const std::int64_t id : ids) {
    auto old = c.prepare("DELETE FROM metric_samples WHERE series_id = ?1 AND time < ?2");
    TUNESMITH_TRY_VOID(old.bind(1, id).bind(2, to_millis(before)).run());
    auto empty = c.prepare(
        "DELETE FROM metric_series WHERE id = ?1 AND NOT EXISTS "
        "(SELECT 1 FROM metric_samples WHERE series_id = ?1)");
    TUNESMITH_TRY_VOID(empty.bind(1, id).run());
  }
  return ids.empty() ? std::nullopt : std::optional(ids.back());
}

bool has_all(const MetricDimensions& dimensions, const SeriesQuery& query) {
  return std::all_of(query.dimensions.begin(), query.dimensions.end(), [&](const auto& wanted) {
    return std::any_of(dimensions.begin(), dimensions.end(), [&](const auto& d) {
      return d.first == wanted.first && (!wanted.second || d.second == *wanted.second);
    });
  });
}

}  // namespace

Result<void> SqliteMetricLog::add(
    const std::vector<std::pair<MetricSeries, std::vector<MetricSample>>>& samples,
    Timestamp forget) {
  return database_.write([&](Connection& c) -> Result<void> {
    for (const auto& [series, values] : samples) {
      TUNESMITH_TRY(const std::int64_t id, find_or_insert(c, series));
      TUNESMITH_TRY_VOID(append(c, id, values, forget));
    }
    return {};
  });
}

Result<std::vector<MetricSample>> SqliteMetricLog::samples(const MetricSeries& series,
                                                           Timestamp from, Timestamp until) const {
  std::vector<MetricSample> out;
  TUNESMITH_TRY_VOID(database_.read([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY(const auto id, find(c, series));
    if (!id) return {};
    auto s = c.prepare(
        "SELECT time, count, sum, minimum, maximum, unit FROM metric_samples WHERE series_id = ?1 "
        "AND time >= ?2 AND time < ?3 ORDER BY time, rowid");
    s.bind(1, *id).bind(2, to_millis(from)).bind(3, to_millis(until));
    for (;;) {
      TUNESMITH_TRY(const bool more, s.step());
      if (!more) return {};
      out.push_back(
          {from_millis(s.integer(0)), s.real(1), s.real(2), s.real(3), s.real(4), s.text(5)});
    }
  }));
  return out;
}

Result<SeriesPage> SqliteMetricLog::series(const SeriesQuery& query) const {
  SeriesPage page;
  TUNESMITH_TRY_VOID(database_.read([&](Connection& c) -> Result<void> {
    std::string where = "region = ?1 AND id > ?2";
    if (query.space) where += " AND space = ?3";
    if (query.name) where += " AND name = ?4";
    auto s = c.prepare("SELECT id, space, name, dimensions FROM metric_series WHERE " + where +
                       " ORDER BY id");
    s.bind(1, std::string_view(query.region)).bind(2, query.after);
    if (query.space) s.bind(3, std::string_view(*query.space));
    if (query.name) s.bind(4, std::string_view(*query.name));
    std::int64_t last = query.after;
    for (;;) {
      TUNESMITH_TRY(const bool more, s.step());
      if (!more) return {};
      TUNESMITH_TRY(auto dimensions, parse_dimensions(s.text(3)));
      if (!has_all(dimensions, query)) continue;
      if (page.rows.size() == query.limit) {
        page.next = last;
        return {};
      }
      last = s.integer(0);
      page.rows.push_back({query.region, s.text(1), s.text(2), std::move(dimensions)});
    }
  }));
  return page;
}

Result<void> SqliteMetricLog::forget(Timestamp before) {
  constexpr int kAtATime = 200;  // series of one transaction
  std::optional<std::int64_t> after = 0;
  while (after) {
    TUNESMITH_TRY_VOID(database_.write([&](Connection& c) -> Result<void> {
      TUNESMITH_TRY(after, forget_some(c, *after, kAtATime, before));
      return {};
    }));
  }
  return {};
}

}  // namespace tunesmith::store
