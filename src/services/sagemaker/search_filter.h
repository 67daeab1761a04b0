// SPDX-License-Identifier: Apache-2.0
//
// A SearchExpression, compiled against the shape of the records that it filters: filters, nested
// filters (one element of a list satisfies them all), subexpressions. Private to this folder.
// Immutable once compiled.
#pragma once

#include "aws/shape.h"
#include "services/sagemaker/operations.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tunesmith::services::sagemaker {

/// A value at the end of a property's path. Times are seconds since the epoch.
using SearchValue = std::variant<std::string, double, bool>;

/// "InputDataConfig.ChannelName", "HyperParameters.eta", "Metrics.validation:auc", "Tags.team".
class PropertyPath {
 public:
  /// ValidationException for what no record of that shape has.
  static Outcome<PropertyPath> parse(const aws::Shape& record, std::string_view text);
  /// All values there: several where the path leads through a list.
  std::vector<SearchValue> values(const aws::Shape& record, const void* structure) const;

  const std::string& text() const { return text_; }
  /// kTimestamp, kString, ... of the values; kString in maps.
  aws::ShapeKind kind() const { return kind_; }
  /// Whether texts there may be numbers: hyperparameters and tags.
  bool in_map() const { return in_map_; }

 private:
  std::string text_;
  std::vector<std::string> parts_;
  aws::ShapeKind kind_ = aws::ShapeKind::kString;
  bool in_map_ = false;
};

class SearchFilter {
 public:
  struct Condition {
    PropertyPath path;
    std::string op;                // "Equals", ...
    std::string value;             // as given
    std::optional<double> number;  // of a value that is one; of a time
    bool holds(const aws::Shape& record, const void* structure) const;
  };

  /// ValidationException for a property, an operator or a value that makes no sense.
  static Outcome<SearchFilter> compile(const aws::Shape& record,
                                       const std::optional<api::SearchExpression>& expression);

  bool matches(const void* structure) const;
  /// What every match satisfies: the filters that are joined by And at the top.
  const std::vector<Condition>& required() const { return required_; }

 private:
  struct Nested {
    std::vector<std::string> path;  // of the list
    const aws::Shape* element = nullptr;
    std::vector<Condition> conditions;
  };
  struct Node {
    bool any = false;  // Or
    std::vector<Condition> conditions;
    std::vector<Nested> nested;
    std::vector<Node> nodes;
  };
  struct Budget {
    int elements = 0;
    int contains = 0;
  };

  static Outcome<Condition> compile(const aws::Shape& record, const api::Filter& filter,
                                    std::string_view prefix, Budget& budget);
  static Outcome<Node> compile(const aws::Shape& record, const api::SearchExpression& expression,
                               Budget& budget);
  bool matches(const Node& node, const void* structure) const;
  bool matches(const Nested& nested, const void* structure) const;

  const aws::Shape* record_ = nullptr;
  Node root_;
  std::vector<Condition> required_;
};

}  // namespace tunesmith::services::sagemaker
