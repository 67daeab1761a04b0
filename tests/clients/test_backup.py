# SPDX-License-Identifier: Apache-2.0
"""Backup beside a working server, restore on a fresh directory, verification of every byte."""
import json
import os
import subprocess
import threading

import boto3

from harness import PROGRAM, Server, kill_what_outlived, start_server, wait_for
from tuning_requests import config, definition, rows


def clients(server):
    environment = server.env()
    keys = {"aws_access_key_id": environment["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": environment["AWS_SECRET_ACCESS_KEY"], "region_name": "us-east-1",
            "endpoint_url": environment["AWS_ENDPOINT_URL"],
            "config": boto3.session.Config(retries={"total_max_attempts": 1})}
    return boto3.client("s3", **keys), boto3.client("sagemaker", **keys)


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=120)


def verified(folder):
    done = run("verify", "--data-dir", folder, "--json")
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_what_a_backup_holds_goes_on_where_it_was(tmp_path):
    with start_server() as server:
        s3, sagemaker = clients(server)
        s3.create_bucket(Bucket="kept")
        s3.put_object(Bucket="kept", Key="train/t.csv", Body=rows(2000, 1))
        s3.put_object(Bucket="kept", Key="validation/v.csv", Body=rows(500, 2))
        upload = s3.create_multipart_upload(Bucket="kept", Key="big")["UploadId"]
        parts = [s3.upload_part(Bucket="kept", Key="big", UploadId=upload, PartNumber=n, Body=bytes([n]) * (5 << 20))
                 for n in (1, 2)]
        s3.complete_multipart_upload(Bucket="kept", Key="big", UploadId=upload, MultipartUpload={
            "Parts": [{"PartNumber": n + 1, "ETag": p["ETag"]} for n, p in enumerate(parts)]})
        sagemaker.create_hyper_parameter_tuning_job(
            HyperParameterTuningJobName="before", HyperParameterTuningJobConfig=config(jobs=4, parallel=2),
            TrainingJobDefinition=definition("kept", num_round="5"))
        wait_for(lambda: sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="before")
                 ["HyperParameterTuningJobStatus"] == "Completed", what="the first job")
        stop = threading.Event()

        def churn():
            other, n = clients(server)[0], 0
            while not stop.is_set():
                other.put_object(Bucket="kept", Key=f"churn/{n % 7}", Body=os.urandom(20_000))
                n += 1

        busy = threading.Thread(target=churn)
        busy.start()
        sagemaker.create_hyper_parameter_tuning_job(
            HyperParameterTuningJobName="during", HyperParameterTuningJobConfig=config(jobs=6, parallel=2),
            TrainingJobDefinition=definition("kept", num_round="40"))
        target = tmp_path / "backup"
        for _ in range(3):
            done = run("backup", "--data-dir", server.data_dir, target)
            assert done.returncode == 0, done.stderr
            status, report = verified(target)
            assert (status, report["problems"]) == (0, []), report
        # The living server's own directory can be looked at too.
        status, report = verified(server.data_dir)
        assert (status, report["problems"]) == (0, []), report
        stop.set()
        busy.join()
    data = tmp_path / "restored"
    done = run("restore", target, "--data-dir", data)
    assert done.returncode == 0, done.stderr
    assert (data / "credentials").stat().st_mode & 0o777 == 0o600
    restored = Server(data)
    try:
        s3, sagemaker = clients(restored)
        assert s3.get_object(Bucket="kept", Key="big")["Body"].read() == b"\1" * (5 << 20) + b"\2" * (5 << 20)
        before = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="before")
        assert before["TrainingJobStatusCounters"]["Completed"] == 4
        # What ran when the backup was taken runs again, and ends.
        wait_for(lambda: sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="during")
                 ["HyperParameterTuningJobStatus"] == "Completed", what="the job that was running")
        logs = boto3.client("logs", aws_access_key_id=restored.env()["AWS_ACCESS_KEY_ID"],
                            aws_secret_access_key=restored.env()["AWS_SECRET_ACCESS_KEY"], region_name="us-east-1",
                            endpoint_url=restored.url)
        streams = logs.describe_log_streams(logGroupName="/aws/sagemaker/TrainingJobs",
                                            logStreamNamePrefix="before")["logStreams"]
        events = logs.get_log_events(logGroupName="/aws/sagemaker/TrainingJobs",
                                     logStreamName=streams[0]["logStreamName"], startFromHead=True)["events"]
        assert any("validation-auc" in e["message"] for e in events)
    finally:
        restored.stop()
        restored.log.close()
        kill_what_outlived(data)
    assert verified(data)[1]["problems"] == []


def test_a_flipped_bit_is_found(tmp_path):
    with start_server() as server:
        s3, _ = clients(server)
        s3.create_bucket(Bucket="bits")
        s3.put_object(Bucket="bits", Key="a", Body=b"0" * 10_000)
        s3.put_object(Bucket="bits", Key="b", Body=b"1" * 10_000)
        blob = next(p for p in (server.data_dir / "objects").rglob("*") if p.is_file() and p.read_bytes()[:1] == b"1")
        content = bytearray(blob.read_bytes())
        content[5000] ^= 1
        blob.write_bytes(content)
        status, report = verified(server.data_dir)
        assert status == 1
        assert [p.split(":")[1] for p in report["problems"]] == ["//bits/b"]


def test_a_backup_does_not_go_into_a_data_directory(tmp_path):
    with start_server() as server:
        done = run("backup", "--data-dir", server.data_dir, server.data_dir)
        assert done.returncode == 1 and "not a place for backups" in done.stderr
        done = run("restore", server.data_dir, "--data-dir", server.data_dir)
        assert done.returncode == 1 and "is not empty" in done.stderr


def test_a_database_that_cannot_be_opened_is_a_problem_in_the_document(tmp_path):
    (tmp_path / "tunesmith.db").write_bytes(b"no database" * 1000)
    code, document = verified(tmp_path)
    assert code == 1 and len(document["problems"]) == 1 and "database" in document["problems"][0]
