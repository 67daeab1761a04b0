// SPDX-License-Identifier: Apache-2.0
//
// Which observations a model of bounded size is made from: the best ones, the latest ones, and a
// fixed pseudo-random sample of the others, which changes little from one suggestion to the next.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tunesmith::tuning {

/// Ascending indices into `targets` (smaller is better), at most `limit`; all when they fit.
std::vector<std::size_t> choose_subset(std::span<const double> targets, std::size_t limit,
                                       std::uint64_t seed);

}  // namespace tunesmith::tuning
