"""Fixtures for tests that drive the real server with unmodified clients (harness.py says how it runs)."""
import os
import random

import pytest
from harness import start_server
from tuning_requests import rows


@pytest.fixture(scope="session")
def server():
    with start_server() as started:
        yield started


@pytest.fixture
def aws(server, monkeypatch):
    """The environment of a shell after eval "$(tunesmith env)"."""
    environment = server.env()
    for name in [n for n in os.environ if n.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment


@pytest.fixture
def bucket(aws):
    import boto3  # not there in every environment that runs tests below this folder
    s3 = boto3.client("s3")
    name = f"tuning-{random.randrange(10**9)}"
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="train/train.csv", Body=rows(400, 1))
    s3.put_object(Bucket=name, Key="validation/validation.csv", Body=rows(200, 2))
    return name


@pytest.fixture
def sagemaker(aws):
    import boto3
    # No retries: the server is never to need one.
    return boto3.client("sagemaker", config=boto3.session.Config(retries={"total_max_attempts": 1}))
