// SPDX-License-Identifier: Apache-2.0
//
// The command line as a client of the console's interface (docs/console-api.md): whoever can read
// the data directory signs in by a one-time link of their own making. One thread.
#pragma once

#include "app/data_directory.h"
#include "base/result.h"
#include "http/client.h"

#include <boost/json/value.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace tunesmith::cli {

/// The part of the console's address that signs its owner in, once: "#sign-in=..."
Result<std::string> one_time_link(const app::DataDirectory& directory);

class ConsoleClient {
 public:
  /// kNotFound when no server runs on the data directory.
  static Result<std::unique_ptr<ConsoleClient>> connect(const std::filesystem::path& data_dir);
  /// The same again, for a server that has been started anew, maybe at another address.
  Result<void> reconnect();
  /// Ends its session.
  ~ConsoleClient();
  ConsoleClient(const ConsoleClient&) = delete;
  ConsoleClient& operator=(const ConsoleClient&) = delete;

  /// A document: GET of what follows "/_console/api/", its texts made printable(). The error's
  /// message is the server's; kUnavailable: there is none that answers.
  Result<boost::json::value> get(const std::string& path);
  /// A file.
  Result<std::string> get_text(const std::string& path);
  Result<void> post(const std::string& path);

  /// "http://127.0.0.1:41234"
  const std::string& url() const { return url_; }

 private:
  explicit ConsoleClient(std::filesystem::path data_dir) : directory_(std::move(data_dir)) {}
  Result<void> find();
  Result<void> sign_in();
  Result<http::ClientResponse> send(const std::string& method, const std::string& path,
                                    const std::string& body = "");

  app::DataDirectory directory_;
  std::string url_, host_, cookie_;
  std::unique_ptr<http::Client> client_;
};

/// "us-east-1/name" of a tuning or training job, for the console's addresses.
struct FoundJob {
  std::string region, name;
  bool is_tuning = false;
  std::string path() const;  // "tuning-jobs/us-east-1/name"
};
/// The tuning job of that name, in whatever region, else the training job. kNotFound names it.
Result<FoundJob> find_job(ConsoleClient& console, const std::string& name);
/// The same for tuning jobs alone.
Result<FoundJob> find_tuning_job(ConsoleClient& console, const std::string& name);

}  // namespace tunesmith::cli
