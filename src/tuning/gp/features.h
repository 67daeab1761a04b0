// SPDX-License-Identifier: Apache-2.0
//
// Points of the unit cube, stored one parameter a row and padded with zeros as the numeric kernels
// want them. Owned by one Gaussian process or likelihood; not thread safe.
#pragma once

#include "tuning/gp/layout.h"
#include "tuning/numeric/kernels.h"

#include <cstdint>
#include <vector>

namespace tunesmith::tuning {

class Features {
 public:
  /// Room for `capacity` points of the layout's dimension.
  Features(const Layout& layout, std::size_t capacity);

  /// Point and context have one coordinate a dimension together.
  void append(const ContextPoint& at);
  void truncate(std::size_t n);
  std::size_t size() const { return n_; }
  std::size_t dims() const { return hamming_.size(); }
  std::size_t stride() const { return stride_; }
  const double* data() const { return x_.data(); }
  const double* row(std::size_t dim) const { return x_.data() + dim * stride_; }
  /// Writable, stride() long; what is written from size() on must be finite.
  double* row(std::size_t dim) { return x_.data() + dim * stride_; }
  const std::vector<std::uint8_t>& hamming() const { return hamming_; }
  void copy_point(std::size_t index, double* out) const;

 private:
  std::size_t n_ = 0;
  std::size_t stride_ = 0;
  std::vector<double> x_;
  std::vector<std::uint8_t> hamming_;
};

}  // namespace tunesmith::tuning
