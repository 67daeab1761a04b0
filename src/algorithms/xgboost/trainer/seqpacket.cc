// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/seqpacket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace tunesmith::algorithms::xgboost {
namespace {

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return Error{ErrorKind::kInvalid, "a socket's path must have 1 to 107 bytes: " + path};
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

Result<FileDescriptor> new_socket() {
  FileDescriptor fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!fd) return Error::from_errno(errno, "creating a local socket");
  return fd;
}

}  // namespace

Result<FileDescriptor> listen_at(const std::string& path) {
  TUNESMITH_TRY(const auto address, address_of(path));
  TUNESMITH_TRY(auto fd, new_socket());
  (void)unlink(path.c_str());
  // The mode counts from the first instant: nobody else may connect between bind and a chmod.
  const auto mask = umask(0177);
  const int bound = bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int why = errno;
  umask(mask);
  if (bound != 0) return Error::from_errno(why, "binding " + path);
  if (listen(fd.get(), 128) != 0) return Error::from_errno(errno, "listening on " + path);
  return fd;
}

Result<FileDescriptor> connect_to(const std::string& path) {
  TUNESMITH_TRY(const auto address, address_of(path));
  TUNESMITH_TRY(auto fd, new_socket());
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return Error{ErrorKind::kUnavailable, "connecting to " + path + ": " + std::strerror(errno)};
  }
  return fd;
}

std::optional<FileDescriptor> accept_peer(int listener) {
  FileDescriptor fd(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!fd) return std::nullopt;
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  if (peer.uid != geteuid() && peer.uid != 0) return std::nullopt;
  return fd;
}

Result<std::optional<Message>> receive(int connection) {
  Message message;
  message.text.resize(kMaxMessage);
  iovec part{message.text.data(), message.text.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxDescriptors * sizeof(int))> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  ssize_t size = 0;
  do {
    size = recvmsg(connection, &header, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < 0) return Error::from_errno(errno, "receiving a request");
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    const auto count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof fd);
      message.descriptors.emplace_back(fd);
    }
  }
  if (size == 0) return std::optional<Message>();
  if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
    return Error{ErrorKind::kInvalid, "the request is too long"};
  }
  message.text.resize(static_cast<std::size_t>(size));
  return std::optional<Message>(std::move(message));
}

Result<void> send(int connection, std::string_view text, const std::vector<int>& descriptors) {
  iovec part{const_cast<char*>(text.data()), text.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxDescriptors * sizeof(int))> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (!descriptors.empty()) {
    if (descriptors.size() > kMaxDescriptors) {
      return Error{ErrorKind::kInvalid, "too many descriptors for one message"};
    }
    header.msg_control = control.data();
    header.msg_controllen = CMSG_SPACE(descriptors.size() * sizeof(int));
    cmsghdr* c = CMSG_FIRSTHDR(&header);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
    std::memcpy(CMSG_DATA(c), descriptors.data(), descriptors.size() * sizeof(int));
  }
  if (sendmsg(connection, &header, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
    return Error::from_errno(errno, "sending a message");
  }
  return {};
}

}  // namespace tunesmith::algorithms::xgboost
