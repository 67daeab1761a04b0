# SPDX-License-Identifier: Apache-2.0
"""The stock sagemaker SDK (version 2): session, data, estimators and the models that come out."""
import json

import pytest

sagemaker = pytest.importorskip("sagemaker")

from sagemaker.estimator import Estimator
from sagemaker.exceptions import UnexpectedStatusException
from sagemaker.inputs import ShuffleConfig, TrainingInput

from sdk import auc, fetch_model, inputs, make_estimator, predict, role, session, validation_set  # noqa: F401
from tuning_requests import new_name, rows


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
