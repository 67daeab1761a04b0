# SPDX-License-Identifier: Apache-2.0
"""Clients that know no endpoint come through the proxy: HTTPS, virtual-hosted names, aws-chunked bodies."""
import os

import boto3
import pytest
from botocore.config import Config


@pytest.fixture
def amazon(server):
    environment = server.env()
    return boto3.client(
        "s3", region_name="us-east-1", verify=environment["AWS_CA_BUNDLE"],
        endpoint_url="https://s3.us-east-1.amazonaws.com",
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        config=Config(proxies={"https": environment["HTTPS_PROXY"]}, retries={"max_attempts": 0},
                      s3={"addressing_style": "virtual"}))


def test_objects_by_virtual_host(amazon, bucket, tmp_path):
    body = os.urandom(300_000)
    put = amazon.put_object(Bucket=bucket, Key="d/k +ü", Body=body)
    assert put["ChecksumCRC32"]
    got = amazon.get_object(Bucket=bucket, Key="d/k +ü", ChecksumMode="ENABLED")
    assert got["Body"].read() == body
    assert "ContentEncoding" not in got
    assert [o["Key"] for o in amazon.list_objects_v2(Bucket=bucket)["Contents"]] == ["d/k +ü"]
    amazon.delete_object(Bucket=bucket, Key="d/k +ü")
    amazon.head_bucket(Bucket=bucket)


def test_large_files_by_virtual_host(amazon, bucket, tmp_path):
    body = os.urandom(20 << 20)
    (tmp_path / "f").write_bytes(body)
    amazon.upload_file(str(tmp_path / "f"), bucket, "f")
    amazon.download_file(bucket, "f", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == body
