"""The whole life of tuning jobs and training jobs through boto3."""
import io
import re
import tarfile

import boto3
import botocore.exceptions
import pytest

from harness import wait_for
from tuning_requests import ROLE, config, definition, finished, new_name


def test_a_tuning_job_from_create_to_model(sagemaker, bucket):
    name = new_name()
    arn = sagemaker.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name, HyperParameterTuningJobConfig=config(), TrainingJobDefinition=definition(bucket),
        Tags=[{"Key": "team", "Value": "a"}])["HyperParameterTuningJobArn"]
    assert arn == f"arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/{name}"
    done = finished(sagemaker, name)
    assert done["HyperParameterTuningJobStatus"] == "Completed"
    assert done["TrainingJobStatusCounters"] == {"Completed": 5, "InProgress": 0, "RetryableError": 0,
                                                 "NonRetryableError": 0, "Stopped": 0}
    assert done["ObjectiveStatusCounters"] == {"Succeeded": 5, "Pending": 0, "Failed": 0}
    ranges = done["HyperParameterTuningJobConfig"]["ParameterRanges"]
    assert set(ranges) >= {"IntegerParameterRanges", "ContinuousParameterRanges", "CategoricalParameterRanges"}
    assert done["HyperParameterTuningJobConfig"]["TrainingJobEarlyStoppingType"] == "Off"
    assert done["TrainingJobDefinition"]["StaticHyperParameters"]["_tuning_objective_metric"] == "validation:auc"
    assert done["HyperParameterTuningEndTime"] >= done["CreationTime"]

    trials = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name, SortBy="FinalObjectiveMetricValue", SortOrder="Descending")["TrainingJobSummaries"]
    assert len(trials) == 5
    values = [t["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for t in trials]
    assert values == sorted(values, reverse=True)
    assert done["BestTrainingJob"]["TrainingJobName"] == trials[0]["TrainingJobName"]
    for trial in trials:
        assert re.fullmatch(name + r"-\d{3}-[0-9a-f]{8}", trial["TrainingJobName"])
        assert set(trial["TunedHyperParameters"]) == {"eta", "max_depth"}

    best = sagemaker.describe_training_job(TrainingJobName=trials[0]["TrainingJobName"])
    assert best["TrainingJobStatus"] == "Completed"
    assert [t["Status"] for t in best["SecondaryStatusTransitions"]] == ["Starting", "Downloading", "Training", "Uploading",
                                                                        "Completed"]
    assert best["OutputDataConfig"]["KmsKeyId"] == ""
    assert best["OutputDataConfig"]["CompressionType"] == "GZIP"
    assert {(c["CompressionType"], c["RecordWrapperType"]) for c in best["InputDataConfig"]} == {("None", "None")}
    regexes = {d["Name"]: d["Regex"] for d in best["AlgorithmSpecification"]["MetricDefinitions"]}
    assert {"train:auc", "validation:auc"} <= set(regexes) and regexes["ObjectiveMetric"] == regexes["validation:auc"]
    assert best["TuningJobArn"] == arn
    assert best["HyperParameters"]["eta"] == trials[0]["TunedHyperParameters"]["eta"]
    assert {m["MetricName"] for m in best["FinalMetricDataList"]} >= {"validation:auc", "train:auc", "ObjectiveMetric"}
    where = best["ModelArtifacts"]["S3ModelArtifacts"]
    assert where == f"s3://{bucket}/output/{best['TrainingJobName']}/output/model.tar.gz"
    body = boto3.client("s3").get_object(Bucket=bucket, Key=where.split("/", 3)[3])["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        assert archive.getnames() == ["xgboost-model"]
        assert archive.extractfile("xgboost-model").read(1) == b"{"
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "a"}]


def test_lists_page_through_everything_once(sagemaker, bucket):
    name = new_name()
    sagemaker.create_hyper_parameter_tuning_job(HyperParameterTuningJobName=name,
                                                HyperParameterTuningJobConfig=config(jobs=7, parallel=4, strategy="Random"),
                                                TrainingJobDefinition=definition(bucket))
    finished(sagemaker, name)
    seen = [t["TrainingJobName"] for page in sagemaker.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job")
            .paginate(HyperParameterTuningJobName=name, PaginationConfig={"PageSize": 2}) for t in page["TrainingJobSummaries"]]
    assert len(seen) == len(set(seen)) == 7 and seen == sorted(seen)
    jobs = sagemaker.list_hyper_parameter_tuning_jobs(NameContains=name.upper(), StatusEquals="Completed")
    assert [j["HyperParameterTuningJobName"] for j in jobs["HyperParameterTuningJobSummaries"]] == [name]
    assert jobs["HyperParameterTuningJobSummaries"][0]["ResourceLimits"]["MaxParallelTrainingJobs"] == 4
    with pytest.raises(sagemaker.exceptions.ClientError, match="token"):
        sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(HyperParameterTuningJobName=name, NextToken="bm9uc2Vuc2U=")
    lister = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job
    token = lister(HyperParameterTuningJobName=name, MaxResults=2)["NextToken"]
    assert lister(HyperParameterTuningJobName=name, MaxResults=2, NextToken=token)["TrainingJobSummaries"]
    with pytest.raises(sagemaker.exceptions.ClientError, match="token"):
        lister(HyperParameterTuningJobName=name, MaxResults=2, StatusEquals="Completed", NextToken=token)


def test_stop_keeps_what_is_done(sagemaker, bucket):
    name = new_name()
    sagemaker.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name, HyperParameterTuningJobConfig=config(jobs=500, parallel=2),
        TrainingJobDefinition=definition(bucket, num_round="200"))
    wait_for(lambda: sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
             ["TrainingJobStatusCounters"]["Completed"] >= 2, 60, "two trials")
    sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    now = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)["HyperParameterTuningJobStatus"]
    assert now in ("Stopping", "Stopped")
    done = finished(sagemaker, name)
    assert done["HyperParameterTuningJobStatus"] == "Stopped"
    assert done["TrainingJobStatusCounters"]["InProgress"] == 0
    assert done["TrainingJobStatusCounters"]["Completed"] >= 2
    assert "BestTrainingJob" in done
    with pytest.raises(sagemaker.exceptions.ClientError) as caught:
        sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    sagemaker.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)


