// SPDX-License-Identifier: Apache-2.0
#include "tuning/optimizer/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tunesmith::tuning {
namespace {

using Vector = std::vector<double>;

double inner(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

struct Correction {
  Vector s, y;
  double rho = 0;
};

// The two-loop recursion (algorithm 7.4), restricted to the free variables.
Vector quasi_newton_direction(const std::vector<Correction>& memory, const Vector& gradient,
                              const std::vector<bool>& free) {
  Vector q = gradient;
  const auto mask = [&](Vector& v) {
    for (std::size_t i = 0; i < v.size(); ++i)
      if (!free[i]) v[i] = 0;
  };
  mask(q);
  std::vector<double> a(memory.size());
  for (std::size_t k = memory.size(); k-- > 0;) {
    a[k] = memory[k].rho * inner(memory[k].s, q);
    for (std::size_t i = 0; i < q.size(); ++i) q[i] -= a[k] * memory[k].y[i];
  }
  if (!memory.empty()) {
    const auto& last = memory.back();
    const double gamma = 1 / (last.rho * inner(last.y, last.y));
    for (auto& v : q) v *= gamma;
  }
  for (std::size_t k = 0; k < memory.size(); ++k) {
    const double b = memory[k].rho * inner(memory[k].y, q);
    for (std::size_t i = 0; i < q.size(); ++i) q[i] += (a[k] - b) * memory[k].s[i];
  }
  mask(q);
  for (auto& v : q) v = -v;
  return q;
}

}  // namespace

LbfgsResult minimize_box(const SmoothFunction& f, std::vector<double> start, const Vector& lower,
                         const Vector& upper, const LbfgsOptions& options) {
  const std::size_t d = start.size();
  LbfgsResult result;
  Vector x = std::move(start);
  for (std::size_t i = 0; i < d; ++i) x[i] = std::clamp(x[i], lower[i], upper[i]);
  Vector gradient(d);
  double value = f(x, &gradient);
  result.evaluations = 1;
  result.x = x;
  result.value = std::isfinite(value) ? value : std::numeric_limits<double>::infinity();
  if (!std::isfinite(value)) return result;

  std::vector<Correction> memory;
  std::vector<bool> free(d);
  Vector trial(d), trial_gradient(d);
  while (result.evaluations < options.max_evaluations) {
    double steepest = 0;
    for (std::size_t i = 0; i < d; ++i) {
      free[i] = !((x[i] <= lower[i] && gradient[i] > 0) || (x[i] >= upper[i] && gradient[i] < 0));
      if (free[i]) steepest = std::max(steepest, std::abs(gradient[i]));
    }
    if (!(steepest > options.gradient_tolerance)) break;
    Vector direction = quasi_newton_direction(memory, gradient, free);
    double slope = inner(direction, gradient);
    if (!(slope < 0)) {
      memory.clear();
      direction = quasi_newton_direction(memory, gradient, free);
      slope = inner(direction, gradient);
      if (!(slope < 0)) break;
    }
    double step = memory.empty() ? std::min(1.0, 0.2 / steepest) : 1.0;
    bool accepted = false;
    double trial_value = 0;
    while (result.evaluations < options.max_evaluations) {
      double predicted = 0;
      for (std::size_t i = 0; i < d; ++i) {
        trial[i] = std::clamp(x[i] + step * direction[i], lower[i], upper[i]);
        predicted += gradient[i] * (trial[i] - x[i]);
      }
      trial_value = f(trial, &trial_gradient);
      ++result.evaluations;
      if (std::isfinite(trial_value) && trial_value <= value + 1e-4 * std::min(predicted, 0.0)) {
        accepted = true;
        break;
      }
      // The minimum of the parabola through both values and the slope, within [0.1, 0.5] of the
      // step.
      double shrink = 0.5;
      if (std::isfinite(trial_value)) {
        const double curvature = trial_value - value - slope * step;
        if (curvature > 0) shrink = std::clamp(-slope * step / (2 * curvature), 0.1, 0.5);
      }
      step *= shrink;
      if (step < 1e-10) break;
    }
    if (!accepted) break;
    Correction correction{Vector(d), Vector(d), 0};
    for (std::size_t i = 0; i < d; ++i) {
      correction.s[i] = trial[i] - x[i];
      correction.y[i] = trial_gradient[i] - gradient[i];
    }
    const double sy = inner(correction.s, correction.y);
    if (sy > 1e-10 * inner(correction.y, correction.y)) {
      correction.rho = 1 / sy;
      memory.push_back(std::move(correction));
      if (memory.size() > static_cast<std::size_t>(options.memory)) memory.erase(memory.begin());
    }
    const double gain = value - trial_value;
    x = trial;
    gradient = trial_gradient;
    value = trial_value;
    result.x = x;
    result.value = value;
    if (gain <= options.value_tolerance * (1 + std::abs(value))) break;
  }
  return result;
}

}  // namespace tunesmith::tuning
