// SPDX-License-Identifier: Apache-2.0
//
// Hyperparameters and ranges of the built-in XGBoost, whose texts follow Python's rules. Parts are
// divided by NUL: names and values in turn; a range is a name and its bounds.
#include "algorithms/xgboost/schema/hyperparameters.h"

#include "algorithms/xgboost/schema/literals.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tunesmith::algorithms::xgboost;  // NOLINT(google-build-using-namespace)
  std::string_view rest = tunesmith::fuzz::text_of(data, size);
  std::map<std::string, std::string> values;
  std::vector<TunedRange> ranges;
  for (int part = 0; !rest.empty() && part < 100; ++part) {
    const std::string name(tunesmith::fuzz::next_part(rest));
    const std::string value(tunesmith::fuzz::next_part(rest));
    if (part % 4 == 3) {
      TunedRange& range = ranges.emplace_back();
      range.kind = static_cast<RangeKind>(value.size() % 3);
      range.name = name;
      range.min = value;
      range.max = std::string(tunesmith::fuzz::next_part(rest));
      range.values = {range.min, range.max};
      continue;
    }
    values[name] = value;
    if (const auto integer = python_int(value))
      TUNESMITH_CHECK(python_int(std::to_string(*integer)) == integer);
    if (const auto number = python_float(value); number && *number == *number)
      TUNESMITH_CHECK(python_float(python_repr(*number)) == number);
    if (const auto tuple = python_int_tuple(value); tuple && !tuple->empty())
      TUNESMITH_CHECK(python_int_tuple(python_repr_tuple(*tuple)) == tuple);
    if (const auto nested = python_nested_list(value))
      TUNESMITH_CHECK(python_nested_list(python_repr(*nested)) == nested);
  }
  for (const auto generation : {Generation::kLegacy, Generation::kSagemakerXgboost}) {
    if (const auto set = validate(values, generation)) {
      for (const auto& [name, value] : set->values) {
        (void)set->integer(name);
        (void)set->number(name);
        (void)set->list(name);
      }
      (void)set->metrics_to_log();
      (void)set->early_stopping_metric();
    }
    (void)validate_tuning(values, ranges, "validation:auc", generation);
  }
  return 0;
}
