// SPDX-License-Identifier: Apache-2.0
//
// Result<T>: a value or an Error. A thin class over tl::expected, because that one carries no
// [[nodiscard]] and a plain alias would let a dropped error pass unseen. Moving to std::expected
// later changes this file only.
//
//   Result<Job> load(...);
//   TUNESMITH_TRY(auto job, load(name));      // returns the error to our caller
//   TUNESMITH_TRY_VOID(save(job));
#pragma once

#include "base/error.h"

#include <tl/expected.hpp>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace tunesmith {

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
  using Base = tl::expected<T, Error>;

 public:
  using Base::Base;
  Result(Error error)
      : Base(tl::unexpect, std::move(error)) {}  // NOLINT(google-explicit-constructor)
  Result(ErrorKind kind, std::string message)
      : Base(tl::unexpect, Error(kind, std::move(message))) {}
};

template <>
class [[nodiscard]] Result<void> : public tl::expected<void, Error> {
  using Base = tl::expected<void, Error>;

 public:
  using Base::Base;
  Result() = default;
  Result(Error error)
      : Base(tl::unexpect, std::move(error)) {}  // NOLINT(google-explicit-constructor)
  Result(ErrorKind kind, std::string message)
      : Base(tl::unexpect, Error(kind, std::move(message))) {}
};

}  // namespace tunesmith

#define TUNESMITH_CONCAT_INNER(a, b) a##b
#define TUNESMITH_CONCAT(a, b) TUNESMITH_CONCAT_INNER(a, b)

/// Declares `decl` from the value of `expr`, or returns its error.
#define TUNESMITH_TRY(decl, expr) \
  TUNESMITH_TRY_INNER(TUNESMITH_CONCAT(result_, __LINE__), decl, expr)
#define TUNESMITH_TRY_INNER(tmp, decl, expr) \
  auto tmp = (expr);                         \
  if (!tmp) return std::move(tmp).error();   \
  decl = std::move(*tmp)

/// Returns the error of `expr`, if it has one.
#define TUNESMITH_TRY_VOID(expr) TUNESMITH_TRY_VOID_INNER(TUNESMITH_CONCAT(result_, __LINE__), expr)
#define TUNESMITH_TRY_VOID_INNER(tmp, expr)  \
  do {                                       \
    auto tmp = (expr);                       \
    if (!tmp) return std::move(tmp).error(); \
  } while (false)

/// For a programmer's error only, never for input: says where, and aborts.
#define TUNESMITH_CHECK(condition)                                                       \
  do {                                                                                   \
    if (!(condition)) {                                                                  \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                      \
    }                                                                                    \
  } while (false)
