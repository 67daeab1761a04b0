# SPDX-License-Identifier: Apache-2.0
"""Models and endpoints: what the sagemaker SDK's deploy() and predict() and boto3 make of a trained XGBoost model."""
import datetime
import io
import json
import random
import tarfile

import boto3
import botocore.exceptions
import numpy
import pytest

pytest.importorskip("sagemaker")

from sagemaker.deserializers import CSVDeserializer, JSONDeserializer
from sagemaker.model import Model
from sagemaker.predictor import Predictor
from sagemaker.serializers import CSVSerializer, LibSVMSerializer
from sagemaker.xgboost.model import XGBoostPredictor

from harness import start_server, wait_for
from sdk import fetch_model, inputs, make_estimator, make_tuner, predict, role, session, validation_set  # noqa: F401
from tuning_requests import IMAGE, ROLE, new_name, rows

ONE_ATTEMPT = boto3.session.Config(retries={"total_max_attempts": 1})
LEGACY = "811284229777.dkr.ecr.us-east-1.amazonaws.com/xgboost:1"
MODERN = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
SOON = {"Delay": 1, "MaxAttempts": 60}


@pytest.fixture
def runtime(aws):
    return boto3.client("sagemaker-runtime", config=ONE_ATTEMPT)


@pytest.fixture
def model_data(session, role, inputs):
    estimator = make_estimator(session, role)
    estimator.fit(inputs, wait=True, logs="None", job_name=new_name("fit"))
    return estimator.model_data


@pytest.fixture
def fast_polls(monkeypatch):
    """The SDK waits half a minute between two looks at an endpoint."""
    import sagemaker.session as sdk
    wait = sdk._wait_until
    monkeypatch.setattr(sdk, "_wait_until", lambda call, poll=5: wait(call, 0.2))


def refused(call):
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call()
    return error.value.response["Error"]


def create_model(sagemaker, model_data, image=MODERN, **container):
    name = new_name("model")
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE,
                           PrimaryContainer={"Image": image, "ModelDataUrl": model_data} | container)
    return name


def create_config(sagemaker, *models, weights=None):
    name = new_name("config")
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[
        {"VariantName": f"V{i}", "ModelName": model, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large",
         "InitialVariantWeight": weights[i] if weights else 1} for i, model in enumerate(models)])
    return name


def create_endpoint(sagemaker, *models, **options):
    name = new_name("endpoint")
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=create_config(sagemaker, *models, **options))
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name, WaiterConfig=SOON)
    return name


def csv(features):
    return "\n".join(",".join(repr(float(v)) for v in row) for row in features)


def invoke(runtime, name, body, content_type="text/csv", **options):
    answer = runtime.invoke_endpoint(EndpointName=name, ContentType=content_type, Body=body, **options)
    return answer["Body"].read().decode(), answer


def test_a_tuner_deploys_its_best_model(session, role, inputs, tmp_path, fast_polls):
    tuner = make_tuner(make_estimator(session, role), jobs=2)
    tuner.fit(inputs, job_name=new_name("deploy"), wait=True)
    predictor = tuner.deploy(initial_instance_count=1, instance_type="ml.m4.xlarge", serializer=CSVSerializer(),
                             deserializer=CSVDeserializer())
    assert predictor.endpoint_name == tuner.best_training_job()
    _, features = validation_set()
    expected = predict(fetch_model(tuner.best_estimator().model_data, tmp_path), features)
    answer = predictor.predict(features)
    assert numpy.array([float(row[0]) for row in answer]) == pytest.approx(expected, abs=1e-6)

    config = session.sagemaker_client.describe_endpoint_config(EndpointConfigName=predictor.endpoint_name)
    assert config["ProductionVariants"][0]["VariantName"] == "AllTraffic"
    predictor.delete_model()
    predictor.delete_endpoint()
    assert refused(lambda: session.sagemaker_client.describe_endpoint(EndpointName=predictor.endpoint_name)) == {
        "Code": "ValidationException",
        "Message": f'Could not find endpoint "arn:aws:sagemaker:us-east-1:123456789012:endpoint/{predictor.endpoint_name}".'}


