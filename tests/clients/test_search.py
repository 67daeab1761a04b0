# SPDX-License-Identifier: Apache-2.0
"""Search over tuning jobs and training jobs, through boto3."""
import datetime

import botocore.exceptions
import pytest

from tuning_requests import config, definition, finished, trials_of, tune


@pytest.fixture
def job(sagemaker, bucket):
    name = tune(sagemaker, config(6, 2, "Random", RandomSeed=1), definition(bucket), Tags=[{"Key": "team", "Value": "search"}])
    finished(sagemaker, name)
    return name


def names(sagemaker, resource, **search):
    """The names of all that a search finds, over its pages."""
    found = []
    for page in sagemaker.get_paginator("search").paginate(Resource=resource, **search):
        for record in page["Results"]:
            (kind, body), = record.items()
            assert kind == resource
            found.append(body[f"{kind}Name"])
    return found


def where(*filters, **more):
    keys = ("Name", "Operator", "Value")
    return {"Filters": [dict(zip(keys, f)) for f in filters]} | more


def test_trials_of_a_job_by_their_values(sagemaker, job):
    arn = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=job)["HyperParameterTuningJobArn"]
    mine = ("TuningJobArn", "Equals", arn)
    trials = trials_of(sagemaker, job)
    by_value = sorted(trials, key=lambda t: t["FinalHyperParameterTuningJobObjectiveMetric"]["Value"], reverse=True)
    values = [t["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for t in by_value]
    assert sorted(names(sagemaker, "TrainingJob", SearchExpression=where(mine))) == sorted(t["TrainingJobName"] for t in trials)
    bar = (values[1] + values[2]) / 2
    best = where(mine, ("Metrics.validation:auc", "GreaterThan", str(bar)))
    assert sorted(names(sagemaker, "TrainingJob", SearchExpression=best)) == sorted(t["TrainingJobName"] for t in by_value[:2])
    ordered = names(sagemaker, "TrainingJob", SearchExpression=where(mine), SortBy="Metrics.validation:auc",
                    PaginationConfig={"PageSize": 4})
    assert [t["TrainingJobName"] for t in by_value] == ordered
    eta = float(trials[0]["TunedHyperParameters"]["eta"])
    below = where(mine, ("HyperParameters.eta", "LessThanOrEqualTo", repr(eta)))
    assert set(names(sagemaker, "TrainingJob", SearchExpression=below)) == {
        t["TrainingJobName"] for t in trials if float(t["TunedHyperParameters"]["eta"]) <= eta}
    nested = {"NestedFilters": [{"NestedPropertyName": "InputDataConfig", "Filters": [
        {"Name": "InputDataConfig.ChannelName", "Operator": "Equals", "Value": "train"},
        {"Name": "InputDataConfig.DataSource.S3DataSource.S3Uri", "Operator": "Contains", "Value": "/validation"}]}]}
    assert names(sagemaker, "TrainingJob", SearchExpression=where(mine) | nested) == []  # no channel satisfies both
    nested["NestedFilters"][0]["Filters"][0]["Value"] = "validation"
    assert len(names(sagemaker, "TrainingJob", SearchExpression=where(mine) | nested)) == 6
    either = {"SubExpressions": [where(mine), where(("TrainingJobName", "Equals", "nobody"))], "Operator": "Or"}
    assert len(names(sagemaker, "TrainingJob", SearchExpression=either)) == 6


def test_tuning_jobs_by_name_time_and_tag(sagemaker, bucket, job):
    hour = datetime.timedelta(hours=1)
    now = datetime.datetime.now(datetime.timezone.utc)
    search = where(("HyperParameterTuningJobName", "Contains", job), ("HyperParameterTuningJobStatus", "In", "Failed, Completed"),
                   ("CreationTime", "GreaterThan", (now - hour).strftime("%Y-%m-%dT%H:%M:%S")), ("Tags.team", "Equals", "search"))
    found = sagemaker.search(Resource="HyperParameterTuningJob", SearchExpression=search)["Results"]
    record = found[0]["HyperParameterTuningJob"]
    assert len(found) == 1 and record["Tags"] == [{"Key": "team", "Value": "search"}]
    assert record["TrainingJobStatusCounters"]["Completed"] == 6 and record["BestTrainingJob"]["TrainingJobName"]
    later = where(("HyperParameterTuningJobName", "Equals", job),
                  ("CreationTime", "GreaterThan", (now + hour).strftime("%Y-%m-%dT%H:%M:%SZ")))
    assert names(sagemaker, "HyperParameterTuningJob", SearchExpression=later) == []
    untagged = tune(sagemaker, config(1, 1), definition(bucket))
    finished(sagemaker, untagged)
    missing = where(("Tags.team", "NotExists", None))
    missing["Filters"][0].pop("Value")
    found = names(sagemaker, "HyperParameterTuningJob", SearchExpression=missing)
    assert untagged in found and job not in found


def test_trials_outlive_their_tuning_job(sagemaker, job):
    arn = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=job)["HyperParameterTuningJobArn"]
    trials = sorted(t["TrainingJobName"] for t in trials_of(sagemaker, job))
    sagemaker.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName=job)
    assert sorted(names(sagemaker, "TrainingJob", SearchExpression=where(("TuningJobArn", "Equals", arn)))) == trials
    assert names(sagemaker, "TrainingJob", SearchExpression=where(("TuningJobArn", "Equals", arn + "x"))) == []
    listed = sagemaker.list_trial_components(SourceArn=arn, MaxResults=100)["TrialComponentSummaries"]
    assert len(listed) == len(trials)


