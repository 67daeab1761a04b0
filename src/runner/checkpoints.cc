// SPDX-License-Identifier: Apache-2.0
#include "runner/checkpoints.h"

#include "base/files.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "runner/diagnostics.h"
#include "runner/ml_folder.h"

#include <boost/json.hpp>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace tunesmith::runner {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "checkpoints";
constexpr std::size_t kLongestName = 900;  // of a key, the prefix not counted

/// Marks of the container's protocol, and files that are not whole yet.
bool is_passing(std::string_view name) {
  return name.ends_with(".sagemaker-ignore") || name.ends_with(".sagemaker-uploading") ||
         name.ends_with(".sagemaker-uploaded");
}

/// A regular file below `folder`, reached over no link: the algorithm made what is in there.
Result<FileDescriptor> open_below(const fs::path& folder, const std::string& name) {
  const FileDescriptor base(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!base) return Error::from_errno(errno, "open " + folder.string());
  open_how how{};
  how.flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  const long opened = ::syscall(SYS_openat2, base.get(), name.c_str(), &how, sizeof how);
  if (opened < 0) return Error::from_errno(errno, "open checkpoint " + name);
  FileDescriptor fd(static_cast<int>(opened));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return Error(ErrorKind::kInvalid, "checkpoint " + name + " is no file");
  }
  return fd;
}

}  // namespace

Result<void> restore_checkpoints(const training::JobSpec& job, const fs::path& ml) {
  if (!job.checkpoints) return {};
  const fs::path folder = ml / kFolder;
  std::error_code code;
  fs::create_directories(folder, code);
  if (code) return Error::from_errno(code.value(), "create " + folder.string());
  for (const training::ChannelFile& file : job.checkpoints->files) {
    const fs::path to = folder / file.name;
    fs::create_directories(to.parent_path(), code);
    if (code) return Error::from_errno(code.value(), "create " + to.parent_path().string());
    TUNESMITH_TRY_VOID(runner::copy_file(fs::path(file.path), to));
  }
  const fs::path config = ml / "input/config/checkpointconfig.json";
  const FileDescriptor fd(::open(config.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd) return Error::from_errno(errno, "create " + config.string());
  return write_all(fd.get(), boost::json::serialize(
                                 boost::json::object{{"LocalPath", job.checkpoints->local_path}}));
}

std::int64_t first_step(const training::JobSpec& job, const fs::path& ml) {
  if (!job.checkpoints || job.algorithm.kind != training::AlgorithmKind::kXgboost) return 0;
  constexpr std::string_view kPrefix = "xgboost-checkpoint.";
  std::int64_t done = 0;
  std::error_code code;
  for (fs::directory_iterator it(ml / kFolder, code), end; !code && it != end; it.increment(code)) {
    const std::string name = it->path().filename().string();
    if (!name.starts_with(kPrefix)) continue;
    const auto round = parse_int(std::string_view(name).substr(kPrefix.size()));
    if (round && *round >= 0 && *round < (std::int64_t{1} << 31)) done = std::max(done, *round + 1);
  }
  const auto given = job.hyperparameters.find("num_round");
  const auto rounds = given == job.hyperparameters.end() ? std::nullopt : parse_int(given->second);
  // The last round is printed once more when there is nothing left to train.
  return rounds ? std::clamp<std::int64_t>(done, 0, std::max<std::int64_t>(0, *rounds - 1)) : done;
}

CheckpointSync::CheckpointSync(const training::JobSpec& job, const fs::path& ml)
    : folder_(ml / kFolder), link_(job) {
  for (const training::ChannelFile& file : job.checkpoints->files) known_[file.name] = {};
  // The algorithm runs already: only what was restored, and is as it was restored, is known.
  for (auto& [name, signature] : look()) {
    const auto restored = known_.find(name);
    if (restored == known_.end()) continue;
    const auto file =
        std::find_if(job.checkpoints->files.begin(), job.checkpoints->files.end(),
                     [&, key = name](const training::ChannelFile& f) { return f.name == key; });
    if (file->size == std::get<0>(signature)) restored->second = signature;
  }
  thread_ = std::thread([this] { run(); });
}

CheckpointSync::~CheckpointSync() { end_thread(); }

void CheckpointSync::end_thread() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::map<std::string, CheckpointSync::Signature> CheckpointSync::look() const {
  std::map<std::string, Signature> found;
  std::error_code code;
  for (fs::recursive_directory_iterator it(folder_, code), end; !code && it != end;
       it.increment(code)) {
    struct stat info{};
    if (::lstat(it->path().c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    std::string name = it->path().lexically_relative(folder_).string();
    if (is_passing(name) || name.size() > kLongestName || !is_valid_utf8(name)) continue;
    if (found.size() == kMaxFiles) break;
    found[std::move(name)] = {
        static_cast<std::uint64_t>(info.st_size),
        std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec, info.st_ino};
  }
  return found;
}

Result<void> CheckpointSync::send(const std::string& name) {
  auto fd = open_below(folder_, name);
  if (!fd) return {};  // it is gone again
  return link_.put_checkpoint(name, std::move(*fd));
}

Result<void> CheckpointSync::send_changes() {
  for (const auto& [name, signature] : look()) {
    const auto known = known_.find(name);
    if (known != known_.end() && known->second == signature) continue;
    TUNESMITH_TRY_VOID(send(name));
    known_[name] = signature;
  }
  return {};
}

void CheckpointSync::run() {
  bool noted = false;
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kInterval, [&] { return ending_; })) {
    lock.unlock();
    const auto sent = send_changes();
    if (!sent && !noted) note("checkpoints: " + sent.error().message);
    noted = !sent;
    lock.lock();
    // The reporter finds that out, too, and ends the job.
    if (!sent && sent.error().kind == ErrorKind::kConflict) return;
  }
}

Result<void> CheckpointSync::finish(const Sleep& sleep) {
  end_thread();
  return retry(sleep, [&] { return send_changes(); });
}

}  // namespace tunesmith::runner