def test_five_failures_fail_the_job_with_the_reason(sagemaker, bucket):
    boto3.client("s3").put_object(Bucket=bucket, Key="bad/train.csv", Body="1,a,b\n0,c,d\n")
    bad = definition(bucket)
    bad["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] = f"s3://{bucket}/bad/"
    name = new_name()
    sagemaker.create_hyper_parameter_tuning_job(HyperParameterTuningJobName=name, TrainingJobDefinition=bad,
                                                HyperParameterTuningJobConfig=config(jobs=20, parallel=1))
    done = finished(sagemaker, name)
    assert done["HyperParameterTuningJobStatus"] == "Failed"
    assert done["FailureReason"].startswith("No training job succeeded after 5 attempts.")
    assert done["TrainingJobStatusCounters"]["NonRetryableError"] == 5
    assert "BestTrainingJob" not in done
    trial = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)["TrainingJobSummaries"][0]
    assert trial["ObjectiveStatus"] == "Failed"
    assert trial["FailureReason"].startswith("ClientError: ")


def test_a_training_job_alone_and_its_waiter(sagemaker, bucket):
    name = new_name("train")
    d = definition(bucket)
    sagemaker.create_training_job(
        TrainingJobName=name, AlgorithmSpecification=d["AlgorithmSpecification"], RoleArn=ROLE,
        InputDataConfig=d["InputDataConfig"], OutputDataConfig=d["OutputDataConfig"], ResourceConfig=d["ResourceConfig"],
        StoppingCondition=d["StoppingCondition"], HyperParameters=d["StaticHyperParameters"])
    sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=name, WaiterConfig={"Delay": 1})
    done = sagemaker.describe_training_job(TrainingJobName=name)
    assert done["TrainingJobStatus"] == "Completed"
    assert "TuningJobArn" not in done
    assert done["BillableTimeInSeconds"] >= 1
    assert name in [j["TrainingJobName"] for j in sagemaker.list_training_jobs(NameContains=name)["TrainingJobSummaries"]]
    with pytest.raises(sagemaker.exceptions.ClientError, match="in status Completed"):
        sagemaker.stop_training_job(TrainingJobName=name)
    sagemaker.delete_training_job(TrainingJobName=name)
    with pytest.raises(sagemaker.exceptions.ClientError, match="Requested resource not found"):
        sagemaker.describe_training_job(TrainingJobName=name)


def test_the_same_seed_searches_the_same_way(sagemaker, bucket):
    tuned = []
    for _ in range(2):
        name = new_name()
        sagemaker.create_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name, TrainingJobDefinition=definition(bucket, seed="1"),
            HyperParameterTuningJobConfig=config(jobs=6, parallel=1, RandomSeed=7))
        finished(sagemaker, name)
        tuned.append([t["TunedHyperParameters"] for t in sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name, SortBy="CreationTime")["TrainingJobSummaries"]])
    assert tuned[0] == tuned[1]


