// SPDX-License-Identifier: Apache-2.0
#include "tuning/search/subset.h"

#include "base/random.h"

#include <algorithm>
#include <numeric>

namespace tunesmith::tuning {

std::vector<std::size_t> choose_subset(std::span<const double> targets, std::size_t limit,
                                       std::uint64_t seed) {
  const std::size_t n = targets.size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (n <= limit) return order;
  const std::size_t best = limit / 2;
  const std::size_t latest = limit / 8;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return targets[a] < targets[b]; });
  std::vector<bool> chosen(n, false);
  for (std::size_t i = 0; i < best; ++i) chosen[order[i]] = true;
  for (std::size_t i = n - latest; i < n; ++i) chosen[i] = true;
  // An observation's place in the lottery depends on its index alone.
  std::vector<std::pair<std::uint64_t, std::size_t>> lottery;
  std::size_t taken = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (chosen[i]) {
      ++taken;
    } else {
      lottery.emplace_back(Rng(seed, i)(), i);
    }
  }
  std::sort(lottery.begin(), lottery.end());
  for (const auto& [ticket, i] : lottery) {
    if (taken >= limit) break;
    chosen[i] = true;
    ++taken;
  }
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < n; ++i)
    if (chosen[i]) result.push_back(i);
  return result;
}

}  // namespace tunesmith::tuning
