# SPDX-License-Identifier: Apache-2.0
"""Managed spot training and checkpoints, through boto3 and the SageMaker SDK."""
import os
import pathlib
import signal

import boto3
import pytest

from harness import wait_for
from test_training_jobs import train
from tuning_requests import config, definition, finished, trials_of, tune

NULL = "000000000000.dkr.ecr.us-east-1.amazonaws.com/tunesmith-null:1"


def kill_runner(server, job_name):
    """kill -9 of the process beside a training job, as a spot interruption ends it."""
    def find():
        for spec in server.data_dir.glob("jobs/*/spec.json"):
            if f'"{job_name}"' not in spec.read_text():
                continue
            for entry in pathlib.Path("/proc").glob("[0-9]*"):
                try:
                    command = (entry / "cmdline").read_bytes()
                except OSError:
                    continue
                if b"tunesmith-runner" in command and str(spec.parent).encode() + b"\0" in command:
                    return int(entry.name)
        return None
    os.kill(wait_for(find, 20, f"the runner of {job_name}"), signal.SIGKILL)


def wait_for_training(sagemaker, name):
    wait_for(lambda: sagemaker.describe_training_job(TrainingJobName=name)["SecondaryStatus"] == "Training", 30, name)


def idle(seconds, **stopping):
    """A job of the null algorithm under managed spot training."""
    def change(request):
        request["AlgorithmSpecification"]["TrainingImage"] = NULL
        request["HyperParameters"] = {"rounds": "20", "seconds": str(seconds)}
        request.update(EnableManagedSpotTraining=True, StoppingCondition=stopping)
    return change


def test_an_interrupted_spot_job_ends_when_it_has_waited_long_enough(server, sagemaker, bucket):
    names = []

    def interrupted(request):
        idle(60, MaxRuntimeInSeconds=4, MaxWaitTimeInSeconds=5)(request)
        names.append(request["TrainingJobName"])
    import threading
    killer = threading.Thread(target=lambda: (wait_for(lambda: names, 20), wait_for_training(sagemaker, names[0]),
                                              kill_runner(server, names[0])))
    killer.start()
    job = train(sagemaker, bucket, interrupted)
    killer.join()
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxWaitTimeExceeded")
    passed = [t["Status"] for t in job["SecondaryStatusTransitions"]]
    assert passed.index("Interrupted") < passed.index("MaxWaitTimeExceeded")
    assert 0 <= job["BillableTimeInSeconds"] <= job["TrainingTimeInSeconds"]


def test_a_spot_job_within_its_wait_still_has_its_runtime(sagemaker, bucket):
    job = train(sagemaker, bucket, idle(60, MaxRuntimeInSeconds=1, MaxWaitTimeInSeconds=600))
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")


def test_trials_of_a_tuning_job_may_be_spot_training(sagemaker, bucket):
    spot = definition(bucket) | {"EnableManagedSpotTraining": True,
                                 "StoppingCondition": {"MaxRuntimeInSeconds": 600, "MaxWaitTimeInSeconds": 900}}
    name = tune(sagemaker, config(2, 2), spot)
    assert finished(sagemaker, name)["TrainingJobDefinition"]["EnableManagedSpotTraining"] is True
    for trial in trials_of(sagemaker, name):
        job = sagemaker.describe_training_job(TrainingJobName=trial["TrainingJobName"])
        assert job["EnableManagedSpotTraining"] is True and job["StoppingCondition"]["MaxWaitTimeInSeconds"] == 900
    with pytest.raises(sagemaker.exceptions.ClientError, match="above 0 is required"):
        tune(sagemaker, config(2, 2), definition(bucket) | {"EnableManagedSpotTraining": True})
