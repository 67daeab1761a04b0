# SPDX-License-Identifier: Apache-2.0
"""A pytest plugin for moto's own tests: each gets a new Tunesmith server at the address of
TEST_SERVER_MODE_ENDPOINT, with the keys that moto's tests use. See run.py."""
import os
import pathlib
import subprocess
import tempfile
import urllib.parse

import pytest

PROGRAM = pathlib.Path(os.environ["TUNESMITH_BUILD"]) / "tunesmith"
CREDENTIALS = "[default]\naws_access_key_id = FOOBARKEY\naws_secret_access_key = FOOBARSECRET\n"


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
