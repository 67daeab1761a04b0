# SPDX-License-Identifier: Apache-2.0
"""A whole tuning job with the AWS CLI: the one from PyPI, which honours AWS_ENDPOINT_URL, and Debian's own, which
does not know it and comes through the proxy."""
import json
import pathlib
import re
import subprocess
import sys
import urllib.request

import pytest

from harness import wait_for
from tuning_requests import ROLE, config, definition, new_name, rows

PROGRAMS = {"PyPI": pathlib.Path(sys.executable).parent / "aws", "Debian": pathlib.Path("/usr/bin/aws")}


class Cli:
    def __init__(self, program, environment):
        self.program = program
        # One attempt: the server is never to need another.
        self.environment = environment | {"AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1", "PYTHONUTF8": "1",
                                          "LC_ALL": "C.UTF-8"}

    def run(self, *arguments):
        return subprocess.run([self.program, *map(str, arguments)], env=self.environment, capture_output=True, text=True,
                              timeout=120, stdin=subprocess.DEVNULL)

    def text(self, *arguments):
        done = self.run(*arguments)
        assert done.returncode == 0, f"aws {' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}"
        return done.stdout

    def __call__(self, *arguments):
        printed = self.text(*arguments, "--output", "json")
        return json.loads(printed) if printed.strip() else None

    def refusal(self, *arguments):
        done = self.run(*arguments)
        assert done.returncode != 0, done.stdout
        return done.stderr


@pytest.fixture(params=sorted(PROGRAMS))
def cli(request, server):
    program = PROGRAMS[request.param]
    if not program.exists():
        pytest.skip(f"{request.param}'s AWS CLI is not installed")
    environment = server.env()
    if request.param == "Debian":
        # Another Python's libraries must not get in.
        environment = {k: v for k, v in environment.items() if k not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
    return Cli(program, environment)


@pytest.fixture
def bucket(cli, tmp_path):
    name = new_name("cli")
    cli.text("s3", "mb", f"s3://{name}")
    for seed, channel in enumerate(("train", "validation"), 1):
        file = tmp_path / f"{channel}.csv"
        file.write_text(rows(300, seed))
        cli.text("s3", "cp", file, f"s3://{name}/{channel}/{channel}.csv")
    return name


def create(cli, name, bucket, **settings):
    return cli("sagemaker", "create-hyper-parameter-tuning-job", "--hyper-parameter-tuning-job-name", name,
               "--hyper-parameter-tuning-job-config", json.dumps(config(**settings)),
               "--training-job-definition", json.dumps(definition(bucket)), "--tags", "Key=team,Value=a b",
               "Key=größe,Value=ä")["HyperParameterTuningJobArn"]


def describe(cli, name):
    return cli("sagemaker", "describe-hyper-parameter-tuning-job", "--hyper-parameter-tuning-job-name", name)


def ended(cli, name):
    return wait_for(lambda: (d := describe(cli, name))["HyperParameterTuningJobStatus"] not in ("InProgress", "Stopping")
                    and d, 100, f"the end of {name}")


def test_identity(cli):
    who = cli("sts", "get-caller-identity")
    assert who["Account"] == "123456789012"
    assert re.fullmatch(r"arn:aws:sts::123456789012:assumed-role/TunesmithExecutionRole/\S+", who["Arn"])
    role = cli("iam", "get-role", "--role-name", "TunesmithExecutionRole")["Role"]
    assert role["Arn"] == ROLE
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"] == "sagemaker.amazonaws.com"
    assert "NoSuchEntity" in cli.refusal("iam", "get-role", "--role-name", "nobody")


def test_files_go_to_s3_and_back(cli, tmp_path):
    bucket = f"s3://{new_name('files')}"
    cli.text("s3", "mb", bucket)
    assert bucket.removeprefix("s3://") in cli.text("s3", "ls")
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "sub" / "ü +b.txt").write_text("b")
    (folder / "big").write_bytes(b"0123456789" * 1_000_000)  # more than one part
    cli.text("s3", "sync", folder, f"{bucket}/d")
    assert cli.text("s3", "sync", folder, f"{bucket}/d") == ""
    listed = cli.text("s3", "ls", f"{bucket}/d/", "--recursive")
    assert listed.splitlines()[1].split()[2:] == ["10000000", "d/big"] and "d/sub/ü +b.txt" in listed
    cli.text("s3", "sync", f"{bucket}/d", tmp_path / "out")
    assert (tmp_path / "out" / "big").read_bytes() == (folder / "big").read_bytes()
    assert (tmp_path / "out" / "sub" / "ü +b.txt").read_text() == "b"
    assert cli.text("s3", "cp", f"{bucket}/d/a.txt", "-") == "a"
    assert "404" in cli.refusal("s3", "cp", f"{bucket}/none", tmp_path / "none")
    cli.text("s3", "rm", bucket, "--recursive")
    assert cli.text("s3", "ls", bucket, "--recursive") == ""
    cli.text("s3", "rb", bucket)
    assert "NoSuchBucket" in cli.refusal("s3", "ls", bucket)


