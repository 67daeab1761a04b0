// SPDX-License-Identifier: Apache-2.0
#include "http/listening_socket.h"

#include "http/unix_address.h"

#include <fmt/core.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

namespace tunesmith::http {
namespace {

constexpr int kBacklog = 1024;

Result<ListeningSocket> listen_unix(const std::filesystem::path& path) {
  TUNESMITH_TRY(auto at, make_unix_address(path));
  struct stat info{};
  // A socket that an earlier process left; anything else is not ours to remove.
  if (::lstat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode)) ::unlink(path.c_str());
  ListeningSocket result;
  result.fd = FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!result.fd) return Error::from_errno(errno, "socket");
  // Nobody can connect between bind and chmod: it does not listen yet.
  if (::bind(result.fd.get(), reinterpret_cast<const sockaddr*>(&at.address), sizeof(at.address)) !=
      0) {
    return Error::from_errno(errno, "bind " + path.string());
  }
  if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) {
    return Error::from_errno(errno, "chmod " + path.string());
  }
  if (::listen(result.fd.get(), kBacklog) != 0)
    return Error::from_errno(errno, "listen " + path.string());
  return result;
}

Result<ListeningSocket> listen_tcp(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
      code != 0) {
    return Error(ErrorKind::kInvalid, "resolve '" + host + "': " + ::gai_strerror(code));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  const std::string where = host + ":" + std::to_string(port);
  Error last(ErrorKind::kInvalid, "'" + host + "' has no address");
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    ListeningSocket result;
    result.fd = FileDescriptor(
        ::socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, at->ai_protocol));
    const int on = 1;
    if (!result.fd ||
        ::setsockopt(result.fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        ::bind(result.fd.get(), at->ai_addr, at->ai_addrlen) != 0 ||
        ::listen(result.fd.get(), kBacklog) != 0) {
      const int saved = errno;
      last = Error::from_errno(saved, "listen at " + where);
      if (saved == EADDRINUSE) last.kind = ErrorKind::kConflict;
      continue;
    }
    sockaddr_storage bound{};
    socklen_t size = sizeof(bound);
    if (::getsockname(result.fd.get(), reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
      return Error::from_errno(errno, "getsockname");
    }
    result.port =
        ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6*>(&bound)->sin6_port
                                          : reinterpret_cast<const sockaddr_in*>(&bound)->sin_port);
    return result;
  }
  return last;
}

}  // namespace

Result<ListeningSocket> listen_at(const Listener& listener) {
  if (!listener.unix_path.empty()) return listen_unix(listener.unix_path);
  return listen_tcp(listener.host, listener.port);
}

Accepted accept_from(int listening_fd) {
  Accepted result;
  sockaddr_storage from{};
  socklen_t size = sizeof(from);
  const int fd = ::accept4(listening_fd, reinterpret_cast<sockaddr*>(&from), &size,
                           SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) {
    const bool nothing = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ||
                         errno == ECONNABORTED || errno == EPROTO;
    result.error = nothing ? 0 : errno;
    return result;
  }
  result.fd = FileDescriptor(fd);
  if (from.ss_family == AF_UNIX) {
    result.peer = "unix";
    return result;
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  if (::getnameinfo(reinterpret_cast<const sockaddr*>(&from), size, host.data(), host.size(),
                    port.data(), port.size(), NI_NUMERICHOST | NI_NUMERICSERV) == 0) {
    result.peer = from.ss_family == AF_INET6 ? fmt::format("[{}]:{}", host.data(), port.data())
                                             : fmt::format("{}:{}", host.data(), port.data());
  }
  return result;
}

}  // namespace tunesmith::http
