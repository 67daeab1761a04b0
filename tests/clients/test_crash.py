"""kill -9 of the server at random instants during a tuning job; it goes on where it was after each start."""
import os
import random
import sqlite3
import time

import boto3

from harness import start_server, wait_for
from tuning_requests import ROLE, config, definition, rows

# How often the server is killed; TUNESMITH_KILLS=50 is the full test.
KILLS = int(os.environ.get("TUNESMITH_KILLS", "8"))


def clients(server):
    environment = server.env()
    keys = {"aws_access_key_id": environment["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": environment["AWS_SECRET_ACCESS_KEY"], "region_name": "us-east-1",
            "endpoint_url": environment["AWS_ENDPOINT_URL"],
            "config": boto3.session.Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=10)}
    return boto3.client("sagemaker", **keys), boto3.client("s3", **keys)


def test_nothing_is_lost_or_repeated_when_the_server_dies():
    generator = random.Random(os.environ.get("TUNESMITH_SEED", "1"))
    with start_server() as server:
        sagemaker, s3 = clients(server)
        url = server.url
        s3.create_bucket(Bucket="crash")
        s3.put_object(Bucket="crash", Key="train/t.csv", Body=rows(20000, 1))
        s3.put_object(Bucket="crash", Key="validation/v.csv", Body=rows(5000, 2))
        kills = 0
        round_number = 0
        acknowledged = []
        while kills < KILLS:
            round_number += 1
            name = f"crash-{round_number}"
            sagemaker.create_hyper_parameter_tuning_job(
                HyperParameterTuningJobName=name, HyperParameterTuningJobConfig=config(jobs=20, parallel=3),
                TrainingJobDefinition=definition("crash", num_round="60"))
            acknowledged.append(name)
            status = "InProgress"
            while status == "InProgress":
                if kills < KILLS:
                    time.sleep(generator.uniform(0, 0.4))
                    server.kill()
                    kills += 1
                    time.sleep(generator.uniform(0, 0.1))
                    server.start()
                    assert server.url == url, "the port is kept over restarts"
                    key = f"ack/{kills}"
                    s3.put_object(Bucket="crash", Key=key, Body=key.encode())
                else:
                    time.sleep(0.1)
                status = sagemaker.describe_hyper_parameter_tuning_job(
                    HyperParameterTuningJobName=name)["HyperParameterTuningJobStatus"]
        for name in acknowledged:
            done = wait_for(lambda: (d := sagemaker.describe_hyper_parameter_tuning_job(
                HyperParameterTuningJobName=name))["HyperParameterTuningJobStatus"] != "InProgress" and d, 60, name)
            assert done["HyperParameterTuningJobStatus"] == "Completed", done
            assert done["TrainingJobStatusCounters"] == {"Completed": 20, "InProgress": 0, "RetryableError": 0,
                                                         "NonRetryableError": 0, "Stopped": 0}
            trials = [t for page in sagemaker.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job")
                      .paginate(HyperParameterTuningJobName=name) for t in page["TrainingJobSummaries"]]
            assert len(trials) == 20
            for trial in trials:
                s3.head_object(Bucket="crash", Key=f"output/{trial['TrainingJobName']}/output/model.tar.gz")
        for n in range(1, kills + 1):
            assert s3.get_object(Bucket="crash", Key=f"ack/{n}")["Body"].read() == f"ack/{n}".encode()
        # No trial was trained twice: each is still at its first attempt, and its log begins once.
        rows_now = sqlite3.connect(server.data_dir / "tunesmith.db").execute(
            "SELECT id, name, attempt, status FROM training_jobs").fetchall()
        assert [r for r in rows_now if r[2] != 1] == []
        for job_id, name, _, _ in rows_now:
            first_rounds = [line for line in (server.data_dir / "jobs" / str(job_id) / "log").read_text().splitlines()
                            if " [0]#011" in line]
            assert len(first_rounds) == 1, name
        print(f"{kills} kills, {len(acknowledged)} tuning jobs, {len(rows_now)} trials")


def test_a_clean_stop_leaves_running_jobs_to_go_on():
    with start_server() as server:
        sagemaker, s3 = clients(server)
        s3.create_bucket(Bucket="calm")
        s3.put_object(Bucket="calm", Key="train/t.csv", Body=rows(20000, 1))
        s3.put_object(Bucket="calm", Key="validation/v.csv", Body=rows(5000, 2))
        d = definition("calm", num_round="300")
        sagemaker.create_training_job(
            TrainingJobName="calm", AlgorithmSpecification=d["AlgorithmSpecification"], RoleArn=ROLE,
            InputDataConfig=d["InputDataConfig"], OutputDataConfig=d["OutputDataConfig"],
            ResourceConfig=d["ResourceConfig"], StoppingCondition=d["StoppingCondition"],
            HyperParameters=d["StaticHyperParameters"])
        wait_for(lambda: sagemaker.describe_training_job(TrainingJobName="calm")["SecondaryStatus"] == "Training", 30,
                 "training")
        assert server.stop() == 0
        time.sleep(0.5)
        server.start()
        done = wait_for(lambda: (d := sagemaker.describe_training_job(TrainingJobName="calm"))["TrainingJobStatus"]
                        != "InProgress" and d, 60, "the end of the job")
        assert done["TrainingJobStatus"] == "Completed"
