// SPDX-License-Identifier: Apache-2.0
#include "tuning/gp/features.h"

namespace tunesmith::tuning {

Features::Features(const Layout& layout, std::size_t capacity)
    : stride_(round_to_lane(capacity > 0 ? capacity : 1)), x_(layout.size() * stride_, 0.0) {
  for (const auto& dimension : layout) hamming_.push_back(dimension.hamming ? 1 : 0);
}

void Features::append(const ContextPoint& at) {
  const std::size_t own = at.point->size();
  const std::size_t extra = at.context != nullptr ? at.context->size() : 0;
  TUNESMITH_CHECK(n_ < stride_ && own + extra == dims());
  for (std::size_t j = 0; j < own; ++j) x_[j * stride_ + n_] = (*at.point)[j];
  for (std::size_t j = 0; j < extra; ++j) x_[(own + j) * stride_ + n_] = (*at.context)[j];
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
