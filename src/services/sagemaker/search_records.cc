// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/search_records.h"

#include "aws/protocol/json.h"

#include "tunesmith/api/sagemaker/shapes.h"

namespace tunesmith::services::sagemaker {
namespace {

// Requests of tuning jobs that are kept parsed.
constexpr std::size_t kKept = 100;

/// A record has the members of Describe's answer, by the same names.
template <class Record, class Described>
Result<Record> record_of(const Described& described) {
  auto record = aws::from_json<Record>(aws::to_json(described));
  if (!record) return Error(ErrorKind::kCorrupt, record.error().message);
  return std::move(*record);
}

}  // namespace

Result<api::DescribeTrainingJobResponse> TrainingJobs::described(store::Reader& r,
                                                                 const RequestContext& context,
                                                                 const Row& row) {
  std::optional<TuningRequest> none;
  const std::optional<TuningRequest>* tuning = &none;
  if (row.tuning_job_id) {
    TUNESMITH_TRY(tuning, request_of(r, *row.tuning_job_id));
  }
  return described_training_job(context, row, *tuning);
}

Result<api::TrainingJob> TrainingJobs::record(store::Reader& r, const RequestContext& context,
                                              const Row& row) {
  TUNESMITH_TRY(const auto shown, described(r, context, row));
  return record_of<Record>(shown);
}

Result<const std::optional<TrainingJobs::TuningRequest>*> TrainingJobs::request_of(
    store::Reader& r, std::int64_t id) {
  auto found = requests_.find(id);
  if (found == requests_.end()) {
    TUNESMITH_TRY(const store::TuningJob job, r.tuning_job(id));
    auto request = aws::from_json<TuningRequest>(job.request);
    if (!request) return Error(ErrorKind::kCorrupt, request.error().message);
    if (requests_.size() >= kKept) requests_.clear();
    found = requests_.emplace(id, std::move(*request)).first;
  }
  return &found->second;
}

std::optional<std::string> TrainingJobs::tuning_job(const RequestContext& context,
                                                    std::string_view path,
                                                    const std::string& value) {
  if (path != "TuningJobArn") return std::nullopt;
  const auto resource = parse_arn(context, value);
  return resource ? resource->name : std::string();  // no job has that name
}

Result<TuningJobs::Record> TuningJobs::record(store::Reader& r, const RequestContext& context,
                                              const Row& row) const {
  TUNESMITH_TRY(const auto shown, described_tuning_job(r, context, row, now));
  return record_of<Record>(shown);
}

Result<api::TrialComponent> TrialComponents::record(store::Reader& r, const RequestContext& context,
                                                    const Row& row) {
  TUNESMITH_TRY(const auto job, jobs_.described(r, context, row));
  TUNESMITH_TRY(const auto shown, described_trial_component(r, context, row, job));
  TUNESMITH_TRY(auto record, record_of<Record>(shown));
  record.source_detail.emplace();
  record.source_detail->source_arn = training_job_arn(context, row.name);
  TUNESMITH_TRY(record.source_detail->training_job, record_of<api::TrainingJob>(job));
  if (row.tuning_job_id) {
    TUNESMITH_TRY(const store::TuningJob tuning, r.tuning_job(*row.tuning_job_id));
    record.parents.emplace();
    record.parents->push_back({experiment_name(tuning.name), experiment_name(tuning.name)});
  }
  return record;
}

std::optional<std::string> TrialComponents::tuning_job(const RequestContext& context,
                                                       std::string_view path,
                                                       const std::string& value) {
  if (path == "Parents.ExperimentName" || path == "Parents.TrialName") {
    return tuning_job_of_experiment(value).value_or("");
  }
  constexpr std::string_view kJob = "SourceDetail.TrainingJob.";
  if (!path.starts_with(kJob)) return std::nullopt;
  return TrainingJobs::tuning_job(context, path.substr(kJob.size()), value);
}

}  // namespace tunesmith::services::sagemaker
