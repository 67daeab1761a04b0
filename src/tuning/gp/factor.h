// SPDX-License-Identifier: Apache-2.0
//
// The covariance matrix of a set of points and its Cholesky factor, with the solves that the
// posterior and the likelihood share. Buffers are kept between uses. Not thread safe.
#pragma once

#include "tuning/gp/features.h"
#include "tuning/gp/hyperparameters.h"

#include <memory>
#include <vector>

namespace tunesmith::tuning {

/// The kernel that theta stands for. Points into `weight`, which it fills.
KernelShape kernel_shape(const Theta& theta, const Features& features, double mean_variance,
                         std::vector<double>& weight);

class Factor {
 public:
  /// Factorises K + noise I of rows [0, n) of `features`. With `slopes` (stride ld) the kernel's
  /// slopes of the lower triangle are kept too. On a failed pivot the diagonal is raised, up to
  /// 1e-3 of its size; false when even that fails.
  bool compute(const NumericKernels& kernels, const KernelShape& shape, const Features& features,
               double noise, std::vector<double>* slopes = nullptr);
  /// Extends the factor to all rows of `features`, of which the first size() are factored.
  bool extend(const NumericKernels& kernels, const KernelShape& shape, const Features& features,
              double noise);

  std::size_t size() const { return n_; }
  /// What was added to the diagonal beside the noise.
  double jitter() const { return jitter_; }
  std::size_t padded() const { return round_to_lane(n_); }
  std::size_t stride() const { return ld_; }
  const double* data() const { return a_.get(); }
  const double* inverse_diagonal() const { return inverse_.data(); }  ///< 1 / L_ii
  double log_determinant_half() const;                                ///< sum of log L_ii
  /// Solve L x = b, and L^T x = b, in place; b has padded() elements, zero from size() on.
  void forward(const NumericKernels& kernels, double* b) const;
  void backward(const NumericKernels& kernels, double* b) const;

 private:
  bool fill_and_factor(const NumericKernels& kernels, const KernelShape& shape,
                       const Features& features, std::size_t first, double diagonal,
                       std::vector<double>* slopes);
  std::size_t n_ = 0;
  std::size_t ld_ = 0;
  double jitter_ = 0;
  std::size_t room_ = 0;  ///< doubles that a_ has room for
  std::unique_ptr<double[]> a_;
  std::vector<double> inverse_;
};

}  // namespace tunesmith::tuning
