// SPDX-License-Identifier: Apache-2.0
#include "tuning/numeric/kernels.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

namespace tunesmith::tuning {
namespace {

std::vector<double> random_vector(std::size_t n, Rng& rng) {
  std::vector<double> v(n);
  for (auto& x : v) x = rng.normal();
  return v;
}

// A A^T + I for a random A: row-major, all of it filled.
std::vector<double> random_positive(std::size_t n, Rng& rng) {
  const auto a = random_vector(n * n, rng);
  std::vector<double> m(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      double s = i == j ? 1 : 0;
      for (std::size_t k = 0; k < n; ++k) s += a[i * n + k] * a[j * n + k];
      m[i * n + j] = s;
    }
  return m;
}

double reference_matern(double r2) {
  const double s = std::sqrt(5 * r2);
  return (1 + s + 5 * r2 / 3) * std::exp(-s);
}

TEST(Kernels, RowMatchesTheFormulaOfMatern) {
  Rng rng(1);
  const std::size_t n = 12;
  const auto x = random_vector(2 * n, rng);
  const std::vector<double> weight = {40.0, 0.3};
  const std::vector<std::uint8_t> hamming = {0, 1};
  const KernelShape shape{weight.data(), hamming.data(), 2, 1.7, 0.4};
  const double point[2] = {0.3, x[n + 5]};
  std::vector<double> k(n), slope(n);
  numeric_kernels().kernel_row(shape, x.data(), n, n, point, k.data(), slope.data());
  for (std::size_t i = 0; i < n; ++i) {
    const double d = point[0] - x[i];
    const double r2 = 40 * d * d + (x[n + i] == point[1] ? 0 : 0.3);
    const double s = std::sqrt(5 * r2);
    EXPECT_NEAR(k[i], 1.7 * reference_matern(r2) + 0.4, 1e-14);
    EXPECT_NEAR(slope[i], 1.7 * 5 / 3 * (1 + s) * std::exp(-s), 1e-14);
  }
}

TEST(Kernels, ExponentialIsAccurateOverItsWholeRange) {
  const double weight = 1;
  const std::uint8_t numeric = 0;
  const KernelShape shape{&weight, &numeric, 1, 1, 0};
  for (double r = 0; r < 300; r += 0.37) {
    const std::vector<double> x(4, r);
    const double zero = 0;
    double k[4];
    numeric_kernels().kernel_row(shape, x.data(), 4, 4, &zero, k, nullptr);
    const double expected = reference_matern(r * r);
    EXPECT_NEAR(k[1], expected, 1e-13 * expected) << r;
  }
}

TEST(Kernels, CholeskyTimesItsTransposeIsTheMatrix) {
  Rng rng(2);
  for (const std::size_t n : {4U, 8U, 20U, 64U}) {
    const auto m = random_positive(n, rng);
    auto l = m;
    ASSERT_TRUE(numeric_kernels().cholesky(l.data(), 0, n, n));
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j <= i; ++j) {
        double s = 0;
        for (std::size_t k = 0; k <= j; ++k) s += l[i * n + k] * l[j * n + k];
        EXPECT_NEAR(s, m[i * n + j], 1e-10 * static_cast<double>(n));
      }
  }
}

TEST(Kernels, CholeskyRefusesAnIndefiniteMatrix) {
  std::vector<double> m(16, 1.0);
  EXPECT_FALSE(numeric_kernels().cholesky(m.data(), 0, 4, 4));
  m[0] = std::nan("");
  EXPECT_FALSE(numeric_kernels().cholesky(m.data(), 0, 4, 4));
}

TEST(Kernels, BatchedSolveAndGramInvertTheMatrix) {
  Rng rng(3);
  const std::size_t n = 16;
  const auto m = random_positive(n, rng);
  auto l = m;
  ASSERT_TRUE(numeric_kernels().cholesky(l.data(), 0, n, n));
  std::vector<double> upper(n * n), inverse(n * n);
  for (std::size_t b = 0; b < n; b += kBatch) {
    std::vector<double> v(n * kBatch, 0.0);
    for (std::size_t c = 0; c < kBatch; ++c) v[(b + c) * kBatch + c] = 1;
    numeric_kernels().forward_batch(l.data(), b, n, n, v.data());
    for (std::size_t c = 0; c < kBatch; ++c)
      for (std::size_t k = 0; k < n; ++k) upper[(b + c) * n + k] = v[k * kBatch + c];
  }
  numeric_kernels().upper_gram(upper.data(), n, n, inverse.data());
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      double s = 0;
      for (std::size_t k = 0; k < n; ++k)
        s += m[i * n + k] * (k >= j ? inverse[k * n + j] : inverse[j * n + k]);
      EXPECT_NEAR(s, i == j ? 1 : 0, 1e-9);
    }
}

