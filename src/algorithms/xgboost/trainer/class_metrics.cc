// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/class_metrics.h"

#include <fmt/core.h>

#include <cmath>
#include <map>

namespace tunesmith::algorithms::xgboost {
namespace {

using Class = ClassCounts::Class;

double ratio(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

double precision(const Class& c) { return ratio(c.hits, c.predicted); }
double recall(const Class& c) { return ratio(c.hits, c.actual); }
double f1(const Class& c) { return ratio(2 * c.hits, c.predicted + c.actual); }

template <class Score>
double mean(const std::vector<Class>& classes, Score score) {
  double sum = 0;
  for (const auto& c : classes) sum += score(c);
  return classes.empty() ? 0.0 : sum / static_cast<double>(classes.size());
}

}  // namespace

Result<ClassCounts> ClassCounts::of(std::span<const float> labels,
                                    std::span<const long> predicted) {
  std::map<long, Class> counts;
  const auto entry = [&](long label) -> Class& {
    auto& c = counts[label];
    c.label = label;
    return c;
  };
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] != std::floor(labels[row]) || std::fabs(labels[row]) > 1e6F) {
      return Error{ErrorKind::kInternal,
                   "XGB train call failed with exception:\n Classification metrics can't handle a "
                   "mix of continuous "
                   "and binary targets"};
    }
    const auto label = static_cast<long>(labels[row]);
    ++entry(label).actual;
    ++entry(predicted[row]).predicted;
    if (label == predicted[row]) ++entry(label).hits;
  }
  ClassCounts out;
  out.rows = labels.size();
  for (const auto& [label, c] : counts) out.classes.push_back(c);
  return out;
}

double ClassCounts::accuracy() const {
  std::size_t hits = 0;
  for (const auto& c : classes) hits += c.hits;
  return ratio(hits, rows);
}

double ClassCounts::balanced_accuracy() const {
  double sum = 0;
  std::size_t present = 0;
  for (const auto& c : classes) {
    if (c.actual == 0) continue;
    sum += recall(c);
    ++present;
  }
  return present == 0 ? 0.0 : sum / static_cast<double>(present);
}

double ClassCounts::f1_macro() const { return mean(classes, f1); }
double ClassCounts::precision_macro() const { return mean(classes, precision); }
double ClassCounts::recall_macro() const { return mean(classes, recall); }

Result<ClassCounts::Class> ClassCounts::positive_class() const {
  Class positive;
  positive.label = 1;
  for (const auto& c : classes) {
    if (c.label == 1) positive = c;
    if (classes.size() > 2 || (c.label != 0 && c.label != 1)) {
      return Error{ErrorKind::kInvalid,
                   "Target is multiclass but average='binary'. Please choose another average "
                   "setting, one of [None, "
                   "'micro', 'macro', 'weighted']."};
    }
  }
  return positive;
}

Result<double> ClassCounts::f1_binary() const {
  TUNESMITH_TRY(const auto c, positive_class());
  return f1(c);
}

Result<double> ClassCounts::precision_binary() const {
  TUNESMITH_TRY(const auto c, positive_class());
  return precision(c);
}

Result<double> ClassCounts::recall_binary() const {
  TUNESMITH_TRY(const auto c, positive_class());
  return recall(c);
}

}  // namespace tunesmith::algorithms::xgboost
