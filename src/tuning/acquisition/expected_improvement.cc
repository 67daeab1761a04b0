// SPDX-License-Identifier: Apache-2.0
#include "tuning/acquisition/expected_improvement.h"

#include "base/elementary.h"

#include <cmath>
#include <numbers>

namespace tunesmith::tuning {

LogImprovement log_expected_improvement(const Prediction& prediction, double best) {
  constexpr double kLogRoot2Pi = 0.9189385332046727;
  const double sd = std::sqrt(prediction.variance);
  const double z = (best - prediction.mean) / sd;
  // EI = sd h(z), h(z) = phi(z) + z Phi(z), h' = Phi, dEI/dmean = -Phi, dEI/dsd = phi.
  double log_h = 0;
  double cdf_by_h = 0;  // Phi / h
  double pdf_by_h = 0;  // phi / h
  if (z > -25) {
    // The two terms cancel to 1/z^2 of their size, which costs 3 digits at most.
    const double pdf = portable::exp(-0.5 * z * z - kLogRoot2Pi);
    const double cdf = 0.5 * portable::erfc(-z / std::numbers::sqrt2);
    const double h = pdf + z * cdf;
    log_h = portable::log(h);
    cdf_by_h = cdf / h;
    pdf_by_h = pdf / h;
  } else {
    // Asymptotic series of the Mills ratio: h = phi/z^2 (1 - 3/z^2 + 15/z^4 - ...).
    const double w = 1 / (z * z);
    const double series = 1 - 3 * w + 15 * w * w - 105 * w * w * w;
    log_h = -0.5 * z * z - kLogRoot2Pi + portable::log(w) + portable::log(series);
    pdf_by_h = 1 / (w * series);
    cdf_by_h = -(1 - w + 3 * w * w - 15 * w * w * w) / (z * w * series);
  }
  return {portable::log(sd) + log_h, -cdf_by_h / sd, 0.5 * pdf_by_h / prediction.variance};
}

}  // namespace tunesmith::tuning
