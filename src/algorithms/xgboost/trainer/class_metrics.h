// SPDX-License-Identifier: Apache-2.0
//
// Classification scores by scikit-learn's definitions (user guide, "Classification metrics"), as
// the container reports them: unweighted, from true and predicted class labels, a division by zero
// counting as 0. Pure functions.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <span>
#include <vector>

namespace tunesmith::algorithms::xgboost {

/// Counts per class, over the classes that occur among true or predicted labels.
struct ClassCounts {
  struct Class {
    long label = 0;
    std::size_t hits = 0;       // true positives
    std::size_t predicted = 0;  // predicted as this class
    std::size_t actual = 0;     // truly of this class
  };
  std::vector<Class> classes;  // by label
  std::size_t rows = 0;

  /// kInternal when the labels are not whole numbers (a regression target).
  static Result<ClassCounts> of(std::span<const float> labels, std::span<const long> predicted);

  double accuracy() const;
  double balanced_accuracy() const;
  double f1_macro() const;
  double precision_macro() const;
  double recall_macro() const;
  /// The score of class 1; kInvalid with scikit-learn's text for more than two classes.
  Result<double> f1_binary() const;
  Result<double> precision_binary() const;
  Result<double> recall_binary() const;

 private:
  Result<Class> positive_class() const;
};

}  // namespace tunesmith::algorithms::xgboost
