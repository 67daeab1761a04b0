// SPDX-License-Identifier: Apache-2.0
#include "services/runner_api/runner_handler.h"

#include "base/log.h"
#include "base/strings.h"
#include "objects/s3_uri.h"

#include <map>

namespace tunesmith::services::runner_api {
namespace {

constexpr std::size_t kMaxDocument = 16U << 20U;

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid:
      return 400;
    case ErrorKind::kDenied:
      return 403;
    // A job that is gone is fenced like one that another attempt has taken over.
    case ErrorKind::kNotFound:
    case ErrorKind::kConflict:
      return 409;
    default:
      return 503;  // the runner retries
  }
}

std::map<std::string, std::string> query_of(std::string_view query) {
  std::map<std::string, std::string> out;
  for (const auto part : split(query, '&')) {
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    const auto key = uri_decode(part.substr(0, equals));
    const auto value = uri_decode(part.substr(equals + 1));
    if (key && value) out[*key] = *value;
  }
  return out;
}

std::string bearer(const http::Request& request) {
  const std::string_view header = request.headers.get_or("Authorization", "");
  constexpr std::string_view kPrefix = "Bearer ";
  return header.starts_with(kPrefix) ? std::string(header.substr(kPrefix.size())) : std::string();
}

class BodySource final : public objects::ByteSource {
 public:
  explicit BodySource(http::BodyReader& body) : body_(body) {}
  Result<std::size_t> read(std::span<char> into) override { return body_.read(into); }

 private:
  http::BodyReader& body_;
};

}  // namespace

http::Response RunnerHandler::handle(http::Request& request) {
  const auto result = answer(request);
  http::Response response;
  response.headers.add("Content-Type", "application/json");
  if (result) {
    response.body = training::print(*result);
    return response;
  }
  response.status = status_of(result.error().kind);
  if (response.status == 503)
    log::error("runner request {}: {}", request.path(), result.error().message);
  response.headers.set("Content-Type", "text/plain");
  response.body = result.error().message + "\n";
  return response;
}

Result<training::Answer> RunnerHandler::answer(http::Request& request) {
  const std::string_view path = request.path();
  if (request.method == "PUT" &&
      (path == training::kArtifactPath || path == training::kCheckpointPath)) {
    return store_file(request);
  }
  if (request.method != "POST")
    return Error(ErrorKind::kInvalid, "no such request: " + request.method);
  TUNESMITH_TRY(const std::string body, http::read_all(*request.body, kMaxDocument));
  if (path == training::kClaimPath) {
    TUNESMITH_TRY(training::Claim claim, training::parse_claim(body));
    claim.token = bearer(request);
    return jobs_.claim(claim);
  }
  if (path == training::kReportPath) {
    TUNESMITH_TRY(training::Report report, training::parse_report(body));
    report.token = bearer(request);
    return jobs_.report(report);
  }
  if (path == training::kFinishPath) {
    TUNESMITH_TRY(training::Finish finish, training::parse_finish(body));
    finish.report.token = bearer(request);
    return jobs_.finish(finish);
  }
  return Error(ErrorKind::kInvalid, "no such request: " + std::string(path));
}

Result<training::Answer> RunnerHandler::store_file(http::Request& request) {
  const auto query = query_of(request.query());
  const auto parameter = [&](const char* name) {
    const auto found = query.find(name);
    return found == query.end() ? std::string() : found->second;
  };
  const auto attempt = parse_int(parameter("attempt"));
  if (!attempt) return Error(ErrorKind::kInvalid, "a file without an attempt");
  const bool checkpoint = request.path() == training::kCheckpointPath;
  const auto destination_of = checkpoint ? &training::TrainingJobs::checkpoint_destination
                                         : &training::TrainingJobs::artifact_destination;
  TUNESMITH_TRY(
      const training::Destination to,
      (jobs_.*destination_of)(parameter("job"), *attempt, bearer(request), parameter("name")));
  // Where no retry helps, the job fails, and its runner is fenced off.
  const auto fail = [&](const std::string& reason) -> Result<training::Answer> {
    TUNESMITH_TRY_VOID(jobs_.give_up(parameter("job"), *attempt, reason));
    return Error(ErrorKind::kConflict, reason);
  };
  const auto allowed = artifacts_.check_put(to.uri, to.acting_role);
  if (!allowed && allowed.error().kind == ErrorKind::kDenied)
    return fail("ClientError: " + allowed.error().message);
  if (!allowed) return allowed.error();
  TUNESMITH_TRY(const objects::S3Uri where, objects::parse_s3_uri(to.uri));
  BodySource source(*request.body);
  TUNESMITH_TRY(auto staged, objects_.stage(source, {}, request.content_length));
  const auto stored = objects_.put(where.bucket, where.key, std::move(staged), {});
  if (stored) return training::Answer{};
  if (stored.error().kind != ErrorKind::kNotFound) return stored.error();
  return fail(
      checkpoint
          ? "ClientError: the bucket '" + where.bucket + "' of CheckpointConfig does not exist"
          : "ClientError: the output bucket '" + where.bucket + "' of S3OutputPath does not exist");
}

}  // namespace tunesmith::services::runner_api
