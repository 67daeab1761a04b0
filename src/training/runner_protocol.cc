// SPDX-License-Identifier: Apache-2.0
#include "training/runner_protocol.h"

#include "base/strings.h"
#include "training/json_members.h"

#include <boost/json.hpp>

#include <cmath>
#include <limits>
#include <utility>

namespace tunesmith::training {
namespace {

namespace json = boost::json;

json::object from_map(const std::map<std::string, std::string>& map) {
  json::object object;
  for (const auto& [name, value] : map) object[name] = value;
  return object;
}

// --- the parts of the documents

json::object to_json(const MetricPoint& point) {
  return {{"name", point.name},
          {"value", format_double(point.value)},
          {"timestamp_ms", point.timestamp_ms},
          {"step", point.step}};
}

MetricPoint read_point(Members& members) {
  MetricPoint point;
  members.text("name", point.name, true);
  members.exact_number("value", point.value);
  members.integer("timestamp_ms", point.timestamp_ms, true);
  members.integer("step", point.step);
  return point;
}

json::array to_json(const std::vector<MetricPoint>& points) {
  json::array array;
  array.reserve(points.size());
  for (const MetricPoint& point : points) array.push_back(to_json(point));
  return array;
}

json::object to_json(const Report& report) {
  json::array transitions;
  for (const Transition& transition : report.transitions) {
    transitions.push_back(
        json::object{{"status", transition.status}, {"timestamp_ms", transition.timestamp_ms}});
  }
  return {{"job_id", report.job_id},
          {"attempt", report.attempt},
          {"token", report.token},
          {"seq", report.seq},
          {"metrics", to_json(report.metrics)},
          {"transitions", std::move(transitions)}};
}

void read_report(Members& members, Report& report) {
  members.text("job_id", report.job_id, true);
  members.integer("attempt", report.attempt, true);
  members.text("token", report.token, true);
  members.integer("seq", report.seq, true);
  members.objects("metrics", [&](Members& m) { report.metrics.push_back(read_point(m)); });
  members.objects("transitions", [&](Members& m) {
    Transition transition;
    m.text("status", transition.status, true);
    m.integer("timestamp_ms", transition.timestamp_ms, true);
    report.transitions.push_back(std::move(transition));
  });
}

json::object to_json(const AlgorithmSpec& algorithm) {
  json::array arguments;
  for (const std::string& argument : algorithm.arguments) arguments.emplace_back(argument);
  return {{"kind", algorithm.kind == AlgorithmKind::kXgboost ? "xgboost" : "process"},
          {"program", algorithm.program},
          {"arguments", std::move(arguments)},
          {"host_key", algorithm.host_key},
          {"hosts_folder", algorithm.hosts_folder},
          {"host_idle_seconds", algorithm.host_idle_seconds}};
}

void read_algorithm(Members& members, AlgorithmSpec& algorithm) {
  std::string kind;
  members.text("kind", kind, true);
  if (kind == "xgboost") {
    algorithm.kind = AlgorithmKind::kXgboost;
  } else if (kind == "process") {
    algorithm.kind = AlgorithmKind::kProcess;
  } else {
    members.fail("kind", "is none that this runner knows: '" + kind + "'");
  }
  members.text("program", algorithm.program, true);
  if (!algorithm.program.starts_with('/')) members.fail("program", "is no absolute path");
  members.texts("arguments", algorithm.arguments);
  members.text("host_key", algorithm.host_key);
  if (algorithm.host_key.find('/') != std::string::npos) members.fail("host_key", "has a '/'");
  members.text("hosts_folder", algorithm.hosts_folder);
  members.integer("host_idle_seconds", algorithm.host_idle_seconds);
}

json::array to_json(const std::vector<ChannelFile>& list) {
  json::array files;
  for (const ChannelFile& file : list) {
    files.push_back(json::object{{"name", file.name},
                                 {"path", file.path},
                                 {"size", file.size},
                                 {"identity", file.identity}});
  }
  return files;
}

void read_files(Members& members, std::vector<ChannelFile>& files) {
  members.objects("files", [&](Members& m) {
    ChannelFile file;
    m.text("name", file.name, true);
    m.text("path", file.path, true);
    m.integer("size", file.size);
    m.text("identity", file.identity);
    if (!is_safe_relative_path(file.name)) m.fail("name", "leaves the channel's folder");
    if (!file.path.starts_with('/')) m.fail("path", "is no absolute path");
    files.push_back(std::move(file));
  });
}

json::object to_json(const Channel& channel) {
  return {{"content_type", channel.content_type}, {"compression", channel.compression},
          {"input_mode", channel.input_mode},     {"record_wrapper", channel.record_wrapper},
          {"distribution", channel.distribution}, {"files", to_json(channel.files)}};
}

Channel read_channel(Members& members) {
  Channel channel;
  members.text("content_type", channel.content_type);
  members.text("compression", channel.compression);
  members.text("input_mode", channel.input_mode);
  members.text("record_wrapper", channel.record_wrapper);
  members.text("distribution", channel.distribution);
  read_files(members, channel.files);
  return channel;
}

void read_job_spec(Members& members, JobSpec& spec) {
  members.text("job_id", spec.job_id, true);
  members.text("job_name", spec.job_name, true);
  members.integer("attempt", spec.attempt, true);
  members.text("token", spec.token, true);
  members.text("server_socket", spec.server_socket, true);
  members.text("role", spec.role);
  members.object("algorithm", true, [&](Members& m) { read_algorithm(m, spec.algorithm); });
  members.text_map("hyperparameters", spec.hyperparameters);
  members.object_map("channels", [&](std::string name, Members& m) {
    if (!is_safe_relative_path(name) || name.find('/') != std::string::npos) {
      m.fail("", "has a name that is no folder name");
    }
    spec.channels[std::move(name)] = read_channel(m);
  });
  members.object("checkpoints", false, [&](Members& m) {
    CheckpointFolder& folder = spec.checkpoints.emplace();
    m.text("local_path", folder.local_path);
    read_files(m, folder.files);
  });
  members.text_map("environment", spec.environment);
  members.objects("metric_definitions", [&](Members& m) {
    MetricDefinition definition;
    m.text("name", definition.name, true);
    m.text("regex", definition.regex, true);
    spec.metric_definitions.push_back(std::move(definition));
  });
  members.text("instance_type", spec.instance_type);
  members.integer("instance_count", spec.instance_count);
  members.text("artifact_name", spec.artifact_name);
  if (!is_safe_relative_path(spec.artifact_name) ||
      spec.artifact_name.find('/') != std::string::npos) {
    members.fail("artifact_name", "is no file name");
  }
  // A hundred years: what follows adds these to clocks.
  constexpr double kLongest = 100.0 * 366 * 86400;
  members.number("max_runtime_seconds", spec.max_runtime_seconds);
  members.number("kill_grace_seconds", spec.kill_grace_seconds);
  if (!(spec.max_runtime_seconds > 0 && spec.max_runtime_seconds <= kLongest)) {
    members.fail("max_runtime_seconds", "is out of range");
  }
  if (!(spec.kill_grace_seconds >= 0 && spec.kill_grace_seconds <= kLongest)) {
    members.fail("kill_grace_seconds", "is out of range");
  }
  members.integer("threads", spec.threads);
  if (spec.threads < 1) members.fail("threads", "is below 1");
  members.integer("memory_limit_bytes", spec.memory_limit_bytes);
  members.integer("disk_limit_bytes", spec.disk_limit_bytes);
  members.integer("process_limit", spec.process_limit);
  members.integer("log_limit_bytes", spec.log_limit_bytes);
  members.boolean("network_isolation", spec.network_isolation);
}

std::optional<JobStatus> status_from(std::string_view text) {
  for (const JobStatus status : {JobStatus::kCompleted, JobStatus::kFailed, JobStatus::kStopped}) {
    if (text == to_string(status)) return status;
  }
  return std::nullopt;
}

json::object to_json(const Outcome& outcome) {
  json::array artifacts;
  for (const Artifact& artifact : outcome.artifacts) {
    artifacts.push_back(json::object{
        {"name", artifact.name}, {"size", artifact.size}, {"uploaded", artifact.uploaded}});
  }
  json::object object{{"status", to_string(outcome.status)},
                      {"secondary_status", outcome.secondary_status},
                      {"failure_reason", outcome.failure_reason},
                      {"start_ms", outcome.start_ms},
                      {"end_ms", outcome.end_ms},
                      {"first_instruction_us", outcome.first_instruction_us},
                      {"cpu_seconds", format_double(outcome.cpu_seconds)},
                      {"max_rss_kb", outcome.max_rss_kb},
                      {"final_metrics", to_json(outcome.final_metrics)},
                      {"artifacts", std::move(artifacts)},
                      {"log_bytes", outcome.log_bytes},
                      {"dropped_metrics", outcome.dropped_metrics}};
  if (outcome.exit_code) object["exit_code"] = *outcome.exit_code;
  if (outcome.signal) object["signal"] = *outcome.signal;
  return object;
}

void read_outcome(Members& members, Outcome& outcome) {
  std::string status;
  members.text("status", status, true);
  if (const auto known = status_from(status)) {
    outcome.status = *known;
  } else {
    members.fail("status", "is none of ours: '" + status + "'");
  }
  members.text("secondary_status", outcome.secondary_status, true);
  members.text("failure_reason", outcome.failure_reason);
  members.integer("exit_code", outcome.exit_code);
  members.integer("signal", outcome.signal);
  members.integer("start_ms", outcome.start_ms);
  members.integer("end_ms", outcome.end_ms);
  members.integer("first_instruction_us", outcome.first_instruction_us);
  members.exact_number("cpu_seconds", outcome.cpu_seconds);
  members.integer("max_rss_kb", outcome.max_rss_kb);
  members.objects("final_metrics",
                  [&](Members& m) { outcome.final_metrics.push_back(read_point(m)); });
  members.objects("artifacts", [&](Members& m) {
    Artifact artifact;
    m.text("name", artifact.name, true);
    m.integer("size", artifact.size);
    m.boolean("uploaded", artifact.uploaded);
    if (!is_safe_relative_path(artifact.name) || artifact.name.find('/') != std::string::npos) {
      m.fail("name", "is no file name");
    }
    outcome.artifacts.push_back(std::move(artifact));
  });
  members.integer("log_bytes", outcome.log_bytes);
  members.integer("dropped_metrics", outcome.dropped_metrics);
}

}  // namespace

std::string_view to_string(JobStatus status) {
  switch (status) {
    case JobStatus::kCompleted:
      return "Completed";
    case JobStatus::kFailed:
      return "Failed";
    case JobStatus::kStopped:
      return "Stopped";
  }
  return "Failed";
}

bool is_safe_relative_path(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) return false;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == "." || part == "..") return false;
  }
  return true;
}

