// SPDX-License-Identifier: Apache-2.0
//
// The JSON documents that the server and the runner of a training job exchange: spec.json (server
// to runner, a file), claim, report and finish (runner to server, over the socket), outcome.json (a
// file, the same document as finish). Plain values; both sides parse and print them here and
// nowhere else. Metric values travel as decimal text, so that a double arrives bit for bit.
//
//   POST /runner/v1/claim     Claim   -> 200 Answer | 409 fenced
//   POST /runner/v1/report    Report  -> 200 Answer | 409 fenced
//   PUT  /runner/v1/artifact?job=ID&attempt=N&name=model.tar.gz   bytes -> 200 | 409 fenced
//   PUT  /runner/v1/checkpoint?job=ID&attempt=N&name=RELATIVE     bytes -> 200 | 409 fenced
//   POST /runner/v1/finish    Finish  -> 200 Answer | 409 fenced
// Every request carries "Authorization: Bearer <token>". Anything but 2xx and 409 is retried.
#pragma once

#include "base/result.h"
#include "training/metric_scraper.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::training {

inline constexpr std::string_view kClaimPath = "/runner/v1/claim";
inline constexpr std::string_view kReportPath = "/runner/v1/report";
inline constexpr std::string_view kArtifactPath = "/runner/v1/artifact";
inline constexpr std::string_view kCheckpointPath = "/runner/v1/checkpoint";
inline constexpr std::string_view kFinishPath = "/runner/v1/finish";

enum class AlgorithmKind {
  kXgboost,  // the built-in trainer, by its host when host_key is given
  kProcess,  // `program` with `arguments`, in a process of its own
};

struct AlgorithmSpec {
  AlgorithmKind kind = AlgorithmKind::kXgboost;
  std::string program;  // absolute path
  std::vector<std::string> arguments;
  // kXgboost: trials with equal keys share a host (see host_key.h). Empty: no host.
  std::string host_key;
  std::string hosts_folder;  // absolute path; holds <host_key>.sock
  int host_idle_seconds = 60;

  bool operator==(const AlgorithmSpec&) const = default;
};

struct ChannelFile {
  std::string name;  // relative, below input/data/<channel>/: no "..", no empty part
  std::string path;  // absolute; read-only for the job
  std::uint64_t size = 0;
  std::string identity;  // equal only for equal bytes (version id, checksum)

  bool operator==(const ChannelFile&) const = default;
};

struct Channel {
  std::string content_type;
  std::string compression = "None";  // or "Gzip"
  std::string input_mode = "File";
  std::string record_wrapper = "None";
  std::string distribution = "FullyReplicated";
  std::vector<ChannelFile> files;

  bool operator==(const Channel&) const = default;
};

/// A folder that goes on from one attempt, or job, to the next.
struct CheckpointFolder {
  std::string local_path;          // as the request names it
  std::vector<ChannelFile> files;  // what its S3 prefix held when the attempt was launched

  bool operator==(const CheckpointFolder&) const = default;
};

struct JobSpec {
  std::string job_id;
  std::string job_name;
  std::int64_t attempt = 1;
  std::string token;
  std::string server_socket;  // path of a Unix socket
  std::string role;           // ARN: what the job may read; hosts are never shared between roles
  AlgorithmSpec algorithm;
  std::map<std::string, std::string> hyperparameters;
  std::map<std::string, Channel> channels;
  std::optional<CheckpointFolder> checkpoints;
  std::map<std::string, std::string> environment;
  std::vector<MetricDefinition> metric_definitions;
  std::string instance_type = "ml.m5.xlarge";
  std::int64_t instance_count = 1;  // of a kXgboost: each is a worker, with limits of its own
  std::string artifact_name = "model.tar.gz";
  double max_runtime_seconds = 86400;
  double kill_grace_seconds = 120;
  int threads = 1;
  std::uint64_t memory_limit_bytes =
      0;                               // resident of all processes, address space of each; 0: none
  std::uint64_t disk_limit_bytes = 0;  // files in the job's folder; 0: none
  std::uint64_t process_limit = 1024;  // of a kProcess, with threads
  std::uint64_t log_limit_bytes = std::uint64_t{1} << 30U;
  bool network_isolation = false;