def test_the_hits_of_a_search_are_counted(sagemaker, job):
    arn = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=job)["HyperParameterTuningJobArn"]
    mine = where(("TuningJobArn", "Equals", arn))
    for sort in ("TrainingJobName", "Metrics.validation:auc"):
        search = dict(Resource="TrainingJob", SearchExpression=mine, SortBy=sort, MaxResults=4)
        first = sagemaker.search(**search)
        second = sagemaker.search(**search, NextToken=first["NextToken"])
        assert [len(page["Results"]) for page in (first, second)] == [4, 2] and "NextToken" not in second
        assert first["TotalHits"] == second["TotalHits"] == {"Value": 6, "Relation": "EqualTo"}
    none = sagemaker.search(Resource="TrainingJob", SearchExpression=where(("TrainingJobName", "Equals", "nobody")))
    assert none["TotalHits"] == {"Value": 0, "Relation": "EqualTo"}


def test_searches_page_in_order(sagemaker, job):
    all_names = names(sagemaker, "TrainingJob", SortBy="TrainingJobName", SortOrder="Ascending",
                      PaginationConfig={"PageSize": 3})
    assert all_names == sorted(set(all_names), key=str.lower) and len(all_names) >= 6
    times = [r["TrainingJob"]["LastModifiedTime"] for r in sagemaker.search(Resource="TrainingJob", MaxResults=20)["Results"]]
    assert times == sorted(times, reverse=True)  # the last modified first, when nothing is said


@pytest.mark.parametrize("expression, text", [
    (where(("TrainingJobNam", "Equals", "x")), "'TrainingJobNam' is not a valid property"),
    (where(("TrainingJobName", "GreaterThan", "x")), "not supported for text properties"),
    (where(("CreationTime", "GreaterThan", "yesterday")), "ISO 8601"),
    (where(("TrainingJobName", "Contains", "a"), ("TrainingJobName", "Contains", "b")), "'CONTAINS' operator usage limit of 1"),
    ({"Operator": "Or"}, "at least one of"),
])
def test_searches_that_make_no_sense_are_refused(sagemaker, expression, text):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        sagemaker.search(Resource="TrainingJob", SearchExpression=expression)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert text in caught.value.response["Error"]["Message"]


def test_a_token_belongs_to_its_expression(sagemaker, job):
    token = sagemaker.search(Resource="TrainingJob", MaxResults=1)["NextToken"]
    sagemaker.search(Resource="TrainingJob", MaxResults=1, NextToken=token)
    with pytest.raises(botocore.exceptions.ClientError, match="ValidationException"):
        sagemaker.search(Resource="TrainingJob", MaxResults=1, NextToken=token,
                         SearchExpression=where(("TrainingJobStatus", "Equals", "Completed")))


