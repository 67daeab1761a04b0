// SPDX-License-Identifier: Apache-2.0
//
// The runner's calls to its server, in the protocol's own words: claim, report, artifact, finish.
// An error's kind says what to do: kConflict - this attempt is fenced off, end quietly; anything
// else - the server is away or unwell, try again. Keeps one connection. One thread at a time.
#pragma once

#include "base/files.h"
#include "base/result.h"
#include "http/client.h"
#include "training/runner_protocol.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

namespace tunesmith::runner {

class ServerLink {
 public:
  explicit ServerLink(const training::JobSpec& job);

  Result<training::Answer> claim(const training::Claim& claim);
  Result<training::Answer> report(const training::Report& report);
  Result<training::Answer> finish(const training::Finish& finish);
  Result<void> upload(const std::string& name, const std::filesystem::path& file);
  /// A file of the checkpoint folder; `name` is relative to it.
  Result<void> put_checkpoint(const std::string& name, FileDescriptor file);

 private:
  Result<training::Answer> post(std::string_view path, const std::string& document);

  http::Client client_;
  const std::string authorization_;
  /// PUT with the attempt's name in the query.
  Result<void> put(std::string_view path, const std::string& name, FileDescriptor file);

  const std::string query_;
};

/// Sleeps; false when the caller should give up instead.
using Sleep = std::function<bool(std::chrono::milliseconds)>;

/// Calls until it succeeds, is fenced off (kConflict), `sleep` says no, or a day has passed; waits
/// 50 ms after the first failure, then ever longer, at most 1 s. Returns the last result.
template <class Call>
auto retry(const Sleep& sleep, Call call) -> decltype(call()) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::hours(24);
  std::chrono::milliseconds pause(50);
  for (;;) {
    auto result = call();
    if (result || result.error().kind == ErrorKind::kConflict) return result;
    if (std::chrono::steady_clock::now() >= give_up || !sleep(pause)) return result;
    pause = std::min(pause * 2, std::chrono::milliseconds(1000));
  }
}

}  // namespace tunesmith::runner
