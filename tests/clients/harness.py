"""The real server, for tests that drive it with unmodified clients.

The server's programs are taken from $TUNESMITH_BUILD (default: <root>/build). Each test session gets one
server with a data directory of its own; tests that stop or kill it start their own with start_server().
"""
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TUNESMITH_BUILD", ROOT / "build"))
PROGRAM = BUILD / "tunesmith"


class Server:
    """A running `tunesmith serve`, and the environment that its clients need."""

    prefix = ()  # of the command: what runs the program in its own way

    def __init__(self, data_dir: pathlib.Path, *arguments: str):
        self.data_dir = data_dir
        self.arguments = arguments
        self.process = None
        self.start()

    def start(self):
        self.log = open(self.data_dir.parent / (self.data_dir.name + ".log"), "ab")
        self.process = subprocess.Popen(
            [*self.prefix, PROGRAM, "serve", "--data-dir", self.data_dir, *self.arguments],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("listening on http://"), line + pathlib.Path(self.log.name).read_text()[-2000:]
        self.url = line.split()[-1]

    def env(self, *arguments: str) -> dict:
        printed = subprocess.run([PROGRAM, "env", "--data-dir", self.data_dir, "--format", "json", *arguments],
                                 check=True, capture_output=True, text=True).stdout
        kept = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        return kept | json.loads(printed)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)


def kill_what_outlived(data_dir: pathlib.Path):
    """Runners and trainer hosts go on without their server: that is their purpose."""
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(data_dir).encode() in (entry / "cmdline").read_bytes():
                os.kill(int(entry.name), signal.SIGKILL)


@contextlib.contextmanager
def start_server(*arguments: str):
    with tempfile.TemporaryDirectory(prefix="tunesmith-test-", ignore_cleanup_errors=True) as folder:
        server = Server(pathlib.Path(folder) / "data", *arguments)
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.stop()
            kill_what_outlived(server.data_dir)


def wait_for(condition, seconds: float = 60, what: str = "condition"):
    """Polls until `condition()` is true and returns its value; for liveness, not for timing."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come true within {seconds} s")
