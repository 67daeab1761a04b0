// SPDX-License-Identifier: Apache-2.0
#include "inference/endpoints.h"

#include "algorithms/xgboost/schema/accept.h"
#include "base/log.h"
#include "base/strings.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace tunesmith::inference {
namespace {

constexpr std::string_view kCreating = "Creating";
constexpr std::string_view kUpdating = "Updating";
constexpr std::string_view kInService = "InService";
constexpr std::string_view kFailed = "Failed";

/// The k-th of a sequence that is spread evenly over [0, 1), so that shares of requests come out as
/// the weights say without a random number: the fractional part of k times the golden ratio.
double spread(std::uint64_t k) {
  constexpr double kGoldenRatio = 0.6180339887498949;
  const double x = static_cast<double>(k % (1U << 24U)) * kGoldenRatio;
  return x - std::floor(x);
}

bool in_progress(const store::Resource& row) {
  return row.status == kCreating || row.status == kUpdating;
}

void begin_update(store::Resource& row, const EndpointState& state, Timestamp now) {
  row.status = kUpdating;
  row.failure_reason.clear();
  row.modified = now;
  row.state = print_endpoint_state(state);
}

}  // namespace

Endpoints::Endpoints(store::Store& store, const Clock& clock, ModelArtifacts& artifacts,
                     EndpointMetrics& metrics, EndpointSettings settings)
    : store_(store),
      clock_(clock),
      artifacts_(artifacts),
      metrics_(metrics),
      settings_(std::move(settings)) {
  worker_ = std::thread([this] { work(); });
}

Endpoints::~Endpoints() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  worker_.join();
}

Result<void> Endpoints::create(const std::string& region, const std::string& name,
                               std::string request, const EndpointSpec& spec,
                               const std::string& arn, const std::vector<store::Tag>& tags) {
  store::Resource row;
  row.kind = kEndpointKind;
  row.region = region;
  row.name = name;
  row.status = kCreating;
  row.created = row.modified = clock_.now();
  row.request = std::move(request);
  EndpointState state;
  state.current = spec;
  row.state = print_endpoint_state(state);
  std::int64_t id = 0;
  TUNESMITH_TRY_VOID(store_.write([&](store::Transaction& t) -> Result<void> {
    std::size_t variants = spec.variants.size();
    TUNESMITH_TRY(const auto others, t.live_resources(kEndpointKind));
    for (const auto& other : others) {
      if (other.status == kFailed) continue;
      // One that cannot be read serves nothing: deploy() fails it.
      if (const auto known = parse_endpoint_state(other.state))
        variants += known->current.variants.size();
    }
    if (variants > settings_.max_variants) {
      return Error(ErrorKind::kLimitExceeded,
                   fmt::format("The limit of {} production variants of all endpoints together is "
                               "reached. Delete endpoints that are not in use.",
                               settings_.max_variants));
    }
    TUNESMITH_TRY(id, t.insert(row));
    return t.put_tags(arn, tags);
  }));
  enqueue(id, {region, to_lower(name)});
  return {};
}

Result<void> Endpoints::update(const std::string& region, const std::string& name,
                               const EndpointSpec& spec,
                               const std::optional<std::string>& deployment) {
  std::int64_t id = 0;
  TUNESMITH_TRY_VOID(store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(auto row, t.resource(kEndpointKind, region, name));
    if (in_progress(row))
      return Error(ErrorKind::kConflict, "endpoint " + name + " is in progress");
    TUNESMITH_TRY(auto state, parse_endpoint_state(row.state));
    state.next = spec;
    if (deployment) state.deployment = deployment;
    id = row.id;
    begin_update(row, state, clock_.now());
    return t.update(row);
  }));
  enqueue(id, {region, to_lower(name)});
  return {};
}

