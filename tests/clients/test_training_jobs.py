# SPDX-License-Identifier: Apache-2.0
"""What training jobs take as input, and what they are allowed, through boto3."""
import gzip
import json
import subprocess

import boto3
import botocore.exceptions
import pytest

from harness import PROGRAM, start_server, wait_for
from tuning_requests import ROLE, config, definition, finished, new_name, rows, tune


def create(sagemaker, bucket, change):
    d = definition(bucket)
    request = {"TrainingJobName": new_name("train"), "AlgorithmSpecification": d["AlgorithmSpecification"], "RoleArn": ROLE,
               "InputDataConfig": d["InputDataConfig"], "OutputDataConfig": d["OutputDataConfig"],
               "ResourceConfig": d["ResourceConfig"], "StoppingCondition": d["StoppingCondition"],
               "HyperParameters": d["StaticHyperParameters"]}
    change(request)
    sagemaker.create_training_job(**request)
    return request["TrainingJobName"]


def ended(sagemaker, name):
    def look():
        job = sagemaker.describe_training_job(TrainingJobName=name)
        return job if job["TrainingJobStatus"] not in ("InProgress", "Stopping") else None
    return wait_for(look, 60, f"the end of {name}")


def train(sagemaker, bucket, change=lambda request: None):
    """A training job's description after its end."""
    return ended(sagemaker, create(sagemaker, bucket, change))


def metric(job):
    return {m["MetricName"]: m["Value"] for m in job["FinalMetricDataList"]}["validation:auc"]


def source(request, channel):
    return request["InputDataConfig"][channel]["DataSource"]["S3DataSource"]


def test_a_manifest_lists_the_files_of_a_channel(sagemaker, bucket):
    s3 = boto3.client("s3")
    for n in range(3):
        s3.put_object(Bucket=bucket, Key=f"parts/deep/{n}.csv", Body=rows(100, n))
    manifest = [{"prefix": f"s3://{bucket}/parts/"}, "deep/0.csv", "deep/2.csv"]
    s3.put_object(Bucket=bucket, Key="manifests/two", Body=json.dumps(manifest))
    s3.put_object(Bucket=bucket, Key="same/0.csv", Body=rows(100, 0))
    s3.put_object(Bucket=bucket, Key="same/2.csv", Body=rows(100, 2))
    listed = train(sagemaker, bucket, lambda r: source(r, 0).update(S3DataType="ManifestFile", S3Uri=f"s3://{bucket}/manifests/two"))
    prefixed = train(sagemaker, bucket, lambda r: source(r, 0).update(S3Uri=f"s3://{bucket}/same/"))
    assert listed["TrainingJobStatus"] == "Completed", listed.get("FailureReason")
    assert metric(listed) == metric(prefixed)


@pytest.mark.parametrize("manifest, text", [("{}", "array"), ('["a.csv"]', "prefix"), ('[{"prefix": "s3://B/"}, "../a"]', "relative path")])
def test_a_manifest_that_is_none_is_refused(sagemaker, bucket, manifest, text):
    boto3.client("s3").put_object(Bucket=bucket, Key="manifests/bad", Body=manifest.replace("B", bucket))
    with pytest.raises(botocore.exceptions.ClientError, match=text):
        train(sagemaker, bucket, lambda r: source(r, 0).update(S3DataType="ManifestFile", S3Uri=f"s3://{bucket}/manifests/bad"))


def test_gzip_channels_are_read_as_what_they_hold(sagemaker, bucket):
    boto3.client("s3").put_object(Bucket=bucket, Key="packed/train.csv.gz", Body=gzip.compress(rows(400, 1).encode()))

    def packed(request):
        source(request, 0).update(S3Uri=f"s3://{bucket}/packed/")
        request["InputDataConfig"][0]["CompressionType"] = "Gzip"
    assert metric(train(sagemaker, bucket, packed)) == metric(train(sagemaker, bucket))


def several(bucket, count, prefix="parts/"):
    def change(request):
        request["ResourceConfig"]["InstanceCount"] = count
        request["HyperParameters"]["num_round"] = "20"
        source(request, 0).update(S3DataDistributionType="ShardedByS3Key", S3Uri=f"s3://{bucket}/{prefix}")
    return change


@pytest.fixture
def parts(bucket):
    for n in range(4):
        boto3.client("s3").put_object(Bucket=bucket, Key=f"parts/{n}.csv", Body=rows(400, n + 10))
    return bucket


def log_of(job, aws):
    logs = boto3.client("logs")
    stream = logs.describe_log_streams(logGroupName="/aws/sagemaker/TrainingJobs",
                                       logStreamNamePrefix=job["TrainingJobName"] + "/")["logStreams"][0]["logStreamName"]
    events = logs.get_log_events(logGroupName="/aws/sagemaker/TrainingJobs", logStreamName=stream, startFromHead=True)
    return [event["message"] for event in events["events"]]


