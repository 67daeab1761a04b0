# SPDX-License-Identifier: Apache-2.0
"""Runners die by kill -9 at random instants while the server lives: a tuning job ends all the same, with one result for each trial.

TUNESMITH_ROUNDS=50: how many runners are killed (4); TUNESMITH_SEED."""
import os
import random
import signal
import time

from harness import start_server, wait_for
from ledger import BUCKET, Ledger
from tuning_requests import config, definition

ROUNDS = int(os.environ.get("TUNESMITH_ROUNDS", "4"))
SEED = os.environ.get("TUNESMITH_SEED", "1")


def runners(data_dir):
    found = []
    for entry in os.listdir("/proc"):
        try:
            command = open(f"/proc/{entry}/cmdline", "rb").read() if entry.isdigit() else b""
        except OSError:
            continue
        if b"tunesmith-runner" in command and str(data_dir).encode() in command:
            found.append(int(entry))
    return found


def test_a_tuning_job_survives_the_deaths_of_runners():
    generator = random.Random(SEED)
    with start_server() as server:
        ledger = Ledger(SEED)
        ledger.connect(server)
        ledger.prepare()
        killed, number = 0, 0
        while killed < ROUNDS:
            number += 1
            name = f"deaths-{number}"
            ledger.sagemaker.create_hyper_parameter_tuning_job(
                HyperParameterTuningJobName=name, HyperParameterTuningJobConfig=config(jobs=6, parallel=2),
                TrainingJobDefinition=definition(BUCKET, num_round="200"))

            def ended():
                found = ledger.sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
                return found if found["HyperParameterTuningJobStatus"] != "InProgress" else None

            deadline = time.monotonic() + 120
            while not ended() and killed < ROUNDS and time.monotonic() < deadline:
                alive = runners(server.data_dir)
                if alive:
                    try:
                        os.kill(generator.choice(alive), signal.SIGKILL)
                        killed += 1
                    except ProcessLookupError:
                        pass
                time.sleep(generator.uniform(0.1, 1))
            done = wait_for(ended, 120, name)
            assert done["HyperParameterTuningJobStatus"] == "Completed", done
            counters = done["TrainingJobStatusCounters"]
            # A trial whose runner died in each of its attempts has failed, by no fault of its user's.
            assert counters["Completed"] + counters["RetryableError"] == 6, counters
            trials = ledger.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
            assert len({t["TrainingJobName"] for t in trials["TrainingJobSummaries"]}) == 6
            for trial in trials["TrainingJobSummaries"]:
                if trial["TrainingJobStatus"] != "Completed":
                    assert "the job's process died 5 times" in trial["FailureReason"], trial
                else:
                    ledger.s3.head_object(Bucket=BUCKET, Key=f"output/{trial['TrainingJobName']}/output/model.tar.gz")
        wait_for(lambda: not runners(server.data_dir), 30, "no runner left")
