// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/inference/frame.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

namespace tunesmith::algorithms::xgboost {
namespace {

using Header = std::array<std::uint32_t, 4>;

/// Waits until the socket is ready for `events`.
Result<void> wait(int socket, short events, const Deadline& deadline) {
  for (;;) {
    int timeout = -1;
    if (deadline) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          *deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return Error(ErrorKind::kUnavailable, "the predictor is too slow");
      timeout = static_cast<int>(
          std::min<std::int64_t>(left.count(), std::numeric_limits<int>::max() - 1) + 1);
    }
    pollfd entry{socket, events, 0};
    const int ready = ::poll(&entry, 1, timeout);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return Error::from_errno(errno, "wait for the predictor");
  }
}

Result<void> send_all(int socket, const char* data, std::size_t size, const Deadline& deadline) {
  while (size > 0) {
    const ssize_t n = ::send(socket, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) {
      data += n;
      size -= static_cast<std::size_t>(n);
    } else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      TUNESMITH_TRY_VOID(wait(socket, POLLOUT, deadline));
    } else if (n < 0 && errno != EINTR) {
      return Error(ErrorKind::kUnavailable, "the predictor is gone");
    }
  }
  return {};
}

/// False when the peer has closed the connection before the first byte.
Result<bool> receive_all(int socket, char* data, std::size_t size, const Deadline& deadline) {
  std::size_t got = 0;
  while (got < size) {
    const ssize_t n = ::recv(socket, data + got, size - got, MSG_DONTWAIT);
    if (n > 0) {
      got += static_cast<std::size_t>(n);
    } else if (n == 0) {
      if (got == 0) return false;
      return Error(ErrorKind::kUnavailable, "the predictor is gone");
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      TUNESMITH_TRY_VOID(wait(socket, POLLIN, deadline));
    } else if (errno != EINTR) {
      return Error(ErrorKind::kUnavailable, "the predictor is gone");
    }
  }
  return true;
}

Result<void> receive_text(int socket, std::string& text, std::size_t size,
                          const Deadline& deadline) {
  text.resize(size);
  TUNESMITH_TRY(const bool whole, receive_all(socket, text.data(), size, deadline));
  if (!whole && size > 0) return Error(ErrorKind::kUnavailable, "the predictor is gone");
  return {};
}

}  // namespace

Result<void> send_frame(int socket, const Frame& frame, const Deadline& deadline) {
  if (frame.content_type.size() + frame.accept.size() + frame.body.size() > kMaxFrame)
    return Error(ErrorKind::kLimitExceeded, "a message to or from a predictor is too long");
  const Header header = {frame.code, static_cast<std::uint32_t>(frame.content_type.size()),
                         static_cast<std::uint32_t>(frame.accept.size()),
                         static_cast<std::uint32_t>(frame.body.size())};
  // Small frames go out as one piece.
  std::string head(reinterpret_cast<const char*>(header.data()), sizeof header);
  head += frame.content_type;
  head += frame.accept;
  constexpr std::size_t kSmall = std::size_t{64} << 10U;
  const bool small = frame.body.size() <= kSmall;
  if (small) head += frame.body;
  TUNESMITH_TRY_VOID(send_all(socket, head.data(), head.size(), deadline));
  if (small) return {};
  return send_all(socket, frame.body.data(), frame.body.size(), deadline);
}

Result<Frame> receive_frame(int socket, const Deadline& deadline) {
  Header header{};
  TUNESMITH_TRY(const bool there, receive_all(socket, reinterpret_cast<char*>(header.data()),
                                              sizeof header, deadline));
  if (!there) return Error(ErrorKind::kNotFound, "the other end has closed the connection");
  if (std::uint64_t{header[1]} + header[2] + header[3] > kMaxFrame)
    return Error(ErrorKind::kUnavailable, "a message to or from a predictor is too long");
  Frame frame;
  frame.code = header[0];
  TUNESMITH_TRY_VOID(receive_text(socket, frame.content_type, header[1], deadline));
  TUNESMITH_TRY_VOID(receive_text(socket, frame.accept, header[2], deadline));
  TUNESMITH_TRY_VOID(receive_text(socket, frame.body, header[3], deadline));
  return frame;
}

}  // namespace tunesmith::algorithms::xgboost
