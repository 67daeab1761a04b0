# SPDX-License-Identifier: Apache-2.0
"""The built-in algorithm that trains nothing, through boto3."""
import io
import tarfile

import boto3
import botocore.exceptions
import pytest

from harness import wait_for
from tuning_requests import ROLE, config, finished, trials_of, tune

NULL = "123456789012.dkr.ecr.us-east-1.amazonaws.com/tunesmith-null:1"
RANGES = {"ContinuousParameterRanges": [{"Name": n, "MinValue": "0", "MaxValue": "1"} for n in ("x", "y")]}
OBJECTIVE = {"Type": "Minimize", "MetricName": "objective"}


def null_definition(bucket, **static):
    return {"AlgorithmSpecification": {"TrainingImage": NULL, "TrainingInputMode": "File"}, "RoleArn": ROLE,
            "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/output"},
            "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m4.xlarge", "VolumeSizeInGB": 1},
            "StaticHyperParameters": static, "StoppingCondition": {"MaxRuntimeInSeconds": 600}}


def null_config(jobs, parallel, strategy="Random", **more):
    return config(jobs, parallel, strategy, ParameterRanges=RANGES, HyperParameterTuningJobObjective=OBJECTIVE, **more)


def test_its_objective_is_what_the_documentation_says(sagemaker, bucket):
    done = finished(sagemaker, tune(sagemaker, null_config(20, 4), null_definition(bucket, rounds="3", activation="relu")))
    assert done["HyperParameterTuningJobStatus"] == "Completed"
    trials = trials_of(sagemaker, done["HyperParameterTuningJobName"])
    for trial in trials:
        x, y = (float(trial["TunedHyperParameters"][n]) for n in ("x", "y"))
        # A metric's value travels as a single precision number in this API.
        assert trial["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] == pytest.approx((x - .5) ** 2 + (y - .5) ** 2, rel=1e-6)
    job = sagemaker.describe_training_job(TrainingJobName=trials[0]["TrainingJobName"])
    assert job["AlgorithmSpecification"]["MetricDefinitions"] == [
        {"Name": name, "Regex": r"objective=(\S+)"} for name in ("objective", "ObjectiveMetric")]
    key = job["ModelArtifacts"]["S3ModelArtifacts"].split("/", 3)[3]
    body = boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        assert [(m.name, m.size) for m in archive.getmembers()] == [("null-model", 1024)]


def test_it_is_stopped_while_it_waits(sagemaker, bucket):
    name = tune(sagemaker, null_config(4, 2), null_definition(bucket, rounds="100", seconds="600"))
    wait_for(lambda: any(t["TrainingJobStatus"] == "InProgress" and "TrainingStartTime" in t for t in trials_of(sagemaker, name)),
             60, "a running trial")
    sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    done = finished(sagemaker, name)
    assert done["HyperParameterTuningJobStatus"] == "Stopped"


def test_a_hundred_tuning_jobs_at_once(sagemaker, bucket):
    names = [tune(sagemaker, null_config(4, 2), null_definition(bucket), name=f"many-{bucket[-6:]}-{n}") for n in range(100)]
    for name in names:
        done = finished(sagemaker, name)
        assert done["HyperParameterTuningJobStatus"] == "Completed"
        assert done["TrainingJobStatusCounters"]["Completed"] == 4


@pytest.mark.parametrize("static, objective, text", [
    ({"rounds": "0"}, OBJECTIVE, "rounds"), ({}, {"Type": "Minimize", "MetricName": "loss"}, "loss")])
def test_it_has_its_rules(sagemaker, bucket, static, objective, text):
    with pytest.raises(botocore.exceptions.ClientError, match=text):
        tune(sagemaker, config(1, 1, "Random", ParameterRanges=RANGES, HyperParameterTuningJobObjective=objective),
             null_definition(bucket, **static))


@pytest.mark.parametrize("strategy, ranges, text", [
    ("Bayesian", {"IntegerParameterRanges": [{"Name": "k", "MinValue": "0", "MaxValue": str(2**60)}]},
     r"'k': integer bounds must lie within plus or minus 2\^53"),
    ("Random", {"ContinuousParameterRanges": [{"Name": "x", "MinValue": "-1.7e308", "MaxValue": "1.7e308"}]}, "'x': the range is too wide"),
    ("Grid", {"CategoricalParameterRanges": [{"Name": f"c{n}", "Values": [str(v) for v in range(30)]} for n in range(14)]},
     "a request delta of 9000000000000000000"),
])
def test_ranges_that_no_search_can_be_made_of_are_refused(sagemaker, bucket, strategy, ranges, text):
    with pytest.raises(botocore.exceptions.ClientError, match=text):
        tune(sagemaker, config(None if strategy == "Grid" else 2, 1, strategy, ParameterRanges=ranges,
                               HyperParameterTuningJobObjective=OBJECTIVE), null_definition(bucket))


def test_convergence_completes_the_job(sagemaker, bucket):
    criteria = {"ConvergenceDetected": {"CompleteOnConvergence": "Enabled"}}
    done = finished(sagemaker, tune(sagemaker, null_config(200, 2, "Bayesian", TuningJobCompletionCriteria=criteria),
                                    null_definition(bucket)))
    assert done["HyperParameterTuningJobStatus"] == "Completed"
    assert done["CreationTime"] < done["TuningJobCompletionDetails"]["ConvergenceDetectedTime"] <= done["HyperParameterTuningEndTime"]
    assert done["TrainingJobStatusCounters"]["Completed"] < 200
