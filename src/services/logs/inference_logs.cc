// SPDX-License-Identifier: Apache-2.0
#include "services/logs/inference_logs.h"

#include "services/logs/stream_cursor.h"

#include <fmt/core.h>

#include <algorithm>

#include "inference/endpoints.h"
#include "inference/transform_jobs.h"

namespace tunesmith::services::logs {
namespace {

constexpr std::string_view kEndpoints = "/aws/sagemaker/Endpoints/";
constexpr std::string_view kTransforms = "/aws/sagemaker/TransformJobs";

std::string instance_of(std::int64_t id) { return fmt::format("i-{:017x}", id); }

bool has_file(const std::filesystem::path& file) {
  std::error_code ignored;  // no file: nothing was printed yet, so there is no stream
  return std::filesystem::exists(file, ignored);
}

}  // namespace

Result<std::vector<LogGroup>> InferenceLogs::groups(const std::string& region) const {
  std::vector<LogGroup> groups;
  TUNESMITH_TRY_VOID(store_.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(const auto endpoints, r.live_resources(inference::kEndpointKind));
    for (const auto& row : endpoints) {
      if (row.region == region) groups.push_back({std::string(kEndpoints) + row.name, row.created});
    }
    store::ResourceQuery first;
    first.kind = inference::kTransformKind;
    first.region = region;
    first.sort_by = store::SortBy::kCreationTime;
    first.limit = 1;
    TUNESMITH_TRY(const auto jobs, r.resources(first));
    for (const auto& row : jobs.rows) groups.push_back({std::string(kTransforms), row.created});
    return {};
  }));
  std::sort(groups.begin(), groups.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return groups;
}

Result<StreamPage> InferenceLogs::streams(const std::string& region, const std::string& group,
                                          const StreamQuery& query) const {
  TUNESMITH_TRY(const auto known, groups(region));
  const bool there = std::any_of(known.begin(), known.end(),
                                 [&](const LogGroup& one) { return one.name == group; });
  if (!there) return Error(ErrorKind::kNotFound, "no log group " + group);
  if (group == kTransforms) return transform_streams(region, query);
  return endpoint_streams(region, group.substr(kEndpoints.size()), query);
}

Result<StreamPage> InferenceLogs::endpoint_streams(const std::string& region,
                                                   const std::string& endpoint,
                                                   const StreamQuery& query) const {
  store::Resource row;
  TUNESMITH_TRY_VOID(store_.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(row, r.resource(inference::kEndpointKind, region, endpoint));
    return {};
  }));
  TUNESMITH_TRY(const auto state, inference::parse_endpoint_state(row.state));
  StreamPage page;
  for (const auto& variant : state.current.variants) {
    LogStream stream{variant.name + "/" + instance_of(row.id), endpoint_log_(row.id, variant.name),
                     row.created};
    if (stream.name.starts_with(query.prefix) && has_file(stream.file))
      page.rows.push_back(std::move(stream));
  }
  std::sort(page.rows.begin(), page.rows.end(), [&](const auto& a, const auto& b) {
    return query.descending ? a.name > b.name : a.name < b.name;
  });
  // Few enough to be listed anew for each page.
  if (query.after) {
    std::erase_if(page.rows, [&](const LogStream& stream) {
      return query.descending ? stream.name >= *query.after : stream.name <= *query.after;
    });
  }
  if (page.rows.size() > query.limit) {
    page.rows.resize(query.limit);
    if (!page.rows.empty()) page.next = page.rows.back().name;
  }
  return page;
}

void InferenceLogs::add(const store::Resource& job, const StreamQuery& query,
                        StreamPage& page) const {
  if (query.active_since && job.ended && *job.ended < *query.active_since) return;
  if (query.created_until && job.created > *query.created_until) return;
  LogStream stream{
      fmt::format("{}/{}-{}", job.name, instance_of(job.id), to_millis(job.created) / 1000),
      transform_log_(job.id), job.created};
  if (stream.name.starts_with(query.prefix) && has_file(stream.file))
    page.rows.push_back(std::move(stream));
}

Result<StreamPage> InferenceLogs::transform_streams(const std::string& region,
                                                    const StreamQuery& query) const {
  StreamPage page;
  if (const auto slash = query.prefix.find('/'); slash != std::string::npos) {
    TUNESMITH_TRY_VOID(store_.read([&](store::Reader& r) -> Result<void> {
      const auto job = r.resource(inference::kTransformKind, region, query.prefix.substr(0, slash));
      if (!job && job.error().kind == ErrorKind::kNotFound) return {};
      if (!job) return job.error();
      add(*job, query, page);
      return {};
    }));
    return page;
  }
  store::ResourceQuery jobs;
  jobs.kind = inference::kTransformKind;
  jobs.region = region;
  jobs.sort_by =
      query.order == StreamOrder::kName ? store::SortBy::kName : store::SortBy::kCreationTime;
  jobs.descending = query.descending;
  if (!query.prefix.empty()) jobs.name_contains = query.prefix;
  if (query.after) {
    TUNESMITH_TRY(jobs.after, parse_cursor(*query.after));
  }
  while (page.rows.size() < query.limit) {
    jobs.limit = query.limit - page.rows.size();
    store::Page<store::Resource> found;
    TUNESMITH_TRY_VOID(store_.read([&](store::Reader& r) -> Result<void> {
      TUNESMITH_TRY(found, r.resources(jobs));
      return {};
    }));
    for (const auto& job : found.rows) add(job, query, page);
    page.next.reset();
    if (!found.next) break;
    jobs.after = found.next;
    page.next = print_cursor(*found.next);
  }
  return page;
}

}  // namespace tunesmith::services::logs
