// SPDX-License-Identifier: Apache-2.0
#include "http/client_socket.h"

#include "http/stream.h"
#include "http/unix_address.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace tunesmith::http {
namespace {

Error unavailable(int errno_value, const std::string& name) {
  Error error = Error::from_errno(errno_value, "connect to " + name);
  error.kind = ErrorKind::kUnavailable;
  return error;
}

}  // namespace

Result<FileDescriptor> connect_to(const sockaddr* address, unsigned size,
                                  std::chrono::milliseconds timeout, const std::string& name) {
  FileDescriptor fd(::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return Error::from_errno(errno, "socket");
  if (::connect(fd.get(), address, size) != 0) {
    // A Unix socket whose backlog is full says EAGAIN; there is nothing to wait for.
    if (errno != EINPROGRESS && errno != EINTR) return unavailable(errno, name);
    if (!wait_for(fd.get(), true, timeout)) return unavailable(ETIMEDOUT, name);
    int failure = 0;
    socklen_t failure_size = sizeof(failure);
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &failure, &failure_size);
    if (failure != 0) return unavailable(failure, name);
  }
  if (address->sa_family != AF_UNIX) {
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  return fd;
}

Result<FileDescriptor> connect_unix(const std::filesystem::path& path,
                                    std::chrono::milliseconds timeout) {
  TUNESMITH_TRY(auto at, make_unix_address(path));
  return connect_to(reinterpret_cast<const sockaddr*>(&at.address), sizeof(at.address), timeout,
                    path.string());
}

}  // namespace tunesmith::http