def test_an_estimator_and_a_model_deploy(session, role, model_data, fast_polls):
    model = Model(image_uri=MODERN, model_data=model_data, role=role, sagemaker_session=session,
                  predictor_cls=XGBoostPredictor)
    predictor = model.deploy(1, "ml.m5.large", endpoint_name=new_name("sdk"), serializer=LibSVMSerializer())
    assert len(predictor.predict("0:0.1 1:0.2 2:0.3 3:0.4\n0:0.9 1:0.8 2:0.7 3:0.6")) == 2
    other = Predictor(predictor.endpoint_name, sagemaker_session=session, serializer=CSVSerializer(),
                      deserializer=JSONDeserializer())
    assert len(other.predict([[0.1, 0.2, 0.3, 0.4]])["predictions"]) == 1
    predictor.delete_endpoint()


def test_the_formats_of_both_generations(sagemaker, runtime, model_data, tmp_path):
    _, features = validation_set()
    expected = predict(fetch_model(model_data, tmp_path), features[:3])
    modern = create_endpoint(sagemaker, create_model(sagemaker, model_data))
    legacy = create_endpoint(sagemaker, create_model(sagemaker, model_data, LEGACY))

    text, answer = invoke(runtime, modern, csv(features[:3]))
    assert text.endswith("\n") and [float(v) for v in text.split()] == pytest.approx(expected, abs=1e-6)
    assert answer["ContentType"].startswith("text/csv") and answer["InvokedProductionVariant"] == "V0"
    text, _ = invoke(runtime, legacy, csv(features[:3]))
    assert [float(v) for v in text.split(",")] == pytest.approx(expected, abs=1e-6)

    text, answer = invoke(runtime, modern, csv(features[:3]), Accept="application/json")
    assert [p["score"] for p in json.loads(text)["predictions"]] == pytest.approx(expected, abs=1e-6)
    assert answer["ContentType"] == "application/json"
    text, _ = invoke(runtime, modern, csv(features[:3]), Accept="application/jsonlines")
    assert [json.loads(line)["score"] for line in text.splitlines()] == pytest.approx(expected, abs=1e-6)

    rows = "\n".join("1 " + " ".join(f"{i}:{v!r}" for i, v in enumerate(map(float, row))) for row in features[:3])
    for content_type in ("text/libsvm", "text/x-libsvm"):
        text, _ = invoke(runtime, modern, rows, content_type)
        assert [float(v) for v in text.split()] == pytest.approx(expected, abs=1e-6)
    assert invoke(runtime, modern, b"")[0] == ""


def test_a_model_may_name_the_type_of_answers_to_requests_that_want_none(sagemaker, runtime, model_data):
    def wants(accept):
        return {"Environment": {"SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": accept}}

    name = create_endpoint(sagemaker, create_model(sagemaker, model_data, **wants("application/json")))
    for options in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        text, answer = invoke(runtime, name, "1,2,3,4", **options)
        assert answer["ContentType"] == "application/json" and len(json.loads(text)["predictions"]) == 1
    text, answer = invoke(runtime, name, "1,2,3,4", Accept="text/csv")
    assert answer["ContentType"].startswith("text/csv") and float(text) > 0
    legacy = create_endpoint(sagemaker, create_model(sagemaker, model_data, LEGACY, **wants("application/json")))
    assert float(invoke(runtime, legacy, "1,2,3,4")[0]) > 0  # that container does not know it
    assert "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT: Accept type image/png" in refused(
        lambda: create_model(sagemaker, model_data, **wants("image/png")))["Message"]


