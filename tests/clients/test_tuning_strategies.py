# SPDX-License-Identifier: Apache-2.0
"""Strategies, limits and completion criteria of tuning jobs, through boto3."""
import csv
import itertools
import json
import subprocess

import botocore.exceptions
import pytest

from harness import PROGRAM
from tuning_requests import OBJECTIVE, config, definition, finished, trials_of, tune

GRID = {"CategoricalParameterRanges": [{"Name": "max_depth", "Values": ["1", "3"]},
                                       {"Name": "eta", "Values": ["0.1", "0.3", "0.9"]}]}


def refusal(sagemaker, *arguments, **more):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        tune(sagemaker, *arguments, **more)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.parametrize("jobs", [None, 6])
def test_a_grid_tries_each_combination_once(sagemaker, bucket, jobs):
    name = tune(sagemaker, config(jobs, 3, "Grid", ParameterRanges=GRID), definition(bucket, num_round="2"))
    done = finished(sagemaker, name)
    assert done["HyperParameterTuningJobStatus"] == "Completed"
    tuned = [t["TunedHyperParameters"] for t in trials_of(sagemaker, name)]
    assert sorted((t["max_depth"], t["eta"]) for t in tuned) == sorted(itertools.product(["1", "3"], ["0.1", "0.3", "0.9"]))
    assert "MaxNumberOfTrainingJobs" in done["HyperParameterTuningJobConfig"]["ResourceLimits"] or jobs is None


def test_a_grid_has_its_rules(sagemaker, bucket):
    code, text = refusal(sagemaker, config(5, 1, "Grid", ParameterRanges=GRID), definition(bucket))
    assert code == "ValidationException" and "[5]" in text and "[6]" in text
    code, text = refusal(sagemaker, config(None, 1, "Grid"), definition(bucket))
    assert code == "ValidationException" and "categorical" in text and "'eta'" in text
    many = {"CategoricalParameterRanges": [{"Name": n, "Values": [str(v / 40) for v in range(1, 31)]} for n in ("eta", "alpha")]}
    code, text = refusal(sagemaker, config(None, 1, "Grid", ParameterRanges=many), definition(bucket))
    assert code == "ResourceLimitExceeded" and "900" in text and "750" in text


