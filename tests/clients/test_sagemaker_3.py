# SPDX-License-Identifier: Apache-2.0
"""The stock sagemaker SDK, version 3: ModelTrainer, HyperparameterTuner, and the resources of sagemaker-core.

Its packages weigh a gigabyte, so that these tests are left to the nightly run (tools/nightly.sh, part sdk3):

    tools/setup_notebook.sh --sdk3 && .deps/sdk3/bin/python -m pytest tests/clients/test_sagemaker_3.py
"""
import io
import tarfile

import pytest

resources = pytest.importorskip("sagemaker.core.resources")

from sagemaker.core import image_uris
from sagemaker.core.helper.session_helper import Session, get_execution_role
from sagemaker.core.parameter import ContinuousParameter, IntegerParameter
from sagemaker.core.shapes import HyperParameterTuningJobWarmStartConfig, OutputDataConfig, ParentHyperParameterTuningJob
from sagemaker.core.training.configs import Compute, InputData
from sagemaker.core.utils.code_injection.codec import pascal_to_snake
from sagemaker.train import ModelTrainer
from sagemaker.train.tuner import HyperparameterTuner

from tuning_requests import config, definition, new_name, rows


@pytest.fixture
def session(aws):
    return Session()


@pytest.fixture
def inputs(session, tmp_path):
    prefix = new_name("sdk3")
    for seed, name in enumerate(("train", "validation"), 1):
        (tmp_path / f"{name}.csv").write_text(rows(300, seed))
        session.upload_data(str(tmp_path / f"{name}.csv"), key_prefix=f"{prefix}/{name}")
    return [InputData(channel_name=name, data_source=f"s3://{session.default_bucket()}/{prefix}/{name}",
                      content_type="text/csv") for name in ("train", "validation")]


@pytest.fixture
def trainer(session):
    return ModelTrainer(
        training_image=image_uris.retrieve("xgboost", session.boto_region_name, "1.7-1"),
        role=get_execution_role(session), sagemaker_session=session, base_job_name=new_name("trainer"),
        compute=Compute(instance_type="ml.m5.xlarge", instance_count=1, volume_size_in_gb=10),
        output_data_config=OutputDataConfig(s3_output_path=f"s3://{session.default_bucket()}/sdk3-output"),
        hyperparameters={"num_round": 6, "objective": "binary:logistic", "eval_metric": "auc"})


def make_tuner(trainer, **options):
    return HyperparameterTuner(
        model_trainer=trainer, objective_metric_name="validation:auc", hyperparameter_ranges={
            "eta": ContinuousParameter(0.01, 0.9, scaling_type="Logarithmic"), "max_depth": IntegerParameter(1, 5)},
        **({"max_jobs": 4, "max_parallel_jobs": 2} | options))


def test_a_model_trainer_trains_the_built_in_algorithm(session, trainer, inputs):
    trainer.train(input_data_config=inputs, wait=True, logs=True)
    job = trainer._latest_training_job
    job.refresh()
    assert job.training_job_status == "Completed"
    assert "validation:auc" in {metric.metric_name for metric in job.final_metric_data_list}
    bucket, _, key = job.model_artifacts.s3_model_artifacts.removeprefix("s3://").partition("/")
    body = session.boto_session.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert tarfile.open(fileobj=io.BytesIO(body)).getnames() == ["xgboost-model"]


def test_a_tuner_tunes_and_names_the_best_job(trainer, inputs):
    tuner = make_tuner(trainer, random_seed=1)
    tuner.tune(inputs=inputs, job_name=new_name("sdk3"), wait=True)
    described = tuner.describe()
    assert described.hyper_parameter_tuning_job_status == "Completed"
    assert described.training_job_status_counters.completed == 4
    table = tuner.analytics().dataframe()
    best = table.loc[table["FinalObjectiveValue"].idxmax(), "TrainingJobName"]
    assert tuner.best_training_job() == best
    assert resources.TrainingJob.get(training_job_name=best).tuning_job_arn == described.hyper_parameter_tuning_job_arn
    child = make_tuner(trainer, max_jobs=2, warm_start_config=HyperParameterTuningJobWarmStartConfig(
        warm_start_type="TransferLearning", parent_hyper_parameter_tuning_jobs=[ParentHyperParameterTuningJob(
            hyper_parameter_tuning_job_name=described.hyper_parameter_tuning_job_name)]))
    child.tune(inputs=inputs, job_name=new_name("sdk3"), wait=True)
    assert child.describe().warm_start_config.warm_start_type == "TransferLearning"


def test_a_tuner_is_stopped(trainer, inputs):
    tuner = make_tuner(trainer, max_jobs=500)
    tuner.tune(inputs=inputs, job_name=new_name("sdk3"), wait=False)
    tuner.stop_tuning_job()
    tuner.wait()
    assert tuner.describe().hyper_parameter_tuning_job_status == "Stopped"


def test_the_resources_live_the_life_of_a_tuning_job(bucket):
    def snake(value):
        if isinstance(value, dict):
            return {pascal_to_snake(k): v if k == "StaticHyperParameters" else snake(v) for k, v in value.items()}
        return [snake(v) for v in value] if isinstance(value, list) else value

    name = new_name("core")
    job = resources.HyperParameterTuningJob.create(
        hyper_parameter_tuning_job_name=name, hyper_parameter_tuning_job_config=snake(config(3, 2)),
        training_job_definition=snake(definition(bucket)))
    job.wait(poll=1)
    assert job.hyper_parameter_tuning_job_status == "Completed"
    trials = list(job.get_all_training_jobs())
    assert len(trials) == 3 and job.best_training_job.training_job_name in {t.training_job_name for t in trials}
    assert name in {j.hyper_parameter_tuning_job_name for j in resources.HyperParameterTuningJob.get_all(name_contains=name)}
    one = resources.TrainingJob.get(training_job_name=job.best_training_job.training_job_name)
    assert one.training_job_status == "Completed" and one.secondary_status_transitions

    long = resources.HyperParameterTuningJob.create(
        hyper_parameter_tuning_job_name=new_name("core"), hyper_parameter_tuning_job_config=snake(config(500, 2)),
        training_job_definition=snake(definition(bucket)))
    long.stop()
    long.wait(poll=1)
    assert long.hyper_parameter_tuning_job_status == "Stopped"
    long.delete()
    job.delete()
    with pytest.raises(Exception, match="ResourceNotFound"):
        resources.HyperParameterTuningJob.get(hyper_parameter_tuning_job_name=name)
