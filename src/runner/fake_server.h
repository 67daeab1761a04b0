// SPDX-License-Identifier: Apache-2.0
//
// A server as a runner sees it, for tests: takes the runner's requests on a Unix socket, keeps what
// they said, and can be told to fence, to ask for a stop, to fail, or to be away. Thread safe.
#pragma once

#include "http/server.h"
#include "training/runner_protocol.h"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tunesmith::runner {

class FakeServer final : public http::Handler {
 public:
  explicit FakeServer(std::filesystem::path socket) : socket_(std::move(socket)) { start(); }

  void start() {
    http::ServerOptions options;
    options.listeners.push_back({.unix_path = socket_, .handler = this});
    auto server = http::Server::start(std::move(options));
    TUNESMITH_CHECK(server.has_value());
    server_ = std::move(*server);
  }
  void go_away() {
    server_.reset();
    std::filesystem::remove(socket_);
  }

  struct Seen {
    std::vector<training::Claim> claims;
    std::vector<training::Report> reports;  // each seq once, also those that came with a finish
    std::vector<training::Finish> finishes;
    std::map<std::string, std::string> artifacts, checkpoints;  // by query
    std::vector<std::string> wrong;  // requests that no runner should make
  };
  Seen seen() {
    const std::lock_guard guard(mutex_);
    return seen_;
  }

  /// What the next requests are answered: 0 as they deserve, else that status. `stop`: ask for a
  /// stop.
  struct Behaviour {
    int claim = 0;
    int report = 0;
    int artifact = 0;
    int finish = 0;
    bool stop = false;
  };
  void behave(Behaviour behaviour) {
    const std::lock_guard guard(mutex_);
    behaviour_ = behaviour;
  }

  http::Response handle(http::Request& request) override {
    const auto body = http::read_all(*request.body, 256U << 20U);
    const std::lock_guard guard(mutex_);
    if (!body) return plain(400, "");
    if (request.headers.get_or("authorization", "") != "Bearer secret") return wrong("token");
    const std::string_view path = request.path();
    if (path == training::kClaimPath) {
      auto claim = training::parse_claim(*body);
      if (!claim || claim->token != "secret") return wrong(*body);
      return answer(behaviour_.claim, [&] { seen_.claims.push_back(*claim); });
    }
    if (path == training::kReportPath) {
      auto report = training::parse_report(*body);
      if (!report || report->token != "secret") return wrong(*body);
      return answer(behaviour_.report, [&] { apply(*report); });
    }
    if (path == training::kFinishPath) {
      auto finish = training::parse_finish(*body);
      if (!finish || finish->report.token != "secret") return wrong(*body);
      return answer(behaviour_.finish, [&] {
        apply(finish->report);
        seen_.finishes.push_back(*finish);
      });
    }
    if (path == training::kCheckpointPath && request.method == "PUT") {
      const std::string query(request.query());
      return answer(0, [&] { seen_.checkpoints[query] = *body; });
    }
    if (path == training::kArtifactPath && request.method == "PUT") {
      const std::string query(request.query());
      return answer(behaviour_.artifact, [&] { seen_.artifacts[query] = *body; });
    }
    return wrong(request.target);
  }

 private:
  void apply(const training::Report& report) {
    if (!seen_.reports.empty() && report.seq <= seen_.reports.back().seq) return;
    seen_.reports.push_back(report);
  }
  static http::Response plain(int status, std::string body) {
    http::Response response;
    response.status = status;
    response.body = std::move(body);
    return response;
  }
  http::Response wrong(const std::string& what) {
    seen_.wrong.push_back(what);
    return plain(400, "");
  }
  template <class Take>
  http::Response answer(int status, Take take) {
    if (status != 0) return plain(status, "");
    take();
    training::Answer said{behaviour_.stop, behaviour_.stop ? "asked by a test" : ""};
    return plain(200, training::print(said));
  }

  const std::filesystem::path socket_;
  std::mutex mutex_;
  Seen seen_;            // guarded by mutex_
  Behaviour behaviour_;  // guarded by mutex_
  std::unique_ptr<http::Server> server_;
};

}  // namespace tunesmith::runner
