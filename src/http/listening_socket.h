// SPDX-License-Identifier: Apache-2.0
//
// Makes the sockets that a server accepts from. Plain system calls.
#pragma once

#include "base/files.h"
#include "base/result.h"
#include "http/server.h"

#include <cstdint>
#include <string>

namespace tunesmith::http {

struct ListeningSocket {
  FileDescriptor fd;       // non-blocking
  std::uint16_t port = 0;  // that was given, for TCP
};

/// kInvalid for a host that does not resolve, kConflict when the address is in use.
Result<ListeningSocket> listen_at(const Listener& listener);

struct Accepted {
  FileDescriptor fd;  // non-blocking; none: nothing to accept now
  std::string peer;
  int error = 0;  // errno when accepting failed for want of something (EMFILE, ...)
};
Accepted accept_from(int listening_fd);

}  // namespace tunesmith::http
