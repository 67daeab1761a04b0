// SPDX-License-Identifier: Apache-2.0
//
// Keeps a reserve of disk space free, so that a full disk never meets the server unprepared: while
// less than the reserve is left, operations that bring in data or start work are refused with an
// error that says so; reads, stops and deletions, which make room, go on, and find a ballast's
// space to do it in when there is no other. Asks the file system at most four times a second.
// Thread safe.
#pragma once

#include "aws/admission.h"
#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>

#include "health/ballast.h"

namespace tunesmith::health {

struct DiskSpace {
  std::uint64_t total_bytes = 0;
  std::uint64_t free_bytes = 0;  // for this process: without what is reserved for root
  bool read_only = false;
};

/// Of the file system that holds `path`.
Result<DiskSpace> disk_space(const std::filesystem::path& path);

/// The same of a folder that must stay the one that it is now: kNotFound once it was deleted, or
/// what was mounted there is gone. What is written to the files that are open still would be lost.
std::function<Result<DiskSpace>()> space_of_folder(const std::filesystem::path& folder);

class DiskGuard final : public aws::Admission {
 public:
  using Probe = std::function<Result<DiskSpace>()>;
  /// `reserve_bytes` 0: never refuses for want of space. `probe`: space_of_folder of the data
  /// directory.
  /// `ballast`, which may be null, is given up at the brim and taken up again when there is room;
  /// must outlive this.
  DiskGuard(Probe probe, std::uint64_t reserve_bytes, Ballast* ballast = nullptr)
      : probe_(std::move(probe)), reserve_bytes_(reserve_bytes), ballast_(ballast) {}

  std::optional<aws::ApiError> refuse(aws::Protocol protocol,
                                      std::string_view operation) const override;

  /// What was found a quarter of a second ago or now.
  Result<DiskSpace> space() const;
  std::uint64_t reserve_bytes() const { return reserve_bytes_; }
  /// False: less than the reserve is left, the disk takes no writes, or the folder is gone.
  bool has_room() const;
  /// What space() says of a folder that is gone.
  std::optional<Error> gone() const;

 private:
  const Probe probe_;
  const std::uint64_t reserve_bytes_;
  Ballast* const ballast_;
  mutable std::mutex mutex_;
  mutable std::chrono::steady_clock::time_point probed_{};  // guarded by mutex_
  mutable Result<DiskSpace> last_ = DiskSpace{};            // guarded by mutex_
};

}  // namespace tunesmith::health
