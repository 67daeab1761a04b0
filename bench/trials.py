#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a trial costs beside its training, many jobs at once, and a store with many finished jobs.

    .deps/bench/bin/python bench/trials.py [--trials 10000] [--jobs 100] [--finished 100000]     # set up: bench/setup.sh

overhead_ms: Create to the end of one tuning job (Random, 8 parallel) of the null algorithm, divided by its trials; and the
same for each tenth of them, by the times at which they ended.
processor_ms: processor time for each trial, of the server itself and of what it started (runners and algorithms).
at_once: seconds until so many tuning jobs of 10 trials, 2 parallel, created one after the other, have all completed.
finished: the rows of that job copied until so many are there; then start to the first answer, and the latency of operations.
"""
import argparse
import json
import os
import pathlib
import sqlite3
import statistics
import sys
import tempfile
import time

import boto3

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from latency import start  # noqa: E402

NULL = "123456789012.dkr.ecr.us-east-1.amazonaws.com/tunesmith-null:1"


def clients(url, env):
    keys = {"aws_access_key_id": env["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": env["AWS_SECRET_ACCESS_KEY"],
            "endpoint_url": url, "region_name": "us-east-1"}
    return boto3.client("sagemaker", **keys), boto3.client("s3", **keys)


def create(sagemaker, name, trials, parallel):
    ranges = [{"Name": n, "MinValue": "0", "MaxValue": "1"} for n in ("x", "y", "z")]
    sagemaker.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name, HyperParameterTuningJobConfig={
            "Strategy": "Random", "ResourceLimits": {"MaxNumberOfTrainingJobs": trials, "MaxParallelTrainingJobs": parallel},
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "objective"},
            "ParameterRanges": {"ContinuousParameterRanges": ranges}},
        TrainingJobDefinition={
            "AlgorithmSpecification": {"TrainingImage": NULL, "TrainingInputMode": "File"},
            "RoleArn": "arn:aws:iam::123456789012:role/TunesmithExecutionRole",
            "OutputDataConfig": {"S3OutputPath": "s3://bench/output"},
            "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m4.xlarge", "VolumeSizeInGB": 1},
            "StoppingCondition": {"MaxRuntimeInSeconds": 600}})


def wait(sagemaker, name):
    while True:
        job = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
        if job["HyperParameterTuningJobStatus"] not in ("InProgress", "Stopping"):
            assert job["HyperParameterTuningJobStatus"] == "Completed", job
            return job
        time.sleep(0.2)


def overhead(sagemaker, trials):
    create(sagemaker, "null", trials, 8)
    job = wait(sagemaker, "null")
    took = (job["HyperParameterTuningEndTime"] - job["CreationTime"]).total_seconds()
    ends = []
    for page in sagemaker.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job").paginate(
            HyperParameterTuningJobName="null", PaginationConfig={"PageSize": 100}):
        ends += [t["TrainingEndTime"].timestamp() for t in page["TrainingJobSummaries"]]
    ends = [job["CreationTime"].timestamp()] + sorted(ends)
    tenth = trials // 10
    tenths = [round(1000 * (ends[(i + 1) * tenth] - ends[i * tenth]) / tenth, 2) for i in range(10)]
    return {"overhead_ms": round(1000 * took / trials, 2), "by_tenths": tenths}


def at_once(sagemaker, jobs):
    began = time.monotonic()
    for n in range(jobs):
        create(sagemaker, f"many-{n}", 10, 2)
    created = time.monotonic()
    for n in range(jobs):
        wait(sagemaker, f"many-{n}")
    return {"jobs": jobs, "created_s": round(created - began, 2), "completed_s": round(time.monotonic() - began, 2)}


def fill(folder, wanted):
    """Copies the finished trials until there are so many, under other names and at other times."""
    db = sqlite3.connect(folder / "data" / "tunesmith.db")
    columns = [row[1] for row in db.execute("PRAGMA table_info(training_jobs)") if row[1] != "id"]
    count, = db.execute("SELECT count(*) FROM training_jobs").fetchone()
    copy, size = 0, count
    changed = {"name": "'copy-' || ? || '-' || id", "tuning_job_id": "NULL", "trial": "NULL", "created": "created - ? * 60000",
               "modified": "modified - ? * 60000"}
    selected = ", ".join(changed.get(c, c) for c in columns)
    # A copy has no tuning job: its own specification and request stand in its row.
    request = json.dumps({"TrainingJobName": "copy", "RoleArn": "arn:aws:iam::123456789012:role/TunesmithExecutionRole",
                          "AlgorithmSpecification": {"TrainingImage": NULL, "TrainingInputMode": "File"},
                          "OutputDataConfig": {"S3OutputPath": "s3://bench/output"},
                          "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m4.xlarge", "VolumeSizeInGB": 1},
                          "StoppingCondition": {"MaxRuntimeInSeconds": 600}, "HyperParameters": {"x": "0.5"}})
    while count < wanted:
        copy += 1
        db.execute(f"INSERT INTO training_jobs ({', '.join(columns)}) SELECT {selected} FROM training_jobs WHERE id <= ? LIMIT ?",
                   [copy] * sum(c in ("name", "created", "modified") for c in columns) + [size, wanted - count])
        count, = db.execute("SELECT count(*) FROM training_jobs").fetchone()
    db.execute("UPDATE training_jobs SET request = ? WHERE tuning_job_id IS NULL", [request])
    db.commit()
    db.execute("ANALYZE")
    db.commit()
    db.close()
    return count


def latency(call, times=200):
    taken = []
    for n in range(times):
        began = time.perf_counter()
        call(n)
        taken.append(1000 * (time.perf_counter() - began))
    return {"median_ms": round(statistics.median(taken), 2), "p99_ms": round(statistics.quantiles(taken, n=100)[98], 2)}


def with_many(folder, wanted):
    count = fill(folder, wanted)
    began = time.perf_counter()
    process, url, env = start(folder)
    started = 1000 * (time.perf_counter() - began)
    sagemaker, _ = clients(url, env)
    filters = lambda *f: {"Filters": [dict(zip(("Name", "Operator", "Value"), x)) for x in f]}  # noqa: E731
    figures = {
        "describe": latency(lambda n: sagemaker.describe_training_job(TrainingJobName=f"copy-{1 + n % 9}-{1 + n}")),
        "list": latency(lambda n: sagemaker.list_training_jobs(MaxResults=10)),
        "list_by_status": latency(lambda n: sagemaker.list_training_jobs(StatusEquals="Failed", MaxResults=10)),
        "list_by_name": latency(lambda n: sagemaker.list_training_jobs(NameContains=f"copy-3-{n}", MaxResults=10)),
        "list_of_tuning_job": latency(lambda n: sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
            HyperParameterTuningJobName="null", SortBy="FinalObjectiveMetricValue", MaxResults=10)),
        "describe_tuning_job": latency(lambda n: sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="null")),
        "search": latency(lambda n: sagemaker.search(Resource="TrainingJob", MaxResults=10)),
        "search_by_name": latency(lambda n: sagemaker.search(Resource="TrainingJob", SearchExpression=filters(
            ("TrainingJobName", "Equals", f"copy-5-{n + 1}")))),
        "search_by_metric": latency(lambda n: sagemaker.search(Resource="TrainingJob", MaxResults=10, SearchExpression=filters(
            ("TrainingJobStatus", "Equals", "Completed"), ("Metrics.objective", "LessThan", "0.25")))),
    }
    process.terminate()
    process.wait()
    return {"rows": count, "start_ms": round(started, 1)} | figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=10000)
    parser.add_argument("--jobs", type=int, default=100)
    parser.add_argument("--finished", type=int, default=100000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tunesmith-bench-") as name:
        folder = pathlib.Path(name)
        process, url, env = start(folder)
        sagemaker, s3 = clients(url, env)
        s3.create_bucket(Bucket="bench")
        figures = {"load": pathlib.Path("/proc/loadavg").read_text().split()[0], "one_job": overhead(sagemaker, options.trials)}
        print(json.dumps(figures["one_job"]), flush=True)
        if options.jobs:
            figures["at_once"] = at_once(sagemaker, options.jobs)
        # utime, stime, cutime, cstime: fields 14 to 17.
        ticks = [int(t) for t in pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()[11:15]]
        each = [1000 * t / os.sysconf("SC_CLK_TCK") / (options.trials + 10 * options.jobs) for t in ticks]
        figures["processor_ms"] = {"server": round(each[0] + each[1], 2), "runners": round(each[2] + each[3], 2)}
        process.terminate()
        process.wait()
        if options.finished:
            figures["finished"] = with_many(folder, options.finished)
        print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
