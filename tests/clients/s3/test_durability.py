# SPDX-License-Identifier: Apache-2.0
"""What was acknowledged survives kill -9, and what was not leaves nothing behind."""
import hashlib
import random
import threading
import time

from botocore.exceptions import BotoCoreError, ClientError


def test_acknowledged_objects_survive_a_kill(own_server, connect):
    connect(own_server).create_bucket(Bucket="data")
    acknowledged, lock = {}, threading.Lock()
    seed = random.randrange(1 << 32)
    print("seed", seed)

    def write(worker):
        rng = random.Random(seed + worker)
        client = connect(own_server)
        for n in range(100000):
            key, body = f"{worker}/{n % 7}", rng.randbytes(rng.randrange(200_000))
            try:
                client.put_object(Bucket="data", Key=key, Body=body)
            except (BotoCoreError, ClientError):
                # Whether this one was stored is not known: either version is right.
                with lock:
                    acknowledged[key] = acknowledged.get(key, set()) | {hashlib.md5(body).hexdigest()}
                return
            with lock:
                acknowledged[key] = {hashlib.md5(body).hexdigest()}

    for _ in range(3):
        workers = [threading.Thread(target=write, args=(w,)) for w in range(4)]
        for worker in workers:
            worker.start()
        time.sleep(1 + random.random())
        own_server.kill()
        for worker in workers:
            worker.join()
        own_server.start()
        client = connect(own_server)
        found = {}
        for page in client.get_paginator("list_objects_v2").paginate(Bucket="data"):
            for item in page.get("Contents", []):
                body = client.get_object(Bucket="data", Key=item["Key"])["Body"].read()
                found[item["Key"]] = hashlib.md5(body).hexdigest()
                assert item["ETag"] == f'"{found[item["Key"]]}"'
        for key, digests in acknowledged.items():
            if len(digests) == 1 and key not in found:
                # The only put of this key may be the one whose answer never came.
                continue
            assert found[key] in digests
        acknowledged = {key: {digest} for key, digest in found.items()}


def test_files_of_unfinished_puts_go_away(own_server, connect):
    client = connect(own_server)
    client.create_bucket(Bucket="data")
    client.put_object(Bucket="data", Key="kept", Body=b"x" * 1000)
    orphan = own_server.data_dir / "objects" / "ab"
    orphan.mkdir(exist_ok=True)
    (orphan / ("0" * 30 + "ab")).write_bytes(b"orphan")
    own_server.kill()
    own_server.start()
    end = time.monotonic() + 20
    while (orphan / ("0" * 30 + "ab")).exists():
        assert time.monotonic() < end
        time.sleep(0.1)
    assert connect(own_server).get_object(Bucket="data", Key="kept")["Body"].read() == b"x" * 1000
