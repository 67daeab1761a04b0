// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/model.h"

#include "base/strings.h"

#include <fmt/core.h>

#include <array>
#include <string_view>
#include <vector>

namespace tunesmith::algorithms::xgboost {
namespace {

// What the library says of a base_score that it works out itself from labels outside of [0, 1].
constexpr std::string_view kBadBaseScore = "base_score must be in (0,1) for the logistic loss";
// Messages of the library that are the user's fault: those the container knows, and what the
// current library says in their place.
constexpr std::array<std::string_view, 16> kUserErrors = {
    "label must be in [0,1] for logistic regression",
    "label must be in (0, 1) for logistic regression",
    "label must be in [0, num_class)",
    "label must be discrete values in the range of [0, num_class)",
    "label must be greater than -1 for rmsle",
    "label must be positive for gamma regression",
    "label must be non-negative for Poisson/Tweedie regression",
    "Target is multiclass but average='binary'",
    "feature_names mismatch",
    "Number of columns does not match number of features in booster",
    "Check failed: preds.size() == info.labels_.size()",
    "Check failed: !auc_error AUC: the dataset only contains pos or neg samples",
    "Check failed: base_score > 0.0f && base_score < 1.0f base_score must be in (0,1) for logistic "
    "loss",
    "Check failed: label_correct PoissonRegression: label must be nonnegative",
    "Check failed: label_correct TweedieRegression: label must be nonnegative",
    "Parameter reg_lambda should be greater equal to 0",
};

// The description of an array in this process's memory.
template <class T>
std::string describe(const std::vector<T>& values, std::string_view type) {
  // The library refuses a null address, also for no elements.
  static const T kNothing{};
  const void* address = values.empty() ? &kNothing : values.data();
  return fmt::format(R"({{"data":[{},true],"shape":[{}],"typestr":"{}","version":3}})",
                     reinterpret_cast<std::uintptr_t>(address), values.size(), type);
}

}  // namespace

Error library_error(const Library& library) {
  std::string_view text = library.last_error();
  text = trim(text.substr(0, text.find("Stack trace:")));
  if (text.find(kBadBaseScore) != std::string_view::npos) {
    return {ErrorKind::kInvalid,
            "label must be in [0,1] for logistic regression (or the base_score that is given in "
            "(0,1))"};
  }
  for (const auto known : kUserErrors) {
    if (text.find(known) != std::string_view::npos) return {ErrorKind::kInvalid, std::string(text)};
  }
  return {ErrorKind::kInternal, fmt::format("XGB train call failed with exception:\n {}", text)};
}

Matrix& Matrix::operator=(Matrix&& other) noexcept {
  std::swap(library_, other.library_);
  std::swap(handle_, other.handle_);
  return *this;
}

void Matrix::reset() {
  if (handle_ != nullptr) (void)library_->matrix_free(std::exchange(handle_, nullptr));
}

Result<Matrix> Matrix::create(const Library& library, const Table& table) {
  Matrix matrix;
  matrix.library_ = &library;
  constexpr const char* kConfig = R"({"missing":NaN,"nthread":1})";
  int status = 0;
  if (table.sparse) {
    status = library.matrix_from_csr(
        describe(table.row_offsets, "<u8").c_str(), describe(table.column_indices, "<u4").c_str(),
        describe(table.values, "<f4").c_str(), table.columns, kConfig, &matrix.handle_);
  } else {
    const auto array = fmt::format(
        R"({{"data":[{},true],"shape":[{},{}],"typestr":"<f4","version":3}})",
        reinterpret_cast<std::uintptr_t>(table.dense.data()), table.rows, table.columns);
    status = library.matrix_from_dense(array.c_str(), kConfig, &matrix.handle_);
  }
  if (status != 0) return library_error(library);
  const auto set = [&](const char* field, const std::string& array) {
    return library.matrix_set_info(matrix.handle_, field, array.c_str());
  };
  if (set("label", describe(table.labels, "<f4")) != 0) return library_error(library);
  if (!table.group_sizes.empty() && set("group", describe(table.group_sizes, "<u4")) != 0) {
    return library_error(library);
  }
  if (!table.weights.empty() && set("weight", describe(table.weights, "<f4")) != 0) {
    return library_error(library);
  }
  return matrix;
}

Booster& Booster::operator=(Booster&& other) noexcept {
  std::swap(library_, other.library_);
  std::swap(handle_, other.handle_);
  return *this;
}

void Booster::reset() {
  if (handle_ != nullptr) (void)library_->booster_free(std::exchange(handle_, nullptr));
}

Result<Booster> Booster::create(const Library& library, std::span<const Library::Handle> cached) {
  Booster booster;
  booster.library_ = &library;
  if (library.booster_create(cached.data(), cached.size(), &booster.handle_) != 0) {
    return library_error(library);
  }
  return booster;
}

Result<void> Booster::set(const std::string& name, const std::string& value) {
  if (library_->booster_set_param(handle_, name.c_str(), value.c_str()) != 0)
    return library_error(*library_);
  return {};
}

Result<void> Booster::update(int round, const Matrix& train) {
  if (library_->booster_update(handle_, round, train.handle()) != 0)
    return library_error(*library_);
  return {};
}

Result<std::span<const float>> Booster::margins(const Matrix& matrix) {
  constexpr const char* kConfig =
      R"({"type":1,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false})";
  const Library::Size* shape = nullptr;
  Library::Size dimensions = 0;
  const float* values = nullptr;
  if (library_->booster_predict(handle_, matrix.handle(), kConfig, &shape, &dimensions, &values) !=
      0) {
    return library_error(*library_);
  }
  Library::Size size = 1;
  for (Library::Size i = 0; i < dimensions; ++i) size *= shape[i];
  return std::span<const float>(values, size);
}

Result<std::string> Booster::evaluate(int round, std::span<const Library::Handle> matrices,
                                      std::span<const char* const> names) {
  const char* text = nullptr;
  std::vector<Library::Handle> handles(matrices.begin(), matrices.end());
  std::vector<const char*> labels(names.begin(), names.end());
  if (library_->booster_evaluate(handle_, round, handles.data(), labels.data(), handles.size(),
                                 &text) != 0) {
    return library_error(*library_);
  }
  return std::string(text);
}

Result<std::string> Booster::save() const {
  Library::Size size = 0;
  const char* bytes = nullptr;
  if (library_->booster_save(handle_, R"({"format":"ubj"})", &size, &bytes) != 0)
    return library_error(*library_);
  return std::string(bytes, size);
}

Result<Booster> Booster::rounds(int begin, int end) const {
  Booster part;
  part.library_ = library_;
  if (library_->booster_slice(handle_, begin, end, 1, &part.handle_) != 0)
    return library_error(*library_);
  return part;
}

Result<std::optional<std::string>> Booster::attribute(const std::string& key) const {
  const char* text = nullptr;
  int found = 0;
  if (library_->booster_attribute(handle_, key.c_str(), &text, &found) != 0)
    return library_error(*library_);
  return found != 0 && text != nullptr ? std::optional<std::string>(text) : std::nullopt;
}

Result<void> Booster::load(std::string_view bytes) {
  if (library_->booster_load(handle_, bytes.data(), bytes.size()) != 0)
    return library_error(*library_);
  return {};
}

Result<std::size_t> Booster::feature_count() const {
  Library::Size count = 0;
  if (library_->booster_feature_count(handle_, &count) != 0) return library_error(*library_);
  return static_cast<std::size_t>(count);
}

Result<Booster::Values> Booster::predict(const Matrix& matrix, std::int64_t rounds) {
  const auto config = fmt::format(
      R"({{"type":0,"training":false,"iteration_begin":0,"iteration_end":{},"strict_shape":false}})",
      rounds);
  const Library::Size* shape = nullptr;
  Library::Size dimensions = 0;
  const float* values = nullptr;
  if (library_->booster_predict(handle_, matrix.handle(), config.c_str(), &shape, &dimensions,
                                &values) != 0) {
    return library_error(*library_);
  }
  Values out;
  out.rows = dimensions > 0 ? shape[0] : 0;
  for (Library::Size i = 1; i < dimensions; ++i) out.groups *= shape[i];
  out.values = {values, out.rows * out.groups};
  return out;
}

Result<void> Booster::set_attribute(const std::string& key, const std::string& value) {
  if (library_->booster_set_attribute(handle_, key.c_str(), value.c_str()) != 0)
    return library_error(*library_);
  return {};
}

}  // namespace tunesmith::algorithms::xgboost
