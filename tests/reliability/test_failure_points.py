# SPDX-License-Identifier: Apache-2.0
"""The server dies, as by kill -9, at each named place of src/base/failure_point.h; then it goes on and has kept its word.

TUNESMITH_ROUNDS=100: how often at each place (1); TUNESMITH_SEED."""
import os
import random
import re
import subprocess

import pytest

from harness import PROGRAM, ROOT, Server, kill_what_outlived, start_server
from ledger import Ledger

ROUNDS = int(os.environ.get("TUNESMITH_ROUNDS", "1"))
SEED = os.environ.get("TUNESMITH_SEED", "1")
POINTS = re.findall(r'^    "([a-z.]+)",', (ROOT / "src" / "base" / "failure_point.h").read_text(), re.M)


@pytest.mark.parametrize("point", [p for p in POINTS if p.startswith("file.")])
def test_a_first_start_that_dies_is_made_good_by_the_next(point, monkeypatch, tmp_path):
    """Keys, secrets and certificates are written then; each time it dies one write later, until it does not."""
    deaths = 0
    for times in range(1, 60):
        data = tmp_path / str(times) / "data"
        data.parent.mkdir()
        monkeypatch.setenv("TUNESMITH_FAIL_AT", f"{point}:{times}")
        process = subprocess.Popen([PROGRAM, "serve", "--data-dir", data], stdout=subprocess.PIPE, text=True)
        line = process.stdout.readline()
        monkeypatch.delenv("TUNESMITH_FAIL_AT")
        if line:
            process.terminate()
            assert process.wait(timeout=20) == 0
            break
        assert process.wait(timeout=20) == -9
        deaths += 1
        server = Server(data)
        ledger = Ledger(point)
        ledger.connect(server)
        ledger.prepare()
        assert server.stop() == 0
        server.log.close()
        kill_what_outlived(data)
    assert deaths > 3, f"{point} was reached {deaths} times"


@pytest.mark.parametrize("point", [p for p in POINTS if not p.startswith("file.")])
def test_nothing_is_lost_when_the_server_dies_at(point, monkeypatch):
    generator = random.Random(f"{SEED} {point}")
    with start_server() as server:
        ledger = Ledger(f"{SEED} {point}")
        ledger.connect(server)
        ledger.prepare()
        deaths = 0
        for _ in range(ROUNDS):
            assert server.stop() == 0
            monkeypatch.setenv("TUNESMITH_FAIL_AT", f"{point}:{generator.randint(1, 6)}")
            try:
                server.start()
            except AssertionError:
                pass  # it died before it was ready
            monkeypatch.delenv("TUNESMITH_FAIL_AT")
            for _ in range(60):
                if server.process.poll() is not None or not ledger.run(1):
                    break
            else:
                server.kill()  # the place was not reached often enough: an ordinary kill
                deaths -= 1
            assert server.process.wait(timeout=20) == -9
            deaths += 1
            server.start()
            ledger.connect(server)
            ledger.check(server)
        assert deaths > 0, f"{point} was never reached"
