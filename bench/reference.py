#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The reference tuning job (20 trials, 3 at a time), by Tunesmith and by Optuna with the xgboost package, in turn.

    .deps/bench/bin/python bench/reference.py [--rounds 3] [--seeds 3]      # set up: bench/setup.sh

Replay:   the 20 configurations that Tunesmith's search chose, trained by the peer with its data in memory; the ratio of
          Tunesmith's Create-to-Completed time to the peer's time.
Overhead: the same configurations by Tunesmith's own trainer alone, packed longest first on the cores.
Search:   each does its own search; time and best AUC.
Prints one JSON object.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import boto3
import numpy as np
import pandas as pd

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
STATIC = {"eval_metric": "auc", "num_round": "100", "objective": "binary:logistic", "rate_drop": "0.3",
          "tweedie_variance_power": "1.4"}


def write_data(folder):
    """The walkthrough's preprocessing."""
    import zipfile
    with zipfile.ZipFile(ROOT / "examples/direct_marketing/data/bank-additional.zip") as archive:
        with archive.open("bank-additional/bank-additional-full.csv") as file:
            data = pd.read_csv(file, sep=";")
    data["no_previous_contact"] = np.where(data["pdays"] == 999, 1, 0)
    data["not_working"] = np.where(data["job"].isin(["student", "retired", "unemployed"]), 1, 0)
    model = pd.get_dummies(data, dtype=int)
    model = model.drop(["duration", "emp.var.rate", "cons.price.idx", "cons.conf.idx", "euribor3m", "nr.employed"], axis=1)
    model = model.sample(frac=1, random_state=1729)
    cut = [int(0.7 * len(model)), int(0.9 * len(model))]
    for name, part in (("train", model[:cut[0]]), ("validation", model[cut[0]:cut[1]])):
        pd.concat([part["y_yes"], part.drop(["y_no", "y_yes"], axis=1)], axis=1).to_csv(
            folder / f"{name}.csv", index=False, header=False)


class Tunesmith:
    def __init__(self, folder):
        started = time.perf_counter()
        self.process = subprocess.Popen([BUILD / "tunesmith", "serve", "--data-dir", folder / "data"],
                                        stdout=subprocess.PIPE, stderr=open(folder / "log", "wb"), text=True)
        url = self.process.stdout.readline().split()[-1]
        self.start_seconds = time.perf_counter() - started
        env = json.loads(subprocess.run([BUILD / "tunesmith", "env", "--data-dir", folder / "data", "--format", "json"],
                                        check=True, capture_output=True, text=True).stdout)
        keys = {"aws_access_key_id": env["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": env["AWS_SECRET_ACCESS_KEY"],
                "endpoint_url": url, "region_name": "us-east-1"}
        self.sagemaker = boto3.client("sagemaker", **keys)
        self.s3 = boto3.client("s3", **keys)
        self.s3.create_bucket(Bucket="bench")
        for name in ("train", "validation"):
            self.s3.upload_file(str(folder / f"{name}.csv"), "bench", f"{name}/{name}.csv")

    def memory_mb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def search(self, name, seed, strategy="Bayesian"):
        def channel(which):
            return {"ChannelName": which, "ContentType": "csv", "DataSource": {"S3DataSource": {
                "S3DataType": "S3Prefix", "S3Uri": f"s3://bench/{which}"}}}
        self.sagemaker.create_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name,
            HyperParameterTuningJobConfig={
                "Strategy": strategy, "RandomSeed": seed,
                "ResourceLimits": {"MaxNumberOfTrainingJobs": 20, "MaxParallelTrainingJobs": 3},
                "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:auc"},
                "ParameterRanges": {
                    "ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0", "MaxValue": "1"},
                                                  {"Name": "min_child_weight", "MinValue": "1", "MaxValue": "10"},
                                                  {"Name": "alpha", "MinValue": "0", "MaxValue": "2"}],
                    "IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "1", "MaxValue": "10"}]}},
            TrainingJobDefinition={
                "AlgorithmSpecification": {"TrainingInputMode": "File",
                                           "TrainingImage": "811284229777.dkr.ecr.us-east-1.amazonaws.com/xgboost:latest"},
                "InputDataConfig": [channel("train"), channel("validation")],
                "OutputDataConfig": {"S3OutputPath": "s3://bench/output"},
                "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m4.xlarge", "VolumeSizeInGB": 10},
                "RoleArn": "arn:aws:iam::123456789012:role/TunesmithExecutionRole",
                "StaticHyperParameters": STATIC, "StoppingCondition": {"MaxRuntimeInSeconds": 43200}})
        while True:
            # The time is the service's own; a client that asks often only takes the trials' processor.
            time.sleep(0.5)
            done = self.sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
            if done["HyperParameterTuningJobStatus"] != "InProgress":
                break
        assert done["TrainingJobStatusCounters"]["Completed"] == 20, done
        trials = self.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name, MaxResults=100)["TrainingJobSummaries"]
        return {"seconds": (done["HyperParameterTuningEndTime"] - done["CreationTime"]).total_seconds(),
                "auc": done["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"],
                "configurations": [t["TunedHyperParameters"] for t in trials]}

    def stop(self):
        self.process.terminate()
        self.process.wait()