def test_each_trial_has_a_trial_component(sagemaker, job):
    arn = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=job)["HyperParameterTuningJobArn"]
    listed = [c for page in sagemaker.get_paginator("list_trial_components").paginate(
        SourceArn=arn, SortBy="Name", SortOrder="Ascending", PaginationConfig={"PageSize": 4}) for c in page["TrialComponentSummaries"]]
    trials = trials_of(sagemaker, job)
    assert [c["TrialComponentName"] for c in listed] == [f"{t['TrainingJobName']}-aws-training-job" for t in trials]
    assert [c["TrialComponentSource"]["SourceArn"] for c in listed] == [t["TrainingJobArn"] for t in trials]
    one = sagemaker.describe_trial_component(TrialComponentName=listed[0]["TrialComponentName"])
    assert one["Status"]["PrimaryStatus"] == "Completed"
    assert one["Parameters"]["eta"]["NumberValue"] == float(trials[0]["TunedHyperParameters"]["eta"])
    assert one["Parameters"]["objective"]["StringValue"] == "binary:logistic"
    metric = {m["MetricName"]: m for m in one["Metrics"]}["validation:auc"]
    assert metric["Count"] == 5 and metric["Min"] <= metric["Avg"] <= metric["Max"]
    assert metric["Last"] == pytest.approx(trials[0]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"])
    assert set(one["InputArtifacts"]) == {"train", "validation"} and "SageMaker.ModelArtifact" in one["OutputArtifacts"]
    shown, = sagemaker.search(Resource="ExperimentTrialComponent", SearchExpression=where(
        ("Source.SourceArn", "Equals", trials[0]["TrainingJobArn"])))["Results"]
    record = shown["TrialComponent"]
    told_apart = {"Metrics", "LastModifiedTime", "ResponseMetadata"}  # what the job's process used is told once more at its end
    assert {k: record[k] for k in one if k not in told_apart} == {k: v for k, v in one.items() if k not in told_apart}
    shown = {m["MetricName"]: m for m in record["Metrics"]}["validation:auc"]
    assert [shown[k] for k in ("Count", "Min", "Max", "Last")] == [metric[k] for k in ("Count", "Min", "Max", "Last")]
    assert record["Parents"] == [{"TrialName": f"{job}-aws-tuning-job", "ExperimentName": f"{job}-aws-tuning-job"}]
    assert record["SourceDetail"]["TrainingJob"]["TrainingJobName"] == trials[0]["TrainingJobName"]
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        sagemaker.describe_trial_component(TrialComponentName="nobody-aws-training-job")


def test_the_sdk_analyses_the_trial_components_of_a_tuning_job(sagemaker, job):
    analytics = pytest.importorskip("sagemaker.analytics")
    import sagemaker as sdk
    trials = trials_of(sagemaker, job)
    table = analytics.ExperimentAnalytics(
        experiment_name=f"{job}-aws-tuning-job", sort_by="metrics.validation:auc.last", sort_order="Descending",
        parameter_names=["eta"], metric_names=["validation:auc"],
        sagemaker_session=sdk.Session(sagemaker_client=sagemaker)).dataframe()
    values = sorted((t["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for t in trials), reverse=True)
    assert list(table["validation:auc - Last"]) == pytest.approx(values)
    assert sorted(table["eta"]) == pytest.approx(sorted(float(t["TunedHyperParameters"]["eta"]) for t in trials))
    above = {"Filters": [{"Name": "Parents.ExperimentName", "Operator": "Equals", "Value": f"{job}-aws-tuning-job"},
                         {"Name": "Parameters.eta", "Operator": "GreaterThan", "Value": str(table["eta"].min())},
                         {"Name": "Metrics.validation:auc.Last", "Operator": "LessThan", "Value": str(values[0])}]}
    found = sagemaker.search(Resource="ExperimentTrialComponent", SearchExpression=above)["Results"]
    assert len(found) in (4, 5)  # all but the lowest eta and the best value, which may be one trial
