// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/operations.h"

#include "services/sagemaker/inference_operations.h"

namespace tunesmith::services::sagemaker {
namespace {

/// Binds an operation's function to the service. `quick`: it only reads rows, and never waits.
template <class Op>
void add(aws::OperationTable& table, Service& service,
         Outcome<typename Op::Output> (*function)(Service&, const RequestContext&,
                                                  const typename Op::Input&),
         bool quick = false) {
  table.add<Op>(
      [&service, function](RequestContext& context, typename Op::Input& input) {
        return function(service, context, input);
      },
      {.quick = quick});
}

}  // namespace

void register_operations(aws::OperationTable& table, Service& service) {
  register_inference_operations(table, service);
  constexpr bool kQuick = true;
  add<api::CreateHyperParameterTuningJob>(table, service, create_hyper_parameter_tuning_job);
  add<api::DescribeHyperParameterTuningJob>(table, service, describe_hyper_parameter_tuning_job,
                                            kQuick);
  add<api::ListHyperParameterTuningJobs>(table, service, list_hyper_parameter_tuning_jobs);
  add<api::ListTrainingJobsForHyperParameterTuningJob>(
      table, service, list_training_jobs_for_hyper_parameter_tuning_job);
  add<api::StopHyperParameterTuningJob>(table, service, stop_hyper_parameter_tuning_job);
  add<api::DeleteHyperParameterTuningJob>(table, service, delete_hyper_parameter_tuning_job);
  add<api::CreateTrainingJob>(table, service, create_training_job);
  add<api::DescribeTrainingJob>(table, service, describe_training_job, kQuick);
  add<api::ListTrainingJobs>(table, service, list_training_jobs);
  add<api::UpdateTrainingJob>(table, service, update_training_job);
  add<api::StopTrainingJob>(table, service, stop_training_job);
  add<api::DeleteTrainingJob>(table, service, delete_training_job);
  add<api::ListTrialComponents>(table, service, list_trial_components);
  add<api::DescribeTrialComponent>(table, service, describe_trial_component);
  add<api::Search>(table, service, search);
  add<api::AddTags>(table, service, add_tags);
  add<api::ListTags>(table, service, list_tags, kQuick);
  add<api::DeleteTags>(table, service, delete_tags);
}

}  // namespace tunesmith::services::sagemaker
