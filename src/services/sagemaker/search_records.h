// SPDX-License-Identifier: Apache-2.0
//
// The kinds of records that Search finds, behind one face: rows of the store, what a record of one
// shows, and which filters narrow the store's query. Private to this folder; one object a request.
#pragma once

#include "services/sagemaker/convert.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/trial_component.h"
#include "store/store.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tunesmith::services::sagemaker {

class TrainingJobs {
 public:
  using Row = store::TrainingJob;
  using Record = api::TrainingJob;
  static constexpr std::string_view kName = "TrainingJobName", kStatus = "TrainingJobStatus";
  static constexpr bool kNameIsJobs = true;  // not something that is made of the job's name

  static Result<store::Page<Row>> page(store::Reader& r, const store::JobQuery& query) {
    return r.training_jobs(query);
  }
  Result<Record> record(store::Reader& r, const RequestContext& context, const Row& row);
  Result<api::DescribeTrainingJobResponse> described(store::Reader& r,
                                                     const RequestContext& context, const Row& row);
  static std::string arn(const RequestContext& context, const Row& row) {
    return training_job_arn(context, row.name);
  }
  static std::string job_name(const std::string& name) { return name; }
  /// The tuning job whose rows alone can match `path` = `value`; none where that says nothing.
  static std::optional<std::string> tuning_job(const RequestContext& context, std::string_view path,
                                               const std::string& value);
  static void put(api::SearchRecord& into, Record record) { into.training_job = std::move(record); }

 private:
  using TuningRequest = api::CreateHyperParameterTuningJobRequest;

  /// Trials of one tuning job often stand side by side.
  Result<const std::optional<TuningRequest>*> request_of(store::Reader& r, std::int64_t id);

  std::map<std::int64_t, std::optional<TuningRequest>> requests_;
};

struct TuningJobs {
  using Row = store::TuningJob;
  using Record = api::HyperParameterTuningJobSearchEntity;
  static constexpr std::string_view kName = "HyperParameterTuningJobName",
                                    kStatus = "HyperParameterTuningJobStatus";
  static constexpr bool kNameIsJobs = true;
  Timestamp now;

  static Result<store::Page<Row>> page(store::Reader& r, const store::JobQuery& query) {
    return r.tuning_jobs(query);
  }
  Result<Record> record(store::Reader& r, const RequestContext& context, const Row& row) const;
  static std::string arn(const RequestContext& context, const Row& row) {
    return tuning_job_arn(context, row.name);
  }
  static std::string job_name(const std::string& name) { return name; }
  static std::optional<std::string> tuning_job(const RequestContext& /*context*/,
                                               std::string_view /*path*/,
                                               const std::string& /*value*/) {
    return std::nullopt;
  }
  static void put(api::SearchRecord& into, Record record) {
    into.hyper_parameter_tuning_job = std::move(record);
  }
};

class TrialComponents {
 public:
  using Row = store::TrainingJob;
  using Record = api::TrialComponent;
  static constexpr std::string_view kName = "TrialComponentName", kStatus = "Status.PrimaryStatus";
  static constexpr bool kNameIsJobs = false;

  static Result<store::Page<Row>> page(store::Reader& r, const store::JobQuery& query) {
    return r.training_jobs(query);
  }
  Result<Record> record(store::Reader& r, const RequestContext& context, const Row& row);
  static std::string arn(const RequestContext& context, const Row& row) {
    return trial_component_arn(context, row);
  }
  static std::string job_name(const std::string& name) { return job_of_trial_component(name); }
  static std::optional<std::string> tuning_job(const RequestContext& context, std::string_view path,
                                               const std::string& value);
  static void put(api::SearchRecord& into, Record record) {
    into.trial_component = std::move(record);
  }

 private:
  TrainingJobs jobs_;
};

}  // namespace tunesmith::services::sagemaker
