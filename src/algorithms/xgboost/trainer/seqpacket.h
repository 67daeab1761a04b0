// SPDX-License-Identifier: Apache-2.0
//
// Messages with file descriptors over a local sequenced-packet socket: how a runner asks the
// trainer host for a trial. One message is one JSON text of at most kMaxMessage bytes.
#pragma once

#include "base/files.h"
#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::algorithms::xgboost {

inline constexpr std::size_t kMaxMessage = 64U << 10U;

struct Message {
  std::string text;
  std::vector<FileDescriptor> descriptors;  // at most kMaxDescriptors; more are closed
};

inline constexpr std::size_t kMaxDescriptors = 4;

/// A listening socket at `path`, mode 0600. A file that is there already is replaced.
Result<FileDescriptor> listen_at(const std::string& path);
/// kUnavailable when nobody listens there.
Result<FileDescriptor> connect_to(const std::string& path);
/// The next connection, of this user or of root; nothing when none is waiting.
std::optional<FileDescriptor> accept_peer(int listener);

/// Nothing at the end of the connection. kInvalid for a message that is too long.
Result<std::optional<Message>> receive(int connection);
/// Sends without waiting for room and without a signal when the peer is gone.
Result<void> send(int connection, std::string_view text, const std::vector<int>& descriptors = {});

}  // namespace tunesmith::algorithms::xgboost
