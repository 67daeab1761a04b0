// SPDX-License-Identifier: Apache-2.0
//
// The data directory: where everything of one server is, who holds it, and where it listens. The
// commands read it to find the server; the server owns it while it holds the lock.
#pragma once

#include "base/files.h"
#include "base/result.h"

#include <filesystem>
#include <optional>
#include <string>

namespace tunesmith::app {

class DataDirectory {
 public:
  /// A relative `root` is below the current folder: what the directory tells others is absolute.
  explicit DataDirectory(const std::filesystem::path& root);
  /// Where a command looks when it is given no --data-dir: $TUNESMITH_DATA_DIR, else
  /// $XDG_DATA_HOME/tunesmith, else ~/.local/share/tunesmith.
  static std::filesystem::path default_path();

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path database() const { return root_ / "tunesmith.db"; }
  std::filesystem::path objects() const { return root_ / "objects"; }
  std::filesystem::path jobs() const { return root_ / "jobs"; }
  std::filesystem::path joined() const { return root_ / "joined"; }  // a cache of training inputs
  std::filesystem::path audit_log() const { return root_ / "audit.log"; }
  std::filesystem::path hosts() const { return root_ / "hosts"; }
  std::filesystem::path run_socket() const { return root_ / "run.sock"; }
  std::filesystem::path credentials() const { return root_ / "credentials"; }
  std::filesystem::path secrets() const { return root_ / "secrets"; }  // mode 0700
  std::filesystem::path ca_bundle() const { return root_ / "ca-bundle.pem"; }
  std::filesystem::path sdk_config() const { return root_ / "sagemaker-config.yaml"; }

  /// Makes the folders and takes the lock, which is held while the returned descriptor is open.
  /// kConflict when another server holds it, and goes on to for two seconds; kDenied when it is
  /// another user's (root takes it with a warning), kCorrupt when there are objects but no
  /// database.
  Result<FileDescriptor> take() const;

  /// A random secret of 32 bytes (hexadecimal) kept in the file secrets/NAME; made when it is not
  /// there.
  Result<std::string> secret(const std::string& name) const;

  /// "127.0.0.1:41234": where the server listens, kept over restarts. Nothing before the first
  /// start.
  std::optional<std::string> endpoint() const;
  Result<void> set_endpoint(const std::string& host_and_port) const;
  /// The same of the TLS address; nothing when the last start had none.
  std::optional<std::string> public_endpoint() const;
  /// Empty: there is none.
  Result<void> set_public_endpoint(const std::string& host_and_port) const;

 private:
  std::filesystem::path root_;
};

}  // namespace tunesmith::app
