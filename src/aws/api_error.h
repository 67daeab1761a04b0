// SPDX-License-Identifier: Apache-2.0
//
// The error that an AWS client sees: code, text and HTTP status. Operations return Outcome<T>; each
// service's errors.cc turns the domain's Error into one of these.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tunesmith::aws {

struct ApiError {
  std::string code;  // "ValidationException", "NoSuchKey"
  std::string message;
  int status = 400;
  // Further members of the error's body, in order: S3's <BucketName>, a modelled error's own
  // members.
  std::vector<std::pair<std::string, std::string>> details{};
  // Headers of the answer beside the protocol's own: a 304's ETag, a 416's Content-Range.
  std::vector<std::pair<std::string, std::string>> headers{};
  std::vector<std::pair<std::string, std::int64_t>> numbers{};  // as details: numbers
};

template <class T>
class [[nodiscard]] Outcome : public tl::expected<T, ApiError> {
  using Base = tl::expected<T, ApiError>;

 public:
  using Base::Base;
  Outcome(ApiError error)
      : Base(tl::unexpect, std::move(error)) {}  // NOLINT(google-explicit-constructor)
};

template <>
class [[nodiscard]] Outcome<void> : public tl::expected<void, ApiError> {
  using Base = tl::expected<void, ApiError>;

 public:
  using Base::Base;
  Outcome() = default;
  Outcome(ApiError error)
      : Base(tl::unexpect, std::move(error)) {}  // NOLINT(google-explicit-constructor)
};

}  // namespace tunesmith::aws