Result<void> Endpoints::adjust(const std::string& region, const std::string& name,
                               const std::vector<VariantChange>& changes) {
  std::int64_t id = 0;
  TUNESMITH_TRY_VOID(store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(auto row, t.resource(kEndpointKind, region, name));
    if (row.status != kInService)
      return Error(ErrorKind::kConflict, "endpoint " + name + " is not in service");
    TUNESMITH_TRY(auto state, parse_endpoint_state(row.state));
    auto& variants = state.current.variants;
    std::string unknown;
    for (const VariantChange& change : changes) {
      const auto at = std::find_if(variants.begin(), variants.end(),
                                   [&](const auto& v) { return v.name == change.variant; });
      if (at == variants.end()) {
        unknown += (unknown.empty() ? "" : ", ") + change.variant;
        continue;
      }
      at->weight = change.weight.value_or(at->weight);
      at->instances = change.instances.value_or(at->instances);
    }
    if (!unknown.empty()) {
      return Error(ErrorKind::kInvalid,
                   fmt::format("The variant name(s) \"{}\" is/are not present within endpoint "
                               "configuration \"{}\".",
                               unknown, state.current.config_name));
    }
    id = row.id;
    begin_update(row, state, clock_.now());
    return t.update(row);
  }));
  enqueue(id, {region, to_lower(name)});
  return {};
}

Result<void> Endpoints::erase(const std::string& region, const std::string& name,
                              const std::string& arn) {
  std::int64_t id = 0;
  TUNESMITH_TRY_VOID(store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(const auto row, t.resource(kEndpointKind, region, name));
    if (in_progress(row))
      return Error(ErrorKind::kConflict, "endpoint " + name + " is in progress");
    id = row.id;
    TUNESMITH_TRY_VOID(t.erase_all_tags(arn));
    return t.erase_resource(row.id);
  }));
  std::shared_ptr<Served> gone;  // its processes end when the last request has its answer
  {
    const std::lock_guard lock(mutex_);
    const auto at = served_.find({region, to_lower(name)});
    if (at != served_.end()) {
      gone = std::move(at->second);
      served_.erase(at);
    }
  }
  std::error_code ignored;  // what is left is removed by nobody's harm: ids are not used twice
  std::filesystem::remove_all(settings_.folder / std::to_string(id), ignored);
  return {};
}

Result<std::shared_ptr<PredictorProcess>> Endpoints::process_of(Variant& variant) {
  const std::lock_guard lock(variant.mutex);
  if (!variant.process) {
    TUNESMITH_TRY(variant.process,
                  PredictorProcess::start(variant.options, settings_.load_patience));
    metrics_.watch(variant.name, variant.process);
  }
  return variant.process;
}

Result<Frame> Endpoints::ask(Variant& variant, const Frame& request) {
  TUNESMITH_TRY(const auto process, process_of(variant));
  auto answer = process->ask(request, settings_.answer_patience);
  if (!answer && answer.error().kind == ErrorKind::kUnavailable) {
    log::warning("endpoint {}, variant {}: {}", variant.name.endpoint, variant.name.variant,
                 answer.error().message);
    const std::lock_guard lock(variant.mutex);
    if (variant.process == process) variant.process.reset();  // the next request starts another
  }
  return answer;
}