std::string print(const JobSpec& spec) {
  json::object channels;
  for (const auto& [name, channel] : spec.channels) channels[name] = to_json(channel);
  json::array definitions;
  for (const MetricDefinition& definition : spec.metric_definitions) {
    definitions.push_back(json::object{{"name", definition.name}, {"regex", definition.regex}});
  }
  json::object document{{"job_id", spec.job_id},
                        {"job_name", spec.job_name},
                        {"attempt", spec.attempt},
                        {"token", spec.token},
                        {"server_socket", spec.server_socket},
                        {"role", spec.role},
                        {"algorithm", to_json(spec.algorithm)},
                        {"hyperparameters", from_map(spec.hyperparameters)},
                        {"channels", std::move(channels)},
                        {"environment", from_map(spec.environment)},
                        {"metric_definitions", std::move(definitions)},
                        {"instance_type", spec.instance_type},
                        {"instance_count", spec.instance_count},
                        {"artifact_name", spec.artifact_name},
                        {"max_runtime_seconds", spec.max_runtime_seconds},
                        {"kill_grace_seconds", spec.kill_grace_seconds},
                        {"threads", spec.threads},
                        {"memory_limit_bytes", spec.memory_limit_bytes},
                        {"disk_limit_bytes", spec.disk_limit_bytes},
                        {"process_limit", spec.process_limit},
                        {"log_limit_bytes", spec.log_limit_bytes},
                        {"network_isolation", spec.network_isolation}};
  if (spec.checkpoints) {
    document["checkpoints"] = json::object{{"local_path", spec.checkpoints->local_path},
                                           {"files", to_json(spec.checkpoints->files)}};
  }
  return json::serialize(document);
}

