// SPDX-License-Identifier: Apache-2.0
//
// The one place that builds and wires everything of a server.
#pragma once

#include "app/retention.h"
#include "base/result.h"
#include "services/sagemaker/limits.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tunesmith::app {

struct ServeOptions {
  std::filesystem::path data_dir;
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0: the port of the last start, else any free one
  // Speak TLS at `host`, and plain at a loopback address beside it. Without the two files, with a
  // certificate of the server's own for `host`, this machine's names and `tls_names`.
  bool tls = false;
  std::filesystem::path tls_certificate, tls_key;  // PEM; both or none
  std::vector<std::string> tls_names;
  std::string upstream_proxy;  // asked for hosts that are not ours; empty: reach them directly
  std::uint64_t reserve_bytes = std::uint64_t{512}
                                << 20U;  // new work is refused below so much free
  std::string version;                   // for the metrics
  services::sagemaker::Limits limits{};
  RetentionRules keep{};
  bool audit_reads = false;              // successful reads enter the audit log too
  std::filesystem::path program_folder;  // where tunesmith-runner and tunesmith-xgboost are
};

class Application {
 public:
  /// A running server. Errors say what to do: they are for people.
  static Result<std::unique_ptr<Application>> start(const ServeOptions& options);
  virtual ~Application() = default;

  /// "127.0.0.1:41234": plain.
  virtual std::string endpoint() const = 0;
  /// "tuner.example:8443", through TLS; empty without.
  virtual std::string public_endpoint() const = 0;
  /// Lets begun requests finish, for a few seconds at most; jobs go on without the server.
  virtual void stop() = 0;
};

}  // namespace tunesmith::app
