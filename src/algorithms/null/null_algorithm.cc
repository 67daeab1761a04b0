// SPDX-License-Identifier: Apache-2.0
#include "algorithms/null/null_algorithm.h"

#include "base/strings.h"

#include <cmath>

namespace tunesmith::algorithms::null_algorithm {
namespace {

constexpr std::int64_t kMostRounds = 100'000;
constexpr double kLongest = 86'400;

Error out_of_range(const std::string& name, const std::string& value, std::string_view range) {
  std::string text = "Hyperparameter " + name + ": value " + value + " not in range ";
  text += range;
  return {ErrorKind::kInvalid, std::move(text)};
}

}  // namespace

bool recognise_image(std::string_view uri) {
  uri = uri.substr(uri.rfind('/') + 1);
  return uri.substr(0, uri.find_first_of(":@")) == "tunesmith-null";
}

Result<Plan> plan(const std::map<std::string, std::string>& hyperparameters) {
  Plan out;
  for (const auto& [name, value] : hyperparameters) {
    if (name.starts_with('_')) continue;
    if (name == "rounds") {
      const auto rounds = parse_int(value);
      if (!rounds || *rounds < 1 || *rounds > kMostRounds) {
        return out_of_range(name, value, "[1, 100000]");
      }
      out.rounds = *rounds;
    } else if (name == "seconds") {
      const auto seconds = parse_double(value);
      if (!seconds || !(*seconds >= 0 && *seconds <= kLongest)) {
        return out_of_range(name, value, "[0, 86400]");
      }
      out.seconds = *seconds;
    } else if (const auto x = parse_double(value); x && std::isfinite(*x)) {
      out.objective += (*x - 0.5) * (*x - 0.5);
    }
  }
  return out;
}

double value_at(const Plan& plan, std::int64_t round) {
  return plan.objective + 1 - static_cast<double>(round) / static_cast<double>(plan.rounds);
}

}  // namespace tunesmith::algorithms::null_algorithm
