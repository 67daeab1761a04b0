# SPDX-License-Identifier: Apache-2.0
"""CloudWatch metrics: what a training job reported, through the sagemaker SDK, the AWS CLIs and boto3 in each of the
protocols that clients of CloudWatch use."""
import datetime
import time

import boto3
import botocore.exceptions
import botocore.model
import pytest

pytest.importorskip("sagemaker")

from sagemaker.analytics import TrainingJobAnalytics

from test_aws_cli import cli  # noqa: F401  (fixtures)
from sdk import inputs, make_estimator, role, session  # noqa: F401
from harness import wait_for
from tuning_requests import config, definition, finished, new_name, trials_of, tune

SPACE = "/aws/sagemaker/TrainingJobs"
UTC = datetime.timezone.utc


@pytest.fixture(params=["json", "query", "smithy-rpc-v2-cbor"])
def cloudwatch(request, aws, monkeypatch):
    usual = botocore.model.ServiceModel.resolved_protocol
    monkeypatch.setattr(botocore.model.ServiceModel, "resolved_protocol", property(
        lambda model: request.param if model.service_name == "cloudwatch" else usual.__get__(model, type(model))))
    # A session of its own: the default one keeps what it has read of the service's model.
    return boto3.session.Session().client("cloudwatch", config=boto3.session.Config(retries={"total_max_attempts": 1}))


@pytest.fixture(scope="module")
def finished_jobs():
    return []


@pytest.fixture
def job(session, role, inputs, finished_jobs):
    if not finished_jobs:
        estimator = make_estimator(session, role, num_round=6)
        estimator.fit(inputs, wait=True, logs="None", job_name=new_name("metrics"))
        finished_jobs.append(estimator.latest_training_job.name)
    return finished_jobs[0]


def last_hour():
    now = datetime.datetime.now(UTC)
    return {"StartTime": now - datetime.timedelta(hours=1), "EndTime": now + datetime.timedelta(minutes=1)}


def refused(call):
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call()
    return error.value.response["Error"]


def test_the_metrics_of_a_training_job(cloudwatch, job):
    dimension = [{"Name": "TrainingJobName", "Value": job}]
    listed = {m["MetricName"] for m in cloudwatch.list_metrics(Namespace=SPACE, Dimensions=dimension)["Metrics"]}
    assert "validation:auc" in listed
    answer = cloudwatch.get_metric_statistics(
        Namespace=SPACE, MetricName="validation:auc", Dimensions=dimension, Period=3600, **last_hour(),
        Statistics=["Average", "SampleCount", "Minimum", "Maximum", "Sum"], ExtendedStatistics=["p50"])
    assert answer["Label"] == "validation:auc"
    assert sum(point["SampleCount"] for point in answer["Datapoints"]) == 6
    for point in answer["Datapoints"]:
        assert 0 <= point["Minimum"] <= point["Average"] <= point["Maximum"] <= 1
        assert point["Sum"] == pytest.approx(point["Average"] * point["SampleCount"])
        assert point["Minimum"] <= point["ExtendedStatistics"]["p50"] <= point["Maximum"]
        assert point["Timestamp"].tzinfo is not None

    query = {"Id": "auc", "MetricStat": {"Metric": {"Namespace": SPACE, "MetricName": "validation:auc",
                                                    "Dimensions": dimension}, "Period": 3600, "Stat": "Maximum"}}
    result, = cloudwatch.get_metric_data(MetricDataQueries=[query], **last_hour())["MetricDataResults"]
    assert result["StatusCode"] == "Complete" and result["Id"] == "auc"
    assert max(result["Values"]) == max(point["Maximum"] for point in answer["Datapoints"])
    query["Label"] = "${PROP('MetricName')} of ${PROP('Dim.TrainingJobName')}: ${MAX}"
    labelled, = cloudwatch.get_metric_data(MetricDataQueries=[query], **last_hour())["MetricDataResults"]
    assert labelled["Label"].startswith(f"validation:auc of {job}: 0.")


def test_the_objective_of_a_trial_has_a_name_of_its_own(sagemaker, cloudwatch, bucket):
    name = tune(sagemaker, config(1, 1), definition(bucket))
    finished(sagemaker, name)
    trial, = trials_of(sagemaker, name)
    dimension = [{"Name": "TrainingJobName", "Value": trial["TrainingJobName"]}]
    listed = {m["MetricName"] for m in cloudwatch.list_metrics(Namespace=SPACE, Dimensions=dimension)["Metrics"]}
    assert {"ObjectiveMetric", "validation:auc"} <= listed
    series = [cloudwatch.get_metric_statistics(
        Namespace=SPACE, MetricName=metric, Dimensions=dimension, Period=3600, Statistics=["Maximum", "SampleCount"],
        **last_hour())["Datapoints"] for metric in ("ObjectiveMetric", "validation:auc")]
    assert series[0] and series[0] == series[1]


