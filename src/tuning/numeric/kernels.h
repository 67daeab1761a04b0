// SPDX-License-Identifier: Apache-2.0
//
// The dense inner loops of the Gaussian process, compiled twice (any x86-64, and x86-64-v3) and
// chosen once at run time. Both give the same bits: the order of every sum is fixed by explicit
// four-wide lanes, and multiply-add is not contracted. Raw pointers only, so that no inline library
// function is emitted with instructions that an older processor lacks. Pure; thread safe.
//
// Matrices are row-major with stride ld, a multiple of kLane; rows and columns from n up to the
// next multiple of kLane are padding (identity in a factor). Features are stored one parameter a
// row.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tunesmith::tuning {

constexpr std::size_t kLane = 4;   ///< doubles of one vector
constexpr std::size_t kBatch = 8;  ///< candidates that are predicted together

constexpr std::size_t round_to_lane(std::size_t n) { return (n + kLane - 1) / kLane * kLane; }

/// What a stationary Matern-5/2 kernel needs: k(x, y) = scale * m(r) + offset,
/// r^2 = sum_j weight_j * d_j, d_j = (x_j - y_j)^2, or [x_j != y_j] where hamming_j.
struct KernelShape {
  const double* weight = nullptr;         ///< 1 / length^2, `dims` of them
  const std::uint8_t* hamming = nullptr;  ///< 1 for a categorical parameter
  std::size_t dims = 0;
  double scale = 1;
  double offset = 0;  ///< prior variance of the constant mean
};

struct NumericKernels {
  const char* name;

  /// k(point, x_i) for i < n, n rounded up to kLane, from features x (dims rows of stride ldx).
  /// With slope != null also slope_i = scale * 5/3 (1 + sqrt5 r) exp(-sqrt5 r), from which
  /// dk/dx_j = -slope * weight_j * (x_j - y_j) and dk/dlog(length_j) = slope * weight_j * d_j.
  void (*kernel_row)(const KernelShape& shape, const double* x, std::size_t n, std::size_t ldx,
                     const double* point, double* k, double* slope);

  /// The same between points row, ..., row + 3 and points 0, ..., row + 3: four rows of the lower
  /// triangle of the covariance matrix (and of the slopes), from their first column on; row is a
  /// multiple of kLane.
  void (*kernel_rows)(const KernelShape& shape, const double* x, std::size_t row, std::size_t ldx,
                      std::size_t ld, double* k, double* slope);

  /// r^2 alone, of all coordinates but `without`.
  void (*distance_row)(const KernelShape& shape, const double* x, std::size_t n, std::size_t ldx,
                       const double* point, std::size_t without, double* r2);

  /// Factorises rows [first, n) of the lower triangle in place; rows below `first` are factored
  /// already; first and n are multiples of kLane. inverse_i gets 1 / L_ii, which the solves take.
  /// False when a pivot is not positive.
  bool (*cholesky)(double* a, std::size_t first, std::size_t n, std::size_t ld, double* inverse);

  /// Solve L b = b, and L^T b = b, in place; n is a multiple of kLane.
  void (*forward)(const double* l, const double* inverse, std::size_t n, std::size_t ld, double* b);
  void (*backward)(const double* l, const double* inverse, std::size_t n, std::size_t ld,
                   double* b);

  /// Solves L v = v in place for kBatch right-hand sides (v is n x kBatch), whose rows before
  /// `first` are zero. n and first are multiples of kLane.
  void (*forward_batch)(const double* l, const double* inverse, std::size_t first, std::size_t n,
                        std::size_t ld, double* v);

  /// out_ij = sum over k >= i of m_ik m_jk for j <= i: the lower half of M M^T, M upper triangular.
  void (*upper_gram)(const double* m, std::size_t n, std::size_t ld, double* out);

  /// out_j = T x_j for each of `rows` rows x_j; T is symmetric and filled; n is a multiple of
  /// kLane, and all rows have stride ld.
  void (*times_rows)(const double* t, std::size_t n, std::size_t ld, const double* x,
                     std::size_t rows, double* out);

  /// Kernel between kBatch candidates (dims x kBatch) and the n points, n rounded up to kLane: out
  /// is n x kBatch. With base != null r^2 begins at base_i.
  void (*kernel_batch)(const KernelShape& shape, const double* x, std::size_t n, std::size_t ldx,
                       const double* base, const double* candidates, double* out);

  double (*dot)(const double* a, const double* b, std::size_t n);  ///< n a multiple of kLane
  /// sum_i t_i d(x_i, at) of one feature row; n a multiple of kLane.
  double (*weighted_distance)(const double* t, const double* x, double at, bool hamming,
                              std::size_t n);
  /// out = (sum_i s_i (at - x_i), sum_i t_i (at - x_i)); n a multiple of kLane.
  void (*difference_sums)(const double* x, std::size_t n, double at, const double* s,
                          const double* t, double* out);
  /// w_i = 1 - (1 - x_i^a)^b for x_i in [0, 1], and, unless null, its derivatives by log a and
  /// log b; n a multiple of kLane; w may be x.
  void (*warp_row)(double a, double b, const double* x, double* w, double* by_a, double* by_b,
                   std::size_t n);
  /// The same with parameters for each i, and, unless null, dw_i/dx_i; w may be x.
  void (*warp_point)(const double* a, const double* b, const double* x, double* w, double* slope,
                     std::size_t n);
};

/// The best set that this processor runs.
const NumericKernels& numeric_kernels();
const NumericKernels& baseline_kernels();
/// Null where the processor (or the build's target) has no x86-64-v3.
const NumericKernels* v3_kernels();

}  // namespace tunesmith::tuning
