# SPDX-License-Identifier: Apache-2.0
"""The stock sagemaker SDK (version 2): tuners, analytics, attach, and the best model."""
import pytest

pytest.importorskip("sagemaker")

from sagemaker.analytics import HyperparameterTuningJobAnalytics
from sagemaker.exceptions import UnexpectedStatusException
from sagemaker.inputs import TrainingInput
from sagemaker.parameter import CategoricalParameter, ContinuousParameter, IntegerParameter
from sagemaker.tuner import HyperbandStrategyConfig, HyperparameterTuner, StrategyConfig

from harness import wait_for
from sdk import auc, fetch_model, inputs, make_estimator, make_tuner, predict, role, session, validation_set  # noqa: F401
from tuning_requests import new_name


def test_a_tuner_from_fit_to_the_best_model(session, role, inputs, tmp_path):
    name = new_name("tuner")
    tuner = make_tuner(make_estimator(session, role))
    tuner.fit(inputs, job_name=name, wait=True)
    tuner.wait()  # of a finished job: returns at once

    description = tuner.describe()
    assert description["HyperParameterTuningJobStatus"] == "Completed"
    assert description["TrainingJobStatusCounters"]["Completed"] == 4
    best = tuner.best_training_job()
    assert best == description["BestTrainingJob"]["TrainingJobName"]

    frame = tuner.analytics().dataframe()
    assert len(frame) == 4
    assert set(frame.columns) >= {"eta", "max_depth", "TrainingJobName", "TrainingJobStatus", "FinalObjectiveValue",
                                  "TrainingStartTime", "TrainingEndTime", "TrainingElapsedTimeSeconds"}
    assert set(frame["TrainingJobStatus"]) == {"Completed"}
    assert frame["eta"].between(0.01, 0.9).all() and frame["max_depth"].isin(range(1, 6)).all()
    assert (frame["TrainingElapsedTimeSeconds"] >= 0).all()
    assert frame.sort_values("FinalObjectiveValue").iloc[-1]["TrainingJobName"] == best

    analytics = HyperparameterTuningJobAnalytics(name, sagemaker_session=session)
    assert analytics.description()["HyperParameterTuningJobArn"] == description["HyperParameterTuningJobArn"]
    assert len(analytics.training_job_summaries()) == 4
    ranges = analytics.tuning_ranges
    assert float(ranges["eta"]["MinValue"]) == 0.01 and ranges["eta"]["ScalingType"] == "Logarithmic"
    analytics.export_csv(str(tmp_path / "trials.csv"))
    assert len((tmp_path / "trials.csv").read_text().splitlines()) == 5

    estimator = tuner.best_estimator()
    assert estimator.hyperparameters()["eta"] == description["BestTrainingJob"]["TunedHyperParameters"]["eta"]
    assert "_tuning_objective_metric" in estimator.hyperparameters()
    labels, features = validation_set()
    scores = predict(fetch_model(estimator.model_data, tmp_path), features)
    value = description["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    assert auc(labels, scores) == pytest.approx(value, abs=1e-4)

    attached = HyperparameterTuner.attach(name, sagemaker_session=session)
    assert attached.best_training_job() == best
    assert (attached.max_jobs, attached.max_parallel_jobs, attached.early_stopping_type) == (4, 2, "Off")
    assert attached.objective_metric_name == "validation:auc" and attached.objective_type == "Maximize"
    assert set(attached.hyperparameter_ranges()["ContinuousParameterRanges"][0].items()) >= {("Name", "eta")}
    assert attached.estimator.hyperparameters()["num_round"] == "6"
    assert attached.analytics().dataframe().shape == frame.shape


def test_a_tuner_with_parameters_of_several_scales(session, role, inputs):
    tuner = HyperparameterTuner(
        make_estimator(session, role, "latest", num_round=3), "validation:logloss",
        {"alpha": ContinuousParameter(0, 2), "eta": ContinuousParameter(0.1, 0.9, scaling_type="ReverseLogarithmic"),
         "max_depth": IntegerParameter(1, 4, scaling_type="Linear")},
        objective_type="Minimize", strategy="Random", max_jobs=3, max_parallel_jobs=3, random_seed=5,
        base_tuning_job_name="kinds")
    tuner.fit(inputs, wait=True)
    assert tuner.latest_tuning_job.name.startswith("kinds-")
    frame = tuner.analytics().dataframe()
    assert frame["alpha"].between(0, 2).all() and frame["eta"].between(0.1, 0.9).all()
    assert frame.sort_values("FinalObjectiveValue").iloc[0]["TrainingJobName"] == tuner.best_training_job()
    attached = HyperparameterTuner.attach(tuner.latest_tuning_job.name, sagemaker_session=session)
    assert (attached.objective_type, attached.strategy, attached.random_seed) == ("Minimize", "Random", 5)


def test_a_tuner_of_several_estimators(session, role, inputs):
    estimators = {"linear": make_estimator(session, role, num_round=2, booster="gblinear"),
                  "trees": make_estimator(session, role, num_round=2)}
    tuner = HyperparameterTuner.create(
        estimators, {name: "validation:auc" for name in estimators},
        {"linear": {"alpha": ContinuousParameter(0, 1)}, "trees": {"max_depth": IntegerParameter(1, 5)}},
        strategy="Random", max_jobs=4, max_parallel_jobs=2)
    name = new_name("several")
    tuner.fit({key: inputs for key in estimators}, job_name=name, include_cls_metadata={})
    frames = tuner.analytics().dataframe()
    assert sorted(frames["TrainingJobDefinitionName"]) == ["linear", "linear", "trees", "trees"]
    assert frames.loc[frames["TrainingJobDefinitionName"] == "trees", "max_depth"].notna().all()
    best = tuner.describe()["BestTrainingJob"]
    assert best["TrainingJobDefinitionName"] in estimators and tuner.best_training_job() == best["TrainingJobName"]
    assert tuner.best_estimator().hyperparameters()["num_round"] == "2"
    attached = HyperparameterTuner.attach(name, sagemaker_session=session)
    assert set(attached.estimator_dict) == set(estimators)
    assert attached.objective_metric_name_dict == {key: "validation:auc" for key in estimators}


def test_a_tuner_that_walks_a_grid(session, role, inputs):
    tuner = HyperparameterTuner(
        make_estimator(session, role, num_round=1), "validation:auc",
        {"max_depth": CategoricalParameter([1, 2]), "eta": CategoricalParameter(["0.1", "0.5"])}, strategy="Grid",
        max_jobs=4, max_parallel_jobs=2)  # this SDK sends a null for a grid without max_jobs, which botocore refuses
    tuner.fit(inputs, job_name=new_name("grid"), wait=True)
    frame = tuner.analytics().dataframe()
    assert len(frame) == 4 and len(frame[["max_depth", "eta"]].drop_duplicates()) == 4


def test_a_tuner_that_starts_from_its_parents(session, role, inputs):
    parent = make_tuner(make_estimator(session, role, num_round=2), jobs=2)
    parent.fit(inputs, job_name=new_name("parent"), wait=True)
    child = parent.identical_dataset_and_algorithm_tuner()
    child.fit(inputs, job_name=new_name("child"), wait=True)
    described = child.describe()
    assert described["WarmStartConfig"]["WarmStartType"] == "IdenticalDataAndAlgorithm"
    values = [v for tuner in (parent, child) for v in tuner.analytics().dataframe()["FinalObjectiveValue"]]
    assert described["OverallBestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] == max(values)
    attached = HyperparameterTuner.attach(child.latest_tuning_job.name, sagemaker_session=session)
    assert attached.warm_start_config.parents == {parent.latest_tuning_job.name}


def test_a_tuner_with_hyperband_and_its_resources(session, role, inputs):
    tuner = HyperparameterTuner(
        make_estimator(session, role, num_round=2000), "validation:auc",
        {"eta": ContinuousParameter(1e-5, 0.5, scaling_type="Logarithmic")}, strategy="Hyperband", max_jobs=8, max_parallel_jobs=2,
        strategy_config=StrategyConfig(hyperband_strategy_config=HyperbandStrategyConfig(max_resource=1500, min_resource=30)))
    tuner.fit(inputs, job_name=new_name("hyperband"), wait=True)
    assert "Stopped" in set(tuner.analytics().dataframe()["TrainingJobStatus"])
    attached = HyperparameterTuner.attach(tuner.latest_tuning_job.name, sagemaker_session=session)
    assert attached.strategy == "Hyperband" and attached.early_stopping_type == "Off"


def test_a_tuner_that_tunes_by_itself(session, role, inputs):
    tuner = HyperparameterTuner(
        make_estimator(session, role, num_round=2, max_depth=3, eta=0.3), "validation:auc", None, autotune=True,
        hyperparameters_to_keep_static=["num_round", "objective", "eval_metric"], max_jobs=2, max_parallel_jobs=2)
    tuner.fit(inputs, job_name=new_name("autotune"), wait=True)
    frame = tuner.analytics().dataframe()
    assert {"eta", "max_depth"} <= set(frame.columns) and len(frame) == 2


def test_the_tags_of_a_tuner_are_on_its_training_jobs_too(session, role, inputs):
    """"Tags that you specify for the tuning job are also added to all training jobs that the tuning job launches." """
    tag = {"Key": "team", "Value": "a b"}
    tuner = make_tuner(make_estimator(session, role, num_round=1), jobs=1, tags=[tag])
    tuner.fit(inputs, job_name=new_name("tags"), wait=False)
    assert tag in session.sagemaker_client.list_tags(ResourceArn=tuner.describe()["HyperParameterTuningJobArn"])["Tags"]
    trials = wait_for(lambda: tuner.analytics().training_job_summaries(), 60, "a trial")
    assert tag in session.sagemaker_client.list_tags(ResourceArn=trials[0]["TrainingJobArn"])["Tags"]


def test_a_tuner_is_stopped(session, role, inputs):
    tuner = make_tuner(make_estimator(session, role, num_round=200), jobs=500)
    tuner.fit(inputs, job_name=new_name("stopped"), wait=False)
    wait_for(lambda: tuner.describe()["TrainingJobStatusCounters"]["Completed"] >= 1, 60, "one trial")
    tuner.stop_tuning_job()
    assert tuner.describe()["HyperParameterTuningJobStatus"] in ("Stopping", "Stopped")
    tuner.wait()
    assert tuner.describe()["HyperParameterTuningJobStatus"] == "Stopped"
    assert tuner.best_training_job()
    tuner.stop_tuning_job()  # of a stopped job: the SDK takes the refusal for "already stopped"


def test_a_tuner_whose_trials_all_fail_says_why(session, role, inputs):
    uri = session.upload_string_as_file_body("1,a\n0,b\n", session.default_bucket(), f"{new_name('bad')}/train.csv")
    tuner = make_tuner(make_estimator(session, role), jobs=10)
    with pytest.raises(UnexpectedStatusException, match="No training job succeeded after 5 attempts"):
        tuner.fit(inputs | {"train": TrainingInput(uri, content_type="text/csv")}, job_name=new_name("fails"), wait=True)
    frame = tuner.analytics().dataframe()
    assert set(frame["TrainingJobStatus"]) <= {"Failed", "Stopped"}  # what still ran when the fifth failed is stopped
    assert (frame["TrainingJobStatus"] == "Failed").sum() >= 5
    with pytest.raises(Exception, match="Best training job not available"):
        tuner.best_training_job()