def test_what_the_host_of_a_training_job_used(cloudwatch, job):
    host = [{"Name": "Host", "Value": f"{job}/algo-1"}]
    listed = {m["MetricName"] for m in cloudwatch.list_metrics(Namespace=SPACE, Dimensions=host)["Metrics"]}
    assert listed == {"CPUUtilization", "MemoryUtilization", "DiskUtilization"}
    for name in listed:
        points = cloudwatch.get_metric_statistics(Namespace=SPACE, MetricName=name, Dimensions=host, Period=3600,
                                                  Statistics=["Average"], **last_hour())["Datapoints"]
        assert points and all(point["Average"] > 0 and point["Unit"] == "Percent" for point in points)


def test_what_the_host_uses_is_told_while_the_job_runs(sagemaker, cloudwatch, bucket):
    request = definition(bucket)
    name = new_name("used")
    request["AlgorithmSpecification"]["TrainingImage"] = "0.dkr.ecr.us-east-1.amazonaws.com/tunesmith-null:1"
    sagemaker.create_training_job(
        TrainingJobName=name, HyperParameters={"rounds": "20", "seconds": "60"}, RoleArn=request["RoleArn"],
        **{key: request[key] for key in ("AlgorithmSpecification", "OutputDataConfig", "ResourceConfig", "StoppingCondition")})

    def told():
        return cloudwatch.get_metric_statistics(
            Namespace=SPACE, MetricName="MemoryUtilization", Dimensions=[{"Name": "Host", "Value": f"{name}/algo-1"}], Period=3600,
            Statistics=["SampleCount"], **last_hour())["Datapoints"]
    wait_for(lambda: told() and told()[0]["SampleCount"] >= 3, 30, "three samples")
    assert sagemaker.describe_training_job(TrainingJobName=name)["TrainingJobStatus"] == "InProgress"
    sagemaker.stop_training_job(TrainingJobName=name)


def test_metrics_of_ones_own(cloudwatch):
    space = new_name("own")
    now = datetime.datetime.now(UTC)
    cloudwatch.put_metric_data(Namespace=space, MetricData=[
        {"MetricName": "loss", "Dimensions": [{"Name": "run", "Value": "a"}], "Value": 0.5, "Timestamp": now},
        {"MetricName": "loss", "Dimensions": [{"Name": "run", "Value": "a"}], "Values": [1.5, 2.5], "Counts": [1, 2]},
        {"MetricName": "time", "StatisticValues": {"SampleCount": 2, "Sum": 6, "Minimum": 1, "Maximum": 5}, "Unit": "Seconds"}])
    listed = cloudwatch.list_metrics(Namespace=space)["Metrics"]
    assert [(m["MetricName"], m["Dimensions"]) for m in listed] == [("loss", [{"Name": "run", "Value": "a"}]), ("time", [])]
    points = cloudwatch.get_metric_statistics(
        Namespace=space, MetricName="loss", Dimensions=[{"Name": "run", "Value": "a"}], Period=3600, Statistics=["Sum", "SampleCount"],
        **last_hour())["Datapoints"]
    assert sum(p["Sum"] for p in points) == 7 and sum(p["SampleCount"] for p in points) == 4
    other = cloudwatch.get_metric_statistics(Namespace=space, MetricName="loss", Period=3600, Statistics=["Sum"], **last_hour())
    assert other["Datapoints"] == []  # another series: it has no dimension


def test_datapoints_come_in_pages(cloudwatch):
    space = new_name("pages")
    now = datetime.datetime.now(UTC)
    cloudwatch.put_metric_data(Namespace=space, MetricData=[
        {"MetricName": name, "Value": minute, "Timestamp": now - datetime.timedelta(minutes=minute)}
        for name in ("a", "b") for minute in range(5)])
    queries = [{"Id": name, "MetricStat": {"Metric": {"Namespace": space, "MetricName": name}, "Period": 60, "Stat": "Sum"}}
               for name in ("a", "b")]
    seen = {"a": [], "b": []}
    for page in cloudwatch.get_paginator("get_metric_data").paginate(MetricDataQueries=queries, MaxDatapoints=3, **last_hour()):
        assert sum(len(result["Values"]) for result in page["MetricDataResults"]) <= 3
        for result in page["MetricDataResults"]:
            seen[result["Id"]] += result["Values"]
    assert seen == {"a": [0, 1, 2, 3, 4], "b": [0, 1, 2, 3, 4]}


def test_units_are_kept_apart(cloudwatch):
    space = new_name("units")
    now = datetime.datetime.now(UTC)
    cloudwatch.put_metric_data(Namespace=space, MetricData=[
        {"MetricName": "a", "Value": value, "Unit": unit, "Timestamp": now}
        for value, unit in ((1, "Count"), (10, "Seconds"), (3, "Count"))])
    points = cloudwatch.get_metric_statistics(Namespace=space, MetricName="a", Period=3600, Statistics=["Sum"], **last_hour())
    assert {(p["Unit"], p["Sum"]) for p in points["Datapoints"]} == {("Count", 4), ("Seconds", 10)}