TEST(Kernels, WarpMatchesTheDistributionFunctionOfKumaraswamy) {
  Rng rng(6);
  for (int i = 0; i < 500; ++i) {
    const double a = std::exp(1.5 * (2 * rng.uniform() - 1));
    const double b = std::exp(1.5 * (2 * rng.uniform() - 1));
    const double x[4] = {rng.uniform(), 1e-9 * rng.uniform(), 0, 1};
    double w[4];
    numeric_kernels().warp(a, b, x, w, 4);
    EXPECT_NEAR(w[0], 1 - std::pow(1 - std::pow(x[0], a), b), 1e-13);
    EXPECT_NEAR(w[1], 1 - std::pow(1 - std::pow(x[1], a), b), 1e-13);
    EXPECT_NEAR(w[2], 0, 1e-30);
    EXPECT_EQ(w[3], 1);
  }
}

TEST(Kernels, BothInstructionSetsGiveTheSameBits) {
  if (v3_kernels() == nullptr) GTEST_SKIP() << "this processor has no x86-64-v3";
  const NumericKernels* sets[2] = {&baseline_kernels(), v3_kernels()};
  std::vector<double> results[2];
  for (int s = 0; s < 2; ++s) {
    Rng rng(4);
    const NumericKernels& kernels = *sets[s];
    const std::size_t n = 40, d = 3;
    const auto x = random_vector(d * n, rng);
    const std::vector<double> weight = {4.0, 1.3, 0.2};
    const std::vector<std::uint8_t> hamming = {0, 1, 0};
    const KernelShape shape{weight.data(), hamming.data(), d, 1.3, 0.5};
    std::vector<double> a(n * n), slope(n * n);
    for (std::size_t i = 0; i < n; ++i) {
      const double point[3] = {x[i], x[n + i], x[2 * n + i]};
      kernels.kernel_row(shape, x.data(), n, n, point, &a[i * n], &slope[i * n]);
      a[i * n + i] += 1e-3;
    }
    ASSERT_TRUE(kernels.cholesky(a.data(), 0, n, n));
    auto v = random_vector(n * kBatch, rng);
    kernels.forward_batch(a.data(), 0, n, n, v.data());
    std::vector<double> gram(n * n, 0.0), batch(n * kBatch);
    kernels.upper_gram(slope.data(), n, n, gram.data());
    const auto candidates = random_vector(d * kBatch, rng);
    kernels.kernel_batch(shape, x.data(), n, n, candidates.data(), batch.data());
    auto& out = results[s];
    for (std::size_t i = 0; i < n; ++i)
      out.insert(out.end(), a.begin() + static_cast<std::ptrdiff_t>(i * n),
                 a.begin() + static_cast<std::ptrdiff_t>(i * n + i + 1));
    for (const auto* part : {&slope, &v, &gram, &batch})
      out.insert(out.end(), part->begin(), part->end());
    std::vector<double> unit(n);
    for (auto& u : unit) u = rng.uniform();
    kernels.warp(0.7, 1.8, unit.data(), unit.data(), n);
    out.insert(out.end(), unit.begin(), unit.end());
    out.push_back(kernels.dot(v.data(), batch.data(), n));
    out.push_back(kernels.weighted_distance(v.data(), x.data(), 0.1, false, n));
    out.push_back(kernels.weighted_distance(v.data(), x.data(), x[2], true, n));
  }
  ASSERT_EQ(results[0].size(), results[1].size());
  EXPECT_EQ(std::memcmp(results[0].data(), results[1].data(), results[0].size() * sizeof(double)),
            0);
}

}  // namespace
}  // namespace tunesmith::tuning
