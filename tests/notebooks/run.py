#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs AWS's own sample notebooks that need the built-in XGBoost alone, cell by cell, against a Tunesmith.

    VENV/bin/python tests/notebooks/run.py --samples CHECKOUT [NAME ...]

CHECKOUT is a git directory of github.com/aws/amazon-sagemaker-examples; VENV has `pip install "sagemaker<3" "numpy<2" "pandas<3"
"pyarrow<20" ipython scikit-learn matplotlib xgboost-cpu`. The cells are run as they are, but for what this table says: installations and
plotting set-up are left out, waits of minutes are made short, and the data is sample_data.py's.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The notebook's name; cells (from 0) that are left out, and why; texts that are put in others' place.
NOTEBOOKS = {
    "sm-managed_spot_training_xgboost": ({7: "a script of the user's", 8: "trains it", 9: "tunes it"}, {}),
    "sm-regression_xgboost": ({}, {}),
    "xgboost_parquet_input_training": ({}, {}),
    "Batch Transform - breast cancer prediction with lowel level SDK": ({}, {}),
    "Batch Transform - breast cancer prediction with high level SDK": ({}, {}),
    "xgboost_mnist": ({}, {}),
    "sm-xgboost_bring_your_own_model": ({}, {}),
    "sm-hyperparameter_tuning_hyperband_automatic_model_tuning": ({}, {"100, axis=0": "1, axis=0"}),  # not 100 copies of the data
    "xgboost_customer_churn_outputs": ({10: "pandas 1 only", 25: "pandas 1 only", 26: "shows 25's result"}, {}),
}
LEFT_OUT = re.compile(r"\s*[!%]+\s*(pip3?|conda|matplotlib|\{sys\.executable\} -m pip)\s")


def cells_of(samples, name):
    """The sources of a notebook's code cells."""
    git = ["git", "-C", str(samples)]
    paths = subprocess.run([*git, "ls-tree", "-r", "-z", "--name-only", "HEAD"], capture_output=True, text=True, check=True).stdout.split("\0")
    path = next(p for p in paths if p.endswith(f"/{name}.ipynb"))
    text = subprocess.run([*git, "show", f"HEAD:{path}"], capture_output=True, text=True, check=True).stdout
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]


def run(samples, name):
    """Runs the cells of one notebook in this process, in the current folder, up to the first that fails; whether none did."""
    from IPython.core.interactiveshell import InteractiveShell

    sleep = time.sleep
    time.sleep = lambda seconds: sleep(min(seconds, 1.0))
    shell = InteractiveShell.instance()
    left_out, replaced = NOTEBOOKS[name]
    for number, cell in enumerate(cells_of(samples, name)):
        if number in left_out:
            continue
        cell = "\n".join(line for line in cell.split("\n") if not LEFT_OUT.match(line))
        for old, new in replaced.items():
            cell = cell.replace(old, new)
        if not shell.run_cell(cell, store_history=False).success:
            print(f"cell {number} failed")
            return False
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", required=True, type=pathlib.Path)
    parser.add_argument("--one", choices=NOTEBOOKS, help=argparse.SUPPRESS)
    parser.add_argument("names", nargs="*", default=list(NOTEBOOKS), metavar="NAME")
    options = parser.parse_args()
    if options.one:
        sys.exit(0 if run(options.samples, options.one) else 1)

    sys.path.insert(0, str(ROOT / "tests/clients"))
    import boto3
    import harness
    import sample_data

    failed = []
    with harness.start_server() as server:
        environment = server.env() | {"MPLBACKEND": "agg"}
        os.environ.update(environment)
        sample_data.put_all(boto3.client("s3"), environment["AWS_DEFAULT_REGION"], ROOT / "examples/direct_marketing/data/bank-additional.zip")
        for name in options.names:
            began = time.monotonic()
            with tempfile.TemporaryDirectory() as work:
                ran = subprocess.run([sys.executable, __file__, "--samples", options.samples.resolve(), "--one", name], cwd=work,
                                     env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            print(f"{'ok    ' if ran.returncode == 0 else 'FAILED'} {time.monotonic() - began:5.0f} s  {name}", flush=True)
            if ran.returncode != 0:
                failed.append(name)
                print(ran.stdout[-4000:])
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
