// SPDX-License-Identifier: Apache-2.0
//
// Owners of the library's two objects, a data matrix and a booster. Movable; one thread at a time.
// Errors carry the library's text without its stack trace.
#pragma once

#include "algorithms/xgboost/trainer/table.h"
#include "algorithms/xgboost/trainer/xgboost_library.h"
#include "base/result.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tunesmith::algorithms::xgboost {

/// kInvalid when the text is one of those the container blames on the user, kInternal otherwise.
Error library_error(const Library& library);

class Matrix {
 public:
  Matrix() = default;
  Matrix(Matrix&& other) noexcept
      : library_(other.library_), handle_(std::exchange(other.handle_, nullptr)) {}
  Matrix& operator=(Matrix&& other) noexcept;
  ~Matrix() { reset(); }

  /// Copies the table's content into the library, with one thread.
  static Result<Matrix> create(const Library& library, const Table& table);
  Library::Handle handle() const { return handle_; }

 private:
  void reset();
  const Library* library_ = nullptr;
  Library::Handle handle_ = nullptr;
};

class Booster {
 public:
  Booster() = default;
  Booster(Booster&& other) noexcept
      : library_(other.library_), handle_(std::exchange(other.handle_, nullptr)) {}
  Booster& operator=(Booster&& other) noexcept;
  ~Booster() { reset(); }

  /// The library keeps the predictions of `cached` matrices up to date cheaply.
  static Result<Booster> create(const Library& library, std::span<const Library::Handle> cached);

  Result<void> set(const std::string& name, const std::string& value);
  /// One round of boosting.
  Result<void> update(int round, const Matrix& train);
  /// Margins of all rows (rows * groups values), valid until the next call.
  Result<std::span<const float>> margins(const Matrix& matrix);
  /// The library's own metrics as its text, "[3]\ttrain-auc:0.81234567890123456".
  Result<std::string> evaluate(int round, std::span<const Library::Handle> matrices,
                               std::span<const char* const> names);
  /// The model as UBJSON bytes, which Booster.load_model reads.
  Result<std::string> save() const;
  /// The rounds [begin, end) alone, as a booster that shares nothing with this one.
  Result<Booster> rounds(int begin, int end) const;
  Result<void> set_attribute(const std::string& key, const std::string& value);
  /// Nothing when the model has no such attribute.
  Result<std::optional<std::string>> attribute(const std::string& key) const;

  /// Replaces the model by a saved one: UBJSON, JSON, or the older binary form where the library
  /// still reads it.
  Result<void> load(std::string_view bytes);
  Result<std::size_t> feature_count() const;
  /// Predictions by the rounds [0, rounds), all when 0: rows * groups values, valid until the next
  /// call.
  struct Values {
    std::span<const float> values;
    std::size_t rows = 0;
    std::size_t groups = 1;  // values of a row
  };
  Result<Values> predict(const Matrix& matrix, std::int64_t rounds);

 private:
  void reset();
  const Library* library_ = nullptr;
  Library::Handle handle_ = nullptr;
};

}  // namespace tunesmith::algorithms::xgboost