def test_several_instances_build_one_model_of_their_shards(sagemaker, parts, aws):
    alone, together = train(sagemaker, parts, several(parts, 1)), train(sagemaker, parts, several(parts, 2))
    assert together["TrainingJobStatus"] == "Completed", together.get("FailureReason")
    assert together["ResourceConfig"]["InstanceCount"] == 2
    assert abs(metric(together) - metric(alone)) < 0.02
    log = log_of(together, aws)
    for host in ("algo-1", "algo-2"):
        assert any(f"{host}: Train matrix has 800 rows" in line for line in log)
    assert sum("validation-auc:" in line for line in log) == 20  # metrics are printed by one
    key = together["ModelArtifacts"]["S3ModelArtifacts"].split(f"s3://{parts}/")[1]
    assert boto3.client("s3").head_object(Bucket=parts, Key=key)["ContentLength"] > 0


def test_instances_without_a_shard_are_left_out(sagemaker, bucket, aws):
    def change(request):
        request["ResourceConfig"]["InstanceCount"] = 3
        source(request, 0)["S3DataDistributionType"] = "ShardedByS3Key"
    job = train(sagemaker, bucket, change)
    assert metric(job) == metric(train(sagemaker, bucket))
    assert any("Host algo-3 does not have training data in the train channel" in line for line in log_of(job, aws))


def test_an_instance_that_fails_fails_the_job(sagemaker, parts):
    boto3.client("s3").put_object(Bucket=parts, Key="parts/3.csv", Body="1,2,3,4,5\n0,no,3,4,5\n")
    job = train(sagemaker, parts, several(parts, 2))
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: Failed to load csv data with exception:\n3.csv, line 2")


def test_several_instances_stop_together_and_keep_their_model(sagemaker, parts):
    def endless(request):
        several(parts, 2)(request)
        request["HyperParameters"] |= {"num_round": "1000000", "save_model_on_termination": "true"}
    name = create(sagemaker, parts, endless)
    wait_for(lambda: sagemaker.describe_training_job(TrainingJobName=name)["SecondaryStatus"] == "Training", 60, "the training")
    sagemaker.stop_training_job(TrainingJobName=name)
    job = ended(sagemaker, name)
    assert job["TrainingJobStatus"] == "Stopped"
    assert job["ModelArtifacts"]["S3ModelArtifacts"]


def test_managed_spot_training_has_its_rules(sagemaker, bucket):
    def spot(**stopping):
        return lambda r: r.update(EnableManagedSpotTraining=True, StoppingCondition=stopping)
    job = train(sagemaker, bucket, spot(MaxRuntimeInSeconds=600, MaxWaitTimeInSeconds=900))
    assert job["EnableManagedSpotTraining"] is True and job["BillableTimeInSeconds"] <= job["TrainingTimeInSeconds"]
    for change, text in ((spot(MaxRuntimeInSeconds=600), "above 0 is required"),
                         (spot(MaxRuntimeInSeconds=600, MaxWaitTimeInSeconds=60), "Invalid MaxWaitTimeInSeconds"),
                         (lambda r: r["StoppingCondition"].update(MaxWaitTimeInSeconds=900), "EnableManagedSpotTraining")):
        with pytest.raises(botocore.exceptions.ClientError, match=text):
            train(sagemaker, bucket, change)


def test_what_excludes_each_other_or_is_not_run_here_is_refused(sagemaker, bucket):
    group = {"InstanceType": "ml.m5.large", "InstanceCount": 2, "InstanceGroupName": "g"}
    for change, text in (
            (lambda r: r["ResourceConfig"].update(InstanceGroups=[group]), "InstanceGroups"),
            (lambda r: r["ResourceConfig"].update(InstancePreferences=[{"InstanceType": "ml.m5.large", "InstanceCount": 1}]),
             "InstancePreferences"),
            (lambda r: r.update(HyperParameters={"sagemaker_submit_directory": '"s3://b/code.tar.gz"'}), "script mode"),
            (lambda r: r["StoppingCondition"].update(MaxRuntimeInSeconds=28 * 86400 + 1),
             "'Longest run time for a training job' is 2419200")):
        with pytest.raises(botocore.exceptions.ClientError, match=text):
            train(sagemaker, bucket, change)
    for resources, text in ((dict(InstanceType="ml.m5.large", InstanceCount=1, InstanceConfigs=[
            {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}]), "InstanceConfigs"), (
            dict(InstanceType="ml.m5.large", InstanceCount=1, VolumeSizeInGB=1), "not both")):
        request = definition(bucket) | {"HyperParameterTuningResourceConfig": resources}
        if text != "not both":
            request.pop("ResourceConfig")
        with pytest.raises(botocore.exceptions.ClientError, match=text):
            tune(sagemaker, config(1, 1), request)


