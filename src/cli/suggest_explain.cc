// SPDX-License-Identifier: Apache-2.0
#include "cli/suggest_explain.h"

#include <boost/json.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <ostream>

namespace tunesmith::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kPrintedShares = 8;
constexpr std::size_t kPrintedPlaces = 5;

json::value to_json(const tuning::Value& value) {
  if (const auto* x = std::get_if<double>(&value)) return *x;
  if (const auto* k = std::get_if<std::int64_t>(&value)) return *k;
  return json::value(std::get<std::string>(value));
}

std::string to_text(const tuning::Value& value) {
  if (const auto* x = std::get_if<double>(&value)) return fmt::format("{:.4g}", *x);
  if (const auto* k = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *k);
  return std::get<std::string>(value);
}

json::array names_of(const tuning::Searcher& searcher, const std::vector<std::size_t>& parameters) {
  json::array names;
  for (const std::size_t j : parameters) names.emplace_back(searcher.space()[j].name);
  return names;
}

}  // namespace

Result<json::object> explain_json(const tuning::Searcher& searcher) {
  TUNESMITH_TRY(const auto importance, searcher.importance());
  json::array shares;
  for (const auto& one : importance)
    shares.push_back(
        json::object{{"parameters", names_of(searcher, one.parameters)}, {"share", one.share}});
  json::object answer{{"importance", std::move(shares)}};
  if (const auto convergence = searcher.convergence())
    answer["convergence"] =
        json::object{{"expected_improvement", convergence->expected_improvement},
                     {"threshold", convergence->threshold},
                     {"converged", convergence->converged}};
  return answer;
}

Result<json::array> response_json(const tuning::Searcher& searcher,
                                  const std::vector<std::string>& names, std::size_t resolution) {
  std::vector<std::size_t> parameters;
  for (const auto& name : names) {
    const auto& all = searcher.space().parameters();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const auto& parameter) { return parameter.name == name; });
    if (found == all.end())
      return Error(ErrorKind::kInvalid, fmt::format("response: there is no parameter '{}'", name));
    parameters.push_back(static_cast<std::size_t>(found - all.begin()));
  }
  TUNESMITH_TRY(const auto points,
                searcher.response(parameters, resolution, tuning::Others::kAveraged));
  json::array response;
  for (const auto& point : points) {
    json::array values;
    for (const auto& value : point.values) values.push_back(to_json(value));
    response.push_back(json::object{{"values", std::move(values)},
                                    {"mean", point.mean},
                                    {"low", point.low},
                                    {"high", point.high}});
  }
  return response;
}

void print_suggestion(std::ostream& out, tuning::TrialId id, const tuning::Explanation& why) {
  out << fmt::format("trial {}: {}", id, why.step);
  if (why.mean && why.deviation)
    out << fmt::format(", {:.5g} +- {:.2g} predicted", *why.mean, *why.deviation);
  out << '\n';
}

void print_search(std::ostream& out, const tuning::Searcher& searcher) {
  const auto importance = searcher.importance();
  if (!importance) {
    out << importance.error().message << '\n';
    return;
  }
  const auto& space = searcher.space();
  out << "share of the objective's variation:\n";
  for (std::size_t i = 0; i < std::min(kPrintedShares, importance->size()); ++i) {
    const auto& one = (*importance)[i];
    std::string names;
    for (const std::size_t j : one.parameters)
      names += (names.empty() ? "" : " with ") + space[j].name;
    out << fmt::format("  {:5.1f} %  {}\n", 100 * one.share, names);
  }
  out << "predicted objective, averaged over all other hyperparameters:\n";
  for (std::size_t j = 0; j < space.size(); ++j) {
    const auto response = searcher.response({j}, kPrintedPlaces, tuning::Others::kAveraged);
    if (!response) continue;
    out << "  " << space[j].name << ':';
    for (const auto& point : *response)
      out << fmt::format("  {} -> {:.4g}", to_text(point.values[0]), point.mean);
    out << '\n';
  }
  if (const auto convergence = searcher.convergence())
    out << fmt::format("expected improvement left: {:.3g} ({})\n",
                       convergence->expected_improvement,
                       convergence->converged ? "converged" : "not converged");
}

}  // namespace tunesmith::cli
