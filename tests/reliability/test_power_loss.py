# SPDX-License-Identifier: Apache-2.0
"""Power loss on a real file system: ext4 on a loop device is shut down without flushing, so that what was not synced is gone.

The server's process runs on for a moment without its disk. What it acknowledges then does not count: a machine without power answers
nobody, and a sync that waits while ext4 gives up its journal may return as if it had been done.

TUNESMITH_ROUNDS=50: how many losses (2); TUNESMITH_SEED."""
import contextlib
import fcntl
import os
import pathlib
import random
import signal
import struct
import subprocess
import tempfile
import threading
import time

import pytest

from harness import Server, kill_what_outlived, wait_for
from ledger import Ledger

ROUNDS = int(os.environ.get("TUNESMITH_ROUNDS", "2"))
SEED = os.environ.get("TUNESMITH_SEED", "1")
SHUTDOWN = 0x8004587D  # FS_IOC_SHUTDOWN of linux/fs.h and ext4
WITHOUT_FLUSHING = 2


class Disk:
    """A file system whose power can be cut."""

    def __init__(self, folder):
        self.image, self.path = folder / "image", folder / "disk"
        self.path.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(1 << 30)
        subprocess.run(["mkfs.ext4", "-q", self.image], check=True)
        mounted = subprocess.run(["mount", "-o", "loop", self.image, self.path], capture_output=True, text=True)
        if mounted.returncode != 0:
            pytest.skip("may not mount: " + mounted.stderr.strip())

    def cut(self):
        descriptor = os.open(self.path, os.O_RDONLY)
        fcntl.ioctl(descriptor, SHUTDOWN, struct.pack("I", WITHOUT_FLUSHING))
        os.close(descriptor)

    def users(self):
        """Processes that have a file of it open or mapped, or stand in it."""
        found = {}
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                links = [entry / "cwd", *(entry / "fd").iterdir()]
                if any(str(self.path) in os.readlink(link) for link in links):
                    found[int(entry.name)] = (entry / "cmdline").read_bytes()[:200]
        return found

    def release(self):
        def idle():
            for process in self.users():
                if process != os.getpid():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(process, signal.SIGKILL)
            return subprocess.run(["umount", self.path], capture_output=True).returncode == 0

        try:
            wait_for(idle, 30, "an idle file system")
        except AssertionError as late:
            raise AssertionError(f"in use by {self.users()}") from late

    def mount_again(self):
        self.release()
        # A process with a view of the mounts of its own (a sandbox, be it another server's) holds the file system without its power.
        wait_for(lambda: not subprocess.run(["losetup", "-j", self.image], capture_output=True, check=True).stdout, 60,
                 "the end of the file system that lost its power")
        subprocess.run(["mount", "-o", "loop", self.image, self.path], check=True)


@contextlib.contextmanager
def disk():
    with tempfile.TemporaryDirectory(prefix="tunesmith-power-", ignore_cleanup_errors=True) as folder:
        made = Disk(pathlib.Path(folder))
        try:
            yield made
        finally:
            subprocess.run(["umount", "-l", made.path], capture_output=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting is for root")
def test_what_was_acknowledged_survives_a_power_loss():
    generator = random.Random(SEED)
    with disk() as drive:
        server = Server(drive.path / "data")
        ledger = Ledger(SEED)
        try:
            ledger.connect(server)
            ledger.prepare()
            for _ in range(ROUNDS):
                def lose(after=generator.uniform(0.05, 2)):
                    time.sleep(after)
                    ledger.power_is_off = True
                    drive.cut()

                cutter = threading.Thread(target=lose)
                cutter.start()
                ledger.run_until_refused(500)
                cutter.join()
                server.kill()
                server.log.close()
                kill_what_outlived(server.data_dir)
                drive.mount_again()
                ledger.power_is_off = False
                server.start()
                ledger.connect(server)
                ledger.check(server, trained_once=False)
        finally:
            if server.process.poll() is None:
                server.stop()
            server.log.close()
            kill_what_outlived(server.data_dir)