def test_a_reached_target_completes_the_job(sagemaker, bucket):
    criteria = {"TargetObjectiveMetricValue": 0.55}
    done = finished(sagemaker, tune(sagemaker, config(700, 1, TuningJobCompletionCriteria=criteria), definition(bucket)))
    assert done["HyperParameterTuningJobStatus"] == "Completed"
    assert done["TrainingJobStatusCounters"]["Completed"] < 20
    assert done["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] >= 0.55


def test_a_job_that_no_longer_improves_completes_without_a_number_of_trials(sagemaker, bucket):
    criteria = {"BestObjectiveNotImproving": {"MaxNumberOfTrainingJobsNotImproving": 4}}
    done = finished(sagemaker, tune(sagemaker, config(None, 1, "Random", TuningJobCompletionCriteria=criteria),
                                    definition(bucket, num_round="1")))
    assert done["HyperParameterTuningJobStatus"] == "Completed"
    assert done["TuningJobCompletionDetails"]["NumberOfTrainingJobsObjectiveNotImproving"] == 4
    values = [t["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for t in trials_of(sagemaker, done["HyperParameterTuningJobName"])]
    assert max(values[-4:]) < 1.01 * max(values[:-4])  # better by less than a hundredth is no improvement
    assert done["ConsumedResources"]["RuntimeInSeconds"] >= 0


def definitions(bucket):
    """Two algorithms, each with its own objective and space."""
    shallow = definition(bucket) | {
        "DefinitionName": "shallow", "TuningObjective": OBJECTIVE,
        "HyperParameterRanges": {"ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.1", "MaxValue": "0.9"}]}}
    deep = definition(bucket, eval_metric="logloss", eta="0.3") | {
        "DefinitionName": "deep", "TuningObjective": {"Type": "Minimize", "MetricName": "validation:logloss"},
        "HyperParameterRanges": {"IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "5", "MaxValue": "9"}]}}
    return [shallow, deep]


def of_no_job():
    return {"Strategy": "Random", "ResourceLimits": {"MaxNumberOfTrainingJobs": 6, "MaxParallelTrainingJobs": 2}}


def test_definitions_take_turns_and_each_has_its_own_space(sagemaker, bucket):
    name = tune(sagemaker, of_no_job(), definitions(bucket), Tags=[{"Key": "team", "Value": "a"}])
    done = finished(sagemaker, name)
    assert done["HyperParameterTuningJobStatus"] == "Completed"
    assert "TrainingJobDefinition" not in done
    assert [d["DefinitionName"] for d in done["TrainingJobDefinitions"]] == ["shallow", "deep"]
    first = done["TrainingJobDefinitions"][0]
    assert set(first["HyperParameterRanges"]) == {"ContinuousParameterRanges", "IntegerParameterRanges", "CategoricalParameterRanges"}
    assert first["StaticHyperParameters"]["_tuning_objective_metric"] == "validation:auc"
    trials = trials_of(sagemaker, name)
    assert [t["TrainingJobDefinitionName"] for t in trials] == ["shallow", "deep"] * 3
    for trial in trials:
        shallow = trial["TrainingJobDefinitionName"] == "shallow"
        assert set(trial["TunedHyperParameters"]) == ({"eta"} if shallow else {"max_depth"})
        metric = trial["FinalHyperParameterTuningJobObjectiveMetric"]
        assert (metric["Type"], metric["MetricName"]) == (("Maximize", "validation:auc") if shallow
                                                          else ("Minimize", "validation:logloss"))
        job = sagemaker.describe_training_job(TrainingJobName=trial["TrainingJobName"])
        assert job["HyperParameters"]["_tuning_objective_metric"] == metric["MetricName"]
    best = done["BestTrainingJob"]
    assert best["TrainingJobDefinitionName"] == "shallow"  # the first definition's objective decides


def test_the_commands_tell_definitions_apart(sagemaker, bucket, server, tmp_path):
    name = tune(sagemaker, of_no_job(), definitions(bucket))
    done = finished(sagemaker, name)

    def command(*words):
        return subprocess.run([PROGRAM, *words, "--data-dir", server.data_dir], check=True, capture_output=True, text=True).stdout

    command("report", name, "-o", tmp_path / "report.html")
    html = (tmp_path / "report.html").read_text()
    for title in ("Best so far", "Each hyperparameter against the objective", "Trials, best first"):
        assert f"<h2>{title}: shallow</h2>" in html and f"<h2>{title}: deep</h2>" in html
    described = command("describe", name)
    assert "range eta" in described and "range max_depth" in described and "Minimize validation:logloss" in described
    assert "deep  " in described.partition("hyperparameters\n")[2]
    table = list(csv.DictReader(command("export", name).splitlines()))
    assert [row["definition"] for row in table] == ["shallow", "deep"] * 3
    assert all(bool(row["eta"]) != bool(row["max_depth"]) and row["objective"] for row in table)
    # A small logloss is no large AUC.
    watched = json.loads(command("watch", name, "--json"))
    assert watched["best"]["training_job"] == done["BestTrainingJob"]["TrainingJobName"]


def test_definitions_have_their_rules(sagemaker, bucket):
    both = definitions(bucket)
    both[1]["DefinitionName"] = "shallow"
    code, text = refusal(sagemaker, of_no_job(), both)
    assert code == "ValidationException" and "'shallow'" in text
    nameless = definitions(bucket)
    del nameless[0]["DefinitionName"]
    code, text = refusal(sagemaker, of_no_job(), nameless)
    assert code == "ValidationException" and "DefinitionName" in text
    code, text = refusal(sagemaker, of_no_job(), definitions(bucket), TrainingJobDefinition=definition(bucket))
    assert code == "ValidationException" and "not both" in text
    code, text = refusal(sagemaker, config(), definitions(bucket))
    assert code == "ValidationException" and "TuningObjective" in text


# Trials so long that their values can be heard while they run, and of very different quality.
LONG = {"num_round": "3000", "max_depth": "4"}
SPREAD = {"ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.00001", "MaxValue": "0.5", "ScalingType": "Logarithmic"}]}


def check_cut_short(sagemaker, done):
    """Some trials were stopped by the search; they are counted as such and keep their value. Returns their summaries."""
    trials = trials_of(sagemaker, done["HyperParameterTuningJobName"])
    stopped = [t for t in trials if t["TrainingJobStatus"] == "Stopped"]
    assert stopped and len(stopped) == done["TrainingJobStatusCounters"]["Stopped"]
    for trial in stopped:
        assert trial["ObjectiveStatus"] == "Succeeded"
        assert "FinalHyperParameterTuningJobObjectiveMetric" in trial
        job = sagemaker.describe_training_job(TrainingJobName=trial["TrainingJobName"])
        assert job["SecondaryStatus"] == "Stopped" and job["TrainingJobStatus"] == "Stopped"
    assert done["ObjectiveStatusCounters"]["Succeeded"] == len(trials)
    return stopped


def test_early_stopping_ends_what_is_worse_than_its_predecessors(sagemaker, bucket):
    name = tune(sagemaker, config(16, 2, "Random", ParameterRanges=SPREAD, TrainingJobEarlyStoppingType="Auto", RandomSeed=3),
                definition(bucket, **LONG))
    done = finished(sagemaker, name)
    assert done["HyperParameterTuningJobStatus"] == "Completed"
    assert done["HyperParameterTuningJobConfig"]["TrainingJobEarlyStoppingType"] == "Auto"
    check_cut_short(sagemaker, done)


@pytest.mark.parametrize("strategy_config", [None, {"HyperbandStrategyConfig": {"MinResource": 30, "MaxResource": 2500}}])
def test_hyperband_stops_most_trials_early(sagemaker, bucket, strategy_config):
    more = {"StrategyConfig": strategy_config} if strategy_config else {}
    name = tune(sagemaker, config(12, 3, "Hyperband", ParameterRanges=SPREAD, **more), definition(bucket, **LONG))
    done = finished(sagemaker, name)
    assert done["HyperParameterTuningJobStatus"] == "Completed"
    check_cut_short(sagemaker, done)


def test_hyperband_has_its_rules(sagemaker, bucket):
    resources = {"HyperbandStrategyConfig": {"MinResource": 5, "MaxResource": 3}}
    code, text = refusal(sagemaker, config(5, 1, "Hyperband", StrategyConfig=resources), definition(bucket))
    assert code == "ValidationException" and "[5]" in text and "[3]" in text
    code, text = refusal(sagemaker, config(5, 1, "Hyperband", TrainingJobEarlyStoppingType="Auto"), definition(bucket))
    assert code == "ValidationException" and "TrainingJobEarlyStoppingType" in text
    code, text = refusal(sagemaker, config(5, 1, "Bayesian", StrategyConfig=resources), definition(bucket))
    assert code == "ValidationException" and "StrategyConfig" in text
    unknown = definition(bucket)
    del unknown["StaticHyperParameters"]["num_round"]
    rounds = {"IntegerParameterRanges": [{"Name": "num_round", "MinValue": "1", "MaxValue": "9"}]}
    code, text = refusal(sagemaker, config(5, 1, "Hyperband", ParameterRanges=rounds), unknown)
    assert code == "ValidationException" and "MaxResource" in text
