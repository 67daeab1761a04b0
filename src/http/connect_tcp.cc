// SPDX-License-Identifier: Apache-2.0
//
// Apart from its neighbours, for programs that must do without libc's resolver (runner/no_tcp.cc).
#include "http/client_socket.h"

#include <netdb.h>
#include <sys/socket.h>

#include <memory>

namespace tunesmith::http {

Result<FileDescriptor> connect_tcp(const std::string& host, std::uint16_t port,
                                   std::chrono::milliseconds timeout) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string service = std::to_string(port);
  if (const int code = ::getaddrinfo(host.c_str(), service.c_str(), &hints, &found); code != 0) {
    return Error(ErrorKind::kUnavailable, "resolve '" + host + "': " + ::gai_strerror(code));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  Error last(ErrorKind::kUnavailable, "'" + host + "' has no address");
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    auto fd = connect_to(at->ai_addr, at->ai_addrlen, timeout, host + ":" + service);
    if (fd) return fd;
    last = fd.error();
  }
  return last;
}

}  // namespace tunesmith::http
