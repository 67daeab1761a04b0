# SPDX-License-Identifier: Apache-2.0
"""What the tests of the sagemaker SDK (version 2) share: fixtures to import by name, estimators, tuners and their models."""
import ctypes
import tarfile

import boto3
import numpy
import pytest

sagemaker = pytest.importorskip("sagemaker")

from sagemaker import image_uris
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.parameter import ContinuousParameter, IntegerParameter
from sagemaker.tuner import HyperparameterTuner

from harness import ROOT
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
