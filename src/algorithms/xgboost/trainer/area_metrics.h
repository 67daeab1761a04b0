// SPDX-License-Identifier: Apache-2.0
//
// Areas under the ROC and precision-recall curves of one data set, fast enough for every round of
// boosting: a radix sort of the margins instead of a comparison sort. The values are those of
// XGBoost's own "auc" and "aucpr" for binary problems: ties share a step, weights count, labels
// between 0 and 1 count in part.
//
// References: Fawcett, "An introduction to ROC analysis" (2006), for the area with ties; Boyd, Eng
// and Page, "Area under the precision-recall curve" (2013), and Davis and Goadrich (2006) for the
// interpolation between points of the precision-recall curve.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace tunesmith::algorithms::xgboost {

/// Keeps the labels' layout and its buffers from round to round. The spans given to the constructor
/// must outlive it. Not thread safe.
class AreaMetrics {
 public:
  /// `weights` may be empty.
  AreaMetrics(std::span<const float> labels, std::span<const float> weights);

  /// `probabilities`: the model's output is the sigmoid of the margin in single precision, which
  /// may make ties of margins that differ. NaN when only one class is present.
  double roc(std::span<const float> margins, bool probabilities);
  double precision_recall(std::span<const float> margins, bool probabilities);

 private:
  double roc_of_classes(std::span<const float> margins, bool probabilities);
  /// order_ becomes the rows' numbers by falling margin.
  void sort_rows(std::span<const float> margins);

  std::span<const float> labels_;
  std::span<const float> weights_;
  bool classes_ = false;  // labels are 0 and 1 and there are no weights
  std::vector<std::uint32_t> negatives_;
  std::vector<std::uint32_t> positives_;
  std::vector<std::uint32_t> negative_keys_;
  std::vector<std::uint32_t> positive_keys_;
  std::vector<std::uint32_t> scratch_;
  std::vector<std::uint64_t> pairs_;
  std::vector<std::uint64_t> pair_scratch_;
  std::vector<std::uint32_t> order_;
};

/// The sigmoid as XGBoost computes it, in single precision.
inline float single_sigmoid(float margin) {
  const float x = std::min(-margin, 88.7F);
  return 1.0F / (std::exp(x) + 1.0F + 1e-16F);
}

/// Numbers floats so that the order of the numbers is the order of the floats (and 0 equals -0).
inline std::uint32_t order_key(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value + 0.0F);
  const auto mask = static_cast<std::uint32_t>(static_cast<std::int32_t>(bits) >> 31) | 0x80000000U;
  return bits ^ mask;
}
inline float from_order_key(std::uint32_t key) {
  return std::bit_cast<float>((key & 0x80000000U) != 0 ? key ^ 0x80000000U : ~key);
}

}  // namespace tunesmith::algorithms::xgboost
