// SPDX-License-Identifier: Apache-2.0
#include "health/ballast.h"

#include "base/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace tunesmith::health {

Result<void> Ballast::fill() {
  const std::lock_guard lock(mutex_);
  if (filled_) return {};
  const FileDescriptor file(::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return Error::from_errno(errno, "open " + file_.string());
  // Blocks that are really there: a hole would give nothing back.
  const int failed = ::posix_fallocate(file.get(), 0, static_cast<off_t>(bytes_));
  if (failed != 0) {
    ::unlink(file_.c_str());
    return Error::from_errno(failed, "take up space for " + file_.string());
  }
  filled_ = true;
  return {};
}

void Ballast::release() {
  const std::lock_guard lock(mutex_);
  ::unlink(file_.c_str());
  filled_ = false;
}

}  // namespace tunesmith::health
