# SPDX-License-Identifier: Apache-2.0
"""Parquet channels and exports, made and read by pandas and pyarrow."""
import io
import subprocess

import boto3
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from harness import PROGRAM
from test_training_jobs import metric, source, train
from tuning_requests import config, definition, finished, rows, trials_of, tune


def frame(count, seed):
    """The rows as a notebook would have them: an integer label, floats, one value of them unknown."""
    data = pd.read_csv(io.StringIO(rows(count, seed)), header=None, names=["label", "a", "b", "c", "d"])
    data.loc[3, "b"] = np.nan
    return data


def put(bucket, key, data, **options):
    body = data if isinstance(data, bytes) else data.to_parquet(**options)
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=body)


def parquet(bucket, folder="pq", mode="File", content_type="application/x-parquet"):
    def change(request):
        for channel, name in zip(request["InputDataConfig"], ("train", "validation")):
            channel.update(ContentType=content_type, InputMode=mode)
            channel["DataSource"]["S3DataSource"]["S3Uri"] = f"s3://{bucket}/{folder}/{name}/"
    return change


@pytest.fixture
def frames(bucket):
    """The same rows as CSV in csv/ and as Parquet in pq/, there as two files to train on, the second with its columns in
    another order and an index that is no column of the data."""
    s3 = boto3.client("s3")
    training, validation = frame(400, 1), frame(200, 2)
    for name, data in (("train", training), ("validation", validation)):
        s3.put_object(Bucket=bucket, Key=f"csv/{name}/all.csv", Body=data.to_csv(header=False, index=False))
    put(bucket, "pq/train/part-0.parquet", training[:150])
    put(bucket, "pq/train/part-1.parquet", training[150:][["d", "label", "a", "b", "c"]].set_index(pd.Index(range(1000, 1250))), index=True)
    put(bucket, "pq/validation/all.parquet", validation.astype({"label": bool, "a": "float32"}), compression="zstd")
    return bucket


def test_a_model_of_parquet_is_that_of_the_same_csv(sagemaker, frames):
    csv = train(sagemaker, frames, lambda r: [source(r, n).update(S3Uri=f"s3://{frames}/csv/{name}/")
                                              for n, name in enumerate(("train", "validation"))])
    for mode, content_type in (("File", "application/x-parquet"), ("FastFile", "parquet"), ("Pipe", "application/x-parquet")):
        job = train(sagemaker, frames, parquet(frames, mode=mode, content_type=content_type))
        assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
        assert metric(job) == metric(csv)


def test_trials_of_a_tuning_job_share_parquet_channels(sagemaker, frames):
    d = definition(frames)
    parquet(frames)(d)
    name = tune(sagemaker, config(4, 2), d)
    assert finished(sagemaker, name)["TrainingJobStatusCounters"]["Completed"] == 4
    assert all(t["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] > 0.5 for t in trials_of(sagemaker, name))


def test_a_file_that_cannot_be_trained_on_fails_its_own_job(sagemaker, frames):
    text = frame(100, 1).assign(job="admin.")
    put(frames, "text/train/a.parquet", text)
    put(frames, "text/validation/a.parquet", text)
    good = frame(100, 1).to_parquet()
    put(frames, "broken/train/a.parquet", good[:50] + bytes(len(good) - 100) + good[-50:])
    put(frames, "broken/validation/a.parquet", good)
    empty = io.BytesIO()
    pq.write_table(pa.table({}), empty)
    put(frames, "empty/train/a.parquet", empty.getvalue())
    put(frames, "empty/validation/a.parquet", good)
    put(frames, "none/train/a.parquet", frame(100, 1)[:0])
    put(frames, "none/validation/a.parquet", good)
    for folder, reason in (("none", "a.parquet: there are no rows (channel train)"), ("text", "a.parquet: column 'job' is of type"), ("broken", "a.parquet: "),
                           ("empty", "a.parquet: there are no columns")):
        job = train(sagemaker, frames, parquet(frames, folder))
        assert job["TrainingJobStatus"] == "Failed"
        assert job["FailureReason"].startswith("ClientError: Failed to load parquet data with exception:\n" + reason)
    assert train(sagemaker, frames, parquet(frames))["TrainingJobStatus"] == "Completed"


def test_an_exported_table_has_the_types_of_its_columns(server, sagemaker, bucket, tmp_path):
    ranges = {"ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.1", "MaxValue": "1"}],
              "IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "1", "MaxValue": "6"}],
              "CategoricalParameterRanges": [{"Name": "alpha", "Values": ["0", "1"]}]}
    name = tune(sagemaker, config(4, 2, ParameterRanges=ranges), definition(bucket))
    finished(sagemaker, name)
    file = tmp_path / "trials.parquet"
    subprocess.run([PROGRAM, "export", "--data-dir", server.data_dir, name, "--format", "parquet", "-o", file], check=True)
    table = pd.read_parquet(file)
    assert {c: str(t) for c, t in table.dtypes.items()} == {
        "trial": "int64", "training_job": "object", "status": "object", "validation:auc": "float64", "eta": "float64",
        "max_depth": "int64", "alpha": "object", "created": "datetime64[ms, UTC]", "started": "datetime64[ms, UTC]",
        "ended": "datetime64[ms, UTC]", "stopped_early": "bool", "failure_reason": "object"}
    text = subprocess.run([PROGRAM, "export", "--data-dir", server.data_dir, name], check=True, capture_output=True, text=True).stdout
    csv = pd.read_csv(io.StringIO(text), float_precision="round_trip")
    assert list(table.columns) == list(csv.columns)
    for column in ("trial", "training_job", "validation:auc", "eta", "max_depth"):
        assert list(table[column]) == list(csv[column])
    assert (table["started"] >= table["created"]).all()
    piped = subprocess.run([PROGRAM, "export", "--data-dir", server.data_dir, name, "--format", "parquet"], check=True, capture_output=True)
    assert piped.stdout == file.read_bytes()


def test_tune_takes_parquet_files(server, tmp_path):
    for name, seed in (("train", 1), ("validation", 2)):
        frame(200, seed).to_parquet(tmp_path / f"{name}.parquet")
    subprocess.run([PROGRAM, "tune", "--data-dir", server.data_dir, "--train", tmp_path / "train.parquet",
                    "--validation", tmp_path / "validation.parquet", "--objective", "validation:auc", "--range", "eta=0.1..1",
                    "--set", "num_round=3", "--jobs", "2", "--json"], check=True)
