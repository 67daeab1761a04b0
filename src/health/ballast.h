// SPDX-License-Identifier: Apache-2.0
//
// A file of nothing that takes up space while there is enough of it. On a disk that is full to the
// last byte even a deletion fails, since it is a row to be written: then the ballast goes, and what
// its owner deletes makes room. Thread safe.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <mutex>

namespace tunesmith::health {

class Ballast {
 public:
  /// Nothing is written before fill().
  Ballast(std::filesystem::path file, std::uint64_t bytes)
      : file_(std::move(file)), bytes_(bytes) {}

  std::uint64_t bytes() const { return bytes_; }
  /// Takes up the space; nothing to do when it does so already.
  Result<void> fill();
  /// Gives the space back.
  void release();

 private:
  const std::filesystem::path file_;
  const std::uint64_t bytes_;
  std::mutex mutex_;
  bool filled_ = false;  // guarded by mutex_
};

}  // namespace tunesmith::health
