// SPDX-License-Identifier: Apache-2.0
#include "health/health_handler.h"

#include "base/digest.h"
#include "base/strings.h"
#include "store/sqlite/job_counts.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "health/process_facts.h"

namespace tunesmith::health {
namespace {

http::Response text(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.body = std::move(body);
  return response;
}

/// A page that a name of somebody else's leads a browser to must not be able to read the figures.
bool names_this_machine(std::string_view authority) {
  const auto colon = authority.rfind(':');
  const std::string_view host = colon == std::string_view::npos || authority.ends_with(']')
                                    ? authority
                                    : authority.substr(0, colon);
  return iequals(host, "localhost") || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos);
}

bool is_local(const http::Request& request) {
  const std::string_view peer = request.peer;
  return (peer.starts_with("127.") || peer.starts_with("[::1]:") ||
          peer.starts_with("[::ffff:127.")) &&
         names_this_machine(request.authority);
}

std::uint64_t size_of(const std::filesystem::path& file) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(file, missing);
  return missing ? 0 : size;
}

void write_process(MetricsText& page, std::chrono::system_clock::time_point started) {
  const ProcessFacts facts = process_facts();
  page.family("process_resident_memory_bytes", "gauge", "Memory that is in RAM.");
  page.sample(static_cast<double>(facts.resident_bytes));
  page.family("process_virtual_memory_bytes", "gauge", "Memory that is mapped.");
  page.sample(static_cast<double>(facts.virtual_bytes));
  page.family("process_cpu_seconds_total", "counter", "Processor time, user and system.");
  page.sample(facts.cpu_seconds);
  page.family("process_open_fds", "gauge", "Open file descriptors.");
  page.sample(static_cast<double>(facts.open_fds));
  page.family("process_max_fds", "gauge", "How many file descriptors may be open.");
  page.sample(static_cast<double>(facts.max_fds));
  page.family("process_threads", "gauge", "Threads.");
  page.sample(static_cast<double>(facts.threads));
  page.family("process_start_time_seconds", "gauge", "Start, in seconds since the epoch.");
  page.sample(std::chrono::duration<double>(started.time_since_epoch()).count());
}

void write_disk(MetricsText& page, const DiskGuard& disk) {
  const auto space = disk.space();
  if (!space) return;
  page.family("tunesmith_disk_size_bytes", "gauge", "Size of the data directory's file system.");
  page.sample(static_cast<double>(space->total_bytes));
  page.family("tunesmith_disk_free_bytes", "gauge", "What is free of it.");
  page.sample(static_cast<double>(space->free_bytes));
  page.family("tunesmith_disk_reserve_bytes", "gauge", "New work is refused below so much.");
  page.sample(static_cast<double>(disk.reserve_bytes()));
  page.family("tunesmith_disk_has_room", "gauge", "0: new work is refused.");
  page.sample(disk.has_room() ? 1 : 0);
}

}  // namespace

HealthHandler::HealthHandler(HealthOptions options)
    : options_(std::move(options)), started_(std::chrono::system_clock::now()) {}

bool HealthHandler::owns(const http::Request& request) {
  if (request.method != "GET" && request.method != "HEAD") return false;
  if (request.headers.has("X-Amz-Target") ||
      request.headers.get_or("Authorization", "").starts_with("AWS")) {
    return false;
  }
  return request.target == "/healthz" || request.target == "/readyz" ||
         request.target == "/metrics";
}

http::Response HealthHandler::handle(http::Request& request) {
  if (request.target == "/healthz") return text(200, "ok\n");
  return request.target == "/readyz" ? ready() : metrics(request);
}

http::Response HealthHandler::ready() const {
  if (stopping_) return text(503, "stopping\n");
  if (const auto gone = options_.disk.gone()) return text(503, gone->message + "\n");
  const auto read = options_.database.read([](store::Connection& connection) -> Result<void> {
    TUNESMITH_TRY_VOID(connection.prepare("SELECT count(*) FROM sqlite_schema").step());
    return {};
  });
  if (!read) return text(503, "the store can't be read: " + read.error().message + "\n");
  const auto written = options_.database.check_writable();
  if (!written) return text(503, "the store can't be written: " + written.error().message + "\n");
  if (!options_.disk.has_room()) {
    return text(200, "ok, but the disk is nearly full: new work is refused\n");
  }
  return text(200, "ok\n");
}

http::Response HealthHandler::metrics(const http::Request& request) const {
  if (!is_local(request)) {
    constexpr std::string_view kBearer = "Bearer ";
    const std::string_view header = request.headers.get_or("Authorization", "");
    const bool shown = header.starts_with(kBearer) &&
                       constant_time_equal(header.substr(kBearer.size()), options_.metrics_token);
    if (!shown) {
      if (options_.on_refused) options_.on_refused(request);
      http::Response refused = text(
          401,
          "Metrics are for clients on this machine, or with the token of the data directory.\n");
      refused.headers.add("WWW-Authenticate", "Bearer");
      return refused;
    }
  }
  http::Response response = text(200, metrics_page());
  response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  return response;
}

std::string HealthHandler::metrics_page() const {
  MetricsText page;
  page.family("tunesmith_build_info", "gauge", "The running version.");
  page.sample({{"version", options_.version}}, 1);
  options_.requests.write(page);
  if (const auto counts = store::count_jobs(options_.database)) {
    page.family("tunesmith_jobs", "gauge", "Jobs that are stored, by kind and status.");
    for (const auto& row : *counts) {
      page.sample({{"kind", row.kind}, {"status", row.status}}, static_cast<double>(row.count));
    }
  }
  page.family("tunesmith_store_commit_duration_seconds", "histogram",
              "Commits of the metadata store, with their fsync; many writes share one.");
  page.histogram({}, options_.database.commits().snapshot());
  page.family("tunesmith_store_bytes", "gauge", "Size of the metadata store's files.");
  page.sample({{"file", "database"}}, static_cast<double>(size_of(options_.database_file)));
  page.sample({{"file", "log"}},
              static_cast<double>(size_of(options_.database_file.string() + "-wal")));
  write_disk(page, options_.disk);
  if (options_.connections) {
    page.family("tunesmith_connections", "gauge", "Connections of clients that are open.");
    page.sample(static_cast<double>(options_.connections()));
  }
  write_process(page, started_);
  return page.take();
}

}  // namespace tunesmith::health
