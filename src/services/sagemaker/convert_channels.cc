// SPDX-License-Identifier: Apache-2.0
//
// The input channels of a request.
#include "algorithms/xgboost/schema/channels.h"
#include "services/sagemaker/convert_parts.h"
#include "services/sagemaker/errors.h"

#include <fmt/core.h>

#include <map>

namespace tunesmith::services::sagemaker {

namespace xgboost = algorithms::xgboost;

namespace {

constexpr std::string_view kAugmented = "AugmentedManifestFile";

/// What makes a channel a stream that is not the bytes of its objects: attributes of a manifest's
/// lines, RecordIO records made of objects.
Outcome<void> check_stream(const api::Channel& channel, const api::S3DataSource& source,
                           const std::string& mode) {
  const std::string& name = channel.channel_name;
  const std::string& type = source.s3_data_type;
  const bool augmented = type == kAugmented;
  if (!augmented && type != "S3Prefix" && type != "ManifestFile") {
    return invalid(
        fmt::format("Channel '{}': S3DataType '{}' is not supported; supported: "
                    "S3Prefix, ManifestFile, AugmentedManifestFile.",
                    name, type));
  }
  const bool named = source.attribute_names && !source.attribute_names->empty();
  if (augmented && !named) {
    return invalid(
        fmt::format("Channel '{}': AttributeNames is required with S3DataType '{}': 1 "
                    "to 16 names of attributes, in the order in which they are streamed.",
                    name, type));
  }
  if (named && !augmented) {
    return invalid(fmt::format(
        "Channel '{}': AttributeNames can be given only with S3DataType 'AugmentedManifestFile'; "
        "S3DataType is '{}'.",
        name, type));
  }
  const bool records = channel.record_wrapper_type.value_or("None") != "None";
  if (mode == "Pipe" || (!augmented && !records)) return {};
  const std::string field =
      augmented ? fmt::format("S3DataType '{}'", type)
                : fmt::format("RecordWrapperType '{}'", *channel.record_wrapper_type);
  return invalid(
      fmt::format("Channel '{}': {} can be used only with the input mode Pipe; InputMode, or the "
                  "job's TrainingInputMode, is '{}'.",
                  name, field, mode));
}

/// RecordIO is read in one content type only.
Outcome<void> check_records(const api::Channel& channel) {
  if (channel.record_wrapper_type.value_or("None") == "None") return {};
  const std::string content_type = channel.content_type.value_or("");
  const auto parsed = xgboost::parse_content_type(content_type);
  if (!parsed) return invalid(parsed.error().message);
  if (*parsed == xgboost::ContentType::kRecordioProtobuf) return {};
  return invalid(fmt::format(
      "Channel '{}': RecordWrapperType '{}' needs the ContentType "
      "application/x-recordio-protobuf, the only one that is read in RecordIO; it is '{}'.",
      channel.channel_name, *channel.record_wrapper_type, content_type));
}

}  // namespace

Outcome<std::vector<training::InputChannel>> input_channels(
    const std::optional<std::vector<api::Channel>>& channels, const std::string& job_input_mode,
    std::int64_t instances, const Builtin& builtin) {
  std::vector<training::InputChannel> out;
  std::map<std::string, xgboost::ChannelConfig> configs;
  if (channels) {
    for (const auto& channel : *channels) {
      const auto& source = channel.data_source.s3_data_source;
      if (!source) {
        return invalid(
            fmt::format("Channel '{}': only S3DataSource is supported.", channel.channel_name));
      }
      const std::string mode = channel.input_mode.value_or(job_input_mode);
      // The built-in XGBoost reads the same bytes whichever way they are told to come.
      const bool piped = mode == "Pipe" && builtin.is_xgboost();
      if (mode != "File" && mode != "FastFile" && !piped) {
        return invalid(fmt::format(
            "Channel '{}': input mode '{}' is not supported; supported: File, FastFile.",
            channel.channel_name, mode));
      }
      if (auto fine = check_stream(channel, *source, mode); !fine) return fine.error();
      if (auto fine = check_records(channel); !fine) return fine.error();
      xgboost::ChannelConfig config;
      config.content_type = channel.content_type.value_or("");
      config.input_mode = mode;
      config.s3_distribution_type = source->s3_data_distribution_type.value_or("FullyReplicated");
      if (!configs.emplace(channel.channel_name, config).second) {
        return invalid(fmt::format("Channel names must be unique; '{}' is given twice.",
                                   channel.channel_name));
      }
      training::InputChannel& to = out.emplace_back();
      to.name = channel.channel_name;
      to.s3_uri = source->s3_uri;
      to.content_type = config.content_type;
      to.compression = channel.compression_type.value_or("None");
      to.input_mode = mode;
      to.data_type = source->s3_data_type;
      to.distribution = config.s3_distribution_type;
      to.record_wrapper = channel.record_wrapper_type.value_or("None");
      to.attribute_names = source->attribute_names.value_or(std::vector<std::string>());
      if (to.data_type == kAugmented && to.distribution == "ShardedByS3Key") to.shards = instances;
    }
  }
  if (!builtin.is_xgboost()) return out;
  if (const auto valid = xgboost::validate_channels(configs); !valid)
    return invalid(valid.error().message);
  return out;
}

}  // namespace tunesmith::services::sagemaker
