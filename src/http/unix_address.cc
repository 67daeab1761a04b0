// SPDX-License-Identifier: Apache-2.0
#include "http/unix_address.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace tunesmith::http {

Result<UnixAddress> make_unix_address(const std::filesystem::path& path) {
  UnixAddress result;
  result.address.sun_family = AF_UNIX;
  std::string text = path.string();
  if (text.size() >= sizeof(result.address.sun_path)) {
    const std::filesystem::path parent = path.has_parent_path() ? path.parent_path() : ".";
    result.folder = FileDescriptor(::open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!result.folder) return Error::from_errno(errno, "open " + parent.string());
    text = "/proc/self/fd/" + std::to_string(result.folder.get()) + "/" + path.filename().string();
  }
  if (text.empty() || text.size() >= sizeof(result.address.sun_path)) {
    return Error(ErrorKind::kInvalid, "socket path is too long: " + path.string());
  }
  std::memcpy(result.address.sun_path, text.data(), text.size());
  return result;
}

}  // namespace tunesmith::http