Result<Invocation> Endpoints::invoke(const std::string& region, const std::string& name,
                                     const std::string& variant, Frame request,
                                     std::chrono::steady_clock::time_point received) {
  const Key key{region, to_lower(name)};
  std::shared_ptr<Served> served;
  double place = 0;
  {
    std::unique_lock lock(mutex_);
    const auto is_there = [&] {
      const auto at = served_.find(key);
      if (at != served_.end()) served = at->second;
      return served != nullptr;
    };
    // After a restart an endpoint in service may not have its processes yet.
    const auto is_coming = [&] {
      for (const auto& [id, waiting] : waiting_) {
        if (waiting == key) return true;
      }
      return false;
    };
    if (!is_there()) {
      changed_.wait_for(lock, settings_.answer_patience,
                        [&] { return is_there() || !is_coming() || stopping_; });
    }
    if (!served) return Error(ErrorKind::kNotFound, "no endpoint " + name + " in service");
    place = spread(++requests_);
  }
  Variant* chosen = nullptr;
  if (variant.empty()) {
    double total = 0;
    for (const auto& v : served->variants) total += v->weight;
    for (const auto& v : served->variants) {
      const double weight = v->weight;
      if (weight <= 0 && total > 0) continue;
      chosen = v.get();
      place -= total > 0 ? weight / total : 1;
      if (place < 0) break;
    }
  } else {
    for (const auto& v : served->variants) {
      if (v->name.variant == variant) chosen = v.get();
    }
  }
  if (chosen == nullptr) return Error(ErrorKind::kInvalid, "no variant " + variant);
  if (!chosen->default_accept.empty() && algorithms::xgboost::accepts_anything(request.accept))
    request.accept = chosen->default_accept;
  const auto asked = std::chrono::steady_clock::now();
  auto answer = ask(*chosen, request);
  metrics_.record(chosen->name, {.instances = chosen->instances,
                                 .status = answer ? answer->code : 0,
                                 .model = std::chrono::steady_clock::now() - asked,
                                 .overhead = asked - received});
  if (!answer) return answer.error();
  return Invocation{std::move(*answer), chosen->name.variant};
}

void Endpoints::enqueue(std::int64_t id, const Key& key) {
  {
    const std::lock_guard lock(mutex_);
    waiting_[id] = key;
    queue_.push_back(id);
  }
  changed_.notify_all();
}

Result<void> Endpoints::recover() {
  std::vector<store::Resource> rows;
  TUNESMITH_TRY_VOID(store_.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(rows, r.live_resources(kEndpointKind));
    return {};
  }));
  for (const auto& row : rows) {
    if (row.status != kFailed) enqueue(row.id, {row.region, to_lower(row.name)});
  }
  return {};
}

void Endpoints::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    const std::int64_t id = queue_.front();
    queue_.pop_front();
    lock.unlock();
    deploy(id);
    lock.lock();
    waiting_.erase(id);
    changed_.notify_all();
  }
}

std::filesystem::path Endpoints::generation_folder(std::int64_t id, std::int64_t generation) const {
  return settings_.folder / std::to_string(id) / std::to_string(generation);
}

std::filesystem::path Endpoints::log(std::int64_t endpoint, const std::string& variant) const {
  return settings_.folder / std::to_string(endpoint) / (variant + ".log");
}

Result<std::shared_ptr<Endpoints::Served>> Endpoints::start(const store::Resource& row,
                                                            std::int64_t generation,
                                                            const EndpointSpec& spec) {
  auto served = std::make_shared<Served>();
  served->id = row.id;
  for (const VariantSpec& from : spec.variants) {
    auto variant = std::make_unique<Variant>();
    variant->name = {row.region, row.name, from.name};
    variant->weight = from.weight;
    variant->instances = from.instances;
    variant->default_accept = from.model.default_accept;
    // The folder is all that the process may see, so the model has it for itself.
    const auto folder = generation_folder(row.id, generation) / from.name;
    std::error_code ec;
    std::filesystem::create_directories(folder, ec);
    if (ec) return Error::from_errno(ec.value(), "create " + folder.string());
    variant->options = {.program = settings_.program,
                        .model = folder / "model.tar.gz",
                        .log = log(row.id, from.name),
                        .generation = from.model.generation,
                        .threads = 1};
    if (!std::filesystem::exists(variant->options.model, ec)) {
      const auto fetched =
          artifacts_.fetch(from.model.artifact_uri, from.model.acting_role, variant->options.model);
      if (!fetched) {
        return Error(
            ErrorKind::kInvalid,
            fmt::format("Failed to download model data for production variant {} from URL "
                        "\"{}\". Please ensure that there is an object located at the URL and "
                        "that the role of the model may read it. "
                        "({})",
                        from.name, from.model.artifact_uri, fetched.error().message));
      }
    }
    const auto process = process_of(*variant);
    if (!process) {
      return Error(ErrorKind::kInvalid,
                   fmt::format("The primary container for production variant {} did not pass the "
                               "ping health check. Please check CloudWatch logs for this endpoint. "
                               "({})",
                               from.name, process.error().message));
    }
    served->variants.push_back(std::move(variant));
  }
  return served;
}

