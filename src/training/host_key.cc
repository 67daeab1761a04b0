// SPDX-License-Identifier: Apache-2.0
#include "training/host_key.h"

#include "base/digest.h"
#include "base/strings.h"

#include <array>

namespace tunesmith::training {

std::string host_key(const JobSpec& spec) {
  // A host's own environment is that of all its trials.
  if (!spec.environment.empty()) return {};
  // What XGBoost's data matrix or its cached bins depend on. A hyperparameter that is missing here
  // would only be wrong if the host kept something that depends on it.
  constexpr std::array<std::string_view, 7> kReading = {
      "_kfold", "csv_weights", "dsplit", "max_bin", "num_class", "sketch_eps", "tree_method"};
  Hasher hasher(DigestAlgorithm::kSha256);
  const auto add = [&](std::string_view text) {
    hasher.update(std::to_string(text.size()) + ":");
    hasher.update(text);
  };
  add("tunesmith host 1");
  add(spec.role);
  add(spec.algorithm.program);
  for (const std::string_view name : kReading) {
    const auto found = spec.hyperparameters.find(std::string(name));
    add(found == spec.hyperparameters.end() ? "absent" : "present");
    if (found != spec.hyperparameters.end()) add(found->second);
  }
  for (const auto& [name, channel] : spec.channels) {
    add(name);
    add(channel.content_type);
    add(channel.compression);
    add(channel.input_mode);
    add(channel.record_wrapper);
    add(std::to_string(channel.files.size()));
    for (const ChannelFile& file : channel.files) {
      if (file.identity.empty()) return {};
      add(file.name);
      add(file.identity);
    }
  }
  return to_hex(hasher.finish()).substr(0, 32);
}

}  // namespace tunesmith::training
