// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/warm_start.h"

#include "algorithms/xgboost/schema/image.h"
#include "aws/protocol/json.h"
#include "base/strings.h"
#include "services/sagemaker/convert.h"
#include "services/sagemaker/errors.h"

#include "tunesmith/api/sagemaker/shapes.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace tunesmith::services::sagemaker {
namespace {

using orchestration::ParentDefinition;
using orchestration::TrialDefinition;
using orchestration::TuningSpec;
using Request = api::CreateHyperParameterTuningJobRequest;

constexpr std::string_view kIdentical = "IdenticalDataAndAlgorithm";

struct Parent {
  store::TuningJob job;
  Request request;
  TuningSpec spec;
};

Result<Parent> read_parent(store::TuningJob job) {
  Parent parent;
  auto request = aws::from_json<Request>(job.request);
  if (!request) return Error(ErrorKind::kCorrupt, request.error().message);
  parent.request = std::move(*request);
  TUNESMITH_TRY(parent.spec, orchestration::parse_tuning_spec(job.spec));
  parent.job = std::move(job);
  return parent;
}

/// The parent's definition of that name; the only one of each, whatever their names.
std::optional<std::size_t> same_definition(const TuningSpec& spec, std::size_t index,
                                           const TuningSpec& parent) {
  if (spec.definitions.size() == 1 && parent.definitions.size() == 1) return 0;
  for (std::size_t i = 0; i < parent.definitions.size(); ++i) {
    if (parent.definitions[i].name == spec.definitions[index].name) return i;
  }
  return std::nullopt;
}

/// Static and tuned ones; what the service adds itself is in every job.
std::set<std::string> hyperparameter_names(const TrialDefinition& definition) {
  std::set<std::string> names;
  for (const auto& [name, value] : definition.training.hyperparameters) names.insert(name);
  for (const auto& range : definition.ranges) names.insert(range.name);
  return names;
}

std::string repository(const std::string& image) {
  const std::string_view last = std::string_view(image).substr(image.rfind('/') + 1);
  return std::string(last.substr(0, last.find_first_of(":@")));
}

/// Whether the channels name the same data, in whatever order and mode.
bool same_data(const training::TrainingSpec& a, const training::TrainingSpec& b) {
  using Data = std::tuple<std::string, std::string, std::vector<std::string>>;
  using Named = std::map<std::string, Data>;
  const auto named = [](const training::TrainingSpec& spec) {
    Named out;
    for (const auto& channel : spec.channels) {
      std::string uri = channel.s3_uri;
      while (uri.ends_with('/')) uri.pop_back();
      out[channel.name] = {channel.data_type, std::move(uri), channel.attribute_names};
    }
    return out;
  };
  return named(a) == named(b);
}

Outcome<void> check_same(const Request& request, const TuningSpec& spec, std::size_t index,
                         const Parent& parent, std::size_t theirs) {
  const TrialDefinition& own = spec.definitions[index];
  const TrialDefinition& other = parent.spec.definitions[theirs];
  if (own.objective_metric != other.objective_metric || own.maximize != other.maximize) {
    return invalid(fmt::format(
        "The objective metric must be the same as that of all parent hyperparameter tuning jobs: "
        "'{}' tunes for {} '{}'.",
        parent.job.name, other.maximize ? "Maximize" : "Minimize", other.objective_metric));
  }
  if (hyperparameter_names(own) != hyperparameter_names(other)) {
    return invalid(
        "The set of tunable plus static HyperParameter names is not the same across current and "
        "parent tuning jobs. Please ensure this set is constant when warm starting. Note that "
        "previously static HyperParameters can be tuned in warm start jobs and vice versa.");
  }
  const auto& now = definition_at(request, index);
  const auto& then = definition_at(parent.request, theirs);
  const auto changed = [](const std::optional<bool>& a, const std::optional<bool>& b) {
    return a.value_or(false) != b.value_or(false);
  };
  if (changed(now.enable_network_isolation, then.enable_network_isolation) ||
      changed(now.enable_inter_container_traffic_encryption,
              then.enable_inter_container_traffic_encryption) ||
      now.environment.value_or(std::map<std::string, std::string>{}) !=
          then.environment.value_or(std::map<std::string, std::string>{})) {
    return invalid(
        "Only the following fields in TrainingJobDefinition are allowed to change: "
        "[algorithmSpecification, inputDataConfig, outputDataConfig, staticHyperParameters, "
        "roleArn, resourceConfig, stoppingCondition, vpcConfig, enableManagedSpotTraining, "
        "checkpointConfig].");
  }
  if (spec.warm_start == kIdentical && !same_data(own.training, other.training)) {
    return invalid(fmt::format(
        "WarmStartType {} needs the input data of the parent hyperparameter tuning jobs: "
        "InputDataConfig differs from that of '{}'.",
        kIdentical, parent.job.name));
  }
  if (spec.warm_start == kIdentical &&
      repository(own.training.image) != repository(other.training.image)) {
    return invalid(fmt::format(
        "WarmStartType {} needs the training image of the parent hyperparameter tuning jobs: "
        "'{}' has {}.",
        kIdentical, parent.job.name, other.training.image));
  }
  return {};
}

bool same_value(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const auto x = parse_double(a), y = parse_double(b);
  return x && y && *x == *y;
}

/// A parent's trial as a configuration of `own`; nothing where a hyperparameter that is static now
/// had another value then.
std::optional<store::NamedValues> as_configuration(const TrialDefinition& own,
                                                   const TrialDefinition& theirs,
                                                   const store::TrainingJob& trial) {
  std::map<std::string, std::string> values = theirs.training.hyperparameters;
  for (const auto& [name, value] : trial.tuned) values[name] = value;
  for (const auto& [name, value] : own.training.hyperparameters) {
    const bool was_tuned =
        std::any_of(theirs.ranges.begin(), theirs.ranges.end(),
                    [&, key = name](const auto& range) { return range.name == key; });
    if (was_tuned && !same_value(values[name], value)) return std::nullopt;
  }
  store::NamedValues out;
  for (const auto& range : own.ranges) {
    const auto found = values.find(range.name);
    if (found == values.end()) return std::nullopt;
    out.emplace_back(range.name, found->second);
  }
  return out;
}

/// The definition itself, then those whose results it took over.
std::vector<ParentDefinition> lineage(const Parent& parent, std::size_t definition) {
  std::vector<ParentDefinition> out = {{parent.job.id, static_cast<std::int64_t>(definition)}};
  if (parent.spec.warm_start == kIdentical) {
    const auto& older = parent.spec.definitions[definition].parents;
    out.insert(out.end(), older.begin(), older.end());
  }
  return out;
}

Result<void> take_trials(store::Reader& r, const TrialDefinition& own, std::size_t index,
                         const ParentDefinition& of, std::size_t parent,
                         std::vector<store::ParentTrial>& into) {
  TUNESMITH_TRY(const auto job, r.tuning_job(of.tuning_job_id));
  TUNESMITH_TRY(const auto spec, orchestration::parse_tuning_spec(job.spec));
  const auto& theirs = spec.definitions.at(static_cast<std::size_t>(of.definition));
  TUNESMITH_TRY(const auto trials, r.trials(of.tuning_job_id));
  for (const auto& trial : trials) {
    if (trial.definition != of.definition) continue;
    // One that was stopped before it had a value tells nothing.
    if (!trial.objective && trial.status != store::JobStatus::kFailed) continue;
    auto values = as_configuration(own, theirs, trial);
    if (!values) continue;
    into.push_back({static_cast<std::int64_t>(parent), static_cast<std::int64_t>(index),
                    std::move(*values), trial.objective});
  }
  return {};
}

}  // namespace

