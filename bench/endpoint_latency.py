#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long InvokeEndpoint takes for one row, on loopback: trains a small model, deploys it, and sends one signed
request many times over one connection.

    .deps/notebook/bin/python bench/endpoint_latency.py [COUNT]
"""
import http.client
import pathlib
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "clients"))

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from harness import start_server, wait_for
from tuning_requests import ROLE, rows

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"


def deploy(session) -> str:
    s3, sagemaker = session.client("s3"), session.client("sagemaker")
    s3.create_bucket(Bucket="latency")
    s3.put_object(Bucket="latency", Key="train/train.csv", Body=rows(2000, 1))
    sagemaker.create_training_job(
        TrainingJobName="latency", RoleArn=ROLE, StoppingCondition={"MaxRuntimeInSeconds": 600},
        InputDataConfig=[{"ChannelName": "train", "ContentType": "text/csv", "DataSource": {"S3DataSource": {
            "S3DataType": "S3Prefix", "S3Uri": "s3://latency/train"}}}],
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        OutputDataConfig={"S3OutputPath": "s3://latency/out"},
        ResourceConfig={"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1},
        HyperParameters={"num_round": "100", "objective": "binary:logistic", "max_depth": "6"})
    describe = lambda: sagemaker.describe_training_job(TrainingJobName="latency")
    wait_for(lambda: describe()["TrainingJobStatus"] == "Completed", 60, "the model")
    sagemaker.create_model(ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer={
        "Image": IMAGE, "ModelDataUrl": describe()["ModelArtifacts"]["S3ModelArtifacts"]})
    sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[
        {"VariantName": "AllTraffic", "ModelName": "m", "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}])
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    wait_for(lambda: sagemaker.describe_endpoint(EndpointName="e")["EndpointStatus"] == "InService", 60, "the endpoint")
    return "e"


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    with start_server() as server:
        environment = server.env()
        session = boto3.session.Session(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"],
                                        environment.get("AWS_SESSION_TOKEN"), environment["AWS_DEFAULT_REGION"])
        plain = session.client
        session.client = lambda service: plain(service, endpoint_url=server.url)
        url = f"{server.url}/endpoints/{deploy(session)}/invocations"
        body = b"0.1,0.2,0.3,0.4"
        request = AWSRequest("POST", url, {"Content-Type": "text/csv"}, body)
        SigV4Auth(session.get_credentials(), "sagemaker", session.region_name).add_auth(request)
        headers = dict(request.headers.items())
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port)
        times = []
        for _ in range(count):
            begun = time.perf_counter()
            connection.request("POST", parts.path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
            times.append((time.perf_counter() - begun) * 1000)
            assert answer.status == 200, text
        times.sort()
        print(f"{count} requests of one row, 100 trees: median {times[count // 2]:.3f} ms, "
              f"p99 {times[int(count * 0.99)]:.3f} ms, p99.9 {times[int(count * 0.999)]:.3f} ms")


if __name__ == "__main__":
    main()
