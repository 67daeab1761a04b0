# SPDX-License-Identifier: Apache-2.0
"""What a supervisor asks, and a disk that fills up or stops taking writes, on real file systems."""
import contextlib
import os
import pathlib
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import boto3
import botocore.exceptions
import pytest

from harness import PROGRAM, Server, kill_what_outlived, start_server, wait_for
from tuning_requests import config, definition, rows

MIB = 1 << 20


def get(server, path, **headers):
    request = urllib.request.Request(server.url + path, headers=headers)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def metric(server, line):
    """The value of a sample, named with its labels as the page prints them; None when it is not there."""
    for text in get(server, "/metrics")[1].splitlines():
        if text.startswith(line + " "):
            return float(text[len(line) + 1:])
    return None


def clients(server):
    environment = server.env()
    keys = {"aws_access_key_id": environment["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": environment["AWS_SECRET_ACCESS_KEY"], "region_name": "us-east-1",
            "endpoint_url": environment["AWS_ENDPOINT_URL"],
            "config": boto3.session.Config(retries={"total_max_attempts": 1})}
    return boto3.client("s3", **keys), boto3.client("sagemaker", **keys)


@contextlib.contextmanager
def small_disk(mebibytes: int):
    """A file system of its own; skips where this user may not mount."""
    with tempfile.TemporaryDirectory(prefix="tunesmith-disk-") as folder:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", folder],
                                 capture_output=True, text=True)
        if mounted.returncode != 0:
            pytest.skip("may not mount: " + mounted.stderr.strip())
        try:
            yield pathlib.Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=False)