def test_what_a_model_does_not_take_is_a_model_error(sagemaker, runtime, model_data):
    name = create_endpoint(sagemaker, create_model(sagemaker, model_data))

    def error(body, content_type="text/csv", **options):
        with pytest.raises(runtime.exceptions.ModelError) as raised:
            invoke(runtime, name, body, content_type, **options)
        return raised.value.response

    few = error("1,2")
    assert few["OriginalStatusCode"] == 400
    assert few["OriginalMessage"] == ("Unable to evaluate payload provided: Feature size of csv inference data 2 is not "
                                      "consistent with feature size of trained model 4.")
    assert few["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert few["LogStreamArn"].endswith(f":log-group:/aws/sagemaker/Endpoints/{name}")
    assert few["Error"]["Message"].startswith('Received client error (400) from primary with message "Unable to evaluate')
    assert error('{"a": 1}', "application/json")["OriginalStatusCode"] == 415
    assert error("1,2,3,x")["OriginalStatusCode"] == 415
    for ragged in ("1,2,3,4\n1,2,3", "1,2,3,4\n1,2,3,4,5"):
        refusal = error(ragged)
        assert refusal["OriginalStatusCode"] == 415
        assert refusal["OriginalMessage"].startswith("Loading csv data failed with Exception, please ensure data is in csv format")
    assert error("1,2,3,4", Accept="image/png")["OriginalStatusCode"] == 406
    assert float(invoke(runtime, name, "1,2,3,4")[0]) > 0  # it goes on

    too_long = refused(lambda: invoke(runtime, name, b"1" * (6 * 1024 * 1024 + 1)))
    assert too_long["Code"] in ("RequestEntityTooLargeException", "413")
    assert refused(lambda: invoke(runtime, "no-such-endpoint", "1")) == {
        "Code": "ValidationError", "Message": "Endpoint no-such-endpoint of account 123456789012 not found."}
    assert refused(lambda: invoke(runtime, name, "1", TargetVariant="V9"))["Code"] == "ValidationError"
    assert refused(lambda: invoke(runtime, name, "1", TargetModel="m.tar.gz"))["Message"].startswith("TargetModel")


def test_an_endpoint_has_a_log(sagemaker, runtime, model_data):
    name = create_endpoint(sagemaker, create_model(sagemaker, model_data))
    with pytest.raises(runtime.exceptions.ModelError):
        invoke(runtime, name, "1,2")
    logs = boto3.client("logs")
    group = f"/aws/sagemaker/Endpoints/{name}"
    assert group in [g["logGroupName"] for g in logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]]
    stream, = logs.describe_log_streams(logGroupName=group)["logStreams"]
    assert stream["logStreamName"].startswith("V0/i-")
    events = logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True)["events"]
    assert events[0]["message"] == "the model is loaded" and "Feature size of csv" in events[1]["message"]


def statistics(cloudwatch, space, metric, name, *statistics, **options):
    """The sum over all points; for latencies by what is asked for."""
    now = datetime.datetime.now(datetime.timezone.utc)
    answer = cloudwatch.get_metric_statistics(
        Namespace=space, MetricName=metric, Period=3600, StartTime=now - datetime.timedelta(hours=1),
        EndTime=now + datetime.timedelta(minutes=1), Statistics=statistics,
        Dimensions=[{"Name": "EndpointName", "Value": name}, {"Name": "VariantName", "Value": "V0"}], **options)
    return answer["Datapoints"]


def test_an_endpoint_has_metrics(sagemaker, runtime, model_data):
    cloudwatch = boto3.client("cloudwatch", config=ONE_ATTEMPT)
    name = create_endpoint(sagemaker, create_model(sagemaker, model_data))
    for _ in range(8):
        invoke(runtime, name, "1,2,3,4")
    for body in ("1,2", "1,2,3,x"):
        with pytest.raises(runtime.exceptions.ModelError):
            invoke(runtime, name, body)

    def total(metric):
        points = statistics(cloudwatch, "AWS/SageMaker", metric, name, "Sum", "SampleCount")
        return sum(p["Sum"] for p in points), sum(p["SampleCount"] for p in points), {p["Unit"] for p in points}

    # What is counted can be read at once, before it is written.
    assert total("Invocations") == (10, 10, {"None"})
    assert total("InvocationsPerInstance") == (10, 10, {"None"})
    assert total("Invocation4XXErrors") == (2, 10, {"None"})
    assert total("Invocation5XXErrors") == (0, 10, {"None"})
    assert total("InvocationModelErrors") == (2, 10, {"None"})
    for metric in ("ModelLatency", "OverheadLatency"):
        for point in statistics(cloudwatch, "AWS/SageMaker", metric, name, "Minimum", "Maximum", "Average",
                                ExtendedStatistics=["p50", "p99"]):
            assert point["Unit"] == "Microseconds"
            assert 0 < point["Minimum"] <= point["ExtendedStatistics"]["p50"] <= point["ExtendedStatistics"]["p99"] <= point["Maximum"]
            assert point["Minimum"] <= point["Average"] <= point["Maximum"] < 60e6

    def listed(space):
        found = cloudwatch.list_metrics(Namespace=space, Dimensions=[{"Name": "EndpointName", "Value": name}])["Metrics"]
        assert all([d["Name"] for d in m["Dimensions"]] == ["EndpointName", "VariantName"] for m in found)
        return {m["MetricName"] for m in found}
    names = {"Invocations", "InvocationsPerInstance", "Invocation4XXErrors", "Invocation5XXErrors", "InvocationModelErrors",
             "ModelLatency", "OverheadLatency"}
    wait_for(lambda: listed("AWS/SageMaker") == names, 30, "the series of the requests")
    assert total("Invocations") == (10, 10, {"None"})  # once, now that they are written
    uses = "/aws/sagemaker/Endpoints"
    wait_for(lambda: listed(uses) == {"CPUUtilization", "MemoryUtilization", "DiskUtilization"}, 30, "what the process uses")
    memory = statistics(cloudwatch, uses, "MemoryUtilization", name, "Average")[0]
    assert 0 < memory["Average"] < 100 and memory["Unit"] == "Percent"

    now = datetime.datetime.now(datetime.timezone.utc)
    query = {"Id": "requests", "MetricStat": {"Period": 3600, "Stat": "Sum", "Metric": {
        "Namespace": "AWS/SageMaker", "MetricName": "Invocations", "Dimensions": [
            {"Name": "EndpointName", "Value": name}, {"Name": "VariantName", "Value": "V0"}]}}}
    result, = cloudwatch.get_metric_data(MetricDataQueries=[query], StartTime=now - datetime.timedelta(hours=1),
                                         EndTime=now + datetime.timedelta(minutes=1))["MetricDataResults"]
    assert sum(result["Values"]) == 10
    sagemaker.delete_endpoint(EndpointName=name)
    assert total("Invocations")[0] == 10  # they outlive the endpoint


