# SPDX-License-Identifier: Apache-2.0
"""The system makes no more processes for the server's user, for a while: jobs wait or are tried again, and complete.

The limit is RLIMIT_NPROC, which binds no privileged process: the server runs as a user of its own here."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import boto3
import pytest

from harness import PROGRAM, Server, kill_what_outlived, wait_for
from tuning_requests import ROLE, rows

USER = 54321  # whom nobody else is
MANY = 4096
NULL = "123456789012.dkr.ecr.us-east-1.amazonaws.com/tunesmith-null:1"
XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"


def tasks_of_user():
    """How many processes and threads count against the user's limit."""
    count = 0
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if process.stat().st_uid == USER:
                count += len(os.listdir(process / "task"))
    return count


AS_USER = ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--no-new-privs")


def limit(pid, tasks):
    """By the user itself: not every root may change another's limits."""
    subprocess.run([*AS_USER, "prlimit", f"--pid={pid}", f"--nproc={tasks}:"], check=False, stderr=subprocess.DEVNULL)


def lift_limits():
    """Of the server, and of those that have inherited it."""
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if process.stat().st_uid == USER:
                limit(process.name, MANY)


class UnprivilegedServer(Server):
    prefix = AS_USER

    def said(self, words):
        return words in pathlib.Path(self.log.name).read_text()


@pytest.fixture
def server(monkeypatch):
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("only root can become another user")
    for folder in PROGRAM.resolve().parents:
        if not folder.stat().st_mode & 0o001:
            pytest.skip(f"another user can't run what is in {folder}")
    folder = tempfile.mkdtemp(prefix="tunesmith-fork-")
    os.chown(folder, USER, USER)
    started = UnprivilegedServer(pathlib.Path(folder) / "data")
    try:
        for name in [n for n in os.environ if n.startswith("AWS_")]:
            monkeypatch.delenv(name)
        for name, value in started.env().items():
            monkeypatch.setenv(name, value)
        started.clients = boto3.session.Session()  # the default one keeps the keys of an earlier server
        s3 = started.clients.client("s3")
        s3.create_bucket(Bucket="forks")
        s3.put_object(Bucket="forks", Key="train/a.csv", Body=rows(200, 1))
        yield started
    finally:
        lift_limits()
        if started.process.poll() is None:
            started.stop()
        kill_what_outlived(started.data_dir)
        shutil.rmtree(folder, ignore_errors=True)


def create(server, name, image, **hyperparameters):
    inputs = {} if image == NULL else {"InputDataConfig": [{
        "ChannelName": "train", "ContentType": "csv",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://forks/train"}}}]}
    server.clients.client("sagemaker").create_training_job(
        TrainingJobName=name, AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"}, RoleArn=ROLE,
        OutputDataConfig={"S3OutputPath": "s3://forks/output"}, HyperParameters=hyperparameters,
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 600}, **inputs)


def status(server, name):
    return server.clients.client("sagemaker").describe_training_job(TrainingJobName=name)


def ended(server, name):
    found = wait_for(lambda: (job := status(server, name))["TrainingJobStatus"] != "InProgress" and job, 120, f"the end of {name}")
    return found["TrainingJobStatus"], found.get("FailureReason")


def test_a_job_whose_runner_can_not_be_started_waits_and_completes(server):
    limit(server.process.pid, tasks_of_user())
    create(server, "refused", NULL, rounds="1")
    wait_for(lambda: server.said("no process can be made now"), what="a refusal")
    assert status(server, "refused")["TrainingJobStatus"] == "InProgress"
    wait_for(lambda: status(server, "refused")["SecondaryStatusTransitions"][-1]["StatusMessage"]
             == "Waiting until the system can make another process or open another file", what="the reason")
    lift_limits()
    assert ended(server, "refused") == ("Completed", None)


# With so many tasks left a runner comes as far as its own threads, the sandbox of its algorithm, the trainer's host or the host's
# fork of a trial.
@pytest.mark.parametrize("image, left", [(NULL, 1), (NULL, 2), *((XGBOOST, left) for left in range(1, 6))])
def test_a_job_whose_algorithm_can_not_be_started_is_tried_again_and_completes(server, image, left):
    limit(server.process.pid, tasks_of_user() + left)
    create(server, "starved", image, **({"rounds": "1"} if image == NULL else {"num_round": "2"}))
    time.sleep(4)  # long enough for a second look after it

    def freed():
        lift_limits()
        return status(server, "starved")["TrainingJobStatus"] != "InProgress"

    wait_for(freed, 120, "the end of the job")
    logs = "\n".join(path.read_text() for path in pathlib.Path(server.data_dir).glob("jobs/*/*log"))
    assert ended(server, "starved") == ("Completed", None), logs


def test_a_predictor_waits_for_its_process_and_without_further_threads_predicts_with_the_one_it_has(server):
    create(server, "trained", XGBOOST, num_round="2")
    assert ended(server, "trained") == ("Completed", None)
    client = server.clients.client("sagemaker")
    client.create_model(ModelName="model", ExecutionRoleArn=ROLE, PrimaryContainer={
        "Image": XGBOOST, "ModelDataUrl": "s3://forks/output/trained/output/model.tar.gz"})
    features = "".join(line.split(",", 1)[1] + "\n" for line in rows(200, 2).splitlines()) * 50
    server.clients.client("s3").put_object(Bucket="forks", Key="unlabelled/a.csv", Body=features)
    limit(server.process.pid, 1)
    client.create_transform_job(
        TransformJobName="starved", ModelName="model", TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
        TransformInput={"ContentType": "text/csv", "SplitType": "Line",
                        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://forks/unlabelled"}}},
        TransformOutput={"S3OutputPath": "s3://forks/predicted"})
    time.sleep(1)  # long enough for a first try
    assert client.describe_transform_job(TransformJobName="starved")["TransformJobStatus"] == "InProgress"
    limit(server.process.pid, tasks_of_user() + 1)
    job = wait_for(lambda: (found := client.describe_transform_job(TransformJobName="starved"))["TransformJobStatus"]
                   != "InProgress" and found, 120, "the end of the transform job")
    assert job["TransformJobStatus"] == "Completed", job.get("FailureReason")
