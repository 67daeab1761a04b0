// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/area_metrics.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace tunesmith::algorithms::xgboost {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr unsigned kDigitBits = 11;
constexpr std::size_t kBuckets = 1U << kDigitBits;
constexpr unsigned kPasses = 3;  // 33 bits: all of a 32-bit key

// Least significant digit radix sort of `values` by the 32 bits from `shift` up. A digit that is
// the same everywhere costs nothing but its count.
template <class T>
void radix_sort(std::vector<T>& values, std::vector<T>& scratch, unsigned shift) {
  std::array<std::array<std::uint32_t, kBuckets>, kPasses> counts{};
  for (const T value : values) {
    const auto key = static_cast<std::uint32_t>(value >> shift);
    ++counts[0][key & (kBuckets - 1)];
    ++counts[1][(key >> kDigitBits) & (kBuckets - 1)];
    ++counts[2][key >> (2 * kDigitBits)];
  }
  scratch.resize(values.size());
  for (unsigned pass = 0; pass < kPasses; ++pass) {
    auto& count = counts[pass];
    std::uint32_t start = 0;
    bool single = false;
    for (auto& c : count) {
      single = single || c == values.size();
      const auto next = start + c;
      c = start;
      start = next;
    }
    if (single) continue;
    for (const T value : values) {
      const auto key = static_cast<std::uint32_t>(value >> shift);
      scratch[count[(key >> (pass * kDigitBits)) & (kBuckets - 1)]++] = value;
    }
    values.swap(scratch);
  }
}

// Whether two margins, low < high, surely have different sigmoids in single precision: the
// difference of the sigmoids exceeds a few units in their last place. Bounds for whole intervals of
// `high`, so that the common case costs a comparison.
bool surely_apart(float low, float high) {
  const float gap = high - low;
  if (high <= 0.0F) return gap > 0x1p-19F;
  if (high <= 2.0F) return gap > 0x1p-17F;
  if (high <= 8.0F) return gap > 0x1p-9F;
  return false;
}

bool tied(float low, float high, bool probabilities) {
  if (low == high) return true;
  if (!probabilities || surely_apart(low, high)) return false;
  return single_sigmoid(low) == single_sigmoid(high);
}

// The area between two points of the precision-recall curve, interpolated as the true and false
// positives between them would grow in proportion.
double precision_recall_step(double fp_before, double fp, double tp_before, double tp,
                             double all_positives) {
  const double recall_before = tp_before / all_positives;
  const double recall = tp / all_positives;
  double a = 1;
  double b = 0;
  if (tp != tp_before) {
    const double slope = (fp - fp_before) / (tp - tp_before);
    a = 1 + slope;
    b = (fp_before - slope * tp_before) / all_positives;
  }
  if (b == 0) return (recall - recall_before) / a;
  return (recall - recall_before -
          b / a * (std::log(a * recall + b) - std::log(a * recall_before + b))) /
         a;
}

}  // namespace

AreaMetrics::AreaMetrics(std::span<const float> labels, std::span<const float> weights)
    : labels_(labels), weights_(weights) {
  classes_ = weights.empty() && std::all_of(labels.begin(), labels.end(), [](float label) {
               return label == 0.0F || label == 1.0F;
             });
  if (!classes_) return;
  for (std::uint32_t row = 0; row < labels.size(); ++row) {
    (labels[row] == 1.0F ? positives_ : negatives_).push_back(row);
  }
  positive_keys_.resize(positives_.size());
  negative_keys_.resize(negatives_.size());
}

