# SPDX-License-Identifier: Apache-2.0
"""A pytest plugin for moto's own tests: each gets a new Tunesmith server at the address of
TEST_SERVER_MODE_ENDPOINT, with the keys that moto's tests use. See run.py.

moto marks the buckets of those tests that it also runs against AWS with a tag, and lists their versions to clean up. These
two calls alone are answered here, so that the tests themselves run."""
import os
import pathlib
import subprocess
import tempfile
import urllib.parse

import pytest

PROGRAM = pathlib.Path(os.environ["TUNESMITH_BUILD"]) / "tunesmith"
CREDENTIALS = "[default]\naws_access_key_id = FOOBARKEY\naws_secret_access_key = FOOBARSECRET\n"


@pytest.fixture(autouse=True)
def bookkeeping_of_buckets(monkeypatch):
    import botocore.client
    call = botocore.client.BaseClient._make_api_call

    def answer(client, operation, arguments):
        if operation == "PutBucketTagging" and arguments["Tagging"]["TagSet"][0]["Key"] == "environment":
            return {}
        if operation == "ListObjectVersions":
            listed = call(client, "ListObjectsV2", {"Bucket": arguments["Bucket"]})
            return {"Versions": [{"Key": entry["Key"], "VersionId": "null"} for entry in listed.get("Contents", [])]}
        return call(client, operation, arguments)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", answer)


@pytest.fixture(autouse=True)
def fresh_server():
    address = urllib.parse.urlsplit(os.environ["TEST_SERVER_MODE_ENDPOINT"]).netloc
    with tempfile.TemporaryDirectory(prefix="tunesmith-moto-", ignore_cleanup_errors=True) as folder:
        data = pathlib.Path(folder) / "data"
        data.mkdir(mode=0o700)
        (data / "credentials").write_text(CREDENTIALS)
        (data / "credentials").chmod(0o600)
        server = subprocess.Popen([PROGRAM, "serve", "--data-dir", data, "--listen", address], stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True)
        assert server.stdout.readline().startswith("listening"), "the server does not start"
        yield
        server.kill()
        server.wait()
