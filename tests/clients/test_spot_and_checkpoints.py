# SPDX-License-Identifier: Apache-2.0
"""Managed spot training and checkpoints, through boto3 and the SageMaker SDK."""
import os
import pathlib
import signal
import threading

import boto3
import pytest

from harness import wait_for
from test_training_jobs import metric, train
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
        # Equal, so that the second attempt meets the end of the wait first, however soon it starts.
        idle(60, MaxRuntimeInSeconds=5, MaxWaitTimeInSeconds=5)(request)
        names.append(request["TrainingJobName"])
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


def keeps(bucket, prefix, **hyperparameters):
    def change(request):
        request["HyperParameters"].update(hyperparameters)
        request["CheckpointConfig"] = {"S3Uri": f"s3://{bucket}/{prefix}", "LocalPath": "/opt/ml/checkpoints"}
    return change


def keys(bucket, prefix):
    listed = boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix + "/")
    return [entry["Key"][len(prefix) + 1:] for entry in listed.get("Contents", [])]


def log_of(name):
    logs = boto3.client("logs")
    events = logs.filter_log_events(logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix=name + "/")["events"]
    return [event["message"] for event in events]


def test_a_job_goes_on_from_the_checkpoints_of_an_earlier_one(sagemaker, bucket):
    short = train(sagemaker, bucket, keeps(bucket, "kept", num_round="6"))
    assert short["TrainingJobStatus"] == "Completed", short.get("FailureReason")
    assert short["CheckpointConfig"]["S3Uri"] == f"s3://{bucket}/kept"
    assert "xgboost-checkpoint.5" in keys(bucket, "kept")
    longer = train(sagemaker, bucket, keeps(bucket, "kept", num_round="9"))
    whole = train(sagemaker, bucket, keeps(bucket, "other", num_round="9"))
    log = log_of(longer["TrainingJobName"])
    assert any("Resuming from iteration 6" in line for line in log) and not any(line.startswith("[5]") for line in log)
    assert metric(longer) == metric(whole)


def test_checkpoints_go_to_s3_alone(sagemaker, bucket):
    def elsewhere(request):
        request["CheckpointConfig"] = {"S3Uri": "https://example.com/kept"}
    text = "CheckpointConfig.S3Uri 'https://example.com/kept' is not supported; supported: s3://bucket/prefix."
    with pytest.raises(sagemaker.exceptions.ClientError) as refused:
        train(sagemaker, bucket, elsewhere)
    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": text}
    trials = definition(bucket)
    elsewhere(trials)
    with pytest.raises(sagemaker.exceptions.ClientError, match="is not supported"):
        tune(sagemaker, config(1, 1), trials)


def test_an_s3_address_may_have_its_https_form(sagemaker, bucket):
    host = "https://s3-us-east-1.amazonaws.com"

    def https(request):
        keeps(bucket, "https", num_round="3")(request)
        request["CheckpointConfig"]["S3Uri"] = f"https://{bucket}.s3.amazonaws.com/https"
        request["OutputDataConfig"]["S3OutputPath"] = f"{host}/{bucket}/https-output"
        for channel in request["InputDataConfig"]:
            source = channel["DataSource"]["S3DataSource"]
            source["S3Uri"] = source["S3Uri"].replace("s3://", host + "/")

    job = train(sagemaker, bucket, https)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    name = job["TrainingJobName"]
    assert job["ModelArtifacts"]["S3ModelArtifacts"] == f"{host}/{bucket}/https-output/{name}/output/model.tar.gz"
    assert f"{name}/output/model.tar.gz" in keys(bucket, "https-output")
    assert "xgboost-checkpoint.2" in keys(bucket, "https")


def test_an_attempt_that_dies_goes_on_from_its_last_checkpoint(server, sagemaker, bucket):
    rounds = {"num_round": "1500"}
    names = []

    def noted(request):
        keeps(bucket, "died", **rounds)(request)
        names.append(request["TrainingJobName"])

    def interrupt():
        wait_for(lambda: keys(bucket, "died"), 60, "a checkpoint in S3")
        kill_runner(server, names[0])
    killer = threading.Thread(target=interrupt)
    killer.start()
    job = train(sagemaker, bucket, noted)
    killer.join()
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert [t["Status"] for t in job["SecondaryStatusTransitions"]].count("Starting") == 2
    assert any("Resuming from iteration" in line for line in log_of(names[0]))
    assert metric(job) == metric(train(sagemaker, bucket, keeps(bucket, "lived", **rounds)))


def test_a_stopped_job_leaves_its_checkpoints(sagemaker, bucket):
    names = []

    def noted(request):
        keeps(bucket, "stopped", num_round="100000")(request)
        names.append(request["TrainingJobName"])

    def stop():
        wait_for(lambda: names, 20)
        wait_for_training(sagemaker, names[0])
        sagemaker.stop_training_job(TrainingJobName=names[0])
    stopper = threading.Thread(target=stop)
    stopper.start()
    job = train(sagemaker, bucket, noted)
    stopper.join()
    assert job["TrainingJobStatus"] == "Stopped"
    last = max(int(key.rsplit(".", 1)[1]) for key in keys(bucket, "stopped"))
    assert any(line.startswith(f"[{last}]") for line in log_of(names[0]))


def test_each_trial_has_a_checkpoint_folder_of_its_own(sagemaker, bucket):
    own = definition(bucket) | {"CheckpointConfig": {"S3Uri": f"s3://{bucket}/trials"}}
    name = tune(sagemaker, config(3, 2), own)
    assert finished(sagemaker, name)["TrainingJobStatusCounters"]["Completed"] == 3
    for trial in trials_of(sagemaker, name):
        job = sagemaker.describe_training_job(TrainingJobName=trial["TrainingJobName"])
        assert job["CheckpointConfig"]["S3Uri"] == f"s3://{bucket}/trials/{job['TrainingJobName']}"
        assert "xgboost-checkpoint.4" in keys(bucket, f"trials/{job['TrainingJobName']}")


def test_checkpoints_do_not_go_where_the_service_keeps_its_own_files(sagemaker, bucket):
    def wrong(request):
        request["CheckpointConfig"] = {"S3Uri": f"s3://{bucket}/kept", "LocalPath": "/opt/ml/model/"}
    with pytest.raises(sagemaker.exceptions.ClientError, match="/opt/ml/model"):
        train(sagemaker, bucket, wrong)