double AreaMetrics::roc_of_classes(std::span<const float> margins, bool probabilities) {
  if (positives_.empty() || negatives_.empty()) return kNan;
  for (std::size_t i = 0; i < positives_.size(); ++i)
    positive_keys_[i] = order_key(margins[positives_[i]]);
  for (std::size_t i = 0; i < negatives_.size(); ++i)
    negative_keys_[i] = order_key(margins[negatives_[i]]);
  radix_sort(positive_keys_, scratch_, 0);
  radix_sort(negative_keys_, scratch_, 0);

  // One walk up through both lists. The area is the number of (positive, negative) pairs in the
  // right order, ties counting half.
  double pairs = 0;
  std::size_t p = 0;
  std::size_t n = 0;
  while (p < positive_keys_.size()) {
    // Negatives below the next positive's tie group matter only by their number.
    std::uint32_t key = positive_keys_[p];
    float value = from_order_key(key);
    const std::size_t group_p = p;
    while (n < negative_keys_.size() && negative_keys_[n] < key &&
           !tied(from_order_key(negative_keys_[n]), value, probabilities)) {
      ++n;
    }
    const std::size_t below = n;
    ++p;
    // Extend the group by whatever ties with its highest member so far.
    for (;;) {
      const bool take_p = p < positive_keys_.size() &&
                          tied(value, from_order_key(positive_keys_[p]), probabilities);
      if (take_p) {
        value = std::max(value, from_order_key(positive_keys_[p]));
        ++p;
        continue;
      }
      const bool take_n = n < negative_keys_.size() &&
                          (negative_keys_[n] <= order_key(value) ||
                           tied(value, from_order_key(negative_keys_[n]), probabilities));
      if (!take_n) break;
      value = std::max(value, from_order_key(negative_keys_[n]));
      ++n;
    }
    const auto equal = static_cast<double>(n - below);
    pairs += static_cast<double>(p - group_p) * (static_cast<double>(below) + 0.5 * equal);
  }
  return pairs / (static_cast<double>(positives_.size()) * static_cast<double>(negatives_.size()));
}

void AreaMetrics::sort_rows(std::span<const float> margins) {
  pairs_.resize(margins.size());
  for (std::size_t i = 0; i < margins.size(); ++i) {
    // The complement: falling order.
    pairs_[i] = (std::uint64_t{~order_key(margins[i])} << 32U) | i;
  }
  radix_sort(pairs_, pair_scratch_, 32);
  order_.resize(margins.size());
  for (std::size_t i = 0; i < margins.size(); ++i)
    order_[i] = static_cast<std::uint32_t>(pairs_[i]);
}

double AreaMetrics::roc(std::span<const float> margins, bool probabilities) {
  if (margins.size() != labels_.size() || margins.empty()) return kNan;
  if (classes_) return roc_of_classes(margins, probabilities);
  sort_rows(margins);
  double area = 0;
  double fp = 0;
  double tp = 0;
  double fp_before = 0;
  double tp_before = 0;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const auto row = order_[i];
    if (i > 0 && !tied(margins[row], margins[order_[i - 1]], probabilities)) {
      area += (fp - fp_before) * (tp + tp_before) / 2;
      fp_before = fp;
      tp_before = tp;
    }
    const float weight = weights_.empty() ? 1.0F : weights_[row];
    fp += static_cast<double>((1.0F - labels_[row]) * weight);
    tp += static_cast<double>(labels_[row] * weight);
  }
  area += (fp - fp_before) * (tp + tp_before) / 2;
  if (fp <= 0 || tp <= 0) return kNan;
  return std::min(area / (fp * tp), 1.0);
}

double AreaMetrics::precision_recall(std::span<const float> margins, bool probabilities) {
  if (margins.size() != labels_.size() || margins.empty()) return kNan;
  double positives = 0;
  double negatives = 0;
  for (std::size_t row = 0; row < labels_.size(); ++row) {
    const float weight = weights_.empty() ? 1.0F : weights_[row];
    positives += static_cast<double>(weight * labels_[row]);
    negatives += static_cast<double>(weight * (1.0F - labels_[row]));
  }
  if (positives <= 0 || negatives <= 0) return kNan;
  sort_rows(margins);
  double area = 0;
  double fp = 0;
  double tp = 0;
  double fp_before = 0;
  double tp_before = 0;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const auto row = order_[i];
    if (i > 0 && !tied(margins[row], margins[order_[i - 1]], probabilities)) {
      area += precision_recall_step(fp_before, fp, tp_before, tp, positives);
      fp_before = fp;
      tp_before = tp;
    }
    const float weight = weights_.empty() ? 1.0F : weights_[row];
    fp += static_cast<double>((1.0F - labels_[row]) * weight);
    tp += static_cast<double>(labels_[row] * weight);
  }
  area += precision_recall_step(fp_before, fp, tp_before, tp, positives);
  return std::min(area, 1.0);
}

}  // namespace tunesmith::algorithms::xgboost
