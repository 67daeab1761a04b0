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

TEST(Kernels, RowsOfTheTriangleAreThoseOfEachPoint) {
  Rng rng(11);
  const std::size_t n = 12;
  const auto x = random_vector(2 * n, rng);
  const std::vector<double> weight = {4.0, 0.3};
  const std::vector<std::uint8_t> hamming = {0, 1};
  const KernelShape shape{weight.data(), hamming.data(), 2, 1.7, 0.4};
  for (const auto* kernels : {&baseline_kernels(), &numeric_kernels()})
    for (std::size_t row = 0; row < n; row += kLane) {
      std::vector<double> k(kLane * n), slope(kLane * n), one(n), one_slope(n);
      kernels->kernel_rows(shape, x.data(), row, n, n, k.data(), slope.data());
      for (std::size_t r = 0; r < kLane; ++r) {
        const double point[2] = {x[row + r], x[n + row + r]};
        baseline_kernels().kernel_row(shape, x.data(), n, n, point, one.data(), one_slope.data());
        for (std::size_t i = 0; i < row + kLane; ++i) {
          EXPECT_EQ(k[r * n + i], one[i]);
          EXPECT_EQ(slope[r * n + i], one_slope[i]);
        }
      }
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
    std::vector<double> inverse(n);
    ASSERT_TRUE(numeric_kernels().cholesky(l.data(), 0, n, n, inverse.data()));
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
  double inverse[4];
  EXPECT_FALSE(numeric_kernels().cholesky(m.data(), 0, 4, 4, inverse));
  m[0] = std::nan("");
  EXPECT_FALSE(numeric_kernels().cholesky(m.data(), 0, 4, 4, inverse));
}

TEST(Kernels, BatchedSolveAndGramInvertTheMatrix) {
  Rng rng(3);
  const std::size_t n = 16;
  const auto m = random_positive(n, rng);
  auto l = m;
  std::vector<double> inverse(n);
  ASSERT_TRUE(numeric_kernels().cholesky(l.data(), 0, n, n, inverse.data()));
  std::vector<double> upper(n * n), gram(n * n);
  for (std::size_t b = 0; b < n; b += kBatch) {
    std::vector<double> v(n * kBatch, 0.0);
    for (std::size_t c = 0; c < kBatch; ++c) v[(b + c) * kBatch + c] = 1;
    numeric_kernels().forward_batch(l.data(), inverse.data(), b, n, n, v.data());
    for (std::size_t c = 0; c < kBatch; ++c)
      for (std::size_t k = 0; k < n; ++k) upper[(b + c) * n + k] = v[k * kBatch + c];
  }
  numeric_kernels().upper_gram(upper.data(), n, n, gram.data());
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      double s = 0;
      for (std::size_t k = 0; k < n; ++k)
        s += m[i * n + k] * (k >= j ? gram[k * n + j] : gram[j * n + k]);
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
    numeric_kernels().warp_row(a, b, x, w, nullptr, nullptr, 4);
    EXPECT_NEAR(w[0], 1 - std::pow(1 - std::pow(x[0], a), b), 1e-13);
    EXPECT_NEAR(w[1], 1 - std::pow(1 - std::pow(x[1], a), b), 1e-13);
    EXPECT_NEAR(w[2], 0, 1e-30);
    EXPECT_EQ(w[3], 1);
  }
}

TEST(Kernels, SlopesOfTheWarpMatchFiniteDifferences) {
  Rng rng(7);
  constexpr double kStep = 1e-6;
  for (int i = 0; i < 200; ++i) {
    double x[4], a[4], b[4], w[4], slope[4], by_a[4], by_b[4];
    for (int l = 0; l < 4; ++l) {
      x[l] = 0.02 + 0.96 * rng.uniform();
      a[l] = std::exp(1.5 * (2 * rng.uniform() - 1));
      b[l] = std::exp(1.5 * (2 * rng.uniform() - 1));
    }
    const auto warped = [](double at, double log_a, double log_b) {
      return 1 - std::pow(1 - std::pow(at, std::exp(log_a)), std::exp(log_b));
    };
    const auto difference = [](double up, double down) { return (up - down) / (2 * kStep); };
    numeric_kernels().warp_point(a, b, x, w, slope, 4);
    for (int l = 0; l < 4; ++l) {
      const double log_a = std::log(a[l]);
      const double log_b = std::log(b[l]);
      EXPECT_NEAR(w[l], warped(x[l], log_a, log_b), 1e-13);
      EXPECT_NEAR(
          slope[l],
          difference(warped(x[l] + kStep, log_a, log_b), warped(x[l] - kStep, log_a, log_b)),
          1e-6 * (1 + slope[l]));
    }
    numeric_kernels().warp_row(a[0], b[0], x, w, by_a, by_b, 4);
    const double log_a = std::log(a[0]);
    const double log_b = std::log(b[0]);
    for (int l = 0; l < 4; ++l) {
      EXPECT_NEAR(
          by_a[l],
          difference(warped(x[l], log_a + kStep, log_b), warped(x[l], log_a - kStep, log_b)), 1e-7);
      EXPECT_NEAR(
          by_b[l],
          difference(warped(x[l], log_a, log_b + kStep), warped(x[l], log_a, log_b - kStep)), 1e-7);
    }
  }
}

