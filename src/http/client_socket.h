// SPDX-License-Identifier: Apache-2.0
//
// Connects a non-blocking socket within a time. Shared by the client and by tunnels.
#pragma once

#include "base/files.h"
#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

struct sockaddr;

namespace tunesmith::http {

/// kUnavailable when it is refused or takes too long.
Result<FileDescriptor> connect_to(const sockaddr* address, unsigned size,
                                  std::chrono::milliseconds timeout, const std::string& name);
/// Resolves (blocking) and tries each address.
Result<FileDescriptor> connect_tcp(const std::string& host, std::uint16_t port,
                                   std::chrono::milliseconds timeout);
Result<FileDescriptor> connect_unix(const std::filesystem::path& path,
                                    std::chrono::milliseconds timeout);

}  // namespace tunesmith::http