std::string print(const Claim& claim) {
  return json::serialize(
      json::object{{"job_id", claim.job_id},
                   {"attempt", claim.attempt},
                   {"token", claim.token},
                   {"runner", json::object{{"boot_id", claim.runner.boot_id},
                                           {"pid", claim.runner.pid},
                                           {"start_ticks", claim.runner.start_ticks}}}});
}

std::string print(const Report& report) { return json::serialize(to_json(report)); }

std::string print(const Answer& answer) {
  json::object object;
  if (answer.stop) object = {{"stop", true}, {"reason", answer.reason}};
  return json::serialize(object);
}

std::string print(const Finish& finish) {
  return json::serialize(
      json::object{{"report", to_json(finish.report)}, {"outcome", to_json(finish.outcome)}});
}

Result<JobSpec> parse_job_spec(std::string_view text) {
  return parse_document<JobSpec>(text, "job specification", read_job_spec);
}

Result<Claim> parse_claim(std::string_view text) {
  return parse_document<Claim>(text, "claim", [](Members& members, Claim& claim) {
    members.text("job_id", claim.job_id, true);
    members.integer("attempt", claim.attempt, true);
    members.text("token", claim.token, true);
    members.object("runner", true, [&](Members& m) {
      m.text("boot_id", claim.runner.boot_id, true);
      m.integer("pid", claim.runner.pid, true);
      m.integer("start_ticks", claim.runner.start_ticks, true);
    });
  });
}

Result<Report> parse_report(std::string_view text) {
  return parse_document<Report>(text, "report", read_report);
}

Result<Answer> parse_answer(std::string_view text) {
  return parse_document<Answer>(text, "answer", [](Members& members, Answer& answer) {
    members.boolean("stop", answer.stop);
    members.text("reason", answer.reason);
  });
}

Result<Finish> parse_finish(std::string_view text) {
  return parse_document<Finish>(text, "finish", [](Members& members, Finish& finish) {
    members.object("report", true, [&](Members& m) { read_report(m, finish.report); });
    members.object("outcome", true, [&](Members& m) { read_outcome(m, finish.outcome); });
  });
}

}  // namespace tunesmith::training