TEST(Kernels, SlopesOfTheWarpAreFiniteAtTheEnds) {
  const double x[4] = {0, 1, 1e-12, 1 - 1e-12};
  for (const double size : {0.25, 4.0}) {
    const double a[4] = {size, size, size, size};
    double w[4], slope[4], by_a[4], by_b[4];
    numeric_kernels().warp_point(a, a, x, w, slope, 4);
    for (const double s : slope) EXPECT_TRUE(std::isfinite(s) && s > 0) << s;
    EXPECT_NEAR(w[0], 0, 1e-30);
    EXPECT_EQ(w[1], 1);
    numeric_kernels().warp_row(size, size, x, w, by_a, by_b, 4);
    for (const int end : {0, 1}) {
      EXPECT_EQ(by_a[end], 0);
      EXPECT_EQ(by_b[end], 0);
    }
  }
}

TEST(Kernels, SolvesInvertTheFactorAndItsTranspose) {
  Rng rng(8);
  const std::size_t n = 24;
  auto l = random_positive(n, rng);
  std::vector<double> inverse(n);
  ASSERT_TRUE(numeric_kernels().cholesky(l.data(), 0, n, n, inverse.data()));
  const auto x = random_vector(n, rng);
  std::vector<double> by_l(n, 0.0), by_transpose(n, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k <= i; ++k) {
      by_l[i] += l[i * n + k] * x[k];
      by_transpose[k] += l[i * n + k] * x[i];
    }
  numeric_kernels().forward(l.data(), inverse.data(), n, n, by_l.data());
  numeric_kernels().backward(l.data(), inverse.data(), n, n, by_transpose.data());
  for (std::size_t i = 0; i < n; ++i) {
    EXPECT_NEAR(by_l[i], x[i], 1e-10);
    EXPECT_NEAR(by_transpose[i], x[i], 1e-10);
  }
}

TEST(Kernels, BatchOverOneCoordinateIsTheBatchOverAll) {
  Rng rng(9);
  const std::size_t n = 8, d = 3;
  const auto x = random_vector(d * n, rng);
  const std::vector<double> weight = {0.4, 1.3, 0.2};
  const std::vector<std::uint8_t> hamming = {0, 0, 1};
  const KernelShape shape{weight.data(), hamming.data(), d, 1, 0};
  const double point[3] = {0.1, 0.7, x[2 * n]};
  const auto moves = random_vector(kBatch, rng);
  std::vector<double> candidates(d * kBatch), whole(n * kBatch), base(n), part(n * kBatch);
  for (std::size_t l = 0; l < kBatch; ++l)
    for (std::size_t j = 0; j < d; ++j) candidates[j * kBatch + l] = j == 1 ? moves[l] : point[j];
  const NumericKernels& kernels = numeric_kernels();
  kernels.kernel_batch(shape, x.data(), n, n, nullptr, candidates.data(), whole.data());
  kernels.distance_row(shape, x.data(), n, n, point, 1, base.data());
  const KernelShape along{&weight[1], &hamming[1], 1, 1, 0};
  kernels.kernel_batch(along, x.data() + n, n, n, base.data(), moves.data(), part.data());
  for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_NEAR(part[i], whole[i], 1e-14);
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
    std::vector<double> inverse(n);
    ASSERT_TRUE(kernels.cholesky(a.data(), 0, n, n, inverse.data()));
    auto v = random_vector(n * kBatch, rng);
    kernels.forward_batch(a.data(), inverse.data(), 0, n, n, v.data());
    std::vector<double> gram(n * n, 0.0), batch(n * kBatch);
    kernels.upper_gram(slope.data(), n, n, gram.data());
    const auto candidates = random_vector(d * kBatch, rng);
    std::vector<double> base(n);
    kernels.distance_row(shape, x.data(), n, n, candidates.data(), 1, base.data());
    kernels.kernel_batch(shape, x.data(), n, n, base.data(), candidates.data(), batch.data());
    auto& out = results[s];
    for (std::size_t i = 0; i < n; ++i)
      out.insert(out.end(), a.begin() + static_cast<std::ptrdiff_t>(i * n),
                 a.begin() + static_cast<std::ptrdiff_t>(i * n + i + 1));
    for (const auto* part : {&slope, &v, &gram, &batch})
      out.insert(out.end(), part->begin(), part->end());
    std::vector<double> unit(n);
    for (auto& u : unit) u = rng.uniform();
    std::vector<double> one(n), two(n), three(n);
    kernels.warp_row(0.7, 1.8, unit.data(), one.data(), two.data(), three.data(), n);
    for (const auto* part : {&base, &one, &two, &three})
      out.insert(out.end(), part->begin(), part->end());
    kernels.warp_point(two.data(), three.data(), unit.data(), one.data(), two.data(), n);
    kernels.forward(a.data(), inverse.data(), n, n, one.data());
    kernels.backward(a.data(), inverse.data(), n, n, two.data());
    kernels.times_rows(gram.data(), n, n, x.data(), 1, three.data());
    for (const auto* part : {&one, &two, &three}) out.insert(out.end(), part->begin(), part->end());
    double sums[2];
    kernels.difference_sums(x.data(), n, 0.2, one.data(), two.data(), sums);
    out.insert(out.end(), sums, sums + 2);
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
