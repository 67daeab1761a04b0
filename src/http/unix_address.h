// SPDX-License-Identifier: Apache-2.0
//
// Addresses of Unix sockets whose path may be longer than sockaddr_un holds (107 bytes): such a
// path is reached through an open descriptor of its folder.
#pragma once

#include "base/files.h"
#include "base/result.h"

#include <sys/un.h>

#include <filesystem>

namespace tunesmith::http {

struct UnixAddress {
  sockaddr_un address{};
  FileDescriptor folder;  // must stay open until bind or connect has been called
};

Result<UnixAddress> make_unix_address(const std::filesystem::path& path);

}  // namespace tunesmith::http