def test_refusals(cloudwatch):
    common = {"Namespace": "x", "MetricName": "y"} | last_hour()
    assert refused(lambda: cloudwatch.get_metric_statistics(Period=60, **common))["Code"] == "InvalidParameterCombination"
    many = refused(lambda: cloudwatch.get_metric_statistics(Period=1, Statistics=["Sum"], **common))
    assert many["Code"] == "InvalidParameterCombination" and "1440" in many["Message"]
    assert refused(lambda: cloudwatch.get_metric_statistics(Period=61, Statistics=["Sum"], **common))["Code"] == (
        "InvalidParameterValue")
    assert refused(lambda: cloudwatch.put_metric_data(Namespace="AWS/Mine", MetricData=[{"MetricName": "a", "Value": 1}]))[
        "Code"] == "InvalidParameterValue"
    for datum in ({"Value": 1e300}, {"Value": float("nan")}, {"Value": 1, "StorageResolution": 30},
                  {"Value": 1, "Dimensions": [{"Name": "n", "Value": "1"}, {"Name": "n", "Value": "2"}]}):
        assert refused(lambda: cloudwatch.put_metric_data(Namespace="mine", MetricData=[{"MetricName": "a"} | datum]))[
            "Code"] == "InvalidParameterValue", datum
    query = {"Id": "A1", "MetricStat": {"Metric": {"Namespace": "x", "MetricName": "y"}, "Period": 60, "Stat": "Sum"}}
    odd = {"Id": "a", "MetricStat": query["MetricStat"] | {"Period": 61}}
    assert "Period" in refused(lambda: cloudwatch.get_metric_data(MetricDataQueries=[odd], **last_hour()))["Message"]
    good = {"Id": "a", "MetricStat": query["MetricStat"]}
    assert "NextToken" in refused(
        lambda: cloudwatch.get_metric_data(MetricDataQueries=[good], NextToken="bm9uZQ==", **last_hour()))["Message"]
    assert "lowercase" in refused(lambda: cloudwatch.get_metric_data(MetricDataQueries=[query], **last_hour()))["Message"]
    math = refused(lambda: cloudwatch.get_metric_data(MetricDataQueries=[{"Id": "a", "Expression": "1+1"}], **last_hour()))
    assert "Expression" in math["Message"]
    assert "DescribeAlarms" in refused(lambda: cloudwatch.describe_alarms())["Message"]


def test_pages_of_metrics(cloudwatch):
    space = new_name("many")
    for begin in range(0, 1200, 400):
        cloudwatch.put_metric_data(Namespace=space, MetricData=[{"MetricName": f"m{i}", "Value": i}
                                                                for i in range(begin, begin + 400)])
    pages = list(cloudwatch.get_paginator("list_metrics").paginate(Namespace=space))
    names = [m["MetricName"] for page in pages for m in page["Metrics"]]
    assert len(pages) == 3 and sorted(names) == sorted(f"m{i}" for i in range(1200))


def test_the_analytics_of_a_training_job(session, job):
    frame = TrainingJobAnalytics(job, metric_names=["validation:auc"], sagemaker_session=session).dataframe()
    assert set(frame["metric_name"]) == {"validation:auc"}
    assert frame["value"].between(0, 1).all() and (frame["timestamp"] >= 0).all()
    everything = TrainingJobAnalytics(job, sagemaker_session=session).dataframe()
    assert "validation:auc" in set(everything["metric_name"])


def test_the_command_line_reads_metrics(cli, job):
    listed = cli("cloudwatch", "list-metrics", "--namespace", SPACE, "--dimensions", f"Name=TrainingJobName,Value={job}")
    assert "validation:auc" in {m["MetricName"] for m in listed["Metrics"]}
    now = datetime.datetime.now(UTC)
    points = cli("cloudwatch", "get-metric-statistics", "--namespace", SPACE, "--metric-name", "validation:auc", "--dimensions",
                 f"Name=TrainingJobName,Value={job}", "--period", "3600", "--statistics", "Average", "--start-time",
                 (now - datetime.timedelta(hours=1)).isoformat(), "--end-time", (now + datetime.timedelta(minutes=1)).isoformat())
    assert points["Datapoints"][0]["Average"] > 0.5


def test_metrics_that_training_code_puts(aws):
    metrics = boto3.client("sagemaker-metrics")
    component = new_name("component")
    data = [{"MetricName": "loss", "Timestamp": datetime.datetime.now(UTC), "Step": i, "Value": 1.0 / (i + 1)} for i in range(5)]
    assert metrics.batch_put_metrics(TrialComponentName=component, MetricData=data)["Errors"] == []
    old = [{"MetricName": "loss", "Timestamp": datetime.datetime.fromtimestamp(time.time() - 10**7, UTC), "Value": 1.0}]
    assert metrics.batch_put_metrics(TrialComponentName=component, MetricData=old)["Errors"] == [
        {"Code": "VALIDATION_ERROR", "MetricIndex": 0}]
    points = boto3.client("cloudwatch").get_metric_statistics(
        Namespace="/aws/sagemaker/TrialComponents", MetricName="loss", Period=3600, Statistics=["SampleCount"],
        Dimensions=[{"Name": "TrialComponentName", "Value": component}], **last_hour())["Datapoints"]
    assert sum(p["SampleCount"] for p in points) == 5
