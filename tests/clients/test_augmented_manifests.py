# SPDX-License-Identifier: Apache-2.0
"""Channels that are streams of a manifest's attributes or of RecordIO records, through boto3."""
import gzip
import json
import struct
import uuid

import boto3
import botocore.exceptions
import pytest

from test_access import iam, policy, statement, trust  # noqa: F401 (fixtures)
from test_training_jobs import create, ended, metric, source, train
from tuning_requests import config, definition, finished, rows, trials_of, tune

RECORDIO = "application/x-recordio-protobuf"


def put(bucket, key, body):
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
    return f"s3://{bucket}/{key}"


def manifest(bucket, key, lines):
    return put(bucket, key, "".join(json.dumps(line) + "\n" for line in lines))


def augmented(uri, *names, **more):
    """A change of a request: its training data is the manifest's attributes."""
    def change(request):
        request["InputDataConfig"][0].update(InputMode="Pipe", **more)
        source(request, 0).update(S3DataType="AugmentedManifestFile", S3Uri=uri, AttributeNames=list(names))
    return change


def parts(bucket, count=4):
    """The addresses of objects that hold the rows of the channel "train", in order."""
    text = rows(400, 1).splitlines(keepends=True)
    size = len(text) // count
    return [put(bucket, f"parts/{n}.csv", "".join(text[n * size:(n + 1) * size])) for n in range(count)]


def records(text):
    """Each row of the CSV `text` as the protobuf message of a record: one label, dense features."""
    def message(number, body):
        return bytes([number << 3 | 2, len(body)]) + body

    def entry(number, numbers):
        tensor = message(2, message(1, struct.pack(f"<{len(numbers)}f", *numbers)))
        return message(number, message(1, b"values") + message(2, tensor))
    table = [[float(cell) for cell in line.split(",")] for line in text.split()]
    return [entry(1, row[1:]) + entry(2, row[:1]) for row in table]


def test_objects_that_a_manifest_refers_to_are_the_file_that_they_make(sagemaker, bucket):
    uri = manifest(bucket, "m/refs", [{"source-ref": part, "source-ref-metadata": {"n": 1}} for part in parts(bucket)])
    job = train(sagemaker, bucket, augmented(uri, "source-ref"))
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert metric(job) == metric(train(sagemaker, bucket))
    assert job["InputDataConfig"][0]["DataSource"]["S3DataSource"]["AttributeNames"] == ["source-ref"]


def test_compressed_objects_are_streamed_as_what_they_hold(sagemaker, bucket):
    for n, part in enumerate(parts(bucket)):
        body = boto3.client("s3").get_object(Bucket=bucket, Key=part.split(f"{bucket}/")[1])["Body"].read()
        put(bucket, f"packed/{n}", gzip.compress(body))
    uri = manifest(bucket, "m/packed", [{"a-ref": f"s3://{bucket}/packed/{n}"} for n in range(4)])
    assert metric(train(sagemaker, bucket, augmented(uri, "a-ref", CompressionType="Gzip"))) == metric(train(sagemaker, bucket))


def test_attributes_themselves_can_be_the_rows(sagemaker, bucket):
    cells = [line.split(",", 1) for line in rows(400, 1).splitlines()]
    uri = manifest(bucket, "m/rows", [{"features": "," + rest + "\n", "label": int(label)} for label, rest in cells])
    assert metric(train(sagemaker, bucket, augmented(uri, "label", "features"))) == metric(train(sagemaker, bucket))


@pytest.mark.parametrize("data_type", ["AugmentedManifestFile", "S3Prefix", "ManifestFile"])
def test_objects_wrapped_as_records_are_what_the_same_csv_is(sagemaker, bucket, data_type):
    keys = [f"messages/{n:03}" for n in range(100)]
    for key, body in zip(keys, records(rows(100, 1)), strict=True):
        put(bucket, key, body)
    put(bucket, "same/train.csv", rows(100, 1))
    wrapped = {"RecordWrapperType": "RecordIO", "ContentType": RECORDIO}
    if data_type == "AugmentedManifestFile":
        uri = manifest(bucket, "m/records", [{"a-ref": f"s3://{bucket}/{key}"} for key in keys])
        change = augmented(uri, "a-ref", **wrapped)
    else:
        uri = f"s3://{bucket}/messages/" if data_type == "S3Prefix" else put(
            bucket, "m/list", json.dumps([{"prefix": f"s3://{bucket}/"}, *keys]))

        def change(request):
            request["InputDataConfig"][0].update(InputMode="Pipe", **wrapped)
            source(request, 0).update(S3DataType=data_type, S3Uri=uri)
    job = train(sagemaker, bucket, change)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert metric(job) == metric(train(sagemaker, bucket, lambda r: source(r, 0).update(S3Uri=f"s3://{bucket}/same/")))


def test_instances_share_the_lines_of_a_manifest(sagemaker, bucket):
    uri = manifest(bucket, "m/shared", [{"source-ref": part} for part in parts(bucket)])

    def shared(request):
        augmented(uri, "source-ref")(request)
        source(request, 0)["S3DataDistributionType"] = "ShardedByS3Key"
        request["ResourceConfig"]["InstanceCount"] = 2
    job = train(sagemaker, bucket, shared)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    logs = boto3.client("logs")
    stream = logs.describe_log_streams(logGroupName="/aws/sagemaker/TrainingJobs",
                                       logStreamNamePrefix=job["TrainingJobName"] + "/")["logStreams"][0]["logStreamName"]
    log = [e["message"] for e in logs.get_log_events(logGroupName="/aws/sagemaker/TrainingJobs", logStreamName=stream,
                                                     startFromHead=True)["events"]]
    for host in ("algo-1", "algo-2"):
        assert any(f"{host}: Train matrix has 200 rows" in line for line in log)