def test_presigned_addresses_work_without_a_key(cli, server, bucket):
    """Debian's CLI signs an address of amazonaws.com, which leads here through the proxy only."""
    url = cli.text("s3", "presign", f"s3://{bucket}/train/train.csv", "--expires-in", "60").strip()
    if url.startswith(server.url):
        assert urllib.request.urlopen(url).read().decode() == rows(300, 1)
    else:
        assert f"{bucket}.s3" in url and "amazonaws.com/" in url
        got = subprocess.run(["curl", "-sS", "--fail", "--cacert", cli.environment["AWS_CA_BUNDLE"], url],
                             env=cli.environment, capture_output=True, text=True, timeout=60)
        assert got.returncode == 0 and got.stdout == rows(300, 1), got.stderr


def test_a_tuning_job_from_create_to_model(cli, bucket, tmp_path):
    name = new_name("cli")
    arn = create(cli, name, bucket, jobs=4, parallel=2)
    assert arn == f"arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/{name}"
    done = ended(cli, name)
    assert done["HyperParameterTuningJobStatus"] == "Completed"
    assert done["TrainingJobStatusCounters"]["Completed"] == 4

    listed = cli("sagemaker", "list-hyper-parameter-tuning-jobs", "--name-contains", name, "--status-equals", "Completed",
                 "--sort-by", "CreationTime", "--sort-order", "Descending")["HyperParameterTuningJobSummaries"]
    assert [j["HyperParameterTuningJobName"] for j in listed] == [name]
    trials = cli("sagemaker", "list-training-jobs-for-hyper-parameter-tuning-job", "--hyper-parameter-tuning-job-name", name,
                 "--sort-by", "FinalObjectiveMetricValue", "--sort-order", "Descending",
                 "--page-size", "3")["TrainingJobSummaries"]
    assert len({t["TrainingJobName"] for t in trials}) == 4
    assert trials[0]["TrainingJobName"] == done["BestTrainingJob"]["TrainingJobName"]
    part = cli("sagemaker", "list-training-jobs-for-hyper-parameter-tuning-job", "--hyper-parameter-tuning-job-name", name,
               "--max-items", "3")
    rest = cli("sagemaker", "list-training-jobs-for-hyper-parameter-tuning-job", "--hyper-parameter-tuning-job-name", name,
               "--starting-token", part["NextToken"])
    assert len(part["TrainingJobSummaries"]) == 3 and len(rest["TrainingJobSummaries"]) == 1

    best = cli("sagemaker", "describe-training-job", "--training-job-name", trials[0]["TrainingJobName"])
    assert best["TrainingJobStatus"] == "Completed"
    cli.text("s3", "cp", best["ModelArtifacts"]["S3ModelArtifacts"], tmp_path / "model.tar.gz")
    assert subprocess.check_output(["tar", "-tzf", tmp_path / "model.tar.gz"], text=True).split() == ["xgboost-model"]

    tags = {t["Key"]: t["Value"] for t in cli("sagemaker", "list-tags", "--resource-arn", arn)["Tags"]}
    assert tags == {"team": "a b", "größe": "ä"}
    cli("sagemaker", "add-tags", "--resource-arn", arn, "--tags", "Key=team,Value=c", "Key=more,Value=")
    cli("sagemaker", "delete-tags", "--resource-arn", arn, "--tag-keys", "größe")
    tags = {t["Key"]: t["Value"] for t in cli("sagemaker", "list-tags", "--resource-arn", arn)["Tags"]}
    assert tags == {"team": "c", "more": ""}

    if cli.run("sagemaker", "delete-hyper-parameter-tuning-job", "--generate-cli-skeleton").returncode != 0:
        return  # Debian's is older than the operation
    cli("sagemaker", "delete-hyper-parameter-tuning-job", "--hyper-parameter-tuning-job-name", name)
    assert "ResourceNotFound" in cli.refusal("sagemaker", "describe-hyper-parameter-tuning-job",
                                             "--hyper-parameter-tuning-job-name", name)


