// SPDX-License-Identifier: Apache-2.0
#include "runner/server_link.h"

#include "base/files.h"
#include "base/strings.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace tunesmith::runner {
namespace {

constexpr std::chrono::seconds kPatience(30);

Result<void> check(const Result<http::ClientResponse>& reply) {
  if (!reply) return reply.error();
  if (reply->status >= 200 && reply->status < 300) return {};
  if (reply->status == 409) return Error(ErrorKind::kConflict, "this attempt is fenced off");
  return Error(ErrorKind::kUnavailable, "server: status " + std::to_string(reply->status) + " " +
                                            reply->body.substr(0, 200));
}

}  // namespace

ServerLink::ServerLink(const training::JobSpec& job)
    : client_({.unix_path = job.server_socket},
              {.io_timeout = kPatience, .max_response_bytes = 1U << 20U}),
      authorization_("Bearer " + job.token),
      query_("?job=" + uri_encode(job.job_id) + "&attempt=" + std::to_string(job.attempt) +
             "&name=") {}

Result<training::Answer> ServerLink::post(std::string_view path, const std::string& document) {
  http::ClientRequest request{.method = "POST", .target = std::string(path), .body = document};
  request.headers.add("Authorization", authorization_);
  request.headers.add("Content-Type", "application/json");
  const auto reply = client_.send(request);
  TUNESMITH_TRY_VOID(check(reply));
  if (trim(reply->body).empty()) return training::Answer{};
  return training::parse_answer(reply->body);
}

Result<training::Answer> ServerLink::claim(const training::Claim& claim) {
  return post(training::kClaimPath, print(claim));
}
Result<training::Answer> ServerLink::report(const training::Report& report) {
  return post(training::kReportPath, print(report));
}
Result<training::Answer> ServerLink::finish(const training::Finish& finish) {
  return post(training::kFinishPath, print(finish));
}

Result<void> ServerLink::upload(const std::string& name, const std::filesystem::path& file) {
  FileDescriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return Error::from_errno(errno, "open " + file.string());
  return put(training::kArtifactPath, name, std::move(fd));
}

Result<void> ServerLink::put_checkpoint(const std::string& name, FileDescriptor file) {
  return put(training::kCheckpointPath, name, std::move(file));
}

Result<void> ServerLink::put(std::string_view path, const std::string& name, FileDescriptor file) {
  struct stat info{};
  if (::fstat(file.get(), &info) != 0) return Error::from_errno(errno, "stat " + name);
  http::FileReader reader(std::move(file));
  http::ClientRequest request{.method = "PUT",
                              .target = std::string(path) + query_ + uri_encode(name),
                              .stream = &reader,
                              .stream_length = static_cast<std::uint64_t>(info.st_size)};
  request.headers.add("Authorization", authorization_);
  request.headers.add("Content-Type", "application/octet-stream");
  return check(client_.send(request));
}

}  // namespace tunesmith::runner
