// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <cerrno>
#include <system_error>

namespace tunesmith {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kNotFound:
      return "not_found";
    case ErrorKind::kAlreadyExists:
      return "already_exists";
    case ErrorKind::kInvalid:
      return "invalid";
    case ErrorKind::kConflict:
      return "conflict";
    case ErrorKind::kDenied:
      return "denied";
    case ErrorKind::kLimitExceeded:
      return "limit_exceeded";
    case ErrorKind::kUnavailable:
      return "unavailable";
    case ErrorKind::kCorrupt:
      return "corrupt";
    case ErrorKind::kInternal:
      return "internal";
  }
  return "internal";
}

Error Error::with_context(std::string_view context) const {
  std::string text(context);
  text += ": ";
  text += message;
  return {kind, std::move(text), reason};
}

Error Error::from_errno(int errno_value, std::string_view what) {
  ErrorKind kind = ErrorKind::kInternal;
  switch (errno_value) {
    case ENOENT:
      kind = ErrorKind::kNotFound;
      break;
    case EACCES:
    case EPERM:
      kind = ErrorKind::kDenied;
      break;
    case ENOSPC:
    case EDQUOT:
      kind = ErrorKind::kLimitExceeded;
      break;
    case EAGAIN:
    case EINTR:
    case EMFILE:
    case ENFILE:
    case EROFS:
      kind = ErrorKind::kUnavailable;
      break;
    default:
      break;
  }
  std::string text(what);
  text += ": ";
  text += std::generic_category().message(errno_value);
  return {kind, std::move(text)};
}

}  // namespace tunesmith
