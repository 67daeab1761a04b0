// SPDX-License-Identifier: Apache-2.0
#include "http/stream.h"

#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>

namespace tunesmith::http {
namespace {

IoResult from_errno_of(bool writing) {
  if (errno == EAGAIN || errno == EWOULDBLOCK) {
    return {writing ? IoResult::Status::kWantWrite : IoResult::Status::kWantRead, 0};
  }
  return {IoResult::Status::kFailed, 0};
}

}  // namespace

IoResult PlainStream::read(std::span<char> into) {
  for (;;) {
    const ssize_t n = ::recv(fd_, into.data(), into.size(), MSG_DONTWAIT);
    if (n > 0) return {IoResult::Status::kOk, static_cast<std::size_t>(n)};
    if (n == 0) return {IoResult::Status::kEnd, 0};
    if (errno != EINTR) return from_errno_of(false);
  }
}

IoResult PlainStream::write(std::string_view first, std::string_view second) {
  std::array<iovec, 2> pieces{};
  std::size_t count = 0;
  for (const std::string_view piece : {first, second}) {
    if (piece.empty()) continue;
    pieces[count].iov_base = const_cast<char*>(piece.data());  // NOLINT: sendmsg only reads
    pieces[count].iov_len = piece.size();
    ++count;
  }
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = count;
  for (;;) {
    const ssize_t n = ::sendmsg(fd_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n >= 0) return {IoResult::Status::kOk, static_cast<std::size_t>(n)};
    if (errno != EINTR) return from_errno_of(true);
  }
}

IoResult PlainStream::send_file(int file, off_t offset, std::size_t count) {
  for (;;) {
    const ssize_t n = ::sendfile(fd_, file, &offset, count);
    if (n > 0) return {IoResult::Status::kOk, static_cast<std::size_t>(n)};
    if (n == 0) return {IoResult::Status::kFailed, 0};  // the file is shorter than was promised
    if (errno != EINTR) return from_errno_of(true);
  }
}

void PlainStream::finish_writing() { ::shutdown(fd_, SHUT_WR); }

bool wait_for(int fd, bool to_write, std::chrono::milliseconds timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    pollfd entry{fd, static_cast<short>(to_write ? POLLOUT : POLLIN), 0};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    const int ready = ::poll(&entry, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0);
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

}  // namespace tunesmith::http
