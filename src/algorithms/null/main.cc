// SPDX-License-Identifier: Apache-2.0
//
// tunesmith-null: run in a job's ml folder, as the runner does. Prints "objective=<value>" once a
// round and leaves model/null-model of 1 KiB. Exit status: 0 success, 1 failure with its text in
// output/failure.
#include "algorithms/null/null_algorithm.h"
#include "base/strings.h"

#include <boost/json/src.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

namespace {

std::string read_file(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

int fail(const std::string& text) {
  std::ofstream("output/failure") << text;
  return 1;
}

}  // namespace

int main() {
  namespace algorithm = tunesmith::algorithms::null_algorithm;
  std::map<std::string, std::string> hyperparameters;
  boost::system::error_code ec;
  const auto parsed = boost::json::parse(read_file("input/config/hyperparameters.json"), ec);
  if (ec || !parsed.is_object()) return fail("ClientError: the hyperparameters are unreadable");
  for (const auto& [name, value] : parsed.get_object()) {
    if (value.is_string()) hyperparameters.emplace(name, std::string(value.get_string()));
  }
  const auto plan = algorithm::plan(hyperparameters);
  if (!plan) return fail("ClientError: " + plan.error().message);
  const auto pause =
      std::chrono::duration<double>(plan->seconds / static_cast<double>(plan->rounds));
  for (std::int64_t round = 1; round <= plan->rounds; ++round) {
    if (pause.count() > 0) std::this_thread::sleep_for(pause);
    const std::string value = tunesmith::format_double(algorithm::value_at(*plan, round));
    std::printf("objective=%s\n", value.c_str());
    std::fflush(stdout);
  }
  std::ofstream("model/null-model") << std::string(1024, '0');
  return 0;
}