void Endpoints::deploy(std::int64_t id) {
  store::Resource row;
  const auto read = store_.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(row, r.resource(id));
    return {};
  });
  if (!read) {
    // Deleted in the meantime, or the store's fault: then the next start tries again.
    if (read.error().kind != ErrorKind::kNotFound)
      log::error("endpoint {}: {}", id, read.error().message);
    return;
  }
  const auto parsed = parse_endpoint_state(row.state);
  if (!parsed) {
    log::error("endpoint {} is Failed: {}", row.name, parsed.error().message);
    if (const auto failed = fail(id, parsed.error().message); !failed)
      log::error("endpoint {}: {}", row.name, failed.error().message);
    return;
  }
  EndpointState state = *parsed;
  const Key key{row.region, to_lower(row.name)};
  const auto serve = [&](std::shared_ptr<Served> served) {
    const std::lock_guard lock(mutex_);
    std::swap(served_[key], served);
    return served;  // what was there ends when its last request has its answer
  };

  std::string reason;
  bool started = false;
  if (state.next) {
    auto served = start(row, state.generation + 1, *state.next);
    std::error_code ignored;
    if (served) {
      ++state.generation;
      state.current = *std::exchange(state.next, std::nullopt);
      serve(std::move(*served));
      const auto settled = settle(row, state, true, "");
      if (settled) {
        std::filesystem::remove_all(generation_folder(id, state.generation - 1), ignored);
      } else {
        log::error("endpoint {}: {}", row.name, settled.error().message);
      }
      return;
    }
    reason = served.error().message;
    state.next.reset();
    std::filesystem::remove_all(generation_folder(id, state.generation + 1), ignored);
  }
  started = reweigh(key, state.current);
  if (!started) {
    auto served = start(row, state.generation, state.current);
    started = served.has_value();
    if (served) {
      serve(std::move(*served));
    } else if (reason.empty()) {
      reason = served.error().message;
    }
  }
  if (const auto settled = settle(row, state, started, reason); !settled)
    log::error("endpoint {}: {}", row.name, settled.error().message);
}

bool Endpoints::reweigh(const Key& key, const EndpointSpec& spec) {
  const std::lock_guard lock(mutex_);
  const auto at = served_.find(key);
  if (at == served_.end()) return false;
  for (const auto& variant : at->second->variants) {
    for (const VariantSpec& wanted : spec.variants) {
      if (wanted.name != variant->name.variant) continue;
      variant->weight = wanted.weight;
      variant->instances = wanted.instances;
    }
  }
  return true;
}

Result<void> Endpoints::fail(std::int64_t id, const std::string& reason) {
  return store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(auto row, t.resource(id));
    row.status = kFailed;
    row.failure_reason = reason;
    row.modified = clock_.now();
    return t.update(row);
  });
}

Result<void> Endpoints::settle(const store::Resource& row, EndpointState state, bool started,
                               const std::string& reason) {
  return store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(auto now, t.resource(row.id));
    const std::string_view status = started ? kInService : kFailed;
    // A restart that found all in order changes nothing.
    if (now.status == status && reason.empty()) return {};
    now.status = status;
    now.failure_reason = reason;
    now.modified = clock_.now();
    now.state = print_endpoint_state(state);
    return t.update(now);
  });
}

}  // namespace tunesmith::inference
