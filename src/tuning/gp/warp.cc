// SPDX-License-Identifier: Apache-2.0
#include "tuning/gp/warp.h"

#include "base/elementary.h"

#include <algorithm>

namespace tunesmith::tuning {

Warp::Warp(const Layout& layout) : rank_(layout.size(), kNone) {
  for (std::size_t j = 0; j < layout.size(); ++j) {
    if (!(layout[j].warp_sd > 0)) continue;
    rank_[j] = coordinates_.size();
    coordinates_.push_back(j);
  }
  const std::size_t padded = round_to_lane(coordinates_.size());
  a_.assign(padded, 1.0);
  b_.assign(padded, 1.0);
  x_.assign(padded, 0.5);
  w_.resize(padded);
  slope_.resize(padded);
  for (auto* buffer : {&batch_a_, &batch_b_, &batch_})
    buffer->assign(coordinates_.size() * kBatch, 1.0);
}

void Warp::set(const Theta& theta) {
  const std::size_t d = rank_.size();
  active_ = !coordinates_.empty() && theta.size() > d + 2;
  for (std::size_t i = 0; active_ && i < coordinates_.size(); ++i) {
    a_[i] = portable::exp(theta[d + 2 + coordinates_[i]]);
    b_[i] = portable::exp(theta[2 * d + 2 + coordinates_[i]]);
    std::fill_n(batch_a_.data() + i * kBatch, kBatch, a_[i]);
    std::fill_n(batch_b_.data() + i * kBatch, kBatch, b_[i]);
  }
}

void Warp::apply_row(const NumericKernels& kernels, std::size_t j, const double* x, double* w,
                     double* by_a, double* by_b, std::size_t n) const {
  if (active_ && warps(j)) {
    kernels.warp_row(a_[rank_[j]], b_[rank_[j]], x, w, by_a, by_b, n);
  } else if (w != x) {
    std::copy(x, x + n, w);
  }
}

void Warp::apply_batch(const NumericKernels& kernels, double* points) {
  if (!active_) return;
  for (std::size_t i = 0; i < coordinates_.size(); ++i)
    std::copy_n(points + coordinates_[i] * kBatch, kBatch, batch_.data() + i * kBatch);
  kernels.warp_point(batch_a_.data(), batch_b_.data(), batch_.data(), batch_.data(), nullptr,
                     batch_.size());
  for (std::size_t i = 0; i < coordinates_.size(); ++i)
    std::copy_n(batch_.data() + i * kBatch, kBatch, points + coordinates_[i] * kBatch);
}

void Warp::apply(const NumericKernels& kernels, double* point, double* slope) {
  if (slope != nullptr) std::fill_n(slope, rank_.size(), 1.0);
  if (!active_) return;
  for (std::size_t i = 0; i < coordinates_.size(); ++i) x_[i] = point[coordinates_[i]];
  kernels.warp_point(a_.data(), b_.data(), x_.data(), w_.data(),
                     slope != nullptr ? slope_.data() : nullptr, x_.size());
  for (std::size_t i = 0; i < coordinates_.size(); ++i) {
    point[coordinates_[i]] = w_[i];
    if (slope != nullptr) slope[coordinates_[i]] = slope_[i];
  }
}

}  // namespace tunesmith::tuning
