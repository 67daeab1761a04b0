// SPDX-License-Identifier: Apache-2.0
#include "app/audit_log.h"

#include "base/log.h"
#include "base/time_format.h"
#include "base/utf8.h"

#include <boost/json.hpp>
#include <fcntl.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace tunesmith::app {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{64} << 20U;
constexpr std::size_t kMaxFiles = 9;

bool is_read(std::string_view operation) {
  constexpr std::array<std::string_view, 8> kReads = {"Describe", "Filter", "Get",    "Head",
                                                      "Invoke",   "List",   "Search", "Simulate"};
  return std::any_of(kReads.begin(), kReads.end(),
                     [&](std::string_view verb) { return operation.starts_with(verb); });
}

}  // namespace

struct AuditLog::Sink {
  spdlog::logger logger;
};

Result<std::unique_ptr<AuditLog>> AuditLog::open(const std::filesystem::path& file, bool reads,
                                                 const Clock& clock) {
  try {
    auto sink =
        std::make_shared<spdlog::sinks::rotating_file_sink_mt>(file.string(), kMaxBytes, kMaxFiles);
    auto made = std::make_unique<Sink>(Sink{spdlog::logger("audit", std::move(sink))});
    made->logger.set_pattern("%v");
    made->logger.flush_on(spdlog::level::info);
    made->logger.set_error_handler(
        [](const std::string& what) { log::error("audit log: {}", what); });
    return std::unique_ptr<AuditLog>(new AuditLog(std::move(made), reads, clock));
  } catch (const spdlog::spdlog_ex& failed) {
    return Error(ErrorKind::kInternal, failed.what());
  }
}

AuditLog::AuditLog(std::unique_ptr<Sink> sink, bool reads, const Clock& clock)
    : sink_(std::move(sink)), reads_(reads), clock_(clock) {}

AuditLog::~AuditLog() = default;

void AuditLog::record(const aws::AuditEvent& event) {
  const bool good = event.status < 400;
  if (good && !reads_ && is_read(event.operation)) return;
  const aws::RequestContext& context = event.context;
  boost::json::object line;
  line["time"] = format_iso8601(clock_.now());
  line["requestId"] = context.request_id;
  line["service"] = event.service;
  line["operation"] = event.operation.substr(0, 2048);
  if (!context.identity.arn.empty()) line["user"] = context.identity.arn;
  if (!context.identity.access_key_id.empty()) line["accessKeyId"] = context.identity.access_key_id;
  if (!context.claimed_access_key_id.empty())
    line["claimedAccessKeyId"] = std::string_view(context.claimed_access_key_id).substr(0, 128);
  line["source"] = context.peer;
  line["userAgent"] = std::string_view(context.user_agent).substr(0, 512);
  if (!context.region.empty()) line["region"] = context.region;
  line["status"] = event.status;
  if (!context.error_code.empty()) line["errorCode"] = context.error_code;
  // What comes from a request may be no UTF-8, or be cut within a character.
  sink_->logger.info("{}", to_valid_utf8(boost::json::serialize(line)));
}

}  // namespace tunesmith::app
