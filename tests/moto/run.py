#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs moto's own tests of SageMaker, S3, STS and CloudWatch Logs against Tunesmith and writes a table of what passes.

    tests/moto/run.py --moto CHECKOUT --python VENV/bin/python [--out RESULTS.json] [FILE ...]

CHECKOUT is a checkout of github.com/getmoto/moto, VENV has `pip install "moto[server,s3,sagemaker]" pytest freezegun`.
moto's tests call any server at TEST_SERVER_MODE_ENDPOINT; its call that resets the server is left out, since each
test gets a server of its own (fresh_server.py).
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import tempfile
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FILES = ["tests/test_sagemaker/test_sagemaker_models.py", "tests/test_sagemaker/test_sagemaker_endpoint.py",
         "tests/test_sagemaker/test_sagemaker_training.py", "tests/test_sagemaker/test_sagemaker_transform.py",
         "tests/test_sagemaker/test_sagemaker_hyper_parameter_tuning_job.py", "tests/test_sagemaker/test_sagemakermetrics.py",
         "tests/test_sagemaker/test_sagemaker_search.py", "tests/test_sagemakerruntime", "tests/test_sagemakermetrics",
         "tests/test_s3/test_s3.py", "tests/test_s3/test_s3_copyobject.py", "tests/test_s3/test_s3_list_objects.py",
         "tests/test_s3/test_s3_metadata.py", "tests/test_s3/test_s3_multipart.py", "tests/test_s3/test_s3_object_attributes.py",
         "tests/test_s3/test_s3_presigned_url.py", "tests/test_s3/test_s3_tagging.py", "tests/test_s3/test_s3_conditionals.py",
         "tests/test_s3/test_s3_storageclass.py", "tests/test_s3/test_s3_response_headers.py",
         "tests/test_sts/test_sts.py", "tests/test_logs/test_logs.py", "tests/test_logs/test_logs_filter_log_events.py"]


def reason(case) -> str | None:
    """Why a case failed: the last line of its message; nothing when it passed."""
    for kind in ("failure", "error"):
        found = case.find(kind)
        if found is not None:
            return (found.get("message") or found.text or kind).strip().replace("\n", " ")[:300]
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moto", required=True, type=pathlib.Path)
    parser.add_argument("--python", required=True, type=pathlib.Path)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--endpoint", default="http://127.0.0.1:5959")
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("files", nargs="*", default=FILES)
    arguments = parser.parse_args()
    environment = os.environ | {
        "TEST_SERVER_MODE": "true", "TEST_SERVER_MODE_ENDPOINT": arguments.endpoint, "MOTO_CALL_RESET_API": "false",
        "TUNESMITH_BUILD": str(arguments.build.resolve()), "PYTHONPATH": f"{HERE}:{arguments.moto.resolve()}",
        "AWS_MAX_ATTEMPTS": "1", "AWS_DEFAULT_REGION": "us-east-1"}
    results = collections.defaultdict(dict)
    for file in arguments.files:
        if not (arguments.moto / file).exists():
            continue
        with tempfile.NamedTemporaryFile(suffix=".xml") as report:
            subprocess.run([arguments.python.absolute(), "-m", "pytest", "-q", "-p", "fresh_server", "-p", "no:cacheprovider",
                            "--junitxml", report.name, file], cwd=arguments.moto, env=environment, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
            for case in xml.etree.ElementTree.parse(report.name).getroot().iter("testcase"):
                if case.find("skipped") is None:
                    results[file][f"{case.get('classname').rsplit('.', 1)[-1]}::{case.get('name')}"] = reason(case)
        passed = sum(1 for why in results[file].values() if why is None)
        print(f"{file}: {passed} of {len(results[file])}", flush=True)
    if arguments.out:
        arguments.out.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
