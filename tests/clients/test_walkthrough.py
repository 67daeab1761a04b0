"""The reference notebook, cell by cell, in a Jupyter kernel with the stock SDKs."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

from harness import ROOT

EXAMPLE = ROOT / "examples" / "direct_marketing"


def run_notebook(environment, tmp_path, *site):
    environment = dict(environment)
    if site:
        environment["PYTHONPATH"] = os.pathsep.join(map(str, site))
    report = tmp_path / "report.json"
    done = subprocess.run([sys.executable, EXAMPLE / "run.py", "--folder", tmp_path / "work", "--report", report,
                           "--save", tmp_path / "executed.ipynb"],
                          env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(report.read_text())


def check(report):
    assert report["counters"] == {"Completed": 20, "InProgress": 0, "RetryableError": 0, "NonRetryableError": 0,
                                  "Stopped": 0}
    assert report["auc"] > 0.77
    assert 0 <= float(report["hyperparameters"]["eta"]) <= 1
    assert 1 <= int(report["hyperparameters"]["max_depth"]) <= 10


def test_runs_with_the_pandas_of_today(server, tmp_path):
    check(run_notebook(server.env(), tmp_path))
    # True and False stand where older versions wrote 1 and 0.
    assert (tmp_path / "work" / "train.csv").read_text().startswith("False,54,3,999,0,1,0,False,")


def test_runs_with_the_pandas_of_its_time(server, tmp_path):
    """pandas 1.5 writes 0 and 1."""
    site = ROOT / ".deps" / "pandas15"
    if not (site / "pandas").is_dir():
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
                        "--target", site, "pandas==1.5.3"], check=True)
    check(run_notebook(server.env(), tmp_path, site))
    assert (tmp_path / "work" / "train.csv").read_text().startswith("0,54,3,999,0,1,0,")


def test_the_notebook_holds_the_document_verbatim():
    """Every code cell of the document stands in the notebook, in order and unchanged."""
    cells = ["".join(c["source"]) for c in json.loads((EXAMPLE / "notebook.ipynb").read_text())["cells"]
             if c["cell_type"] == "code"]
    assert len(cells) == 8
    assert "role = sagemaker.get_execution_role()" in cells[0]
    assert "!wget -N https://archive.ics.uci.edu/" in cells[1]
    assert "smclient.create_hyper_parameter_tuning_job(HyperParameterTuningJobName = tuning_job_name," in cells[5]
    for cell in cells[:6]:
        assert "tunesmith" not in cell.lower()