def test_a_tuning_job_is_stopped(cli, bucket):
    name = new_name("cli")
    create(cli, name, bucket, jobs=500, parallel=2)
    cli("sagemaker", "stop-hyper-parameter-tuning-job", "--hyper-parameter-tuning-job-name", name)
    assert ended(cli, name)["HyperParameterTuningJobStatus"] == "Stopped"
    assert "ValidationException" in cli.refusal("sagemaker", "stop-hyper-parameter-tuning-job",
                                                "--hyper-parameter-tuning-job-name", name)


def test_a_training_job_and_the_waiter(cli, bucket):
    name = new_name("cli")
    d = definition(bucket)
    cli("sagemaker", "create-training-job", "--training-job-name", name, "--role-arn", ROLE,
        "--algorithm-specification", json.dumps(d["AlgorithmSpecification"]),
        "--hyper-parameters", json.dumps(d["StaticHyperParameters"]),
        "--input-data-config", json.dumps(d["InputDataConfig"]),
        "--output-data-config", f"S3OutputPath=s3://{bucket}/out",
        "--resource-config", "InstanceType=ml.m5.xlarge,InstanceCount=1,VolumeSizeInGB=10",
        "--stopping-condition", "MaxRuntimeInSeconds=600")
    # The CLI's own waiter sleeps for two minutes between its looks; so wait for the end first.
    wait_for(lambda: cli("sagemaker", "describe-training-job", "--training-job-name", name)["TrainingJobStatus"] == "Completed",
             60, "the training job")
    cli.text("sagemaker", "wait", "training-job-completed-or-stopped", "--training-job-name", name)
    listed = cli("sagemaker", "list-training-jobs", "--name-contains", name, "--status-equals", "Completed")
    assert [j["TrainingJobName"] for j in listed["TrainingJobSummaries"]] == [name]
    assert "in status Completed" in cli.refusal("sagemaker", "stop-training-job", "--training-job-name", name)


def test_mistakes_are_explained(cli, bucket):
    wrong = config()
    wrong["Strategy"] = "Guessing"
    said = cli.refusal("sagemaker", "create-hyper-parameter-tuning-job", "--hyper-parameter-tuning-job-name", "not_a_name",
                       "--hyper-parameter-tuning-job-config", json.dumps(wrong),
                       "--training-job-definition", json.dumps(definition(bucket)))
    assert "ValidationException" in said and "2 validation errors detected: " in said
    assert "'hyperParameterTuningJobConfig.strategy'" in said and "'hyperParameterTuningJobName'" in said
    assert "CreateDomain" in cli.refusal("sagemaker", "create-domain", "--domain-name", "d", "--auth-mode", "IAM",
                                         "--default-user-settings", f"ExecutionRole={ROLE}", "--subnet-ids", "s",
                                         "--vpc-id", "v")
