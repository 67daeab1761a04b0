// SPDX-License-Identifier: Apache-2.0
//
// Files that training reads and the object store does not have as such: objects that are stored in
// parts, streams made of many objects. Each has a name that stands for its bytes, is made when it
// is first wanted, and goes when nobody has asked for it for a day: a job opens its data when it
// begins. Thread safe.
#pragma once

#include "base/result.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace tunesmith::app {

class InputCache {
 public:
  explicit InputCache(std::filesystem::path folder,
                      std::chrono::hours keep_unused = std::chrono::hours(24))
      : folder_(std::move(folder)), keep_unused_(keep_unused) {}

  /// The file of that name, if it is there.
  std::optional<std::filesystem::path> find(const std::string& name) const;

  /// The file of that name, made by `write` (to a descriptor) if it isn't there: whole, or not at
  /// all. One file is made at a time.
  Result<std::filesystem::path> keep(const std::string& name,
                                     const std::function<Result<void>(int)>& write);

  /// The largest file that has room: half of the free space.
  Result<std::uint64_t> room() const;

 private:
  void remove_unused() const;

  const std::filesystem::path folder_;
  const std::chrono::hours keep_unused_;
  std::mutex mutex_;
};

}  // namespace tunesmith::app
