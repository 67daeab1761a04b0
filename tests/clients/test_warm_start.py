# SPDX-License-Identifier: Apache-2.0
"""Warm starts, Autotune and retries of tuning jobs, through boto3."""
import boto3
import botocore.exceptions
import pytest

from tuning_requests import config, definition, finished, rows, trials_of, tune


def warm(*parents, kind="IdenticalDataAndAlgorithm"):
    return {"WarmStartType": kind,
            "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": p} for p in parents]}


def refusal(sagemaker, *arguments, **more):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        tune(sagemaker, *arguments, **more)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    return caught.value.response["Error"]["Message"]


@pytest.fixture
def parent(sagemaker, bucket):
    name = tune(sagemaker, config(6, 2, "Random", RandomSeed=1), definition(bucket))
    finished(sagemaker, name)
    return name


def value(trial):
    return trial["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]


def test_a_chain_of_warm_starts_knows_the_best_of_all(sagemaker, bucket, parent):
    middle = tune(sagemaker, config(3, 1, "Random", RandomSeed=2), definition(bucket), WarmStartConfig=warm(parent))
    finished(sagemaker, middle)
    last = tune(sagemaker, config(3, 1), definition(bucket), WarmStartConfig=warm(middle))
    done = finished(sagemaker, last)
    assert done["HyperParameterTuningJobStatus"] == "Completed"
    assert done["WarmStartConfig"] == warm(middle)
    everyone = [t for job in (parent, middle, last) for t in trials_of(sagemaker, job)]
    best = max(everyone, key=value)
    overall = done["OverallBestTrainingJob"]
    assert value(overall) == value(best)
    assert overall["TuningJobName"] in (parent, middle, last)
    assert value(done["BestTrainingJob"]) == max(value(t) for t in trials_of(sagemaker, last))
    assert len(trials_of(sagemaker, last)) == 3  # the parents' trials are not its own


def test_a_finite_space_goes_on_where_the_parent_ended(sagemaker, bucket):
    depths = {"IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "1", "MaxValue": "6"}]}
    first = tune(sagemaker, config(3, 1, ParameterRanges=depths), definition(bucket, eta="0.3"))
    finished(sagemaker, first)
    second = tune(sagemaker, config(3, 1, ParameterRanges=depths), definition(bucket, eta="0.3"), WarmStartConfig=warm(first))
    finished(sagemaker, second)
    tried = [t["TunedHyperParameters"]["max_depth"] for job in (first, second) for t in trials_of(sagemaker, job)]
    assert sorted(tried) == ["1", "2", "3", "4", "5", "6"]


def test_a_transfer_has_no_overall_best_and_may_swap_static_and_tuned(sagemaker, bucket, parent):
    other = {"ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.05", "MaxValue": "0.5"}]}
    name = tune(sagemaker, config(2, 1, ParameterRanges=other), definition(bucket, max_depth="3"),
                WarmStartConfig=warm(parent, kind="TransferLearning"))
    done = finished(sagemaker, name)
    assert done["HyperParameterTuningJobStatus"] == "Completed"
    assert "OverallBestTrainingJob" not in done


def test_warm_starts_have_their_rules(sagemaker, bucket, parent):
    usual = config(2, 1), definition(bucket)
    assert "'nobody'" in refusal(sagemaker, *usual, WarmStartConfig=warm("nobody"))
    assert "more than once" in refusal(sagemaker, *usual, WarmStartConfig=warm(parent, parent))
    assert "less than or equal to 5" in refusal(sagemaker, *usual, WarmStartConfig=warm(*[parent] * 6))
    assert "tunable plus static HyperParameter names" in refusal(
        sagemaker, config(2, 1), definition(bucket, gamma="1"), WarmStartConfig=warm(parent))
    objective = {"Type": "Minimize", "MetricName": "validation:logloss"}
    assert "objective metric" in refusal(sagemaker, config(2, 1, HyperParameterTuningJobObjective=objective),
                                         definition(bucket), WarmStartConfig=warm(parent))
    changed = definition(bucket) | {"Environment": {"A": "B"}}
    assert "are allowed to change" in refusal(sagemaker, config(2, 1), changed, WarmStartConfig=warm(parent))
    running = tune(sagemaker, config(50, 1), definition(bucket, num_round="200"))
    assert "InProgress" in refusal(sagemaker, config(2, 1), definition(bucket, num_round="200"), WarmStartConfig=warm(running))
    sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=running)
    finished(sagemaker, running)


def test_autotune_finds_ranges(sagemaker, bucket):
    hints = {"AutoParameters": [{"Name": "eta", "ValueHint": "0.3"}, {"Name": "max_depth", "ValueHint": "20"},
                                {"Name": "booster", "ValueHint": "gbtree"}]}
    name = tune(sagemaker, config(3, 3, ParameterRanges=hints), definition(bucket), Autotune={"Mode": "Enabled"})
    done = finished(sagemaker, name)
    assert done["HyperParameterTuningJobStatus"] == "Completed"
    assert done["Autotune"] == {"Mode": "Enabled"}
    settled = done["HyperParameterTuningJobConfig"]
    assert settled["TrainingJobEarlyStoppingType"] == "Auto"
    assert settled["TuningJobCompletionCriteria"]["ConvergenceDetected"]["CompleteOnConvergence"] == "Enabled"
    assert settled["ParameterRanges"]["ContinuousParameterRanges"][0]["Name"] == "eta"
    depth = settled["ParameterRanges"]["IntegerParameterRanges"][0]
    assert (depth["Name"], depth["MaxValue"]) == ("max_depth", "20")  # the recommended range, as far as the hint
    assert done["TrainingJobDefinition"]["StaticHyperParameters"]["booster"] == "gbtree"  # it can't be tuned
    assert set(trials_of(sagemaker, name)[0]["TunedHyperParameters"]) == {"eta", "max_depth"}
    # With nothing to go by, all that is tunable and not static is tuned.
    bare = config(2, 2)
    del bare["ParameterRanges"]
    name = tune(sagemaker, bare, definition(bucket), Autotune={"Mode": "Enabled"})
    finished(sagemaker, name)
    assert {"eta", "max_depth", "subsample", "alpha"} <= set(trials_of(sagemaker, name)[0]["TunedHyperParameters"])
    assert "Autotune" in refusal(sagemaker, config(2, 2, ParameterRanges=hints), definition(bucket))


def test_a_retry_strategy_is_shown_and_reaches_the_trials(sagemaker, bucket):
    name = tune(sagemaker, config(1, 1), definition(bucket) | {"RetryStrategy": {"MaximumRetryAttempts": 2}})
    done = finished(sagemaker, name)
    assert done["TrainingJobDefinition"]["RetryStrategy"] == {"MaximumRetryAttempts": 2}
    trial = sagemaker.describe_training_job(TrainingJobName=done["BestTrainingJob"]["TrainingJobName"])
    assert trial["RetryStrategy"] == {"MaximumRetryAttempts": 2}


def test_identical_data_is_the_same_data(sagemaker, bucket, parent):
    boto3.client("s3").put_object(Bucket=bucket, Key="elsewhere/train.csv", Body=rows(100, 9))
    other = definition(bucket)
    other["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] = f"s3://{bucket}/elsewhere/"
    with pytest.raises(sagemaker.exceptions.ClientError, match="InputDataConfig differs"):
        tune(sagemaker, config(2, 1), other, WarmStartConfig=warm(parent))
    transferred = tune(sagemaker, config(2, 1), other, WarmStartConfig=warm(parent, kind="TransferLearning"))
    assert finished(sagemaker, transferred)["HyperParameterTuningJobStatus"] == "Completed"
