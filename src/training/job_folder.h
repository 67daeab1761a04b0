// SPDX-License-Identifier: Apache-2.0
//
// The folder of one training job, DIR/jobs/<job id>/, which is all that its runner and the server
// share besides the socket: its paths, the lock that a living runner holds, and its outcome. The
// lock is an open file description lock: it can be handed to a child, dies with the last process
// that has it, and can be looked at without being taken.
#pragma once

#include "base/files.h"
#include "base/result.h"
#include "training/runner_protocol.h"

#include <filesystem>
#include <optional>
#include <string>

namespace tunesmith::training {

class JobFolder {
 public:
  explicit JobFolder(std::filesystem::path root) : root_(std::move(root)) {}

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path spec() const { return root_ / "spec.json"; }  // mode 0600: holds the token
  std::filesystem::path lock() const { return root_ / "lock"; }       // and the holder's identity
  std::filesystem::path log() const { return root_ / "log"; }  // "<epoch ms> <text>\n" a line
  std::filesystem::path runner_log() const { return root_ / "runner.log"; }
  std::filesystem::path outcome() const { return root_ / "outcome.json"; }
  std::filesystem::path trial() const { return root_ / "trial"; }  // identity of a hosted trial
  std::filesystem::path ml() const { return root_ / "ml"; }        // the job's /opt/ml
  std::filesystem::path artifact(const std::string& name) const { return root_ / name; }

 private:
  std::filesystem::path root_;
};

/// Takes the folder's lock (and makes the lock file). kConflict when a living process holds it.
Result<FileDescriptor> take_lock(const JobFolder& folder);
/// Whether a living process holds the lock. False when there is no lock file.
Result<bool> is_locked(const JobFolder& folder);
/// True when `fd` is this folder's lock file and has, or can have, its lock: for a runner that was
/// handed the lock by its launcher.
bool adopt_lock(const JobFolder& folder, int fd);

/// Who holds the lock, as the holder wrote it; kNotFound until it has.
Result<ProcessIdentity> read_identity(const JobFolder& folder);
Result<void> write_identity(int lock_fd, const ProcessIdentity& identity);
/// Such an identity as text, and back.
std::string print_identity_line(const ProcessIdentity& identity);
std::optional<ProcessIdentity> parse_identity_line(std::string_view text);
/// The identity of a process of this machine; kNotFound when there is none of that id.
Result<ProcessIdentity> identity_of(std::int64_t pid);
/// Sends `signal` to exactly that process; kNotFound when it is gone (also when its id names
/// another now).
Result<void> signal_process(const ProcessIdentity& identity, int signal);

/// The durable outcome, when there is one. kCorrupt when the file is no outcome.
Result<std::optional<Finish>> read_outcome(const JobFolder& folder);

}  // namespace tunesmith::training