def test_limits_can_be_other_than_those_of_aws():
    with start_server("--limit", "max-trials=3", "--limit", "max-parallel-trials=2") as server:
        env = server.env()
        keys = {"aws_access_key_id": env["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": env["AWS_SECRET_ACCESS_KEY"],
                "endpoint_url": server.url, "region_name": "us-east-1"}
        s3, sagemaker = boto3.client("s3", **keys), boto3.client("sagemaker", **keys)
        s3.create_bucket(Bucket="limits")
        for seed, name in enumerate(("train", "validation"), 1):
            s3.put_object(Bucket="limits", Key=f"{name}/{name}.csv", Body=rows(100, seed))
        for too_much in (config(4, 1), config(3, 3)):
            with pytest.raises(sagemaker.exceptions.ResourceLimitExceeded):
                tune(sagemaker, too_much, definition("limits"))
        assert finished(sagemaker, tune(sagemaker, config(3, 2), definition("limits")))["HyperParameterTuningJobStatus"] == "Completed"
    wrong = subprocess.run([PROGRAM, "serve", "--limit", "max-hope=1"], capture_output=True, text=True)
    assert wrong.returncode == 2 and "max-trials=750" in wrong.stderr


def test_a_warm_pool_is_kept_for_the_next_job_like_it(sagemaker, bucket):
    def kept(seconds):
        return lambda r: r["ResourceConfig"].update(KeepAlivePeriodInSeconds=seconds)

    def pool(job):
        return sagemaker.describe_training_job(TrainingJobName=job["TrainingJobName"])["WarmPoolStatus"]
    first = train(sagemaker, bucket, kept(600))
    assert pool(first)["Status"] == "Available"
    listed = sagemaker.list_training_jobs(WarmPoolStatusEquals="Available", NameContains=first["TrainingJobName"])
    assert [j["WarmPoolStatus"]["Status"] for j in listed["TrainingJobSummaries"]] == ["Available"]

    def other(request):
        kept(600)(request)
        request["ResourceConfig"]["InstanceType"] = "ml.m5.large"
    assert pool(train(sagemaker, bucket, other))["Status"] == "Available"
    assert pool(first)["Status"] == "Available"  # a job of another kind leaves it alone
    second = train(sagemaker, bucket, kept(600))
    assert pool(first) == {"Status": "Reused", "ReusedByJob": second["TrainingJobName"],
                           "ResourceRetainedBillableTimeInSeconds": pool(first)["ResourceRetainedBillableTimeInSeconds"]}
    sagemaker.update_training_job(TrainingJobName=second["TrainingJobName"], ResourceConfig={"KeepAlivePeriodInSeconds": 0})
    assert pool(second)["Status"] == "Terminated"
    with pytest.raises(botocore.exceptions.ClientError, match="no warm pool"):
        sagemaker.update_training_job(TrainingJobName=second["TrainingJobName"], ResourceConfig={"KeepAlivePeriodInSeconds": 60})
    assert "WarmPoolStatus" not in train(sagemaker, bucket)


def recordio(bucket, key, text, dense=True, **arguments):
    """The CSV `text` as RecordIO-protobuf, written by the SageMaker SDK."""
    import io

    import numpy
    from sagemaker.amazon.common import write_numpy_to_dense_tensor, write_spmatrix_to_sparse_tensor
    table = numpy.loadtxt(io.StringIO(text), delimiter=",", dtype=numpy.float32)
    out = io.BytesIO()
    if dense:
        write_numpy_to_dense_tensor(out, table[:, 1:], table[:, 0])
    else:
        sparse = pytest.importorskip("scipy.sparse")
        write_spmatrix_to_sparse_tensor(out, sparse.csr_matrix(table[:, 1:]), table[:, 0])
    body = gzip.compress(out.getvalue()) if arguments.get("packed") else out.getvalue()
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=body)


@pytest.mark.parametrize("dense", [True, False])
def test_recordio_is_what_the_same_csv_is(sagemaker, bucket, dense):
    for seed, name in enumerate(("train", "validation"), 1):
        recordio(bucket, f"binary/{name}/{name}.pbr", rows(200, seed), dense)
        boto3.client("s3").put_object(Bucket=bucket, Key=f"text/{name}/a.csv", Body=rows(200, seed))

    def at(folder, mode="File", **more):
        def change(request):
            for channel in request["InputDataConfig"]:
                channel["DataSource"]["S3DataSource"]["S3Uri"] = f"s3://{bucket}/{folder}/{channel['ChannelName']}/"
                channel.update(InputMode=mode, **more)
        return change
    text = metric(train(sagemaker, bucket, at("text")))
    assert metric(train(sagemaker, bucket, at("text", "Pipe"))) == text
    for mode in ("File", "FastFile", "Pipe"):
        assert metric(train(sagemaker, bucket, at("binary", mode, ContentType="application/x-recordio-protobuf"))) == text
    recordio(bucket, "binary/train/train.pbr", rows(200, 1), dense, packed=True)
    packed = at("binary", ContentType="application/x-recordio-protobuf", CompressionType="Gzip")
    assert metric(train(sagemaker, bucket, packed)) == text


def test_bytes_that_are_no_recordio_are_the_users_fault(sagemaker, bucket):
    def wrong(request):
        for channel in request["InputDataConfig"]:
            channel["ContentType"] = "application/x-recordio-protobuf"
    job = train(sagemaker, bucket, wrong)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: Failed to load recordio-protobuf data")