  bool operator==(const JobSpec&) const = default;
};

/// Names a process for ever: a process id alone is used again.
struct ProcessIdentity {
  std::string boot_id;
  std::int64_t pid = 0;
  std::uint64_t start_ticks = 0;  // field 22 of /proc/<pid>/stat

  bool operator==(const ProcessIdentity&) const = default;
};

struct Claim {
  std::string job_id;
  std::int64_t attempt = 0;
  std::string token;
  ProcessIdentity runner;

  bool operator==(const Claim&) const = default;
};

struct MetricPoint {
  std::string name;
  double value = 0;
  std::int64_t timestamp_ms = 0;
  std::int64_t step = 0;  // how many values of this metric came before it

  bool operator==(const MetricPoint&) const = default;
};

/// A secondary status and when it began: "Downloading", "Training", "Uploading", "Stopping".
struct Transition {
  std::string status;
  std::int64_t timestamp_ms = 0;

  bool operator==(const Transition&) const = default;
};

/// Applied once per seq: a report whose seq is not above the last one applied is acknowledged and
/// ignored.
struct Report {
  std::string job_id;
  std::int64_t attempt = 0;
  std::string token;
  std::int64_t seq = 0;  // 1, 2, ...
  std::vector<MetricPoint> metrics;
  std::vector<Transition> transitions;

  bool operator==(const Report&) const = default;
};

/// The server's answer to claim, report and finish. An empty object is the common one.
struct Answer {
  bool stop = false;
  std::string reason;

  bool operator==(const Answer&) const = default;
};

enum class JobStatus { kCompleted, kFailed, kStopped };

struct Artifact {
  std::string name;  // in the job folder, and to be asked for by that name
  std::uint64_t size = 0;
  bool uploaded = false;  // acknowledged by the server when this was written

  bool operator==(const Artifact&) const = default;
};

struct Outcome {
  JobStatus status = JobStatus::kFailed;
  std::string secondary_status;  // "Completed", "Failed", "Stopped", "MaxRuntimeExceeded"
  std::string failure_reason;    // at most 1024 bytes of UTF-8; empty unless failed
  std::optional<int> exit_code;  // of the algorithm
  std::optional<int> signal;
  std::int64_t start_ms = 0;  // of the algorithm; 0: never started
  std::int64_t end_ms = 0;
  std::int64_t first_instruction_us = 0;  // as the algorithm's process stamped it; 0: unknown
  double cpu_seconds = 0;
  std::int64_t max_rss_kb = 0;
  std::vector<MetricPoint> final_metrics;  // the last value of each metric
  std::vector<Artifact> artifacts;
  std::uint64_t log_bytes = 0;
  std::uint64_t dropped_metrics = 0;  // not sent, because too many waited for an absent server

  bool operator==(const Outcome&) const = default;
};

/// The end of an attempt, with the metrics that no earlier report carried (report.seq follows the
/// last acknowledged one; job, attempt and token are the report's).
struct Finish {
  Report report;
  Outcome outcome;

  bool operator==(const Finish&) const = default;
};

std::string print(const JobSpec& spec);
std::string print(const Claim& claim);
std::string print(const Report& report);
std::string print(const Answer& answer);
std::string print(const Finish& finish);

/// All parsers: kInvalid naming the member when a document is no such one; unknown members are
/// ignored (an older runner may meet a newer server).
Result<JobSpec> parse_job_spec(std::string_view json);
Result<Claim> parse_claim(std::string_view json);
Result<Report> parse_report(std::string_view json);
Result<Answer> parse_answer(std::string_view json);
Result<Finish> parse_finish(std::string_view json);

std::string_view to_string(JobStatus status);

/// True for a relative path that stays below where it is joined: no empty part, no "." or "..", no
/// NUL.
bool is_safe_relative_path(std::string_view path);

}  // namespace tunesmith::training
