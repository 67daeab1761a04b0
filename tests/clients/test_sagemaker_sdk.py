# SPDX-License-Identifier: Apache-2.0
"""The stock sagemaker SDK (version 2): session, estimator, tuner, analytics, attach, and the model that comes out."""
import ctypes
import json
import tarfile

import boto3
import numpy
import pytest

sagemaker = pytest.importorskip("sagemaker")

from sagemaker import image_uris
from sagemaker.analytics import HyperparameterTuningJobAnalytics
from sagemaker.estimator import Estimator
from sagemaker.exceptions import UnexpectedStatusException
from sagemaker.inputs import ShuffleConfig, TrainingInput
from sagemaker.parameter import CategoricalParameter, ContinuousParameter, IntegerParameter
from sagemaker.tuner import HyperbandStrategyConfig, HyperparameterTuner, StrategyConfig

from harness import ROOT, wait_for
from tuning_requests import new_name, rows

LIBRARY = ROOT / ".deps" / "xgboost_cpu" / "xgboost" / "lib" / "libxgboost.so"


@pytest.fixture
def session(aws):
    return sagemaker.Session()


@pytest.fixture
def role(session):
    return sagemaker.get_execution_role(sagemaker_session=session)


@pytest.fixture
def inputs(session, tmp_path):
    """The two channels, uploaded as a notebook does it: into the default bucket."""
    prefix = new_name("sdk")
    channels = {}
    for seed, name in enumerate(("train", "validation"), 1):
        file = tmp_path / f"{name}.csv"
        file.write_text(rows(300, seed))
        uri = session.upload_data(str(file), key_prefix=f"{prefix}/{name}")
        assert uri == f"s3://{session.default_bucket()}/{prefix}/{name}/{name}.csv"
        channels[name] = TrainingInput(s3_data=uri, content_type="text/csv")
    return channels


def make_estimator(session, role, version="1.7-1", **hyperparameters):
    estimator = Estimator(image_uris.retrieve("xgboost", session.boto_region_name, version), role, instance_count=1,
                          instance_type="ml.m5.xlarge", output_path=f"s3://{session.default_bucket()}/sdk-output",
                          sagemaker_session=session)
    estimator.set_hyperparameters(**({"num_round": 6, "objective": "binary:logistic", "eval_metric": "auc"}
                                     | hyperparameters))
    return estimator


def make_tuner(estimator, jobs=4, **options):
    return HyperparameterTuner(
        estimator, "validation:auc",
        {"eta": ContinuousParameter(0.01, 0.9, scaling_type="Logarithmic"), "max_depth": IntegerParameter(1, 5)},
        **({"max_jobs": jobs, "max_parallel_jobs": 2} | options))


def predict(model, features):
    """What XGBoost's own library says to `features` with the model of file `model`."""
    library = ctypes.CDLL(str(LIBRARY))
    library.XGBGetLastError.restype = ctypes.c_char_p

    def call(name, *arguments):
        assert getattr(library, name)(*arguments) == 0, library.XGBGetLastError().decode()

    data = numpy.ascontiguousarray(features, dtype=numpy.float32)
    booster, matrix = ctypes.c_void_p(), ctypes.c_void_p()
    size, values = ctypes.c_uint64(), ctypes.POINTER(ctypes.c_float)()
    call("XGBoosterCreate", None, ctypes.c_uint64(0), ctypes.byref(booster))
    call("XGBoosterLoadModel", booster, str(model).encode())
    call("XGDMatrixCreateFromMat", data.ctypes.data_as(ctypes.POINTER(ctypes.c_float)), ctypes.c_uint64(data.shape[0]),
         ctypes.c_uint64(data.shape[1]), ctypes.c_float(numpy.nan), ctypes.byref(matrix))
    call("XGBoosterPredict", booster, matrix, 0, ctypes.c_uint(0), 0, ctypes.byref(size), ctypes.byref(values))
    out = numpy.array(values[: size.value])
    call("XGDMatrixFree", matrix)
    call("XGBoosterFree", booster)
    return out


def fetch_model(uri, folder):
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    boto3.client("s3").download_file(bucket, key, str(folder / "model.tar.gz"))
    with tarfile.open(folder / "model.tar.gz") as archive:
        (folder / "xgboost-model").write_bytes(archive.extractfile("xgboost-model").read())
    return folder / "xgboost-model"


def auc(labels, scores):
    positive, negative = scores[labels == 1], scores[labels == 0]
    difference = positive[:, None] - negative[None, :]
    return float((difference > 0).mean() + (difference == 0).mean() / 2)


def validation_set():
    table = numpy.array([[float(v) for v in line.split(",")] for line in rows(300, 2).splitlines()])
    return table[:, 0], table[:, 1:]


