# SPDX-License-Identifier: Apache-2.0
"""The search engine in the server and the one of `tunesmith suggest` are the same."""
import json
import math
import os
import subprocess

from harness import PROGRAM
from tuning_requests import config, definition, finished, tune


class Session:
    def __init__(self, environment=None, **init):
        self.process = subprocess.Popen([PROGRAM, "suggest"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, **(environment or {})})
        assert self.call(op="init", **init)["ok"]

    def call(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.communicate(json.dumps({"op": "quit"}) + "\n", timeout=20)
        assert self.process.returncode == 0


def test_a_tuning_job_gets_the_suggestions_of_the_same_history(sagemaker, bucket):
    name = tune(sagemaker, config(jobs=9, parallel=1, RandomSeed=7), definition(bucket))
    assert finished(sagemaker, name)["HyperParameterTuningJobStatus"] == "Completed"
    trials = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name, SortBy="CreationTime", SortOrder="Ascending")["TrainingJobSummaries"]
    assert len(trials) == 9
    session = Session(seed=7, budget=9, parallel=1, direction="maximize", strategy="Bayesian", space=[
        {"name": "eta", "type": "continuous", "min": 0.01, "max": 1, "scale": "auto"},
        {"name": "max_depth", "type": "integer", "min": 1, "max": 6, "scale": "auto"}])
    for trial in trials:
        asked = session.call(op="ask")
        tuned = trial["TunedHyperParameters"]
        assert asked["config"] == {"eta": float(tuned["eta"]), "max_depth": int(tuned["max_depth"])}
        described = sagemaker.describe_training_job(TrainingJobName=trial["TrainingJobName"])
        value = next(m["Value"] for m in described["FinalMetricDataList"] if m["MetricName"] == "validation:auc")
        assert session.call(op="tell", id=asked["id"], value=value)["ok"]
    session.end()


def answers(environment):
    """What a search answers, to the last digit."""
    session = Session(environment, seed=3, budget=16, space=[
        {"name": "rate", "type": "continuous", "min": 1e-5, "max": 1, "scale": "log"},
        {"name": "momentum", "type": "continuous", "min": 0, "max": 1},
        {"name": "depth", "type": "integer", "min": 1, "max": 30},
        {"name": "kind", "type": "categorical", "values": ["u", "v", "w"]}])
    told = []
    for _ in range(16):
        asked = session.call(op="ask")
        told.append((asked["config"], asked["explain"]))
        c = asked["config"]
        value = (math.log10(c["rate"]) + 2) ** 2 + (c["momentum"] - 0.3) ** 2 + abs(c["depth"] - 11) / 10 + "uvw".index(c["kind"]) / 4
        assert session.call(op="tell", id=asked["id"], value=round(value, 6))["ok"]
    session.end()
    return told


def test_answers_do_not_depend_on_the_code_that_the_c_library_chooses_by_processor():
    without = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX2_Usable,-FMA_Usable,-FMA4_Usable"}
    assert answers({}) == answers(without)
