// SPDX-License-Identifier: Apache-2.0
//
// Builds a page in the Prometheus text exposition format, version 0.0.4: families one after the
// other, each with its help, its type and its samples. One thread at a time.
#pragma once

#include "base/histogram.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tunesmith::health {

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

class MetricsText {
 public:
  /// Begins a family; `type` is "counter", "gauge" or "histogram". Its samples follow.
  void family(std::string_view name, std::string_view type, std::string_view help);
  /// A sample of the family at hand.
  void sample(const Labels& labels, double value);
  void sample(double value) { sample({}, value); }
  /// All samples of one histogram of the family at hand.
  void histogram(const Labels& labels, const Histogram::Snapshot& values);

  std::string take() { return std::move(text_); }

 private:
  void line(std::string_view suffix, const Labels& labels, double value);

  std::string name_;
  std::string text_;
};

}  // namespace tunesmith::health