Outcome<std::vector<store::ParentTrial>> warm_start(store::Store& store,
                                                    const RequestContext& context,
                                                    const Request& request, TuningSpec& spec) {
  std::vector<store::ParentTrial> trials;
  if (!request.warm_start_config) return trials;
  const auto& config = *request.warm_start_config;
  spec.warm_start = config.warm_start_type;
  std::optional<aws::ApiError> refused;
  const auto refuse = [&](aws::ApiError error) -> Result<void> {
    refused = std::move(error);
    return {};
  };
  std::set<std::int64_t> given;
  const auto read = store.read([&](store::Reader& r) -> Result<void> {
    for (std::size_t p = 0; p < config.parent_hyper_parameter_tuning_jobs.size(); ++p) {
      const std::string name =
          config.parent_hyper_parameter_tuning_jobs[p].hyper_parameter_tuning_job_name.value_or("");
      auto job = r.tuning_job(context.region, name);
      if (!job && job.error().kind != ErrorKind::kNotFound) return job.error();
      if (!job) {
        return refuse(invalid(fmt::format(
            "WarmStartConfig: the parent hyperparameter tuning job '{}' could not be found.",
            name)));
      }
      if (!job->ended) {
        return refuse(invalid(fmt::format(
            "WarmStartConfig: the parent hyperparameter tuning job '{}' is in status {}. Parents "
            "must be in a terminal status: [Completed, Stopped, Failed].",
            name, store::to_string(job->status))));
      }
      if (!given.insert(job->id).second) {
        return refuse(invalid(fmt::format(
            "WarmStartConfig: the parent hyperparameter tuning job '{}' is given more than once.",
            name)));
      }
      TUNESMITH_TRY(const Parent parent, read_parent(std::move(*job)));
      for (std::size_t i = 0; i < spec.definitions.size(); ++i) {
        const auto theirs = same_definition(spec, i, parent.spec);
        if (!theirs) {
          return refuse(invalid(
              fmt::format("WarmStartConfig: the parent hyperparameter tuning job '{}' has no "
                          "TrainingJobDefinition of the name '{}'.",
                          name, spec.definitions[i].name)));
        }
        if (auto same = check_same(request, spec, i, parent, *theirs); !same) {
          return refuse(same.error());
        }
        TrialDefinition& own = spec.definitions[i];
        for (const ParentDefinition& of : lineage(parent, *theirs)) {
          if (std::find(own.parents.begin(), own.parents.end(), of) != own.parents.end()) continue;
          own.parents.push_back(of);
          TUNESMITH_TRY_VOID(take_trials(r, own, i, of, p, trials));
        }
      }
    }
    return {};
  });
  if (!read) return api_error(read.error());
  if (refused) return *std::move(refused);
  return trials;
}

