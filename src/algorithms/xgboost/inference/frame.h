// SPDX-License-Identifier: Apache-2.0
//
// What the server and a predictor process say to each other over a stream socket: a request for
// predictions and its answer, one at a time. A frame is four little-endian 32 bit numbers (code and
// the lengths of the three texts) and the texts. Both ends check lengths before they allocate.
#pragma once

#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace tunesmith::algorithms::xgboost {

struct Frame {
  /// Of a request: what it is for (see below). Of an answer: the container's HTTP status.
  std::uint32_t code = 0;
  std::string content_type;
  std::string accept;  // of a request
  std::string body;    // of an answer of status 400 or more: its text
};

/// Codes of requests.
inline constexpr std::uint32_t kInvocation = 1;       // one of InvokeEndpoint
inline constexpr std::uint32_t kBatchInvocation = 2;  // one of a batch transform

/// Texts may be this long, all together.
inline constexpr std::size_t kMaxFrame = std::size_t{128} << 20U;

using Deadline = std::optional<std::chrono::steady_clock::time_point>;

/// kUnavailable when the deadline passes or the peer is gone; the connection is then of no more
/// use.
Result<void> send_frame(int socket, const Frame& frame, const Deadline& deadline);
/// kNotFound when the peer has closed the connection between frames.
Result<Frame> receive_frame(int socket, const Deadline& deadline);

}  // namespace tunesmith::algorithms::xgboost
