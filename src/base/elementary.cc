// SPDX-License-Identifier: Apache-2.0
#include "base/elementary.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>

namespace tunesmith::portable {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// log 2 in two parts, the first short enough for exact products with exponents.
constexpr double kLog2High = 0.693147180369123816490;
constexpr double kLog2Low = 1.90821492927058770002e-10;

// 1 / n!, of exp's series, and 1 / (2 n + 1), of atanh's.
constexpr std::size_t kExpTerms = 14;
constexpr std::size_t kAtanhTerms = 12;
constexpr auto kInverseFactorials = [] {
  std::array<double, kExpTerms> c{};
  double factorial = 1;
  for (std::size_t n = 0; n < kExpTerms; ++n) {
    c[n] = 1 / factorial;
    factorial *= static_cast<double>(n + 1);
  }
  return c;
}();
constexpr auto kInverseOdds = [] {
  std::array<double, kAtanhTerms> c{};
  for (std::size_t n = 0; n < kAtanhTerms; ++n) c[n] = 1 / static_cast<double>(2 * n + 1);
  return c;
}();

double power_of_two(int k) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52);
}

// The scaled function w(x) = exp(x^2) erfc(x), by its Taylor series about the nearest of many
// knots. Its derivatives follow from w' = 2 x w - 2 / sqrt(pi).
class ScaledErfc {
 public:
  static constexpr double kLast = 28;  // erfc is 0 beyond

  ScaledErfc() {
    for (std::size_t k = 0; k < kKnots; ++k) {
      const double x = static_cast<double>(k) * kSpacing;
      auto& c = series_[k];
      c[0] = x < 1 ? by_series(x) : by_fraction(x);
      c[1] = 2 * x * c[0] - kTwoByRootPi;
      // With c_n = w^(n) / n!: (n + 1) c_(n+1) = 2 x c_n + 2 c_(n-1).
      for (std::size_t n = 1; n + 1 < kTerms; ++n)
        c[n + 1] = 2 * (x * c[n] + c[n - 1]) / static_cast<double>(n + 1);
    }
  }

  double operator()(double x) const {
    const auto k = static_cast<std::size_t>(x / kSpacing + 0.5);
    const double t = x - static_cast<double>(k) * kSpacing;
    const auto& c = series_[k];
    double sum = c[kTerms - 1];
    for (std::size_t n = kTerms - 1; n-- > 0;) sum = sum * t + c[n];
    return sum;
  }

 private:
  static constexpr double kSpacing = 0.125;
  static constexpr std::size_t kKnots = static_cast<std::size_t>(kLast / kSpacing) + 2;
  static constexpr std::size_t kTerms = 13;
  static constexpr double kTwoByRootPi = 2 * std::numbers::inv_sqrtpi;

  // erf(x) = 2 / sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (1 3 5 ... (2n + 1)).
  static double by_series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 60; ++n) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return exp(x * x) - kTwoByRootPi * sum;
  }

  // Laplace's continued fraction, x + (1/2)/(x + 1/(x + (3/2)/(x + ...))), from its end.
  static double by_fraction(double x) {
    double tail = x;
    for (int n = 400; n > 0; --n) tail = x + 0.5 * n / tail;
    return std::numbers::inv_sqrtpi / tail;
  }

  std::array<std::array<double, kTerms>, kKnots> series_{};
};

}  // namespace

double exp(double x) {
  if (std::isnan(x)) return x;
  if (x > 709.782712893384) return kInfinity;
  if (x < -745.2) return 0;
  // x = k log 2 + r, |r| <= log 2 / 2, and the Taylor polynomial in r of degree 13.
  const double k = std::floor(x * std::numbers::log2e + 0.5);
  const double r = (x - k * kLog2High) - k * kLog2Low;
  double p = kInverseFactorials[kExpTerms - 1];
  for (std::size_t n = kExpTerms - 1; n-- > 0;) p = p * r + kInverseFactorials[n];
  const int whole = static_cast<int>(k);
  const int half = whole / 2;
  return p * power_of_two(half) * power_of_two(whole - half);
}

double log(double x) {
  if (std::isnan(x) || x < 0) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0) return -kInfinity;
  if (x == kInfinity) return x;
  int shift = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p54;
    shift = -54;
  }
  // x = m 2^k with m in [sqrt(1/2), sqrt(2)); log m = 2 atanh(s), s = (m - 1) / (m + 1).
  const auto bits = std::bit_cast<std::int64_t>(x);
  const std::int64_t exponent = (bits - 0x3fe6a09e667f3bcdLL) >> 52;
  const double m = std::bit_cast<double>(bits - exponent * (std::int64_t{1} << 52));
  const double k = static_cast<double>(exponent + shift);
  const double s = (m - 1) / (m + 1);
  const double t = s * s;
  double p = kInverseOdds[kAtanhTerms - 1];
  for (std::size_t n = kAtanhTerms - 1; n-- > 1;) p = p * t + kInverseOdds[n];
  return k * kLog2Low + (2 * s * t * p + 2 * s + k * kLog2High);
}

// W. Kahan's way: the rounding of 1 + x cancels in the quotient.
double log1p(double x) {
  const double u = 1 + x;
  if (u == 1 || u == kInfinity) return x;
  if (!(u > 0)) return log(u);
  return log(u) * (x / (u - 1));
}

double expm1(double x) {
  const double u = exp(x);
  if (u == 1 || u == kInfinity) return u == 1 ? x : u;
  if (!(u - 1 != -1)) return -1;
  return (u - 1) * (x / log(u));
}

namespace {

// sin(x + shift pi / 2): x = k pi / 2 + r, |r| <= pi / 4, and one of the two Taylor series in r.
double sin_shifted(double x, std::int64_t shift) {
  constexpr double kHalfPiHigh = 1.57079632673412561417;  // 33 bits, for exact products with k
  constexpr double kHalfPiLow = 6.07710050650619224932e-11;
  constexpr int kLastDegree = 19;
  const double k = std::floor(x * (2 * std::numbers::inv_pi) + 0.5);
  const double r = (x - k * kHalfPiHigh) - k * kHalfPiLow;
  const std::int64_t quadrant = (static_cast<std::int64_t>(k) + shift) & 3;
  double p = 0;  // 1 - r^2 / (n (n - 1)) (1 - r^2 / ((n - 2) (n - 3)) (...)), from its end
  for (int n = kLastDegree - (quadrant & 1); n > 1; n -= 2) p = (1 - p) * r * r / (n * (n - 1));
  const double value = (1 - p) * ((quadrant & 1) != 0 ? 1 : r);
  return (quadrant & 2) != 0 ? -value : value;
}

}  // namespace

double sin(double x) { return sin_shifted(x, 0); }

double cos(double x) { return sin_shifted(x, 1); }

double erfc(double x) {
  static const ScaledErfc kScaled;
  if (std::isnan(x)) return x;
  const double size = std::abs(x);
  const double tail = size >= ScaledErfc::kLast ? 0 : exp(-size * size) * kScaled(size);
  return x < 0 ? 2 - tail : tail;
}

}  // namespace tunesmith::portable