Result<std::optional<api::HyperParameterTrainingJobSummary>> overall_best(
    store::Reader& r, const RequestContext& context, const Request& request,
    const store::TuningJob& job, const std::optional<store::TrainingJob>& own_best) {
  std::optional<api::HyperParameterTrainingJobSummary> out;
  if (!request.warm_start_config || request.warm_start_config->warm_start_type != kIdentical) {
    return out;
  }
  TUNESMITH_TRY(const TuningSpec spec, orchestration::parse_tuning_spec(job.spec));
  std::optional<store::TrainingJob> best = own_best;
  for (const TrialDefinition& definition : spec.definitions) {
    if (definition.maximize != spec.definitions.front().maximize) continue;
    for (const ParentDefinition& of : definition.parents) {
      auto found = r.best_trial(of.tuning_job_id, of.definition, definition.maximize);
      if (!found && found.error().kind == ErrorKind::kNotFound) continue;
      if (!found) return found.error();
      const bool better = !best || (definition.maximize ? *found->objective > *best->objective
                                                        : *found->objective < *best->objective);
      if (better) best = std::move(*found);
    }
  }
  if (!best) return out;
  TUNESMITH_TRY(store::TuningJob of, r.tuning_job(best->tuning_job_id.value_or(job.id)));
  const std::string name = of.name;
  TUNESMITH_TRY(const Parent parent, read_parent(std::move(of)));
  out = trial_summary(context, parent.request, *best);
  out->tuning_job_name = name;
  return out;
}

}  // namespace tunesmith::services::sagemaker
