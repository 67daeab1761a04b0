// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/schema/channels.h"

#include "base/strings.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace tunesmith::algorithms::xgboost {
namespace {

struct NamedType {
  std::string_view name;
  ContentType type;
  bool pipe;
};

// In the order in which the container lists them in its error text.
constexpr std::array<NamedType, 9> kTypes = {{
    {"csv", ContentType::kCsv, true},
    {"libsvm", ContentType::kLibsvm, false},
    {"parquet", ContentType::kParquet, true},
    {"recordio-protobuf", ContentType::kRecordioProtobuf, true},
    {"text/csv", ContentType::kCsv, true},
    {"text/libsvm", ContentType::kLibsvm, false},
    {"text/x-libsvm", ContentType::kLibsvm, false},
    {"application/x-parquet", ContentType::kParquet, true},
    {"application/x-recordio-protobuf", ContentType::kRecordioProtobuf, true},
}};

const NamedType* find_type(std::string_view name) {
  for (const auto& type : kTypes) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

std::string bare_type(std::string_view text) {
  return to_lower(trim(text.substr(0, text.find(';'))));
}

Error unsupported(std::string_view channel, const ChannelConfig& config) {
  return {
      ErrorKind::kInvalid,
      fmt::format("Channel configuration for '{}' channel is not supported: {{'ContentType': '{}', "
                  "'TrainingInputMode': '{}', 'S3DistributionType': '{}'}}",
                  channel, config.content_type, config.input_mode, config.s3_distribution_type)};
}

}  // namespace

Result<ContentType> parse_content_type(std::string_view text) {
  if (trim(text).empty()) return ContentType::kLibsvm;
  const auto* type = find_type(bare_type(text));
  if (type == nullptr) {
    std::string accepted;
    for (const auto& known : kTypes) {
      if (!accepted.empty()) accepted += ", ";
      accepted += known.name;
    }
    return {ErrorKind::kInvalid,
            fmt::format("{} is not an accepted ContentType: {}.", text, accepted)};
  }
  if (type->type == ContentType::kCsv) {
    for (const auto part : split(text, ';')) {
      const auto equals = part.find('=');
      if (equals == std::string_view::npos) continue;
      if (!iequals(trim(part.substr(0, equals)), "label_size")) continue;
      auto value = trim(part.substr(equals + 1));
      if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);
      }
      if (value != "1") {
        return {ErrorKind::kInvalid, fmt::format("{} is not an accepted csv ContentType. "
                                                 "Optional parameter label_size must be equal to 1",
                                                 text)};
      }
    }
  }
  return type->type;
}

Result<void> validate_channels(const std::map<std::string, ChannelConfig>& channels) {
  if (channels.count("train") == 0) {
    return {ErrorKind::kInvalid, "Missing required channel: train"};
  }
  for (const auto& [name, config] : channels) {
    if (name == "code") continue;
    if (name != "train" && name != "validation") {
      return {ErrorKind::kInvalid, "Extraneous channel found: " + name};
    }
    const auto* known = config.content_type.empty() ? find_type("text/libsvm")
                                                    : find_type(bare_type(config.content_type));
    if (known == nullptr) return unsupported(name, config);
    TUNESMITH_TRY_VOID(parse_content_type(config.content_type));
    const bool file = config.input_mode == "File" || config.input_mode == "FastFile";
    if (!file && (config.input_mode != "Pipe" || !known->pipe)) return unsupported(name, config);
    const bool distribution = config.s3_distribution_type == "FullyReplicated" ||
                              config.s3_distribution_type == "ShardedByS3Key";
    if (!distribution) return unsupported(name, config);
  }
  return {};
}

}  // namespace tunesmith::algorithms::xgboost
