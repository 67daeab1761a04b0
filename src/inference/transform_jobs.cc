// SPDX-License-Identifier: Apache-2.0
#include "inference/transform_jobs.h"

#include "base/files.h"
#include "base/log.h"

#include <fcntl.h>
#include <fmt/core.h>

#include <cerrno>

#include "inference/transform_run.h"

namespace tunesmith::inference {
namespace {

constexpr std::string_view kInProgress = "InProgress";
constexpr std::string_view kStopping = "Stopping";

/// Ends a row. What a user can mend is told as AWS tells it.
void end(store::Resource& row, const Result<bool>& done, Timestamp now) {
  if (!done) {
    const ErrorKind kind = done.error().kind;
    const bool users_fault = kind == ErrorKind::kInvalid || kind == ErrorKind::kNotFound ||
                             kind == ErrorKind::kLimitExceeded || kind == ErrorKind::kDenied;
    row.status = "Failed";
    row.failure_reason = (users_fault ? "ClientError: " : "InternalServerError: ") +
                         done.error().message.substr(0, 1000);
  } else {
    row.status = *done ? "Completed" : "Stopped";
  }
  row.modified = now;
  row.ended = now;
}

}  // namespace

TransformJobs::TransformJobs(store::Store& store, const Clock& clock, ModelArtifacts& artifacts,
                             TransformObjects& objects, TransformSettings settings)
    : store_(store),
      clock_(clock),
      artifacts_(artifacts),
      objects_(objects),
      settings_(std::move(settings)) {
  worker_ = std::thread([this] { work(); });
}

TransformJobs::~TransformJobs() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  worker_.join();
}

Result<void> TransformJobs::create(const std::string& region, const std::string& name,
                                   std::string request, const TransformSpec& spec,
                                   const std::string& arn, const std::vector<store::Tag>& tags) {
  store::Resource row;
  row.kind = kTransformKind;
  row.region = region;
  row.name = name;
  row.status = kInProgress;
  row.created = row.modified = clock_.now();
  row.request = std::move(request);
  row.state = print_transform_state({spec, std::nullopt, false});
  std::int64_t id = 0;
  TUNESMITH_TRY_VOID(store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(id, t.insert(row));
    return t.put_tags(arn, tags);
  }));
  enqueue(id);
  return {};
}

Result<void> TransformJobs::request_stop(const std::string& region, const std::string& name) {
  std::int64_t id = 0;
  TUNESMITH_TRY_VOID(store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(auto row, t.resource(kTransformKind, region, name));
    if (row.ended) return Error(ErrorKind::kConflict, "stop " + name + ": it is " + row.status);
    TUNESMITH_TRY(auto state, parse_transform_state(row.state));
    id = row.id;
    row.status = kStopping;
    row.modified = clock_.now();
    state.stop_requested = true;
    row.state = print_transform_state(state);
    return t.update(row);
  }));
  const std::lock_guard lock(mutex_);
  if (running_ == id) stop_running_ = true;
  return {};
}

Result<void> TransformJobs::recover() {
  std::vector<store::Resource> rows;
  TUNESMITH_TRY_VOID(store_.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(rows, r.live_resources(kTransformKind));
    return {};
  }));
  for (const auto& row : rows) enqueue(row.id);
  return {};
}

std::filesystem::path TransformJobs::log(std::int64_t job) const {
  return settings_.folder / std::to_string(job) / "log";
}

void TransformJobs::enqueue(std::int64_t id) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(id);
  }
  changed_.notify_all();
}

void TransformJobs::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    running_ = queue_.front();
    queue_.pop_front();
    stop_running_ = false;
    lock.unlock();
    run(running_);
    lock.lock();
    running_ = 0;
  }
}

void TransformJobs::run(std::int64_t id) {
  TransformState state;
  const auto begun = store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(auto row, t.resource(id));
    TUNESMITH_TRY(state, parse_transform_state(row.state));
    if (state.stop_requested) return {};
    state.started = clock_.now();
    row.modified = *state.started;
    row.state = print_transform_state(state);
    return t.update(row);
  });
  if (!begun) log::error("transform job {}: {}", id, begun.error().message);
  // The next start tries again, unless it is the job itself that cannot be read.
  if (!begun && begun.error().kind != ErrorKind::kCorrupt) return;
  const auto done = !begun                 ? Result<bool>(begun.error())
                    : state.stop_requested ? Result<bool>(false)
                                           : transform(id, state.spec);
  {
    const std::lock_guard lock(mutex_);
    // The next server begins it again.
    if (stopping_ && (!done || !*done) && !stop_running_) return;
  }
  const auto ended = store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(auto row, t.resource(id));
    end(row, done, clock_.now());
    return t.update(row);
  });
  if (!ended) log::error("transform job {}: {}", id, ended.error().message);
}

Result<bool> TransformJobs::transform(std::int64_t id, const TransformSpec& spec) {
  const auto folder = settings_.folder / std::to_string(id);
  const auto model = folder / "model" / "model.tar.gz";
  std::error_code ec;
  std::filesystem::create_directories(model.parent_path(), ec);
  if (ec) return Error::from_errno(ec.value(), "create " + folder.string());
  TUNESMITH_TRY_VOID(artifacts_.fetch(spec.model.artifact_uri, spec.model.acting_role, model));
  TUNESMITH_TRY(const auto objects, objects_.objects(spec.input_uri, spec.model.acting_role));
  TUNESMITH_TRY(const auto predictor, PredictorProcess::start({.program = settings_.program,
                                                               .model = model,
                                                               .log = log(id),
                                                               .generation = spec.model.generation,
                                                               .threads = settings_.threads},
                                                              settings_.load_patience));
  bool whole = true;
  for (const TransformObject& object : objects) {
    auto done = transform_one(spec, object, folder / "output", *predictor);
    if (!done) return done.error().with_context(object.name);
    whole = *done;
    if (!whole) break;
  }
  std::filesystem::remove_all(folder / "model", ec);
  std::filesystem::remove(folder / "output", ec);
  return whole;
}

Result<bool> TransformJobs::transform_one(const TransformSpec& spec, const TransformObject& object,
                                          const std::filesystem::path& output,
                                          PredictorProcess& predictor) {
  const FileDescriptor file(::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) return Error::from_errno(errno, "create " + output.string());
  TransformHooks hooks;
  hooks.ask = [&](const Frame& request) {
    return predictor.ask(request, settings_.answer_patience);
  };
  hooks.write = [&](std::string_view text) { return write_all(file.get(), text); };
  hooks.should_stop = [this] {
    const std::lock_guard lock(mutex_);
    return stop_running_ || stopping_;
  };
  TUNESMITH_TRY(const bool whole, transform_object(spec, object.path, hooks));
  if (!whole) return false;
  std::string uri = spec.output_uri;
  while (uri.ends_with('/')) uri.pop_back();
  uri += "/" + object.name + ".out";
  TUNESMITH_TRY_VOID(objects_.check_put(uri, spec.model.acting_role));
  TUNESMITH_TRY_VOID(objects_.put_file(uri, output));
  return true;
}

}  // namespace tunesmith::inference
