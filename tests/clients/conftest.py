"""Fixtures for tests that drive the real server with unmodified clients (harness.py says how it runs)."""
import os

import pytest
from harness import start_server


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
