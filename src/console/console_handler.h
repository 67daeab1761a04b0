// SPDX-License-Identifier: Apache-2.0
//
// The web console under /_console/: the embedded page, and the JSON interface that it reads
// (docs/console-api.md). The application's router calls it for "/_console" and all that begins with
// "/_console/". Every /_console/api/ address but sign-in needs a session. Thread safe.
//
//   LiveFeed feed;                       // ring feed.publish(tuning_job_id) at each commit
//   ConsoleHandler console({.store = store, .clock = clock, .keys = keys, .feed = feed, ...});
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "console/key_checker.h"
#include "console/live_feed.h"
#include "console/objects_api.h"
#include "http/message.h"
#include "objects/object_store.h"
#include "store/store.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::console {

/// What the application gives; all of it must outlive the handler.
struct ConsoleOptions {
  const store::Store& store;
  const Clock& clock;
  const KeyChecker& keys;
  LiveFeed& feed;  // must outlive the HTTP server too
  /// At least 16 secret bytes that sign sessions; the same after a restart keeps people signed in.
  std::string session_key;
  /// Where a training job's log is: in the file "log" of this folder.
  std::function<std::filesystem::path(std::int64_t training_job_id)> job_folder;
  /// Commits the wish to stop a tuning job: (region, name).
  std::function<Result<void>(const std::string&, const std::string&)> stop_tuning_job;
  /// Deletes a tuning job that has ended, and commits the wish to stop a training job: likewise.
  std::function<Result<void>(const std::string&, const std::string&)> delete_tuning_job{};
  std::function<Result<void>(const std::string&, const std::string&)> stop_training_job{};
  /// For the view of buckets and objects; null: there is none.
  objects::ObjectStore* objects = nullptr;
  /// Why an operation of S3 on them is not taken on now, the disk's reserve; empty: all are.
  ObjectsApi::Refusal objects_refusal{};
  /// How a shell on this machine calls the program, and names the data directory, quotes included.
  std::string command = "tunesmith";
  std::string data_dir = "DATA_DIR";
  /// Where sessions that were signed out are kept until their end; empty: in memory only.
  std::filesystem::path ended_sessions{};
  /// Hears of each request that would change something, sign-ins among them, or was refused: who
  /// (empty when that is not known) and the status of the answer.
  std::function<void(const http::Request&, const std::string& user, int status)> on_change{};
  /// The regions whose jobs are listed; empty: all of AWS's commercial partition.
  std::vector<std::string> regions;
};

class ConsoleHandler final : public http::Handler {
 public:
  explicit ConsoleHandler(ConsoleOptions options);
  /// Stops the feed. Stop the HTTP server before.
  ~ConsoleHandler() override;

  /// Whether a request's raw path is the console's.
  static bool owns(std::string_view path) {
    return path == "/_console" || path.starts_with("/_console/");
  }
  http::Response handle(http::Request& request) override;
  bool is_quick(const http::Request& request) const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tunesmith::console
