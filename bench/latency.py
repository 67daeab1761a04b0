#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast the server answers and starts work.

    .deps/bench/bin/python bench/latency.py [--jobs 10] [--seconds 5]     # set up: bench/setup.sh; needs wrk (Debian)

first_instruction_ms: CreateTrainingJob sent to the algorithm's first instruction, as the confined child stamps it; each job
has data of its own, so its trainer host starts cold.
describe_per_second: signed DescribeTrainingJob from 16 connections; the server pinned to one core, the client to another.
"""
import argparse
import json
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.credentials

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from reference import BUILD, STATIC  # noqa: E402


def start(folder, *prefix):
    process = subprocess.Popen([*prefix, BUILD / "tunesmith", "serve", "--data-dir", folder / "data"],
                               stdout=subprocess.PIPE, stderr=open(folder / "log", "wb"), text=True)
    url = process.stdout.readline().split()[-1]
    env = json.loads(subprocess.run([BUILD / "tunesmith", "env", "--data-dir", folder / "data", "--format", "json"],
                                    check=True, capture_output=True, text=True).stdout)
    return process, url, env


def rows(seed):
    generator = random.Random(seed)
    return "".join(f"{n % 2},{generator.random():.4f},{generator.random():.4f}\n" for n in range(200))


def first_instruction(jobs):
    with tempfile.TemporaryDirectory(prefix="tunesmith-bench-") as name:
        folder = pathlib.Path(name)
        process, url, env = start(folder)
        keys = {"aws_access_key_id": env["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": env["AWS_SECRET_ACCESS_KEY"],
                "endpoint_url": url, "region_name": "us-east-1"}
        sagemaker, s3 = boto3.client("sagemaker", **keys), boto3.client("s3", **keys)
        s3.create_bucket(Bucket="bench")
        times = []
        for n in range(jobs):
            s3.put_object(Bucket="bench", Key=f"{n}/train.csv", Body=rows(n))
            sent = {}
            sagemaker.meta.events.register("before-send.sagemaker.CreateTrainingJob",
                                           lambda **_: sent.update(at=time.time()), unique_id="stamp")
            sagemaker.create_training_job(
                TrainingJobName=f"job-{n}", RoleArn="arn:aws:iam::123456789012:role/TunesmithExecutionRole",
                AlgorithmSpecification={"TrainingInputMode": "File",
                                        "TrainingImage": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"},
                InputDataConfig=[{"ChannelName": "train", "ContentType": "text/csv", "DataSource": {"S3DataSource": {
                    "S3DataType": "S3Prefix", "S3Uri": f"s3://bench/{n}/"}}}],
                OutputDataConfig={"S3OutputPath": "s3://bench/output"},
                ResourceConfig={"InstanceCount": 1, "InstanceType": "ml.m4.xlarge", "VolumeSizeInGB": 10},
                HyperParameters={"num_round": "2", "objective": "binary:logistic"},
                StoppingCondition={"MaxRuntimeInSeconds": 600})
            while sagemaker.describe_training_job(TrainingJobName=f"job-{n}")["TrainingJobStatus"] == "InProgress":
                time.sleep(0.05)
            outcome = json.loads((folder / "data" / "jobs" / str(n + 1) / "outcome.json").read_text())
            stamp = outcome["outcome"]["first_instruction_us"] if "outcome" in outcome else outcome["first_instruction_us"]
            times.append((stamp / 1e6 - sent["at"]) * 1000)
        process.terminate()
        process.wait()
        return times


def describe_rate(seconds):
    with tempfile.TemporaryDirectory(prefix="tunesmith-bench-") as name:
        folder = pathlib.Path(name)
        process, url, env = start(folder, "taskset", "-c", "0")
        keys = {"aws_access_key_id": env["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": env["AWS_SECRET_ACCESS_KEY"],
                "endpoint_url": url, "region_name": "us-east-1"}
        sagemaker, s3 = boto3.client("sagemaker", **keys), boto3.client("s3", **keys)
        s3.create_bucket(Bucket="bench")
        s3.put_object(Bucket="bench", Key="d/train.csv", Body=rows(0))
        sagemaker.create_training_job(
            TrainingJobName="job", RoleArn="arn:aws:iam::123456789012:role/TunesmithExecutionRole",
            AlgorithmSpecification={"TrainingInputMode": "File",
                                    "TrainingImage": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"},
            InputDataConfig=[{"ChannelName": "train", "ContentType": "text/csv", "DataSource": {"S3DataSource": {
                "S3DataType": "S3Prefix", "S3Uri": "s3://bench/d/"}}}],
            OutputDataConfig={"S3OutputPath": "s3://bench/output"},
            ResourceConfig={"InstanceCount": 1, "InstanceType": "ml.m4.xlarge", "VolumeSizeInGB": 10},
            HyperParameters=STATIC, StoppingCondition={"MaxRuntimeInSeconds": 600})
        while sagemaker.describe_training_job(TrainingJobName="job")["TrainingJobStatus"] == "InProgress":
            time.sleep(0.1)
        # A signature holds for minutes: wrk sends the same signed request over and over.
        body = '{"TrainingJobName":"job"}'
        request = botocore.awsrequest.AWSRequest("POST", url + "/", data=body, headers={
            "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "SageMaker.DescribeTrainingJob"})
        credentials = botocore.credentials.Credentials(keys["aws_access_key_id"], keys["aws_secret_access_key"])
        botocore.auth.SigV4Auth(credentials, "sagemaker", "us-east-1").add_auth(request)
        script = folder / "post.lua"
        script.write_text('wrk.method = "POST"\nwrk.body = [[' + body + "]]\n" +
                          "".join(f'wrk.headers["{k}"] = [[{v}]]\n' for k, v in request.headers.items()))
        printed = subprocess.run(["taskset", "-c", "1", "wrk", "-t1", "-c16", f"-d{seconds}s", "--latency", "-s", script, url + "/"],
                                 check=True, capture_output=True, text=True).stdout
        process.terminate()
        process.wait()
        assert "Non-2xx" not in printed, printed
        return {"per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", printed)[1]),
                "p99": re.search(r"99%\s+(\S+)", printed)[1]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=5)
    options = parser.parse_args()
    times = first_instruction(options.jobs)
    print(json.dumps({"first_instruction_ms": {"median": round(statistics.median(times), 1), "max": round(max(times), 1),
                                               "all": [round(t, 1) for t in times]},
                      "describe": describe_rate(options.seconds)}, indent=1))


if __name__ == "__main__":
    main()
