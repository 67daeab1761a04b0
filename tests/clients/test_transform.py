# SPDX-License-Identifier: Apache-2.0
"""Batch transform: the sagemaker SDK's Transformer and boto3 over a trained XGBoost model."""
import gzip
import json

import boto3
import botocore.exceptions
import pytest

pytest.importorskip("sagemaker")

from sagemaker.transformer import Transformer

from harness import wait_for
from test_endpoints import SOON, create_model, csv, refused
from sdk import fetch_model, inputs, make_estimator, predict, role, session, validation_set  # noqa: F401
from tuning_requests import new_name


@pytest.fixture
def estimator(session, role, inputs):
    estimator = make_estimator(session, role)
    estimator.fit(inputs, wait=True, logs="None", job_name=new_name("fit"))
    return estimator


def put(session, key, body):
    boto3.client("s3").put_object(Bucket=session.default_bucket(), Key=key, Body=body)
    return f"s3://{session.default_bucket()}/{key}"


def get(uri):
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    return boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read().decode()


def start(sagemaker, model, uri, output, name=None, strategy=None, processing=None, **options):
    name = name or new_name("transform")
    more = ({"BatchStrategy": strategy} if strategy else {}) | ({"DataProcessing": processing} if processing else {})
    sagemaker.create_transform_job(
        TransformJobName=name, ModelName=model,
        TransformInput={"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}}, "ContentType": "text/csv",
                        "SplitType": "Line"} | options,
        TransformOutput={"S3OutputPath": output, "AssembleWith": "Line"},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1}, **more)
    return name


def finished(sagemaker, name):
    description = sagemaker.describe_transform_job(TransformJobName=name)
    return description if description["TransformJobStatus"] not in ("InProgress", "Stopping") else None


def run(sagemaker, *arguments, **options):
    name = start(sagemaker, *arguments, **options)
    return wait_for(lambda: finished(sagemaker, name), 60, "the job's end")


def test_a_transformer_of_an_estimator(session, estimator, tmp_path, capsys):
    _, features = validation_set()
    expected = predict(fetch_model(estimator.model_data, tmp_path), features)
    uri = put(session, f"{new_name('in')}/rows.csv", csv(features))
    output = f"s3://{session.default_bucket()}/{new_name('out')}"
    transformer = estimator.transformer(1, "ml.m5.large", strategy="MultiRecord", assemble_with="Line", output_path=output,
                                        accept="text/csv")
    transformer.transform(uri, content_type="text/csv", split_type="Line", wait=True, logs=True,
                          job_name=new_name("sdk"))
    lines = get(f"{output}/rows.csv.out").splitlines()
    assert [float(v) for v in lines] == pytest.approx(expected, abs=1e-6)
    assert "the model is loaded" in capsys.readouterr().out  # its log was streamed
    attached = Transformer.attach(transformer.latest_transform_job.name, sagemaker_session=session)
    assert attached.output_path == output
    transformer.delete_model()


def test_prefixes_strategies_and_compression(sagemaker, session, estimator):
    model = create_model(sagemaker, estimator.model_data)
    prefix = new_name("in")
    _, features = validation_set()
    one = put(session, f"{prefix}/a.csv", csv(features[:5]))
    put(session, f"{prefix}/sub/b.csv", csv(features[5:7]) + "\n")
    output = f"s3://{session.default_bucket()}/{new_name('out')}/"
    end = run(sagemaker, model, f"s3://{session.default_bucket()}/{prefix}/", output, strategy="SingleRecord")
    assert end["TransformJobStatus"] == "Completed", end
    assert end["CreationTime"] <= end["TransformStartTime"] <= end["TransformEndTime"]
    single = get(f"{output}a.csv.out")
    assert len(single.splitlines()) == 5 and len(get(f"{output}sub/b.csv.out").splitlines()) == 2

    zipped = put(session, f"{new_name('in')}/a.csv.gz", gzip.compress(csv(features[:5]).encode()))
    run(sagemaker, model, zipped, output, CompressionType="Gzip")
    assert get(f"{output}a.csv.gz.out") == single
    run(sagemaker, model, one, output + "whole", SplitType="None")
    assert get(f"{output}whole/a.csv.out") == single


