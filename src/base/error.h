// SPDX-License-Identifier: Apache-2.0
//
// The one error type of the domain. An ErrorKind names what the caller will do next, not what went
// wrong; the message says what was attempted, on what, and the value that was seen. The domain
// knows no HTTP status and no AWS code: each service maps kinds to those in its own errors.cc.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace tunesmith {

enum class ErrorKind {
  kNotFound,       // the named thing does not exist
  kAlreadyExists,  // the named thing exists and may not be replaced
  kInvalid,        // the caller's input is wrong: correct it
  kConflict,       // the thing is not in a state that allows this
  kDenied,         // the caller may not do this
  kLimitExceeded,  // a limit (count, size, quota) is reached
  kUnavailable,    // transient: retry
  kCorrupt,        // stored data is damaged
  kInternal,       // a fault of ours or of the system
};

/// "not_found", "invalid", ...: for logs.
std::string_view to_string(ErrorKind kind);

struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;
  // A stable word for programs, when one kind has several causes that a service must tell apart
  // ("no_such_bucket" and "no_such_key" are both kNotFound); else empty.
  std::string reason;

  Error() = default;
  Error(ErrorKind k, std::string m) : kind(k), message(std::move(m)) {}
  Error(ErrorKind k, std::string m, std::string_view r)
      : kind(k), message(std::move(m)), reason(r) {}

  /// The same error with "context: " before its message.
  Error with_context(std::string_view context) const;
  /// An internal error for a failed system call: "what: strerror(errno_value)".
  /// ENOENT becomes kNotFound, EACCES and EPERM kDenied, ENOSPC and EDQUOT kLimitExceeded.
  static Error from_errno(int errno_value, std::string_view what);

  bool operator==(const Error&) const = default;
};

}  // namespace tunesmith
