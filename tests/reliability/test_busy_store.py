# SPDX-License-Identifier: Apache-2.0
"""Another program holds the database's write lock: requests wait, then are told to come again; nothing is half done."""
import sqlite3
import threading
import time

import botocore.exceptions

from harness import start_server
from ledger import BUCKET, Ledger


def test_a_store_that_is_busy_is_waited_for_and_then_refuses():
    with start_server() as server:
        ledger = Ledger("busy")
        ledger.connect(server)
        ledger.prepare()
        other = sqlite3.connect(server.data_dir / "tunesmith.db", isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(1, lambda: other.execute("COMMIT")).start()
        ledger.s3.put_object(Bucket=BUCKET, Key="waited", Body=b"1")
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        try:
            ledger.s3.put_object(Bucket=BUCKET, Key="refused", Body=b"2")
            raise AssertionError("nobody could have stored that")
        except botocore.exceptions.ClientError as refused:
            assert refused.response["Error"]["Code"] == "ServiceUnavailable"
            assert refused.response["ResponseMetadata"]["HTTPStatusCode"] == 503
        assert time.monotonic() - begun > 5, "it was waited for"
        # Reads do not wait for writers.
        assert ledger.s3.get_object(Bucket=BUCKET, Key="waited")["Body"].read() == b"1"
        other.execute("COMMIT")
        other.close()
        keys = [o["Key"] for o in ledger.s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
        assert "waited" in keys and "refused" not in keys
        ledger.s3.put_object(Bucket=BUCKET, Key="again", Body=b"3")
        ledger.check(server)
