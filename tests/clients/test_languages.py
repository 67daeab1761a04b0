# SPDX-License-Identifier: Apache-2.0
"""The life of a tuning job through the AWS SDKs of other languages (languages/, set up by tools/setup_languages.sh).

Each program stores a file, tunes, pages through the trials, stops another job, and prints what it saw."""
import json
import os
import pathlib
import subprocess
import time
import uuid

import pytest

DEPS = pathlib.Path(__file__).resolve().parents[2] / ".deps"
COMMANDS = {
    "javascript": [DEPS / "node/bin/node", DEPS / "languages/javascript/tune.mjs"],
    "go": [DEPS / "languages/go/tune"],
    "java": ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{DEPS}/languages/java/target/classes:{DEPS}/languages/java/target/jars/*", "Tune"],
}


@pytest.mark.parametrize("language", COMMANDS)
def test_a_tuning_job_from_creation_to_its_end(aws, language):
    job = f"{language}-{uuid.uuid4().hex[:8]}"
    # The SDKs take a port from the proxy's variables in ways of their own; they all know AWS_ENDPOINT_URL.
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    done = subprocess.run([*COMMANDS[language], job + "-bucket", job], env={**environment, "AWS_REGION": "us-east-1"},
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["body"] is True
    assert seen["arn"] == f"arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/{job}"
    assert seen["status"] == "Completed" and seen["stopped"] == "Stopped"
    assert len(set(seen["trials"])) == 3 and seen["best"] in seen["trials"]
    assert abs(seen["created"] / 1000 - time.time()) < 300
    assert seen["error"] == "ResourceNotFound"
