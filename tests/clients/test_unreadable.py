# SPDX-License-Identifier: Apache-2.0
"""Rows of the store that this program does not understand: each fails by itself, and all others go on."""
import sqlite3
import subprocess

import boto3

from harness import PROGRAM, start_server, wait_for
from tuning_requests import config, definition, finished, rows, tune



def test_an_unreadable_row_fails_alone(monkeypatch):
    def client_of(service):  # the default session keeps the keys of the first server that it met
        return boto3.session.Session().client(service)

    def execute(server, *statements):
        with sqlite3.connect(server.data_dir / "tunesmith.db") as database:
            for statement in statements:
                assert database.execute(*statement).rowcount == 1
        database.close()

    with start_server() as server:
        for name, value in server.env().items():
            monkeypatch.setenv(name, value)
        s3, client = client_of("s3"), client_of("sagemaker")
        s3.create_bucket(Bucket="rows")
        for channel in ("train", "validation"):
            s3.put_object(Bucket="rows", Key=f"{channel}/{channel}.csv", Body=rows(200, 1))
        training = {key: value for key, value in definition("rows").items() if key != "StaticHyperParameters"}
        client.create_training_job(TrainingJobName="model", HyperParameters={"num_round": "3"}, **training)
        client.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="model", WaiterConfig={"Delay": 1})
        model = client.describe_training_job(TrainingJobName="model")
        client.create_model(ModelName="m", ExecutionRoleArn=model["RoleArn"], PrimaryContainer={
            "Image": model["AlgorithmSpecification"]["TrainingImage"], "ModelDataUrl": model["ModelArtifacts"]["S3ModelArtifacts"]})
        client.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[
            {"VariantName": "v", "ModelName": "m", "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}])
        client.create_endpoint(EndpointName="broken", EndpointConfigName="c")
        client.get_waiter("endpoint_in_service").wait(EndpointName="broken", WaiterConfig={"Delay": 1})
        for name in ("broken", "whole"):
            tune(client, config(50, 1), definition("rows", num_round="200"), name)
        server.stop()
        execute(server, ("UPDATE tuning_jobs SET spec = '{', request = '{' WHERE name = 'broken'",),
                ("UPDATE resources SET state = '{' WHERE kind = 'endpoint' AND name = 'broken'",),
                ("INSERT INTO tuning_jobs (region, name, status, created, modified, seed, strategy, spec, request) "
                 "SELECT region, 'stranger', 'Dreaming', created, modified, seed, strategy, spec, request FROM tuning_jobs "
                 "WHERE name = 'whole'",))
        checked = subprocess.run([PROGRAM, "verify", "--data-dir", server.data_dir], capture_output=True, text=True)
        assert checked.returncode == 1
        for name in ("a tuning job that cannot be read: broken", "a tuning job that cannot be read: stranger",
                     "a resource that cannot be read: endpoint broken"):
            assert name in checked.stdout + checked.stderr
        server.start()
        for name, value in server.env().items():
            monkeypatch.setenv(name, value)
        client = client_of("sagemaker")
        with sqlite3.connect(server.data_dir / "tunesmith.db") as database:
            def row():
                return database.execute("SELECT status, failure_reason FROM tuning_jobs WHERE name = 'broken'").fetchone()
            wait_for(lambda: row()[0] == "Failed", 30, "the end of the broken tuning job")
        assert row()[1].startswith("InternalServerError: the stored tuning job cannot be read: ")
        described = client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="broken")
        assert described["HyperParameterTuningJobStatus"] == "Failed" and described["FailureReason"] == row()[1]
        assert described["TrainingJobStatusCounters"]["Completed"] >= 0
        broken = wait_for(lambda: [d for d in [client.describe_endpoint(EndpointName="broken")] if d["EndpointStatus"] == "Failed"],
                          30, "the end of the broken endpoint")[0]
        assert "stored endpoint" in broken["FailureReason"] and broken["EndpointConfigName"] == "c"
        client.create_endpoint(EndpointName="another", EndpointConfigName="c")
        client.get_waiter("endpoint_in_service").wait(EndpointName="another", WaiterConfig={"Delay": 1})
        client.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="whole")
        assert finished(client, "whole")["HyperParameterTuningJobStatus"] == "Stopped"
