// SPDX-License-Identifier: Apache-2.0
#include "tuning/acquisition/acquisition_search.h"

#include "base/elementary.h"
#include "tuning/acquisition/expected_improvement.h"
#include "tuning/numeric/log_mean_exp.h"
#include "tuning/optimizer/lbfgs.h"
#include "tuning/search/sobol.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace tunesmith::tuning {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();
// A discrete parameter with more values than this is searched by steps, not value by value.
constexpr double kListedCells = 24;
constexpr int kRandomMoves = 8;     // at most, to fill a batch
constexpr int kExchangeRounds = 2;  // after the first

std::vector<std::size_t> best_first(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  return order;
}

double squared_distance(const Point& a, const Point& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

}  // namespace

AcquisitionSearch::AcquisitionSearch(const Space& space, std::vector<AcquisitionModel> models,
                                     std::function<bool(const Point&)> seen)
    : space_(space),
      models_(std::move(models)),
      seen_(std::move(seen)),
      finite_(std::isfinite(space.cardinality())),
      mean_gradient_(space.size()),
      variance_gradient_(space.size()) {
  for (std::size_t i = 0; i < space.size(); ++i) {
    if (!space[i].is_discrete()) continuous_.push_back(i);
    if (space[i].is_discrete() && space[i].cells() > 1) discrete_.push_back(i);
  }
}

double AcquisitionSearch::evaluate(const Point& point, Point* gradient) {
  std::vector<double> values(models_.size());
  std::vector<Point> gradients(gradient != nullptr ? models_.size() : 0, Point(space_.size()));
  for (std::size_t m = 0; m < models_.size(); ++m) {
    const Prediction prediction = models_[m].posterior->predict(
        point.data(), gradient != nullptr ? mean_gradient_.data() : nullptr,
        variance_gradient_.data());
    const LogImprovement improvement = log_expected_improvement(prediction, models_[m].best);
    values[m] = improvement.value;
    if (gradient == nullptr) continue;
    for (std::size_t j = 0; j < space_.size(); ++j)
      gradients[m][j] =
          improvement.d_mean * mean_gradient_[j] + improvement.d_variance * variance_gradient_[j];
  }
  const double value = log_mean_exp(values.data(), values.size());
  if (gradient != nullptr) {
    gradient->assign(space_.size(), 0.0);
    for (std::size_t m = 0; m < models_.size(); ++m) {
      const double share = portable::exp(values[m] - value) / static_cast<double>(models_.size());
      for (std::size_t j = 0; j < space_.size(); ++j) (*gradient)[j] += share * gradients[m][j];
    }
  }
  return value;
}

std::vector<double> AcquisitionSearch::evaluate_batches(std::size_t count,
                                                        const PredictBatch& predict) {
  std::vector<double> values(count);
  std::array<Prediction, kBatch> predictions;
  std::vector<double> one(models_.size() * kBatch);
  std::vector<double> lane(models_.size());
  for (std::size_t from = 0; from < count; from += kBatch) {
    const std::size_t lanes = std::min(kBatch, count - from);
    for (std::size_t m = 0; m < models_.size(); ++m) {
      predict(*models_[m].posterior, from, m == 0, predictions);
      for (std::size_t l = 0; l < lanes; ++l)
        one[m * kBatch + l] = log_expected_improvement(predictions[l], models_[m].best).value;
    }
    for (std::size_t l = 0; l < lanes; ++l) {
      for (std::size_t m = 0; m < models_.size(); ++m) lane[m] = one[m * kBatch + l];
      values[from + l] = log_mean_exp(lane.data(), lane.size());
    }
  }
  return values;
}

std::vector<double> AcquisitionSearch::evaluate_all(const std::vector<Point>& points) {
  const std::size_t d = space_.size();
  std::vector<double> batch(d * kBatch);
  return evaluate_batches(points.size(), [&](Posterior& posterior, std::size_t from, bool is_new,
                                             std::array<Prediction, kBatch>& predictions) {
    for (std::size_t l = 0; is_new && l < kBatch; ++l)
      for (std::size_t j = 0; j < d; ++j)
        batch[j * kBatch + l] = points[std::min(from + l, points.size() - 1)][j];
    posterior.predict_batch(batch.data(), predictions);
  });
}

