# SPDX-License-Identifier: Apache-2.0
"""Fixtures for the tests of S3 clients, beside those of the folder above."""
import pathlib
import shutil
import subprocess
import sys
import uuid

import boto3
import pytest
from botocore.config import Config


def make_client(server, **config):
    """boto3's client of `server`. It retries nothing: what needs a retry is a fault."""
    environment = server.env()
    return boto3.client(
        "s3", endpoint_url=server.url, region_name="us-east-1",
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=environment.get("AWS_SESSION_TOKEN"),
        config=Config(retries={"max_attempts": 0}, **config))


@pytest.fixture(scope="session")
def connect(server):
    """Makes clients: connect() of the session's server, connect(other) of another, with a Config's settings."""
    return lambda to=server, **config: make_client(to, **config)


@pytest.fixture(scope="session")
def s3(connect):
    return connect()


@pytest.fixture
def own_server(server, tmp_path):
    """A server that a test may kill and start again."""
    started = type(server)(tmp_path / "data")
    yield started
    if started.process.poll() is None:
        started.stop()


@pytest.fixture
def bucket(s3):
    """A new bucket that no other test knows."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def cli(server):
    """Runs `aws ARGUMENTS` and gives back what came of it; fails when it fails, unless check is False."""
    beside = pathlib.Path(sys.executable).parent / "aws"
    program = str(beside) if beside.exists() else shutil.which("aws")
    if program is None:
        pytest.skip("the AWS CLI is not installed")
    environment = server.env() | {"AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1"}

    def run(*arguments, check=True):
        done = subprocess.run([program, *map(str, arguments)], env=environment, capture_output=True,
                              text=True, timeout=300)
        if check:
            assert done.returncode == 0, done.stderr
        return done

    return run
