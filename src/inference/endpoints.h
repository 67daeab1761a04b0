// SPDX-License-Identifier: Apache-2.0
//
// Endpoints: rows in the store, a predictor process for each variant of those in service. Creating
// and updating return after the commit of Creating or Updating; a thread of this object fetches the
// models, starts the processes and commits what came of it. After a restart recover() brings every
// endpoint back. A model that cannot be served fails its endpoint, with the reason; a failed update
// leaves what was served before. Thread safe.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "store/store.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "inference/endpoint_metrics.h"
#include "inference/endpoint_spec.h"
#include "inference/model_artifacts.h"
#include "inference/predictor_process.h"

namespace tunesmith::inference {

inline constexpr std::string_view kEndpointKind = "endpoint";

struct EndpointSettings {
  std::filesystem::path folder;   // absolute; one folder an endpoint in it
  std::filesystem::path program;  // tunesmith-xgboost
  std::chrono::milliseconds load_patience{120'000};
  std::chrono::milliseconds answer_patience{60'000};  // the service's limit for a model's answer
  std::size_t max_variants = 64;                      // of all endpoints together: each a process
};

/// New values of a variant of an endpoint in service.
struct VariantChange {
  std::string variant;
  std::optional<double> weight;
  std::optional<std::int64_t> instances;
};

struct Invocation {
  Frame answer;
  std::string variant;
};

class Endpoints {
 public:
  Endpoints(store::Store& store, const Clock& clock, ModelArtifacts& artifacts,
            EndpointMetrics& metrics, EndpointSettings settings);
  ~Endpoints();

  /// Commits a new endpoint with its tags. kAlreadyExists, kLimitExceeded.
  Result<void> create(const std::string& region, const std::string& name, std::string request,
                      const EndpointSpec& spec, const std::string& arn,
                      const std::vector<store::Tag>& tags);
  /// `deployment`: the new value of EndpointState's; unset: as it is. kConflict unless the endpoint
  /// is InService or Failed.
  Result<void> update(const std::string& region, const std::string& name, const EndpointSpec& spec,
                      const std::optional<std::string>& deployment);
  /// Changes variants and starts nothing anew; the endpoint is Updating until it is done. kConflict
  /// unless it is InService; kInvalid, naming them, for variants that it does not have.
  Result<void> adjust(const std::string& region, const std::string& name,
                      const std::vector<VariantChange>& changes);
  /// kConflict while the endpoint is Creating or Updating.
  Result<void> erase(const std::string& region, const std::string& name, const std::string& arn);

  /// `variant` empty: chosen by the variants' weights; `received`: when the request came, for the
  /// metrics. kNotFound: no such endpoint in service. kInvalid: no such variant. kUnavailable: its
  /// process died or was too slow; it is started anew.
  Result<Invocation> invoke(const std::string& region, const std::string& name,
                            const std::string& variant, Frame request,
                            std::chrono::steady_clock::time_point received);

  /// Starts what was in service, or on its way, before the last stop.
  Result<void> recover();

  /// The log of a variant's process.
  std::filesystem::path log(std::int64_t endpoint, const std::string& variant) const;

 private:
  using Key = std::pair<std::string, std::string>;  // region, name in lower case

  struct Variant {
    VariantName name;
    std::atomic<double> weight = 1;
    std::atomic<std::int64_t> instances = 1;
    std::string default_accept;  // as ServedModel's
    PredictorOptions options;
    std::mutex mutex;
    std::shared_ptr<PredictorProcess> process;  // guarded by mutex; null: to be started
  };
  struct Served {
    std::int64_t id = 0;
    std::vector<std::unique_ptr<Variant>> variants;
  };

  void work();
  void deploy(std::int64_t id);
  /// Gives what is served the weights of `spec`; false when nothing is.
  bool reweigh(const Key& key, const EndpointSpec& spec);
  Result<std::shared_ptr<Served>> start(const store::Resource& row, std::int64_t generation,
                                        const EndpointSpec& spec);
  /// Of an endpoint whose state cannot be read, which stays as it is.
  Result<void> fail(std::int64_t id, const std::string& reason);
  Result<void> settle(const store::Resource& row, EndpointState state, bool started,
                      const std::string& reason);
  void enqueue(std::int64_t id, const Key& key);
  std::filesystem::path generation_folder(std::int64_t id, std::int64_t generation) const;
  Result<std::shared_ptr<PredictorProcess>> process_of(Variant& variant);
  Result<Frame> ask(Variant& variant, const Frame& request);

  store::Store& store_;
  const Clock& clock_;
  ModelArtifacts& artifacts_;
  EndpointMetrics& metrics_;
  const EndpointSettings settings_;

  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  std::map<Key, std::shared_ptr<Served>> served_;
  std::map<std::int64_t, Key> waiting_;  // to be deployed, and the one that is being deployed
  std::deque<std::int64_t> queue_;
  std::uint64_t requests_ = 0;
  bool stopping_ = false;

  std::thread worker_;
};

}  // namespace tunesmith::inference