std::vector<double> AcquisitionSearch::evaluate_moves(const Point& point, std::size_t j,
                                                      const std::vector<double>& coordinates) {
  std::array<double, kBatch> batch;
  return evaluate_batches(coordinates.size(), [&](Posterior& posterior, std::size_t from, bool,
                                                  std::array<Prediction, kBatch>& predictions) {
    for (std::size_t l = 0; l < kBatch; ++l)
      batch[l] = coordinates[std::min(from + l, coordinates.size() - 1)];
    posterior.predict_moves(point.data(), j, batch.data(), predictions);
  });
}

std::vector<Point> AcquisitionSearch::candidates(const AcquisitionWork& work,
                                                 const std::vector<Point>& anchors,
                                                 Rng& rng) const {
  std::vector<Point> points;
  if (space_.cardinality() <= static_cast<double>(work.exhaustive)) {
    for (double i = 0; i < space_.cardinality(); ++i) {
      Point point = space_.enumerate(i);
      if (!seen_(point)) points.push_back(std::move(point));
    }
    return points;
  }
  const auto add = [&](Point point) {
    if (!finite_ || !seen_(point)) points.push_back(std::move(point));
  };
  const Sobol sobol(space_.size(), rng());
  for (std::size_t i = 0; i < work.candidates; ++i)
    add(space_.snap(sobol.point(static_cast<std::uint32_t>(i))));
  // Near good points: one to three coordinates, or all of them, moved by a random amount.
  for (std::size_t i = 0; !anchors.empty() && i < work.candidates / 4; ++i) {
    Point point = anchors[i % anchors.size()];
    const double spread = portable::exp(portable::log(0.01) + rng.uniform() * portable::log(30.0));
    const std::size_t moves = rng.below(4) == 0 ? space_.size() : 1 + rng.below(3);
    for (std::size_t k = 0; k < moves; ++k) {
      const std::size_t j = moves == space_.size() ? k : rng.below(space_.size());
      if (space_[j].kind == ParameterKind::kCategorical) {
        if (moves != space_.size() || rng.below(4) == 0) point[j] = rng.uniform();
      } else {
        point[j] = std::clamp(point[j] + spread * rng.normal(), 0.0, 1.0);
      }
    }
    add(space_.snap(std::move(point)));
  }
  return points;
}

double AcquisitionSearch::descend(Point& point, double value, int evaluations) {
  if (continuous_.empty()) return value;
  Point full = point;
  Point gradient(space_.size());
  std::vector<double> start;
  for (const std::size_t j : continuous_) start.push_back(point[j]);
  LbfgsOptions options;
  options.max_evaluations = evaluations;
  options.value_tolerance = 1e-7;
  const auto found = minimize_box(
      [&](const std::vector<double>& x, std::vector<double>* g) {
        for (std::size_t k = 0; k < x.size(); ++k) full[continuous_[k]] = x[k];
        const double v = evaluate(full, &gradient);
        for (std::size_t k = 0; k < x.size(); ++k) (*g)[k] = -gradient[continuous_[k]];
        return -v;
      },
      start, std::vector<double>(start.size(), 0.0), std::vector<double>(start.size(), 1.0),
      options);
  if (!(-found.value > value)) return value;
  for (std::size_t k = 0; k < continuous_.size(); ++k) point[continuous_[k]] = found.x[k];
  return -found.value;
}

// The models that screen choose each coordinate's move, all of them decide on it.
double AcquisitionSearch::exchange(Point& point, double value, Rng& rng) {
  for (const std::size_t j : discrete_) {
    const Parameter& parameter = space_[j];
    const double cells = parameter.cells();
    const double here = parameter.cell_index(point[j]);
    std::vector<double> moves;
    Point moved = point;
    const auto move_to = [&](double index) {
      if (index < 0 || index >= cells || index == here) return;
      moved[j] = parameter.cell_coordinate(index);
      if (!finite_ || !seen_(moved)) moves.push_back(moved[j]);
    };
    if (cells <= kListedCells) {
      for (double index = 0; index < cells; ++index) move_to(index);
    } else {
      for (double step = 1; step < cells; step *= 3) {
        move_to(here + step);
        move_to(here - step);
      }
      for (int k = 0; k < 2 || moves.size() % kBatch != 0; ++k) {
        if (k == kRandomMoves) break;
        move_to(parameter.cell_index(rng.uniform()));
      }
    }
    if (moves.empty()) continue;
    moves.push_back(point[j]);
    const auto all = take_screens();
    const auto values = evaluate_moves(point, j, moves);
    models_ = all;
    moved[j] = moves[static_cast<std::size_t>(std::max_element(values.begin(), values.end()) -
                                              values.begin())];
    if (moved[j] == point[j]) continue;
    const double exact = evaluate(moved, nullptr);
    if (exact > value) {
      value = exact;
      point[j] = moved[j];
    }
  }
  return value;
}