def test_a_broken_artifact_fails_the_endpoint_and_says_why(sagemaker, runtime, session, model_data):
    def archive(name, content):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        return buffer.getvalue()

    broken = {"no archive": b"this is no archive at all", "": b"", "no model": archive("readme.txt/x", b"hello"),
              "cannot load": archive("xgboost-model", random.Random(1).randbytes(5000)),
              "pickle": archive("xgboost-model", b"\x80\x04pickled"),
              "no readable": fetch(model_data)[:-500] if len(fetch(model_data)) > 1000 else b"x"}
    for why, content in broken.items():
        key = f"{new_name('broken')}/model.tar.gz"
        boto3.client("s3").put_object(Bucket=session.default_bucket(), Key=key, Body=content)
        name = new_name("broken")
        config = create_config(sagemaker, create_model(sagemaker, f"s3://{session.default_bucket()}/{key}"))
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
        end = wait_for(lambda: finished(sagemaker, name), 60, "the endpoint's end")
        assert end["EndpointStatus"] == "Failed", why
        assert "did not pass the ping health check" in end["FailureReason"]
        if why in ("cannot load", "pickle"):
            assert why in end["FailureReason"]
        assert refused(lambda: invoke(runtime, name, "1,2,3,4"))["Code"] == "ValidationError"
        sagemaker.delete_endpoint(EndpointName=name)


def fetch(uri):
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    return boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()


def finished(sagemaker, name):
    description = sagemaker.describe_endpoint(EndpointName=name)
    return description if description["EndpointStatus"] not in ("Creating", "Updating") else None


def test_an_endpoint_is_updated_or_stays_as_it_was(sagemaker, runtime, session, model_data):
    model = create_model(sagemaker, model_data)
    name = create_endpoint(sagemaker, model)
    legacy = create_config(sagemaker, create_model(sagemaker, model_data, LEGACY))
    assert invoke(runtime, name, "1,2,3,4")[0].endswith("\n")
    with pytest.raises(botocore.exceptions.ClientError, match="AutoRollbackConfiguration"):
        sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=legacy, DeploymentConfig={
            "BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}},
            "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "errors"}]}})
    how = {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0},
                                     "TerminationWaitInSeconds": 10}}
    for options, last in (({"DeploymentConfig": how}, how), ({"RetainDeploymentConfig": True}, how), ({}, None)):
        sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=legacy, **options)
        sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name, WaiterConfig=SOON)
        assert sagemaker.describe_endpoint(EndpointName=name).get("LastDeploymentConfig") == last
    assert not invoke(runtime, name, "1,2,3,4")[0].endswith("\n")
    assert sagemaker.describe_endpoint(EndpointName=name)["EndpointConfigName"] == legacy

    key = f"{new_name('broken')}/model.tar.gz"
    boto3.client("s3").put_object(Bucket=session.default_bucket(), Key=key, Body=b"nothing")
    broken = create_config(sagemaker, create_model(sagemaker, f"s3://{session.default_bucket()}/{key}"))
    sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=broken)
    end = wait_for(lambda: finished(sagemaker, name), 60, "the update's end")
    assert (end["EndpointStatus"], end["EndpointConfigName"]) == ("InService", legacy)
    assert "ping health check" in end["FailureReason"]
    assert invoke(runtime, name, "1,2,3,4")[0]


