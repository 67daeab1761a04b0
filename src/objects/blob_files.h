// SPDX-License-Identifier: Apache-2.0
//
// Immutable files that hold the bytes of objects, named by random ids in up to 256 folders. A blob
// appears under its name only when it is complete and durable, and nobody may take it for an object
// before a row of the index names it; so a blob without a row is an orphan, which sweep() removes.
// The index comes first in every question of what exists. Thread safe. One process at a time (the
// data directory's lock sees to it).
#pragma once

#include "base/files.h"
#include "base/result.h"
#include "store/object_index.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tunesmith::objects {

/// A blob being written. Removed again when destroyed before publish(). One thread at a time.
class BlobWriter {
 public:
  ~BlobWriter();
  BlobWriter(const BlobWriter&) = delete;
  BlobWriter& operator=(const BlobWriter&) = delete;

  const std::string& id() const { return id_; }
  std::uint64_t size() const { return size_; }
  Result<void> append(std::string_view bytes);
  /// Makes the bytes and the name durable, in that order. Nothing can be appended any longer.
  Result<void> publish();
  /// What was written, for reading it back.
  int descriptor() const { return file_.get(); }

 private:
  friend class BlobFiles;
  BlobWriter(std::string id, std::filesystem::path incoming, std::filesystem::path final_path,
             FileDescriptor file);

  std::string id_;
  std::filesystem::path incoming_;
  std::filesystem::path final_;
  FileDescriptor file_;
  std::uint64_t size_ = 0;
  std::uint64_t flushed_ = 0;  // up to here the system was told to start writing to the disk
  bool published_ = false;
};

class BlobFiles {
 public:
  /// Creates `folder` and what it needs; removes what an earlier process left half written.
  static Result<std::unique_ptr<BlobFiles>> open(const std::filesystem::path& folder);

  /// 32 hexadecimal digits, never used before.
  std::string new_id() const;
  Result<std::unique_ptr<BlobWriter>> create() const;
  Result<FileDescriptor> open_blob(const std::string& id) const;
  std::filesystem::path path_of(const std::string& id) const;
  /// A second, durable name for a blob's bytes; copies them when the file system can't link any
  /// more.
  Result<std::string> link(const std::string& id) const;

  /// While it lives, the blobs of `version` that remove() is told of stay.
  class Pin {
   public:
    Pin(const BlobFiles& files, std::string version);
    ~Pin();
    Pin(const Pin&) = delete;
    Pin& operator=(const Pin&) = delete;

   private:
    const BlobFiles& files_;
    std::string version_;
  };

  /// Deletes blobs that no row names any longer, now or when the last pin goes.
  void remove(const std::vector<store::Garbage>& garbage) const;

  struct Swept {
    std::size_t files = 0;
    std::uint64_t bytes = 0;
  };
  /// Deletes the blobs of earlier processes that `for_each_blob` does not name. May run beside
  /// anything else; ends early when asked to.
  Result<Swept> sweep(
      const std::function<Result<void>(const std::function<void(std::string_view)>&)>&
          for_each_blob,
      const std::stop_token& stop = {}) const;

 private:
  struct PinState {
    std::size_t count = 0;
    std::vector<std::string> condemned;
  };

  explicit BlobFiles(std::filesystem::path folder);
  /// While a backup holds the blobs: once it no longer does and another one is deleted. What is
  /// left at the end of the process a sweep finds.
  void unlink_blob(const std::string& id) const;

  const std::filesystem::path folder_;
  const std::string run_;  // the first 8 digits of every id of this process

  mutable std::mutex pins_mutex_;
  mutable std::unordered_map<std::string, PinState> pins_;  // guarded by pins_mutex_

  mutable std::mutex held_mutex_;
  mutable std::vector<std::string> held_;  // to be deleted; guarded by held_mutex_
};

}  // namespace tunesmith::objects
