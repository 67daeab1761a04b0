# SPDX-License-Identifier: Apache-2.0
"""Artifacts that are kept for so long and no longer: a server started over data that has grown old meanwhile."""
import pathlib
import sqlite3

import boto3
from botocore.exceptions import ClientError

from harness import start_server, wait_for
from test_null_algorithm import null_config, null_definition
from tuning_requests import ROLE, finished, trials_of, tune

XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"


def test_old_trials_lose_their_models_but_for_the_best_and_those_in_use(monkeypatch):
    with start_server() as server:
        for name, value in server.env().items():
            monkeypatch.setenv(name, value)
        session = boto3.session.Session()  # the default one may have another server's keys
        sagemaker, s3 = session.client("sagemaker"), session.client("s3")
        s3.create_bucket(Bucket="aging")
        done = finished(sagemaker, tune(sagemaker, null_config(4, 2), null_definition("aging", rounds="1")))
        artifacts = {}
        for trial in trials_of(sagemaker, done["HyperParameterTuningJobName"]):
            job = sagemaker.describe_training_job(TrainingJobName=trial["TrainingJobName"])
            artifacts[trial["TrainingJobName"]] = job["ModelArtifacts"]["S3ModelArtifacts"]
        best = done["BestTrainingJob"]["TrainingJobName"]
        used = next(name for name in artifacts if name != best)
        sagemaker.create_model(ModelName="m", ExecutionRoleArn=ROLE,
                               PrimaryContainer={"Image": XGBOOST, "ModelDataUrl": artifacts[used]})

        def there():
            found = set()
            for name, uri in artifacts.items():
                try:
                    s3.head_object(Bucket="aging", Key=uri.split("/", 3)[3])
                    found.add(name)
                except ClientError as error:
                    assert error.response["Error"]["Code"] == "404"
            return found

        assert there() == set(artifacts)
        server.stop()
        with sqlite3.connect(pathlib.Path(server.data_dir) / "tunesmith.db") as database:
            for table, column in (("tuning_jobs", "ended"), ("training_jobs", "ended"), ("objects", "modified")):
                database.execute(f"UPDATE {table} SET {column} = {column} - 3 * 86400 * 1000")
        database.close()
        server.arguments = ("--keep-job-models", "1")
        server.start()
        assert there() == set(artifacts), "trials have an option of their own"
        server.stop()
        server.arguments = ("--keep-trial-models", "2")
        server.start()
        wait_for(lambda: there() == {best, used}, what="what is not needed is gone")
        assert sagemaker.describe_training_job(TrainingJobName=best)["TrainingJobStatus"] == "Completed"