def test_the_session_finds_its_role_account_and_bucket(session, role):
    assert role == "arn:aws:iam::123456789012:role/TunesmithExecutionRole"
    assert session.account_id() == "123456789012"
    assert session.default_bucket() == "sagemaker-us-east-1-123456789012"
    assert session.get_caller_identity_arn() == role
    assert sagemaker.Session().default_bucket() == session.default_bucket()  # now it exists


def test_data_goes_up_and_comes_down(session, tmp_path):
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "sub" / "ü b.txt").write_text("b")
    prefix = new_name("data")
    assert session.upload_data(str(folder), key_prefix=prefix) == f"s3://{session.default_bucket()}/{prefix}"
    assert sorted(session.list_s3_files(session.default_bucket(), prefix)) == [f"{prefix}/a.txt", f"{prefix}/sub/ü b.txt"]
    session.download_data(str(tmp_path / "out"), session.default_bucket(), prefix)
    assert (tmp_path / "out" / "a.txt").read_text() == "a"
    assert (tmp_path / "out" / "sub" / "ü b.txt").read_text() == "b"
    uri = session.upload_string_as_file_body("words", session.default_bucket(), f"{prefix}/w")
    assert uri == f"s3://{session.default_bucket()}/{prefix}/w"
    assert session.read_s3_file(session.default_bucket(), f"{prefix}/w") == "words"


@pytest.mark.parametrize("version", ["1.7-1", "latest"])
def test_an_estimator_trains_a_model_that_xgboost_loads(session, role, inputs, version, tmp_path):
    estimator = make_estimator(session, role, version)
    estimator.fit(inputs, wait=True, logs="None", job_name=new_name("fit"))
    description = estimator.latest_training_job.describe()
    assert description["TrainingJobStatus"] == "Completed"
    assert description["ModelArtifacts"]["S3ModelArtifacts"] == estimator.model_data

    labels, features = validation_set()
    scores = predict(fetch_model(estimator.model_data, tmp_path), features)
    assert scores.shape == labels.shape and scores.min() >= 0 and scores.max() <= 1
    reported = {m["MetricName"]: m["Value"] for m in description["FinalMetricDataList"]}["validation:auc"]
    assert auc(labels, scores) == pytest.approx(reported, abs=1e-4)

    attached = Estimator.attach(estimator.latest_training_job.name, sagemaker_session=session)
    assert attached.model_data == estimator.model_data
    assert attached.hyperparameters()["num_round"] == "6"
    assert attached.role == role


def test_a_mistake_reaches_the_user_of_the_estimator(session, role, inputs):
    estimator = make_estimator(session, role, num_rounds=3)
    with pytest.raises(Exception, match="Extraneous hyperparameter found: num_rounds"):
        estimator.fit(inputs, wait=True, logs="None", job_name=new_name("fit"))

    uri = session.upload_string_as_file_body("1,a\n0,b\n", session.default_bucket(), f"{new_name('bad')}/train.csv")
    with pytest.raises(UnexpectedStatusException, match="ClientError: "):
        make_estimator(session, role).fit({"train": TrainingInput(uri, content_type="text/csv")}, wait=True, logs="None",
                                          job_name=new_name("fit"))


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


def test_a_model_that_has_nowhere_to_go_fails_the_job_once_and_says_why(session, role, inputs):
    estimator = make_estimator(session, role, num_round=1)
    estimator.output_path = f"s3://{new_name('no-bucket')}/models"
    with pytest.raises(Exception, match="bucket"):
        estimator.fit(inputs, wait=True, logs="None", job_name=new_name("fit"))


def test_a_channel_may_be_an_augmented_manifest(session, role, inputs):
    lines = [{"rows-ref": inputs["train"].config["DataSource"]["S3DataSource"]["S3Uri"], "rows-ref-metadata": {"type": "made up"}}]
    uri = session.upload_string_as_file_body("".join(json.dumps(line) + "\n" for line in lines), session.default_bucket(),
                                             new_name("manifest"))
    augmented = TrainingInput(uri, s3_data_type="AugmentedManifestFile", attribute_names=["rows-ref"], input_mode="Pipe",
                              content_type="text/csv", shuffle_config=ShuffleConfig(7))
    metrics = []
    for train in (augmented, inputs["train"]):
        estimator = make_estimator(session, role)
        estimator.fit({"train": train, "validation": inputs["validation"]}, logs=False)
        job = estimator.latest_training_job.describe()
        metrics.append({m["MetricName"]: m["Value"] for m in job["FinalMetricDataList"]})
    assert metrics[0] == metrics[1]
