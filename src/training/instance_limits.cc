// SPDX-License-Identifier: Apache-2.0
#include "training/instance_limits.h"

#include "base/strings.h"

#include <algorithm>
#include <string>
#include <vector>

namespace tunesmith::training {
namespace {

/// Memory of the family's xlarge in GiB; its other sizes are multiples of it. From the published
/// tables of the instance types.
double family_gib(std::string_view family) {
  if (family.starts_with("c5n")) return 10.5;
  if (family.starts_with("c4")) return 7.5;
  if (family.starts_with("c")) return 8;
  if (family.starts_with("r")) return 32;
  if (family.starts_with("p2")) return 61;
  if (family.starts_with("p3")) return 30.5;
  if (family.starts_with("p4")) return 48;
  if (family.starts_with("p5")) return 42;
  return 16;  // m, t, g
}

double size_in_xlarge(std::string_view size) {
  if (size == "medium") return 0.25;
  if (size == "large") return 0.5;
  const std::size_t at = size.find("xlarge");
  if (at == std::string_view::npos || at == 0) return 1;
  return static_cast<double>(
      std::clamp<std::int64_t>(parse_int(size.substr(0, at)).value_or(1), 1, 256));
}

}  // namespace

std::uint64_t instance_memory_bytes(std::string_view instance_type) {
  const std::vector<std::string_view> parts = split(instance_type, '.');
  const std::string_view family = parts.size() > 1 ? parts[1] : std::string_view();
  const std::string_view size = parts.size() > 2 ? parts[2] : std::string_view();
  constexpr double kGibibyte = 1024.0 * 1024 * 1024;
  return static_cast<std::uint64_t>(family_gib(family) * size_in_xlarge(size) * kGibibyte);
}

std::uint64_t volume_bytes(std::int64_t gigabytes) {
  constexpr std::int64_t kDefault = 30;
  constexpr std::int64_t kMost = 16384;
  return static_cast<std::uint64_t>(std::clamp(gigabytes, kDefault, kMost)) << 30U;
}

}  // namespace tunesmith::training