def test_requests_are_shared_by_weight(sagemaker, runtime, model_data):
    model = create_model(sagemaker, model_data)
    name = create_endpoint(sagemaker, model, model, weights=[3, 1])
    variants = [invoke(runtime, name, "1,2,3,4")[1]["InvokedProductionVariant"] for _ in range(40)]
    assert 25 <= variants.count("V0") <= 35
    assert invoke(runtime, name, "1,2,3,4", TargetVariant="V1")[1]["InvokedProductionVariant"] == "V1"


def test_weights_and_capacities_change_in_service(sagemaker, runtime, model_data):
    model = create_model(sagemaker, model_data)
    name = create_endpoint(sagemaker, model, model)
    before = sagemaker.describe_endpoint(EndpointName=name)
    updated = sagemaker.update_endpoint_weights_and_capacities(EndpointName=name, DesiredWeightsAndCapacities=[
        {"VariantName": "V0", "DesiredWeight": 0}, {"VariantName": "V1", "DesiredInstanceCount": 3}])
    assert updated["EndpointArn"] == before["EndpointArn"]
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name, WaiterConfig=SOON)
    shown = {v["VariantName"]: v for v in sagemaker.describe_endpoint(EndpointName=name)["ProductionVariants"]}
    assert [(v["CurrentWeight"], v["DesiredInstanceCount"]) for v in (shown["V0"], shown["V1"])] == [(0, 1), (1, 3)]
    assert {invoke(runtime, name, "1,2,3,4")[1]["InvokedProductionVariant"] for _ in range(10)} == {"V1"}

    def message(endpoint, *variants):
        return refused(lambda: sagemaker.update_endpoint_weights_and_capacities(EndpointName=endpoint, DesiredWeightsAndCapacities=[
            {"VariantName": variant, "DesiredWeight": 1} for variant in variants]))["Message"]

    assert message(name, "V9") == (
        f'The variant name(s) "V9" is/are not present within endpoint configuration "{before["EndpointConfigName"]}".')
    for weight in (float("nan"), float("inf")):
        assert "DesiredWeight must be a finite number" in refused(lambda: sagemaker.update_endpoint_weights_and_capacities(
            EndpointName=name, DesiredWeightsAndCapacities=[{"VariantName": "V0", "DesiredWeight": weight}]))["Message"]
        assert "InitialVariantWeight must be a finite number" in refused(
            lambda: create_config(sagemaker, model, weights=[weight]))["Message"]
    assert message(name, "V0", "V0") == 'The variant name "V0" was non-unique within the request.'
    assert message("no-such-endpoint", "V0").startswith("Could not find endpoint ")


