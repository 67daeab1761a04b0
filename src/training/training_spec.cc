// SPDX-License-Identifier: Apache-2.0
#include "training/training_spec.h"

#include <boost/json.hpp>

namespace tunesmith::training {
namespace {

namespace json = boost::json;

json::object object_of(const std::map<std::string, std::string>& values) {
  json::object out;
  for (const auto& [key, value] : values) out[key] = value;
  return out;
}

std::string text_of(const json::object& from, std::string_view key) {
  return std::string(from.at(key).as_string());
}

std::map<std::string, std::string> map_of(const json::object& from, std::string_view key) {
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : from.at(key).as_object()) {
    out.emplace(name, std::string(value.as_string()));
  }
  return out;
}

InputChannel channel_of(const json::object& from) {
  InputChannel out;
  out.name = text_of(from, "name");
  out.s3_uri = text_of(from, "s3_uri");
  out.content_type = text_of(from, "content_type");
  out.compression = text_of(from, "compression");
  out.input_mode = text_of(from, "input_mode");
  out.data_type = text_of(from, "data_type");
  out.distribution = text_of(from, "distribution");
  if (!from.contains("record_wrapper")) return out;  // written by an older version
  out.record_wrapper = text_of(from, "record_wrapper");
  for (const json::value& name : from.at("attribute_names").as_array()) {
    out.attribute_names.emplace_back(name.as_string());
  }
  out.shards = from.at("shards").as_int64();
  return out;
}

}  // namespace

std::optional<Timestamp> wait_end(const TrainingSpec& spec, Timestamp created) {
  if (spec.max_wait_seconds <= 0) return std::nullopt;
  return created + std::chrono::seconds(spec.max_wait_seconds);
}

std::string print_training_spec(const TrainingSpec& spec) {
  json::array channels;
  for (const auto& c : spec.channels) {
    json::array names;
    for (const auto& name : c.attribute_names) names.emplace_back(name);
    channels.push_back(json::object{{"name", c.name},
                                    {"s3_uri", c.s3_uri},
                                    {"content_type", c.content_type},
                                    {"compression", c.compression},
                                    {"input_mode", c.input_mode},
                                    {"data_type", c.data_type},
                                    {"distribution", c.distribution},
                                    {"record_wrapper", c.record_wrapper},
                                    {"attribute_names", std::move(names)},
                                    {"shards", c.shards}});
  }
  json::array metrics;
  for (const auto& m : spec.metric_definitions) {
    metrics.push_back(json::object{{"name", m.name}, {"regex", m.regex}});
  }
  return json::serialize(json::object{{"image", spec.image},
                                      {"algorithm", spec.algorithm},
                                      {"input_mode", spec.input_mode},
                                      {"hyperparameters", object_of(spec.hyperparameters)},
                                      {"channels", std::move(channels)},
                                      {"metric_definitions", std::move(metrics)},
                                      {"environment", object_of(spec.environment)},
                                      {"output_s3_uri", spec.output_s3_uri},
                                      {"checkpoint_s3_uri", spec.checkpoint_s3_uri},
                                      {"checkpoint_local_path", spec.checkpoint_local_path},
                                      {"role_arn", spec.role_arn},
                                      {"acting_role", spec.acting_role},
                                      {"instance_type", spec.instance_type},
                                      {"instance_count", spec.instance_count},
                                      {"volume_gb", spec.volume_gb},
                                      {"max_runtime_seconds", spec.max_runtime_seconds},
                                      {"max_wait_seconds", spec.max_wait_seconds},
                                      {"objective_metric", spec.objective_metric},
                                      {"max_attempts", spec.max_attempts},
                                      {"keep_alive_seconds", spec.keep_alive_seconds},
                                      {"pool_signature", spec.pool_signature},
                                      {"network_isolation", spec.network_isolation}});
}

Result<TrainingSpec> parse_training_spec(const std::string& text) {
  try {
    const json::value parsed = json::parse(text);
    const json::object& from = parsed.as_object();
    TrainingSpec spec;
    spec.image = text_of(from, "image");
    spec.algorithm = text_of(from, "algorithm");
    spec.input_mode = text_of(from, "input_mode");
    spec.hyperparameters = map_of(from, "hyperparameters");
    for (const json::value& entry : from.at("channels").as_array()) {
      spec.channels.push_back(channel_of(entry.as_object()));
    }
    for (const json::value& entry : from.at("metric_definitions").as_array()) {
      const json::object& m = entry.as_object();
      spec.metric_definitions.push_back({text_of(m, "name"), text_of(m, "regex")});
    }
    spec.environment = map_of(from, "environment");
    spec.output_s3_uri = text_of(from, "output_s3_uri");
    spec.role_arn = text_of(from, "role_arn");
    if (from.contains("checkpoint_s3_uri")) {
      spec.checkpoint_s3_uri = text_of(from, "checkpoint_s3_uri");
      spec.checkpoint_local_path = text_of(from, "checkpoint_local_path");
    }
    if (from.contains("acting_role")) spec.acting_role = text_of(from, "acting_role");
    spec.instance_type = text_of(from, "instance_type");
    spec.instance_count = from.at("instance_count").as_int64();
    if (const json::value* size = from.if_contains("volume_gb")) spec.volume_gb = size->as_int64();
    spec.max_runtime_seconds = from.at("max_runtime_seconds").as_int64();
    spec.objective_metric = text_of(from, "objective_metric");
    spec.network_isolation = from.at("network_isolation").as_bool();
    if (const json::value* keep = from.if_contains("keep_alive_seconds")) {
      spec.keep_alive_seconds = keep->as_int64();
      spec.pool_signature = text_of(from, "pool_signature");
    }
    if (const json::value* wait = from.if_contains("max_wait_seconds")) {
      spec.max_wait_seconds = wait->as_int64();
    }
    if (const json::value* attempts = from.if_contains("max_attempts")) {
      spec.max_attempts = attempts->as_int64();
    }
    return spec;
  } catch (const std::exception& e) {
    return Error(ErrorKind::kCorrupt, std::string("stored training spec: ") + e.what());
  }
}

std::string uri_below(std::string uri, const std::string& name) {
  while (!uri.empty() && uri.back() == '/') uri.pop_back();
  return uri + "/" + name;
}

std::string output_uri(const TrainingSpec& spec, const std::string& job_name) {
  return uri_below(spec.output_s3_uri, job_name) + "/output";
}

std::string model_artifact_uri(const TrainingSpec& spec, const std::string& job_name) {
  return output_uri(spec, job_name) + "/model.tar.gz";
}

std::string first_checkpoint_uri(const std::string& uri) {
  return uri_below(uri, "xgboost-checkpoint.0");
}

}  // namespace tunesmith::training
