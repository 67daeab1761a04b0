// SPDX-License-Identifier: Apache-2.0
#include "tuning/gp/features.h"

namespace tunesmith::tuning {

Features::Features(const Space& space, std::size_t capacity)
    : stride_(round_to_lane(capacity > 0 ? capacity : 1)), x_(space.size() * stride_, 0.0) {
  for (const auto& parameter : space.parameters())
    hamming_.push_back(parameter.kind == ParameterKind::kCategorical ? 1 : 0);
}

void Features::append(const Point& point) {
  TUNESMITH_CHECK(n_ < stride_ && point.size() == dims());
  for (std::size_t j = 0; j < dims(); ++j) x_[j * stride_ + n_] = point[j];
  ++n_;
}

void Features::truncate(std::size_t n) {
  for (std::size_t j = 0; j < dims(); ++j)
    for (std::size_t i = n; i < n_; ++i) x_[j * stride_ + i] = 0;
  if (n < n_) n_ = n;
}

void Features::copy_point(std::size_t index, double* out) const {
  for (std::size_t j = 0; j < dims(); ++j) out[j] = x_[j * stride_ + index];
}

}  // namespace tunesmith::tuning
