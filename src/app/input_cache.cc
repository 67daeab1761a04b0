// SPDX-License-Identifier: Apache-2.0
#include "app/input_cache.h"

#include "base/files.h"
#include "base/log.h"

#include <fcntl.h>

#include <cerrno>

namespace tunesmith::app {

namespace fs = std::filesystem;

std::optional<fs::path> InputCache::find(const std::string& name) const {
  fs::path path = folder_ / name;
  std::error_code ec;
  fs::last_write_time(path, fs::file_time_type::clock::now(), ec);
  if (ec) return std::nullopt;
  return path;
}

Result<fs::path> InputCache::keep(const std::string& name,
                                  const std::function<Result<void>(int)>& write) {
  if (auto there = find(name)) return *std::move(there);
  const std::lock_guard lock(mutex_);
  if (auto there = find(name)) return *std::move(there);
  std::error_code ec;
  fs::create_directories(folder_, ec);
  remove_unused();
  const fs::path path = folder_ / name;
  const fs::path temporary = path.string() + ".tmp";
  fs::remove(temporary, ec);  // of a server that died over it
  const FileDescriptor out(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400));
  if (!out) return Error::from_errno(errno, "create " + temporary.string());
  Result<void> made = write(out.get());
  if (made) fs::rename(temporary, path, ec);
  if (made && ec) made = Error::from_errno(ec.value(), "rename to " + path.string());
  if (!made) {
    fs::remove(temporary, ec);
    return made.error();
  }
  return path;
}

Result<std::uint64_t> InputCache::room() const {
  std::error_code ec;
  fs::create_directories(folder_, ec);
  const auto space = fs::space(folder_, ec);
  if (ec) return Error::from_errno(ec.value(), "free space of " + folder_.string());
  return space.available / 2;
}

void InputCache::remove_unused() const {
  const auto before = fs::file_time_type::clock::now() - keep_unused_;
  std::error_code ec;
  for (fs::directory_iterator it(folder_, ec), end; !ec && it != end; it.increment(ec)) {
    std::error_code failed;
    const auto used = it->last_write_time(failed);
    if (failed || used >= before) continue;
    fs::remove(it->path(), failed);
    if (failed) log::warning("remove {}: {}", it->path().string(), failed.message());
  }
  if (ec) log::warning("{}: {}", folder_.string(), ec.message());
}

}  // namespace tunesmith::app
