# SPDX-License-Identifier: Apache-2.0
"""A client that writes down what was acknowledged, and checks it after a crash."""
import json
import random
import re
import sqlite3
import subprocess

import boto3
import botocore.exceptions

from harness import PROGRAM, wait_for
from tuning_requests import config, definition, rows

BUCKET = "ledger"


def describe(body):
    return "absent" if body is None else f"{len(body)} bytes {body[:4].hex()}"


class Ledger:
    """What a server has promised. `act()` does one thing and may fail as the server dies; `check()` holds it to its word."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.objects = {}  # key -> set of bodies that it may have now (None: absent)
        self.history = {}  # key -> what was done to it, for the message of a failure
        self.jobs = []
        self.power_is_off = False  # set at the instant of a simulated power loss, while the processes still run
        self.number = 0

    def connect(self, server):
        environment = server.env()
        keys = {"aws_access_key_id": environment["AWS_ACCESS_KEY_ID"],
                "aws_secret_access_key": environment["AWS_SECRET_ACCESS_KEY"], "region_name": "us-east-1",
                "endpoint_url": environment["AWS_ENDPOINT_URL"],
                "config": boto3.session.Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=20)}
        self.s3, self.sagemaker = boto3.client("s3", **keys), boto3.client("sagemaker", **keys)

    def prepare(self):
        try:
            self.s3.create_bucket(Bucket=BUCKET)
        except self.s3.exceptions.BucketAlreadyOwnedByYou:
            pass
        for key, body in (("train/t.csv", rows(400, 1)), ("validation/v.csv", rows(200, 2))):
            self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    def attempt(self, key, body, call):
        """`body` is in force when the call is acknowledged; before and after are possible when it is not."""
        before = self.objects.get(key, {None})
        self.objects[key] = before | {body}
        events = self.history.setdefault(key, [])
        events.append(f"{self.number}: {describe(body)} sent")
        call()
        if self.power_is_off:
            # Nobody would have got this answer: the machine that sent it had no power any longer.
            events.append(f"{self.number}: acknowledged in the dark")
            return
        events.append(f"{self.number}: acknowledged")
        self.objects[key] = {body}

    def act(self):
        self.number += 1
        key = f"k/{self.random.randrange(8)}"
        kind = self.random.random()
        if kind < 0.55:
            body = self.random.randbytes(self.random.choice((10, 3000, 300_000)))
            self.attempt(key, body, lambda: self.s3.put_object(Bucket=BUCKET, Key=key, Body=body))
        elif kind < 0.7:
            self.attempt(key, None, lambda: self.s3.delete_object(Bucket=BUCKET, Key=key))
        elif kind < 0.85:
            body = self.random.randbytes(5 << 20) + b"tail"

            def multipart():
                upload = self.s3.create_multipart_upload(Bucket=BUCKET, Key=key)["UploadId"]
                parts = [{"PartNumber": n, "ETag": self.s3.upload_part(
                    Bucket=BUCKET, Key=key, UploadId=upload, PartNumber=n, Body=piece)["ETag"]}
                    for n, piece in ((1, body[:5 << 20]), (2, body[5 << 20:]))]
                self.s3.complete_multipart_upload(Bucket=BUCKET, Key=key, UploadId=upload, MultipartUpload={"Parts": parts})

            self.attempt(key, body, multipart)
        else:
            name = f"job-{self.number}"
            self.sagemaker.create_hyper_parameter_tuning_job(
                HyperParameterTuningJobName=name, HyperParameterTuningJobConfig=config(jobs=3, parallel=2),
                TrainingJobDefinition=definition(BUCKET, num_round="3"))
            if not self.power_is_off:
                self.jobs.append(name)

    def run(self, steps):
        """False when the server died on the way."""
        for _ in range(steps):
            try:
                self.act()
            except (botocore.exceptions.BotoCoreError, botocore.exceptions.HTTPClientError, ConnectionError):
                return False
        return True

    def run_until_refused(self, steps):
        """The same where the server lives on and its disk does not: it may answer with an error, which acknowledges nothing."""
        for _ in range(steps):
            try:
                self.act()
            except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError, botocore.exceptions.HTTPClientError,
                    ConnectionError):
                return

    def check(self, server, trained_once=True):
        """A power loss takes the runners too, so that what they had not reported is trained again."""
        for key, bodies in self.objects.items():
            try:
                found = self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
            except self.s3.exceptions.NoSuchKey:
                found = None
            assert found in bodies, (f"{key} is {describe(found)}, acknowledged was one of {[describe(b) for b in bodies]}; "
                                     f"what happened to it: {self.history.get(key)}")
            self.objects[key] = {found}
        for name in self.jobs:
            done = wait_for(lambda: (d := self.sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name))
                            ["HyperParameterTuningJobStatus"] not in ("InProgress", "Stopping") and d, 120, name)
            assert done["HyperParameterTuningJobStatus"] == "Completed", done
            assert done["TrainingJobStatusCounters"]["Completed"] == 3, done
        verified = subprocess.run([PROGRAM, "verify", "--data-dir", server.data_dir, "--json"], capture_output=True, text=True)
        assert json.loads(verified.stdout)["problems"] == [], verified.stdout
        if not trained_once:
            return
        connection = sqlite3.connect(server.data_dir / "tunesmith.db")
        for job, name in connection.execute("SELECT id, name FROM training_jobs WHERE status = 'Completed'").fetchall():
            log = (server.data_dir / "jobs" / str(job) / "log").read_text(errors="replace")
            assert len(re.findall(r"\[0\](?:#011|\t)", log)) == 1, f"{name} was trained more than once"
        connection.close()
