// SPDX-License-Identifier: Apache-2.0
#include "health/disk_guard.h"

#include "base/log.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace tunesmith::health {
namespace {

constexpr auto kProbeInterval = std::chrono::milliseconds(250);

/// Operations that bring in data or start work. What stops, deletes, completes or reads is not
/// among them.
bool takes_space(std::string_view operation) {
  constexpr std::array<std::string_view, 11> kVerbs = {"Add",    "Batch",  "Copy",  "Create",
                                                       "Import", "Invoke", "Put",   "Register",
                                                       "Start",  "Update", "Upload"};
  return std::any_of(kVerbs.begin(), kVerbs.end(),
                     [&](std::string_view verb) { return operation.starts_with(verb); });
}

/// Operations that make room.
bool gives_space(std::string_view operation) {
  return operation.starts_with("Delete") || operation.starts_with("Abort") ||
         operation.starts_with("Stop");
}

// With less than this free a commit may find no room for its pages.
constexpr std::uint64_t kBrim = std::uint64_t{1} << 20U;

std::string mebibytes(std::uint64_t bytes) { return fmt::format("{} MiB", bytes >> 20U); }

}  // namespace

Result<DiskSpace> disk_space(const std::filesystem::path& path) {
  struct statvfs info{};
  if (::statvfs(path.c_str(), &info) != 0) {
    return Error::from_errno(errno, "ask for the free space of " + path.string());
  }
  return DiskSpace{.total_bytes = std::uint64_t{info.f_blocks} * info.f_frsize,
                   .free_bytes = std::uint64_t{info.f_bavail} * info.f_frsize,
                   .read_only = (info.f_flag & ST_RDONLY) != 0};
}

std::function<Result<DiskSpace>()> space_of_folder(const std::filesystem::path& folder) {
  using Place = std::pair<dev_t, ino_t>;
  const auto place = [folder]() -> std::optional<Place> {
    struct stat info{};
    if (::stat(folder.c_str(), &info) != 0) return std::nullopt;
    return Place(info.st_dev, info.st_ino);
  };
  return [folder, place, then = place()]() -> Result<DiskSpace> {
    if (place() != then)
      return Error(ErrorKind::kNotFound,
                   "the data directory " + folder.string() + " is not there any more");
    return disk_space(folder);
  };
}

Result<DiskSpace> DiskGuard::space() const {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (probed_ != std::chrono::steady_clock::time_point{} && now - probed_ < kProbeInterval) {
    return last_;
  }
  const auto room = [this](const Result<DiskSpace>& s) {
    return !s || (!s->read_only && s->free_bytes >= reserve_bytes_);
  };
  Result<DiskSpace> found = probe_();
  if (!found) {
    log::warning("disk guard: {}", found.error().message);
  } else if (!room(found) && (room(last_) || probed_ == std::chrono::steady_clock::time_point{})) {
    log::warning("disk guard: {} free{}, {} are kept in reserve: new work is refused",
                 mebibytes(found->free_bytes), found->read_only ? " on a read-only disk" : "",
                 mebibytes(reserve_bytes_));
  } else if (room(found) && !room(last_)) {
    log::info("disk guard: {} free: new work is taken on again", mebibytes(found->free_bytes));
  }
  if (ballast_ != nullptr && found && !found->read_only &&
      found->free_bytes >= reserve_bytes_ + kBrim + 2 * ballast_->bytes()) {
    if (const auto filled = ballast_->fill(); !filled) {
      log::warning("disk guard: {}", filled.error().message);
    }
  }
  probed_ = now;
  last_ = std::move(found);
  return last_;
}

bool DiskGuard::has_room() const {
  const auto now = space();
  // A file system that does not answer is no reason to refuse: the write itself will tell.
  if (!now) return now.error().kind != ErrorKind::kNotFound;
  return !now->read_only && now->free_bytes >= reserve_bytes_;
}

std::optional<Error> DiskGuard::gone() const {
  const auto now = space();
  return !now && now.error().kind == ErrorKind::kNotFound ? std::optional(now.error())
                                                          : std::nullopt;
}

std::optional<aws::ApiError> DiskGuard::refuse(aws::Protocol protocol,
                                               std::string_view operation) const {
  if (ballast_ != nullptr && gives_space(operation)) {
    if (const auto now = space(); now && now->free_bytes < kBrim) ballast_->release();
  }
  if (!takes_space(operation) || has_room()) return std::nullopt;
  const auto now = space();
  const std::string message =
      !now ? "The server can take on no new work: " + now.error().message + "."
      : now->read_only
          ? std::string(
                "The server's disk is read-only: it can take on no new work and store no "
                "new data. What is stored can be read.")
          : fmt::format(
                "The server's disk has {} left, less than the {} that it keeps in reserve: "
                "it takes on no new work and no new data until there is room again. What "
                "is stored can be read and deleted.",
                mebibytes(now->free_bytes), mebibytes(reserve_bytes_));
  switch (protocol) {
    case aws::Protocol::kRestXml:
      return aws::ApiError{.code = "InsufficientStorage", .message = message, .status = 507};
    case aws::Protocol::kQuery:
      return aws::ApiError{.code = "LimitExceeded", .message = message, .status = 409};
    case aws::Protocol::kJson:
    case aws::Protocol::kRestJson:
    case aws::Protocol::kCbor:
      break;
  }
  return aws::ApiError{.code = "ResourceLimitExceeded", .message = message, .status = 400};
}

}  // namespace tunesmith::health
