#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does the server stay the same under load?

    .deps/bench/bin/python bench/load.py [--seconds 600] [--clients 64] [--idle 10000]     # set up: bench/setup.sh; needs wrk (Debian)

64 connections send signed requests without a pause (describe a job, list a bucket, put and get an object of 4 KiB), in ten windows
of equal length. Between windows the server's own /metrics are read: memory, file descriptors, threads. Then, with idle connections
held open and slow uploads under way, a last window; then SIGTERM under load, with a training job that has to go on.
The last line is "N passed, N failed".
"""
import argparse
import json
import os
import pathlib
import random
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.credentials

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import latency  # noqa: E402
from latency import rows, start  # noqa: E402

latency.BUILD = pathlib.Path(os.environ.get("TUNESMITH_BUILD", latency.BUILD))

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
ROLE = "arn:aws:iam::123456789012:role/TunesmithExecutionRole"
WINDOWS = 10


def training_job(name, rounds):
    return {"TrainingJobName": name, "RoleArn": ROLE,
            "AlgorithmSpecification": {"TrainingInputMode": "File", "TrainingImage": IMAGE},
            "InputDataConfig": [{"ChannelName": "train", "ContentType": "text/csv", "DataSource": {"S3DataSource": {
                "S3DataType": "S3Prefix", "S3Uri": "s3://bench/d/"}}}],
            "OutputDataConfig": {"S3OutputPath": "s3://bench/output"},
            "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m4.xlarge", "VolumeSizeInGB": 10},
            "HyperParameters": {"num_round": str(rounds), "objective": "binary:logistic"},
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600}}


def signed_requests(url, env, clients):
    """Requests that wrk sends over and over; signed anew for each window, since a signature holds for 15 minutes."""
    credentials = botocore.credentials.Credentials(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"])
    made = []

    def add(service, method, path, body="", **headers):
        request = botocore.awsrequest.AWSRequest(method, url + path, data=body, headers=headers)
        auth = botocore.auth.S3SigV4Auth if service == "s3" else botocore.auth.SigV4Auth
        auth(credentials, service, "us-east-1").add_auth(request)
        # wrk adds none of its own where a request brings its fields.
        made.append((method, path, body, dict(request.headers.items()) | {"Host": url.removeprefix("http://")}))

    for n in range(clients):
        add("sagemaker", "POST", "/", '{"TrainingJobName":"job"}',
            **{"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "SageMaker.DescribeTrainingJob"})
        add("s3", "PUT", f"/bench/load/{n}", "x" * 4096)
        add("s3", "GET", f"/bench/load/{n}")
        add("s3", "GET", "/bench?list-type=2&max-keys=20")
    return made


def lua(requests):
    text = ["local made = {}"]
    for method, path, body, headers in requests:
        fields = ",".join(f"[{json.dumps(k)}]={json.dumps(v)}" for k, v in headers.items())
        text.append(f"made[#made+1] = wrk.format({json.dumps(method)}, {json.dumps(path)}, {{{fields}}}, "
                    f"{json.dumps(body) if body else 'nil'})")
    text.append("local n = 0\nrequest = function() n = n % #made + 1; return made[n] end\n"
                "local bad = 0\nresponse = function(status) if status >= 400 then bad = bad + 1 end end")
    return "\n".join(text)


def metrics(url):
    page = urllib.request.urlopen(url + "/metrics", timeout=30).read().decode()
    return {name: float(re.search(rf"^{name} (\S+)$", page, re.M)[1])
            for name in ("process_resident_memory_bytes", "process_open_fds", "process_threads", "tunesmith_connections")}


def milliseconds(text):
    found = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text)
    if not found:
        raise ValueError(f"wrk says that a request took {text!r}")
    number, unit = found.groups()
    return float(number) * {"us": 1e-3, "ms": 1, "s": 1000, "m": 60000}[unit]


def window(url, env, clients, seconds, folder):
    script = folder / "load.lua"
    script.write_text(lua(signed_requests(url, env, clients)))
    printed = subprocess.run(["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--latency", "--timeout", "30s", "-s", script, url],
                             check=True, capture_output=True, text=True).stdout
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", printed)
    sockets = re.search(r"Socket errors: .*", printed)
    time.sleep(0.5)
    result = {"per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", printed)[1]),
              "p50_ms": milliseconds(re.search(r"^ +50% +(\S+)", printed, re.M)[1]),
              "p99_ms": milliseconds(re.search(r"^ +99% +(\S+)", printed, re.M)[1]),
              "refused": int(errors[1]) if errors else 0, "socket_errors": sockets[0] if sockets else ""}
    found = metrics(url)
    return result | {"rss_mb": round(found["process_resident_memory_bytes"] / 2**20, 1), "fds": int(found["process_open_fds"]),
                     "threads": int(found["process_threads"])}


def address(url):
    host, port = url.removeprefix("http://").split(":")
    return host, int(port)


def idle_connections(url, count):
    held = []
    for _ in range(count):
        held.append(socket.create_connection(address(url), timeout=10))
    return held


def slow_uploads(url, count):
    """Bodies that are promised and come a byte at a time, with no signature: they end when the server has had enough."""
    held = []
    for n in range(count):
        connection = socket.create_connection(address(url), timeout=10)
        connection.sendall(f"PUT /bench/slow{n} HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n".encode() + b"x" * 70_000)
        held.append(connection)
    return held


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--idle", type=int, default=10000)
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 40000), hard))
    checks = {}
    with tempfile.TemporaryDirectory(prefix="tunesmith-load-") as name:
        folder = pathlib.Path(name)
        process, url, env = start(folder)
        keys = {"aws_access_key_id": env["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": env["AWS_SECRET_ACCESS_KEY"],
                "endpoint_url": url, "region_name": "us-east-1"}
        sagemaker, s3 = boto3.client("sagemaker", **keys), boto3.client("s3", **keys)
        s3.create_bucket(Bucket="bench")
        s3.put_object(Bucket="bench", Key="d/train.csv", Body=rows(0))
        for n in range(options.clients):
            s3.put_object(Bucket="bench", Key=f"load/{n}", Body=b"x" * 4096)
        sagemaker.create_training_job(**training_job("job", 2))
        windows = []
        for n in range(WINDOWS):
            windows.append(window(url, env, options.clients, max(1, options.seconds // WINDOWS), folder))
            print(json.dumps({"window": n + 1} | windows[-1]), flush=True)
        checks["no request was refused and no connection broke"] = all(
            w["refused"] == 0 and not w["socket_errors"] for w in windows)
        settled = windows[1:]
        half = len(settled) // 2
        def middle(part, what): return sorted(w[what] for w in part)[len(part) // 2]
        checks["p99 is flat"] = middle(settled[half:], "p99_ms") < 2 * middle(settled[:half], "p99_ms") + 1
        checks["memory is flat"] = middle(settled[half:], "rss_mb") < 1.1 * middle(settled[:half], "rss_mb") + 4
        checks["file descriptors are flat"] = middle(settled[half:], "fds") <= middle(settled[:half], "fds") + 4

        idle = idle_connections(url, options.idle)
        slow = slow_uploads(url, 200)
        crowded = window(url, env, options.clients, max(1, options.seconds // WINDOWS), folder)
        print(json.dumps({"beside_idle_and_slow": {"idle": len(idle), "slow_uploads": len(slow)} | crowded}), flush=True)
        checks["idle and slow clients harm nobody"] = crowded["refused"] == 0 and not crowded["socket_errors"]
        for connection in idle + slow:
            connection.close()

        sagemaker.create_training_job(**training_job("goes-on", 3000))
        while sagemaker.describe_training_job(TrainingJobName="goes-on")["SecondaryStatus"] != "Training":
            time.sleep(0.05)
        stop = threading.Event()

        def hammer():
            while not stop.is_set():
                try:
                    boto3.client("s3", config=boto3.session.Config(retries={"total_max_attempts": 1}), **keys).put_object(
                        Bucket="bench", Key=f"end/{random.randrange(100)}", Body=b"y" * 200_000)
                except Exception:  # noqa: BLE001: it is being stopped
                    pass

        hammers = [threading.Thread(target=hammer) for _ in range(8)]
        for thread in hammers:
            thread.start()
        time.sleep(1)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        status = process.wait(timeout=30)
        took = time.monotonic() - begun
        stop.set()
        for thread in hammers:
            thread.join()
        print(json.dumps({"shutdown_seconds": round(took, 2), "exit_status": status}), flush=True)
        checks["a stop under load takes less than 5 s"] = status == 0 and took < 5
        process, url, env = start(folder)
        sagemaker = boto3.client("sagemaker", **(keys | {"endpoint_url": url}))
        deadline = time.monotonic() + 600
        while (found := sagemaker.describe_training_job(TrainingJobName="goes-on"))["TrainingJobStatus"] == "InProgress":
            assert time.monotonic() < deadline
            time.sleep(0.2)
        log = (folder / "data" / "jobs" / "2" / "log").read_text()
        checks["the running job went on and was not begun again"] = (
            found["TrainingJobStatus"] == "Completed" and log.count(" [0]#011") + log.count("[0]\t") == 1)
        process.terminate()
        process.wait()
    for check, good in checks.items():
        print(f"{'passed' if good else 'FAILED'}: {check}")
    print(f"{sum(checks.values())} passed, {len(checks) - sum(checks.values())} failed")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