def test_a_job_without_an_accept_has_the_models(sagemaker, session, estimator):
    model = create_model(sagemaker, estimator.model_data,
                         Environment={"SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "application/jsonlines"})
    _, features = validation_set()
    uri = put(session, f"{new_name('in')}/a.csv", csv(features[:3]))
    output = f"s3://{session.default_bucket()}/{new_name('out')}"
    end = run(sagemaker, model, uri, output)
    assert end["TransformJobStatus"] == "Completed", end
    assert [0 < json.loads(line)["score"] < 1 for line in get(f"{output}/a.csv.out").splitlines()] == [True] * 3


def test_input_is_filtered_and_joined(sagemaker, session, estimator):
    model = create_model(sagemaker, estimator.model_data)
    _, features = validation_set()
    rows = csv(features[:4]).splitlines()
    uri = put(session, f"{new_name('in')}/a.csv", "".join(f"id{i},{row}\n" for i, row in enumerate(rows)))
    output = f"s3://{session.default_bucket()}/{new_name('out')}"
    processing = {"InputFilter": "$[1:]", "JoinSource": "Input", "OutputFilter": "$[0,-1]"}
    end = run(sagemaker, model, uri, output, processing=processing)
    assert end["TransformJobStatus"] == "Completed", end
    joined = [line.split(",") for line in get(f"{output}/a.csv.out").splitlines()]
    assert [cells[0] for cells in joined] == ["id0", "id1", "id2", "id3"]
    assert all(0 < float(cells[1]) < 1 for cells in joined)


def test_what_the_model_does_not_take_fails_the_job(sagemaker, session, estimator):
    model = create_model(sagemaker, estimator.model_data)
    output = f"s3://{session.default_bucket()}/{new_name('out')}"
    end = run(sagemaker, model, put(session, f"{new_name('in')}/a.csv", "1,2,x,4\n"), output)
    assert end["TransformJobStatus"] == "Failed" and end["FailureReason"].startswith("ClientError: a.csv: ")
    end = run(sagemaker, model, f"s3://{session.default_bucket()}/{new_name('nothing')}", output)
    assert end["TransformJobStatus"] == "Failed"
    missing = run(sagemaker, model, put(session, f"{new_name('in')}/a.csv", "1,2,3,4\n"), f"s3://{new_name('no')}/out")
    assert missing["TransformJobStatus"] == "Failed" and "bucket" in missing["FailureReason"]


def test_a_job_is_stopped_listed_and_described(sagemaker, session, estimator):
    model = create_model(sagemaker, estimator.model_data)
    uri = put(session, f"{new_name('in')}/a.csv", "0.1,0.2,0.3,0.4\n" * 300_000)
    output = f"s3://{session.default_bucket()}/{new_name('out')}"
    name = start(sagemaker, model, uri, output, strategy="SingleRecord")
    sagemaker.stop_transform_job(TransformJobName=name)
    assert sagemaker.describe_transform_job(TransformJobName=name)["TransformJobStatus"] in ("Stopping", "Stopped")
    sagemaker.get_waiter("transform_job_completed_or_stopped").wait(TransformJobName=name, WaiterConfig=SOON)
    assert finished(sagemaker, name)["TransformJobStatus"] == "Stopped"
    listed, = sagemaker.list_transform_jobs(NameContains=name, StatusEquals="Stopped")["TransformJobSummaries"]
    assert listed["TransformJobName"] == name
    assert refused(lambda: sagemaker.stop_transform_job(TransformJobName=name))["Code"] == "ValidationException"
    assert refused(lambda: start(sagemaker, model, uri, output, name=name))["Code"] == "ResourceInUse"
    with pytest.raises(botocore.exceptions.ClientError, match="Could not find transform job"):
        sagemaker.describe_transform_job(TransformJobName="no-such-job")


def test_what_is_not_available_is_refused_by_name(sagemaker, session, estimator):
    model = create_model(sagemaker, estimator.model_data)
    uri = f"s3://{session.default_bucket()}/x"

    def message(**options):
        return refused(lambda: start(sagemaker, model, uri, uri, **options))["Message"]

    assert "SplitType RecordIO" in message(SplitType="RecordIO")
    assert "image/png is not an accepted ContentType" in message(ContentType="image/png")
    assert "JSONPath" in message(processing={"InputFilter": "$.features"})
    assert "Could not find model" in refused(lambda: start(sagemaker, "no-such-model", uri, uri))["Message"]