def run_json(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often each is timed, in turn")
    parser.add_argument("--seeds", type=int, default=3, help="searches of each for the best AUC")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tunesmith-bench-") as name:
        folder = pathlib.Path(name)
        write_data(folder)
        files = ["--train", folder / "train.csv", "--validation", folder / "validation.csv"]
        peer = [sys.executable, ROOT / "bench/peers/optuna_reference.py", *files]
        server = Tunesmith(folder)
        try:
            out = {"start_seconds": round(server.start_seconds, 4), "idle_memory_mb": round(server.memory_mb(), 1)}
            ratios, overheads, ours, theirs, alone = [], [], [], [], []
            server.search("warm-up", 0)
            for n in range(options.rounds):
                mine = server.search(f"replay-{n}", n)
                configurations = folder / "configurations.json"
                configurations.write_text(json.dumps([STATIC | c for c in mine["configurations"]]))
                replay = run_json(*peer, "--configs", configurations)
                trainer = run_json(BUILD / "tunesmith-xgboost", "bench", *files, "--configs", configurations)
                ours.append(mine["seconds"])
                theirs.append(replay["seconds"])
                alone.append(trainer["packed_seconds"])
                ratios.append(mine["seconds"] / replay["seconds"])
                overheads.append(mine["seconds"] / trainer["packed_seconds"])
            out["replay"] = {"tunesmith_seconds": ours, "optuna_seconds": theirs, "ratio": [round(r, 3) for r in ratios],
                             "median_ratio": round(statistics.median(ratios), 3)}
            out["overhead"] = {"trainer_alone_seconds": alone, "ratio": [round(r, 3) for r in overheads],
                               "median_ratio": round(statistics.median(overheads), 3)}
            searches = {"tunesmith": [], "optuna_tpe": [], "optuna_gp": []}
            for seed in range(options.seeds):
                mine = server.search(f"search-{seed}", 100 + seed)
                searches["tunesmith"].append((mine["seconds"], mine["auc"]))
                for sampler in ("tpe", "gp"):
                    found = run_json(*peer, "--sampler", sampler, "--seed", seed)
                    searches[f"optuna_{sampler}"].append((found["seconds"], found["best"]))
            out["search"] = {who: {"median_seconds": round(statistics.median(s for s, _ in runs), 2),
                                   "mean_auc": round(statistics.mean(a for _, a in runs), 5),
                                   "aucs": [round(a, 5) for _, a in runs]} for who, runs in searches.items() if runs}
        finally:
            server.stop()
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