def test_names_lists_and_tags(sagemaker, model_data):
    model = create_model(sagemaker, model_data)
    arn = f"arn:aws:sagemaker:us-east-1:123456789012:model/{model}"
    described = sagemaker.describe_model(ModelName=model)
    assert described["PrimaryContainer"] == {
        "Image": MODERN, "Mode": "SingleModel", "ModelDataUrl": model_data, "Environment": {},
        "ModelDataSource": {"S3DataSource": {"S3Uri": model_data, "S3DataType": "S3Object", "CompressionType": "Gzip"}}}
    assert described["EnableNetworkIsolation"] is False
    assert refused(lambda: sagemaker.create_model(
        ModelName=model.upper(), ExecutionRoleArn=ROLE, PrimaryContainer={"Image": MODERN, "ModelDataUrl": model_data})) == {
            "Code": "ValidationException", "Message": f'Cannot create already existing model "{arn}".'}
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "a"}])
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "a"}]
    more = [create_model(sagemaker, model_data) for _ in range(3)]
    pages = sagemaker.get_paginator("list_models").paginate(SortBy="CreationTime", SortOrder="Ascending",
                                                            PaginationConfig={"PageSize": 2})
    names = [m["ModelName"] for page in pages for m in page["Models"]]
    assert [n for n in names if n in more] == more
    assert [m["ModelName"] for m in sagemaker.list_models(NameContains=model)["Models"]] == [model]

    config = create_config(sagemaker, model)
    assert sagemaker.list_endpoint_configs(NameContains=config)["EndpointConfigs"][0]["EndpointConfigName"] == config
    name = create_endpoint(sagemaker, model)
    listed, = sagemaker.list_endpoints(NameContains=name, StatusEquals="InService")["Endpoints"]
    assert listed["EndpointName"] == name and listed["EndpointStatus"] == "InService"
    sagemaker.delete_endpoint_config(EndpointConfigName=config)
    sagemaker.delete_model(ModelName=model)
    assert refused(lambda: sagemaker.delete_model(ModelName=model))["Message"] == f'Could not find model "{arn}".'
    assert refused(lambda: sagemaker.create_endpoint(EndpointName=new_name(), EndpointConfigName=config))["Message"] == (
        f'Could not find endpoint configuration "arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/{config}".')


def test_what_cannot_be_served_is_refused_by_name(sagemaker, model_data):
    def message(**container):
        return refused(lambda: sagemaker.create_model(ModelName=new_name(), ExecutionRoleArn=ROLE,
                                                      PrimaryContainer={"Image": MODERN} | container))["Message"]

    assert message(ModelDataUrl="s3://no-such-bucket/model.tar.gz") == (
        "Could not find model data at s3://no-such-bucket/model.tar.gz.")
    assert "built-in XGBoost" in message(Image="763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.0",
                                         ModelDataUrl=model_data)
    assert "MultiModel" in message(ModelDataUrl=model_data, Mode="MultiModel")
    assert "ModelDataUrl" in message()
    assert 'Could not find model "' in refused(lambda: create_config(sagemaker, "no-such-model"))["Message"]


def test_endpoints_come_back_after_a_restart(monkeypatch):
    from tuning_requests import rows
    def client_of(service):  # the default session keeps the keys of the first server that it met
        return boto3.session.Session().client(service, config=ONE_ATTEMPT)

    with start_server() as server:
        for name, value in server.env().items():
            monkeypatch.setenv(name, value)
        s3, client = client_of("s3"), client_of("sagemaker")
        s3.create_bucket(Bucket="restart")
        s3.put_object(Bucket="restart", Key="train/train.csv", Body=rows(200, 1))
        channel = {"ChannelName": "train", "ContentType": "text/csv", "DataSource": {"S3DataSource": {
            "S3DataType": "S3Prefix", "S3Uri": "s3://restart/train"}}}
        client.create_training_job(
            TrainingJobName="restart", RoleArn=ROLE, InputDataConfig=[channel],
            AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            OutputDataConfig={"S3OutputPath": "s3://restart/out"}, StoppingCondition={"MaxRuntimeInSeconds": 60},
            ResourceConfig={"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1},
            HyperParameters={"num_round": "5"})
        client.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="restart", WaiterConfig=SOON)
        uri = client.describe_training_job(TrainingJobName="restart")["ModelArtifacts"]["S3ModelArtifacts"]
        name = create_endpoint(client, create_model(client, uri))
        before = invoke(client_of("sagemaker-runtime"), name, "1,2,3,4")[0]
        server.stop()  # writes what it counted
        server.start()
        for key, value in server.env().items():
            monkeypatch.setenv(key, value)
        assert statistics(client_of("cloudwatch"), "AWS/SageMaker", "Invocations", name, "Sum")[0]["Sum"] == 1
        s3 = client_of("s3")
        s3.delete_object(Bucket="restart", Key="out/restart/output/model.tar.gz")  # an endpoint has a copy of its own
        server.kill()
        server.start()
        for key, value in server.env().items():
            monkeypatch.setenv(key, value)
        assert invoke(client_of("sagemaker-runtime"), name, "1,2,3,4")[0] == before
        assert client_of("sagemaker").describe_endpoint(EndpointName=name)["EndpointStatus"] == "InService"
