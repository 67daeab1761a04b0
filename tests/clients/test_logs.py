# SPDX-License-Identifier: Apache-2.0
"""CloudWatch Logs: what a training job printed, through the sagemaker SDK, boto3 and the AWS CLIs."""
import re
import time

import boto3
import botocore.exceptions
import pytest

pytest.importorskip("sagemaker")

from test_aws_cli import cli  # noqa: F401  (fixtures)
from sdk import inputs, make_estimator, make_tuner, role, session  # noqa: F401
from tuning_requests import new_name

GROUP = "/aws/sagemaker/TrainingJobs"


@pytest.fixture
def logs(aws):
    return boto3.client("logs")


@pytest.fixture
def job(session, role, inputs):
    estimator = make_estimator(session, role)
    estimator.fit(inputs, wait=True, logs="None", job_name=new_name("logged"))
    return estimator.latest_training_job.name


def refused(call):
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call()
    return error.value.response["Error"]


def test_fit_streams_the_log_of_the_job(session, role, inputs, capsys):
    estimator = make_estimator(session, role, num_round=5)
    estimator.fit(inputs, wait=True, logs=True, job_name=new_name("streamed"))
    printed = capsys.readouterr().out
    assert len(re.findall(r"\[\d\]#011train-auc:\d\.\d+#011validation-auc:\d\.\d+", printed)) == 5
    assert "Training job completed" in printed or "Completed - " in printed
    assert "Training seconds:" in printed


def test_the_log_of_a_finished_job_is_read_again(session, job, capsys):
    session.logs_for_job(job, wait=False)
    assert capsys.readouterr().out.count("#011validation-auc:") == 6


def test_groups_and_streams(logs, job):
    group = logs.describe_log_groups(logGroupNamePrefix="/aws/sagemaker/")["logGroups"][0]
    assert group["logGroupName"] == GROUP
    assert group["arn"] == f"arn:aws:logs:us-east-1:123456789012:log-group:{GROUP}:*"
    assert logs.describe_log_groups(logGroupNamePrefix="/aws/other")["logGroups"] == []

    stream, = logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix=f"{job}/")["logStreams"]
    assert re.fullmatch(rf"{job}/algo-1-\d{{10}}", stream["logStreamName"])
    assert stream["arn"] == f"arn:aws:logs:us-east-1:123456789012:log-group:{GROUP}:log-stream:{stream['logStreamName']}"
    assert stream["creationTime"] <= stream["firstEventTimestamp"] <= stream["lastEventTimestamp"] <= time.time() * 1000
    by_arn = logs.describe_log_streams(logGroupIdentifier=group["logGroupArn"], logStreamNamePrefix=f"{job}/")
    assert by_arn["logStreams"] == [stream]
    assert logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix="no-such-job/")["logStreams"] == []
    pages = logs.get_paginator("describe_log_streams").paginate(logGroupName=GROUP, PaginationConfig={"PageSize": 1})
    names = [s["logStreamName"] for page in pages for s in page["logStreams"]]
    assert stream["logStreamName"] in names and len(set(names)) == len(names)


def test_events_in_both_directions(logs, job):
    stream = logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix=f"{job}/")["logStreams"][0]
    where = {"logGroupName": GROUP, "logStreamName": stream["logStreamName"]}
    forward, token = [], None
    while True:
        page = logs.get_log_events(**where, startFromHead=True, limit=3, **({"nextToken": token} if token else {}))
        forward += page["events"]
        if page["nextForwardToken"] == token:
            break
        token = page["nextForwardToken"]
    assert sum("#011validation-auc:" in e["message"] for e in forward) == 6
    assert all(a["timestamp"] <= b["timestamp"] for a, b in zip(forward, forward[1:]))

    backward, token = [], None
    while True:
        page = logs.get_log_events(**where, limit=4, **({"nextToken": token} if token else {}))
        backward = page["events"] + backward
        if page["nextBackwardToken"] == token:
            break
        token = page["nextBackwardToken"]
    assert backward == forward

    middle = forward[len(forward) // 2]["timestamp"]
    late = logs.get_log_events(**where, startTime=middle)["events"]
    assert late == [e for e in forward if e["timestamp"] >= middle]


def test_filtering_over_streams(logs, job):
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=GROUP, logStreamNamePrefix=job, filterPattern='"#011validation-auc:"', PaginationConfig={"PageSize": 2})
    events = [e for page in pages for e in page["events"]]
    assert len(events) == 6 and len({e["eventId"] for e in events}) == 6
    assert {e["logStreamName"].split("/")[0] for e in events} == {job}


def test_the_latest_events_come_first_when_asked_for(logs, job):
    if "startFromHead" not in logs.meta.service_model.operation_model("FilterLogEvents").input_shape.members:
        pytest.skip("this boto3 does not know startFromHead of FilterLogEvents yet")
    since = int(time.time() * 1000) - 3_600_000

    def events(**kwargs):
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=GROUP, logStreamNamePrefix=job, startTime=since, PaginationConfig={"PageSize": 3}, **kwargs)
        return [e for page in pages for e in page["events"]]

    earliest_first = events()
    assert len(earliest_first) > 6
    assert events(startFromHead=False) == earliest_first[::-1]
    assert events(startFromHead=True) == earliest_first
    error = refused(lambda: logs.filter_log_events(logGroupName=GROUP, startFromHead=False, startTime=1))
    assert error["Code"] == "InvalidParameterException" and "startTime" in error["Message"]


@pytest.mark.parametrize("pattern, count", [
    (r"%\[[0-4]\]#011train%", 5),
    ("[round > 3, metrics = *validation-auc*]", 2),
    ("{ $.validation = * }", 0),
])
def test_filtering_by_every_kind_of_pattern(logs, job, pattern, count):
    events = logs.filter_log_events(logGroupName=GROUP, logStreamNamePrefix=job, filterPattern=pattern)["events"]
    assert len(events) == count, [e["message"] for e in events]


def test_refusals(logs, job):
    assert refused(lambda: logs.describe_log_streams(logGroupName="/aws/none")) == {
        "Code": "ResourceNotFoundException", "Message": "The specified log group does not exist."}
    assert refused(lambda: logs.describe_log_groups(limit=51)) == {
        "Code": "InvalidParameterException", "Message": "1 validation error detected: Value '51' at 'limit' failed to "
        "satisfy constraint: Member must have value less than or equal to 50"}
    missing = refused(lambda: logs.get_log_events(logGroupName=GROUP, logStreamName="none/algo-1-1"))
    assert missing["Message"] == "The specified log stream does not exist."
    assert refused(lambda: logs.filter_log_events(logGroupName=GROUP, filterPattern="a@b")) == {
        "Code": "InvalidParameterException", "Message": "Invalid filter pattern: Invalid character(s) in term 'a@b'"}
    query = refused(lambda: logs.start_query(logGroupName=GROUP, startTime=0, endTime=1, queryString="fields @message"))
    assert "StartQuery" in query["Message"]


def test_the_command_line_reads_a_log(cli, job):
    streams = cli("logs", "describe-log-streams", "--log-group-name", GROUP, "--log-stream-name-prefix", job)
    stream = streams["logStreams"][0]["logStreamName"]
    events = cli("logs", "get-log-events", "--log-group-name", GROUP, "--log-stream-name", stream, "--start-from-head")
    assert sum("#011validation-auc:" in e["message"] for e in events["events"]) == 6
    if cli.text("--version").startswith("aws-cli/2"):
        printed = cli.text("logs", "tail", GROUP, "--log-stream-name-prefix", job, "--since", "1h")
        assert printed.count("#011validation-auc:") == 6