def commands(folder):
    """Of the processes that have to do with that folder: their programs' names and arguments."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            command = process.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if str(folder) in command:
                found.append(pathlib.Path(command.split(" ")[0]).name)
    return found


@contextlib.contextmanager
def server_on(folder, *arguments):
    server = Server(folder / "data", *arguments)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()
        server.log.close()
        kill_what_outlived(server.data_dir)


def test_a_supervisor_gets_its_answers(server, bucket, sagemaker):
    assert get(server, "/healthz") == (200, "ok\n")
    assert get(server, "/readyz") == (200, "ok\n")
    before = metric(server, 'tunesmith_requests_total{service="s3",operation="HeadBucket",outcome="success"}') or 0
    boto3.client("s3").head_bucket(Bucket=bucket)
    with pytest.raises(botocore.exceptions.ClientError):
        sagemaker.describe_training_job(TrainingJobName="nobody")
    assert metric(server, 'tunesmith_requests_total{service="s3",operation="HeadBucket",outcome="success"}') == before + 1
    assert metric(server, 'tunesmith_requests_total{service="sagemaker",operation="DescribeTrainingJob",outcome="refused"}') >= 1
    assert metric(server, "tunesmith_store_commit_duration_seconds_count") > 0
    assert metric(server, "process_open_fds") > 5
    assert metric(server, "tunesmith_disk_free_bytes") > 0


def test_jobs_are_counted_by_status(server, bucket, sagemaker):
    line = 'tunesmith_jobs{kind="training",status="Completed"}'
    before = metric(server, line) or 0
    name = f"counted-{os.getpid()}-{time.monotonic_ns()}"
    sagemaker.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name[:32], HyperParameterTuningJobConfig=config(jobs=2, parallel=2),
        TrainingJobDefinition=definition(bucket, num_round="2"))
    wait_for(lambda: metric(server, line) == before + 2, what="two completed jobs in the metrics")


def test_a_bucket_may_be_called_metrics(aws, server):
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="metrics")
    s3.put_object(Bucket="metrics", Key="a", Body=b"x")
    assert [o["Key"] for o in s3.list_objects_v2(Bucket="metrics")["Contents"]] == ["a"]
    assert get(server, "/metrics")[1].startswith("# HELP")


def test_below_the_reserve_new_work_is_refused_and_reads_go_on():
    with small_disk(64) as disk, server_on(disk, "--disk-reserve", "24MiB") as server:
        s3, sagemaker = clients(server)
        s3.create_bucket(Bucket="full")
        s3.put_object(Bucket="full", Key="train/t.csv", Body=rows(200, 1))
        s3.put_object(Bucket="full", Key="validation/v.csv", Body=rows(100, 2))
        ballast = disk / "ballast"
        ballast.write_bytes(b"\0" * (44 * MIB))
        time.sleep(0.3)
        with pytest.raises(botocore.exceptions.ClientError) as refused:
            s3.put_object(Bucket="full", Key="more", Body=b"x" * 1000)
        assert refused.value.response["Error"]["Code"] == "InsufficientStorage"
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 507
        with pytest.raises(sagemaker.exceptions.ResourceLimitExceeded, match="keeps in reserve"):
            sagemaker.create_hyper_parameter_tuning_job(
                HyperParameterTuningJobName="full", HyperParameterTuningJobConfig=config(jobs=2, parallel=1),
                TrainingJobDefinition=definition("full", num_round="2"))
        assert sagemaker.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"] == []
        assert s3.get_object(Bucket="full", Key="train/t.csv")["Body"].read() == rows(200, 1).encode()
        assert metric(server, "tunesmith_disk_has_room") == 0
        status, text = get(server, "/readyz")
        assert status == 200 and "nearly full" in text
        s3.delete_object(Bucket="full", Key="train/t.csv")
        ballast.unlink()
        time.sleep(0.3)
        s3.put_object(Bucket="full", Key="more", Body=b"x" * 1000)


def test_below_the_reserve_trials_wait_and_go_on_when_there_is_room():
    with small_disk(64) as disk, server_on(disk, "--disk-reserve", "24MiB") as server:
        s3, sagemaker = clients(server)
        s3.create_bucket(Bucket="full")
        s3.put_object(Bucket="full", Key="train/t.csv", Body=rows(200, 1))
        s3.put_object(Bucket="full", Key="validation/v.csv", Body=rows(100, 2))
        sagemaker.create_hyper_parameter_tuning_job(
            HyperParameterTuningJobName="waits", HyperParameterTuningJobConfig=config(jobs=40, parallel=2),
            TrainingJobDefinition=definition("full", num_round="60"))

        def counters():
            return sagemaker.describe_hyper_parameter_tuning_job(
                HyperParameterTuningJobName="waits")["TrainingJobStatusCounters"]

        def running():
            return sum(line.startswith("tunesmith-runner") for line in commands(disk))

        wait_for(lambda: counters()["Completed"] >= 1, what="a first trial")
        ballast = disk / "ballast"
        ballast.write_bytes(b"\0" * (44 * MIB))
        wait_for(lambda: metric(server, "tunesmith_disk_has_room") == 0, what="a disk without room")
        wait_for(lambda: running() == 0, what="the end of the trials that ran")
        waiting = counters()
        assert waiting["Completed"] < 40 and waiting["InProgress"] == 2, waiting
        time.sleep(3)  # the server looks after jobs without a runner every two seconds
        assert running() == 0 and counters() == waiting
        assert "wait until the disk has more than its reserve" in (disk / "data.log").read_text()
        trials = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
            HyperParameterTuningJobName="waits", StatusEquals="InProgress")["TrainingJobSummaries"]
        for trial in trials:
            last = sagemaker.describe_training_job(TrainingJobName=trial["TrainingJobName"])["SecondaryStatusTransitions"][-1]
            assert (last["Status"], last["StatusMessage"]) == ("Starting", "Waiting until the disk has more free space than its reserve")
        ballast.unlink()
        wait_for(lambda: counters()["Completed"] == 40, what="all trials, none failed")


def test_a_disk_that_is_really_full_loses_nothing_and_recovers():
    with small_disk(24) as disk, server_on(disk, "--disk-reserve", "0") as server:
        s3, sagemaker = clients(server)
        s3.create_bucket(Bucket="brim")
        kept = {}
        refusals = set()
        for n in range(400):
            body = os.urandom(100_000)
            try:
                s3.put_object(Bucket="brim", Key=f"k/{n:03}", Body=body)
                kept[f"k/{n:03}"] = body
            except botocore.exceptions.ClientError as refused:
                refusals.add((refused.response["Error"]["Code"], refused.response["ResponseMetadata"]["HTTPStatusCode"]))
        assert len(kept) < 400
        assert refusals == {("InsufficientStorage", 507)}
        ballast = os.open(disk / "ballast", os.O_WRONLY | os.O_CREAT)
        with contextlib.suppress(OSError):
            while os.write(ballast, b"\0" * 4096):
                pass
        os.close(ballast)
        # Not a byte is left now: rows can't be written either.
        codes = set()
        for n in range(200):
            try:
                s3.put_object_tagging(Bucket="brim", Key="k/000", Tagging={"TagSet": [{"Key": "n", "Value": str(n) * 60}]})
            except botocore.exceptions.ClientError as refused:
                codes.add(refused.response["ResponseMetadata"]["HTTPStatusCode"])
        assert codes <= {507, 503, 500}
        for key, body in kept.items():
            assert s3.get_object(Bucket="brim", Key=key)["Body"].read() == body
        # Deleting needs room for a row: the server has kept some back for it.
        s3.delete_object(Bucket="brim", Key="k/000")
        del kept["k/000"]
        (disk / "ballast").unlink()
        s3.put_object(Bucket="brim", Key="after", Body=b"room again")
        wait_for(lambda: get(server, "/readyz")[0] == 200, 10, "ready again")
        server.kill()
        server.start()
        s3, sagemaker = clients(server)
        kept["after"] = b"room again"
        listed = [o["Key"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket="brim") for o in page["Contents"]]
        assert listed == sorted(kept)
        for key, body in kept.items():
            assert s3.get_object(Bucket="brim", Key=key)["Body"].read() == body


def test_a_start_on_a_read_only_disk_says_so_and_harms_nothing():
    with small_disk(32) as disk:
        with server_on(disk, "--disk-reserve", "1MiB") as server:
            s3, _ = clients(server)
            s3.create_bucket(Bucket="still")
            s3.put_object(Bucket="still", Key="a", Body=b"here")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        failed = subprocess.run([PROGRAM, "serve", "--data-dir", disk / "data"], capture_output=True, text=True, timeout=30)
        assert failed.returncode == 1
        assert "Read-only file system" in failed.stderr
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        with server_on(disk, "--disk-reserve", "1MiB") as server:
            s3, _ = clients(server)
            assert s3.get_object(Bucket="still", Key="a")["Body"].read() == b"here"


def test_metrics_are_not_for_other_machines():
    with start_server() as server:
        assert get(server, "/metrics", Host="tuner.example")[0] == 401
        token = (server.data_dir / "secrets" / "metrics-token").read_text().strip()
        assert get(server, "/metrics", Host="tuner.example", Authorization="Bearer " + token)[0] == 200