@pytest.mark.parametrize("change, code, text", [
    (lambda r: r["HyperParameterTuningJobConfig"].update(Strategy="Guessing"), "ValidationException",
     r"1 validation error detected: Value 'Guessing' at 'hyperParameterTuningJobConfig.strategy' failed to satisfy "
     r"constraint: Member must satisfy enum value set: \["),
    (lambda r: r["TrainingJobDefinition"]["StaticHyperParameters"].update(num_rounds="5"), "ValidationException",
     "Extraneous hyperparameter found: num_rounds"),
    (lambda r: r["TrainingJobDefinition"]["InputDataConfig"][0]["DataSource"]["S3DataSource"].update(
        S3Uri="s3://tuning-no-such-bucket/x"), "ValidationException", "No S3 objects found under S3 URL"),
    (lambda r: r["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"].update(MetricName="validation:x"),
     "ValidationException", "validation:x"),
    (lambda r: r["HyperParameterTuningJobConfig"]["ParameterRanges"]["ContinuousParameterRanges"][0].update(MinValue="2"),
     "ValidationException", "eta"),
    (lambda r: (r["TrainingJobDefinition"]["StaticHyperParameters"].update(sagemaker_program='"train.py"', epochs="3"),
                r["TrainingJobDefinition"]["AlgorithmSpecification"].update(MetricDefinitions=[{"Name": "a", "Regex": "a=(.*)"}])),
     "ValidationException", "script mode: the hyperparameter 'sagemaker_program'"),
    (lambda r: r["TrainingJobDefinition"]["AlgorithmSpecification"].update(TrainingImage="my/image:1"),
     "ValidationException", "my/image:1"),
    (lambda r: r["HyperParameterTuningJobConfig"].update(TuningJobCompletionCriteria={
        "TargetObjectiveMetricValue": float("nan")}), "ValidationException", "TargetObjectiveMetricValue must be a finite number"),
    (lambda r: r.update(HyperParameterTuningJobName="bad_name"), "ValidationException",
     "Member must satisfy regular expression pattern"),
])
def test_mistakes_are_refused_before_anything_is_stored(sagemaker, bucket, change, code, text):
    name = new_name()
    request = {"HyperParameterTuningJobName": name, "HyperParameterTuningJobConfig": config(),
               "TrainingJobDefinition": definition(bucket)}
    change(request)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        sagemaker.create_hyper_parameter_tuning_job(**request)
    assert caught.value.response["Error"]["Code"] == code
    assert re.search(text, caught.value.response["Error"]["Message"]), caught.value
    assert not sagemaker.list_hyper_parameter_tuning_jobs(NameContains=name)["HyperParameterTuningJobSummaries"]


def test_names_are_unique_whatever_their_case(sagemaker, bucket):
    name = new_name("Case")
    request = {"HyperParameterTuningJobConfig": config(jobs=1), "TrainingJobDefinition": definition(bucket)}
    sagemaker.create_hyper_parameter_tuning_job(HyperParameterTuningJobName=name, **request)
    with pytest.raises(sagemaker.exceptions.ResourceInUse, match="must be unique"):
        sagemaker.create_hyper_parameter_tuning_job(HyperParameterTuningJobName=name.lower(), **request)
    finished(sagemaker, name)


def test_never_more_than_the_parallel_limit(sagemaker, bucket):
    name = new_name()
    sagemaker.create_hyper_parameter_tuning_job(HyperParameterTuningJobName=name, TrainingJobDefinition=definition(bucket),
                                                HyperParameterTuningJobConfig=config(jobs=12, parallel=3))
    most = 0
    while True:
        d = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
        most = max(most, d["TrainingJobStatusCounters"]["InProgress"])
        if d["HyperParameterTuningJobStatus"] != "InProgress":
            break
    assert 1 <= most <= 3


def test_a_signature_with_another_secret_is_refused(server, aws):
    other = boto3.client("sagemaker", aws_access_key_id=aws["AWS_ACCESS_KEY_ID"], aws_secret_access_key="wrong" * 8)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        other.list_training_jobs()
    assert caught.value.response["Error"]["Code"] in ("InvalidSignatureException", "SignatureDoesNotMatch")
    unknown = boto3.client("sagemaker", aws_access_key_id="AKIAAAAAAAAAAAAAAAAA", aws_secret_access_key="x")
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        unknown.list_training_jobs()
    assert caught.value.response["Error"]["Code"] == "UnrecognizedClientException"


def test_an_operation_that_is_not_there_says_so(sagemaker):
    with pytest.raises(botocore.exceptions.ClientError, match="CreateDomain"):
        sagemaker.create_domain(DomainName="d", AuthMode="IAM", DefaultUserSettings={"ExecutionRole": ROLE}, SubnetIds=["s"],
                                VpcId="v")