def test_a_tuning_job_trains_on_an_augmented_manifest(sagemaker, bucket):
    uri = manifest(bucket, "m/tuned", [{"source-ref": part} for part in parts(bucket)])
    with_manifest = definition(bucket)
    augmented(uri, "source-ref")(with_manifest)
    settings = config(3, 1, "Random", RandomSeed=7)
    values = []
    for what in (with_manifest, definition(bucket)):
        name = tune(sagemaker, settings, what)
        assert finished(sagemaker, name)["TrainingJobStatusCounters"]["Completed"] == 3
        values.append([t["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for t in trials_of(sagemaker, name)])
    assert values[0] == values[1]


@pytest.mark.parametrize("line, text", [
    ('[1]', "line 2: is no JSON object"), ('{"other": 1}', "line 2: has no attribute 'source-ref'"),
    ('{"source-ref": 1}', "line 2: attribute 'source-ref' is no text"),
    ('{"source-ref": "s3://B/none"}', "line 2: attribute 'source-ref': "),
    ('{"source-ref": "nowhere"}', "line 2: attribute 'source-ref': ")])
def test_what_is_wrong_with_a_manifest_is_named_at_create(sagemaker, bucket, line, text):
    fine = json.dumps({"source-ref": f"s3://{bucket}/train/train.csv"})
    uri = put(bucket, "m/bad", f"{fine}\n{line.replace('B', bucket)}\n")
    with pytest.raises(botocore.exceptions.ClientError, match=f"ValidationException.*manifest {uri}: {text}"):
        train(sagemaker, bucket, augmented(uri, "source-ref"))


def test_an_object_that_goes_away_later_fails_the_job_with_the_reason(sagemaker, bucket):
    part = parts(bucket, 1)[0]
    uri = manifest(bucket, "m/gone", [{"source-ref": part}])
    settings = config(30, 1, "Random")
    with_manifest = definition(bucket, num_round="400")
    augmented(uri, "source-ref")(with_manifest)
    name = tune(sagemaker, settings, with_manifest)
    boto3.client("s3").delete_object(Bucket=bucket, Key="parts/0.csv")
    finished(sagemaker, name)
    reasons = {t.get("FailureReason") for t in trials_of(sagemaker, name) if t["TrainingJobStatus"] == "Failed"}
    assert reasons, "no trial saw that the object was gone"
    for reason in reasons:
        assert reason.startswith(f"ClientError: manifest {uri}: line 1: attribute 'source-ref': "), reason


def without_names(request):
    del source(request, 0)["AttributeNames"]


def names_elsewhere(request):
    source(request, 0)["S3DataType"] = "ManifestFile"


@pytest.mark.parametrize("change, text", [
    (lambda r: r["InputDataConfig"][0].update(InputMode="File"), "AugmentedManifestFile' can be used only with the input mode Pipe"),
    (lambda r: r["InputDataConfig"][0].update(InputMode="FastFile"), "is 'FastFile'"),
    (without_names, "AttributeNames is required with S3DataType 'AugmentedManifestFile'"),
    (lambda r: source(r, 0).update(AttributeNames=["a"] * 17), "less than or equal to 16"),
    (names_elsewhere, "AttributeNames can be given only with S3DataType 'AugmentedManifestFile'"),
    (lambda r: r["InputDataConfig"][0].update(RecordWrapperType="RecordIO"), "needs the ContentType " + RECORDIO)])
def test_what_does_not_go_together_is_refused_by_name(sagemaker, bucket, change, text):
    def both(request):
        augmented(f"s3://{bucket}/train/train.csv", "a")(request)
        change(request)
    with pytest.raises(botocore.exceptions.ClientError, match=text):
        create(sagemaker, bucket, both)


def test_records_need_the_pipe_mode(sagemaker, bucket):
    with pytest.raises(botocore.exceptions.ClientError, match="RecordWrapperType 'RecordIO' can be used only with the input mode Pipe"):
        create(sagemaker, bucket, lambda r: r["InputDataConfig"][0].update(RecordWrapperType="RecordIO", ContentType=RECORDIO))


def test_a_role_must_be_allowed_to_read_each_object(sagemaker, iam, bucket):  # noqa: F811
    uri = manifest(bucket, "m/rights", [{"source-ref": part} for part in parts(bucket, 2)])
    name = "role-" + uuid.uuid4().hex[:8]
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust({"Service": "sagemaker.amazonaws.com"}))["Role"]["Arn"]

    def allow(*keys):
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(
            statement("s3:ListBucket"), statement("s3:PutObject"),
            statement("s3:GetObject", [f"arn:aws:s3:::{bucket}/{key}" for key in ("m/*", "validation/*", *keys)])))

    def request(r):
        augmented(uri, "source-ref")(r)
        r["RoleArn"] = arn
    allow("parts/0.csv")
    with pytest.raises(botocore.exceptions.ClientError,
                       match=f"line 2: attribute 'source-ref': the role {name} is not authorized to perform: s3:GetObject on "
                             f"resource: arn:aws:s3:::{bucket}/parts/1.csv"):
        create(sagemaker, bucket, request)
    allow("parts/*")
    assert ended(sagemaker, create(sagemaker, bucket, request))["TrainingJobStatus"] == "Completed"