// Leaves only the models that screen, and returns all. Of an ensemble whose members differ in kind,
// the first and the middle one.
std::vector<AcquisitionModel> AcquisitionSearch::take_screens() {
  auto all = models_;
  if (all.size() > kScreens) models_ = {all[0], all[all.size() / kScreens]};
  return all;
}

// The values of all points that are among the best by two of the models alone, and never for the
// others: a few models tell well enough which points are worth the ensemble's whole work.
std::vector<double> AcquisitionSearch::screen(const std::vector<Point>& points,
                                              std::size_t survivors) {
  if (models_.size() <= kScreens || points.size() <= survivors) return evaluate_all(points);
  const auto all = take_screens();
  const std::vector<double> rough = evaluate_all(points);
  models_ = all;
  std::vector<std::size_t> order = best_first(rough);
  order.resize(survivors);
  std::vector<Point> chosen;
  for (const std::size_t i : order) chosen.push_back(points[i]);
  const std::vector<double> exact = evaluate_all(chosen);
  std::vector<double> values(points.size(), kNever);
  for (std::size_t k = 0; k < survivors; ++k) values[order[k]] = exact[k];
  return values;
}

AcquisitionResult AcquisitionSearch::run(const AcquisitionWork& work,
                                         const std::vector<Point>& anchors, Rng& rng) {
  AcquisitionResult result;
  result.value = kNever;
  const std::vector<Point> points = candidates(work, anchors, rng);
  const bool whole = space_.cardinality() <= static_cast<double>(work.exhaustive);
  const std::vector<double> values = whole ? evaluate_all(points) : screen(points, work.survivors);
  const auto consider = [&](const Point& point, double value) {
    if (std::isnan(value) || (result.found && value <= result.value) || seen_(point)) return;
    result = {point, value, true};
  };
  // The best candidates start local searches, as long as they are not each other's neighbours.
  constexpr double kApart = 0.01;
  std::vector<Local> locals;
  for (const std::size_t i : best_first(values)) {
    if (!result.found) consider(points[i], values[i]);
    if (locals.size() >= work.starts && result.found) break;
    const bool close = std::any_of(locals.begin(), locals.end(), [&](const Local& other) {
      return squared_distance(other.point, points[i]) < kApart;
    });
    if (!close && locals.size() < work.starts && values[i] > kNever)
      locals.push_back({points[i], values[i]});
  }
  if (whole) return result;
  // All of them begin, the best go on to the end.
  for (auto& local : locals) begin(local, work.first_evaluations, rng);
  std::stable_sort(locals.begin(), locals.end(),
                   [](const Local& a, const Local& b) { return a.value > b.value; });
  for (std::size_t i = 0; i < locals.size(); ++i) {
    if (i < work.finalists) climb(locals[i], kExchangeRounds, work.evaluations, rng);
    consider(space_.snap(std::move(locals[i].point)), locals[i].value);
  }
  return result;
}

// The first steps of a local search go by the models that screen.
void AcquisitionSearch::begin(Local& local, int evaluations, Rng& rng) {
  Local climbed = local;
  const auto all = take_screens();
  climbed.value = evaluate(climbed.point, nullptr);
  climb(climbed, 1, evaluations, rng);
  models_ = all;
  climbed.value = evaluate(climbed.point, nullptr);
  if (climbed.value > local.value) local = std::move(climbed);
}

// Descents of the continuous coordinates and exchanges of discrete ones, in turn.
void AcquisitionSearch::climb(Local& local, int rounds, int evaluations, Rng& rng) {
  for (int round = 0; round < rounds; ++round) {
    const double before = local.value;
    local.value = descend(local.point, local.value, evaluations);
    local.value = exchange(local.point, local.value, rng);
    if (discrete_.empty() || local.value <= before + 1e-6) break;
  }
}

}  // namespace tunesmith::tuning
