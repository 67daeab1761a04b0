// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/data_cache.h"

#include "algorithms/xgboost/schema/literals.h"
#include "base/log.h"

#include <fmt/core.h>

#include <algorithm>

namespace tunesmith::algorithms::xgboost {
namespace {

// A text table grows by about this much in the library: a cell of two bytes becomes twelve.
constexpr std::size_t kGrowth = 6;

bool wants_weights(const JobInput& input) {
  const auto found = input.hyperparameters.find("csv_weights");
  return found != input.hyperparameters.end() && python_int(found->second) == 1;
}

// Length before text: no two lists of parts give the same key.
void append_part(std::string& key, std::string_view part) {
  key += fmt::format("{}:{}", part.size(), part);
}

}  // namespace

std::string cache_key(const JobInput& input) {
  std::string key;
  const auto binning = Binning::of(input.hyperparameters);
  append_part(key, binning.booster);
  append_part(key, binning.tree_method);
  append_part(key, binning.max_bin);
  append_part(key, wants_weights(input) ? "weights" : "");
  for (const auto& [name, channel] : input.channels) {
    append_part(key, name);
    append_part(key, fmt::format("{}", static_cast<int>(channel.type)));
    append_part(key, fmt::format("{}", channel.files.size()));
    for (const auto& file : channel.files) {
      append_part(key, file.identity);
      // Without an identity the path is the best that is known.
      if (file.identity.empty()) append_part(key, file.path);
    }
  }
  return key;
}

const TrainingData* DataCache::get(const JobInput& input) {
  const auto key = cache_key(input);
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.key == key; });
  if (found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
    return &entries_.front().data;
  }
  if (input_bytes(input) > byte_limit_ / kGrowth) return nullptr;
  // What does not fit is not converted to the end: the trial does so itself, within its own limits.
  const auto parquet = ParquetChannels::convert(input, byte_limit_ / kGrowth);
  auto loaded = load_training_data(library_, input, parquet, wants_weights(input));
  if (!loaded) {
    log::info("a data set cannot be loaded: {}", loaded.error().message);
    return nullptr;
  }
  // A failed first round (labels that do not suit, bad settings) is the trial's to report.
  (void)warm_up(library_, *loaded, Binning::of(input.hyperparameters));
  if (loaded->memory_bytes > byte_limit_) return nullptr;
  bytes_ += loaded->memory_bytes;
  entries_.push_front({key, std::move(*loaded)});
  while (bytes_ > byte_limit_ && entries_.size() > 1) {
    bytes_ -= entries_.back().data.memory_bytes;
    entries_.pop_back();
  }
  return &entries_.front().data;
}

}  // namespace tunesmith::algorithms::xgboost
