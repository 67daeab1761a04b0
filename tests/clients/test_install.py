# SPDX-License-Identifier: Apache-2.0
"""What is installed needs nothing of the checkout that it was built in."""
import os
import pathlib
import subprocess

from harness import PROGRAM


def libraries_of(program, *arguments):
    """The shared libraries that a program loads, by the dynamic linker's own account."""
    run = subprocess.run([program, *arguments], capture_output=True, text=True, env=os.environ | {"LD_DEBUG": "files"})
    return {line.rsplit("calling init: ", 1)[1] for line in run.stderr.splitlines() if "calling init: " in line}


def test_the_installed_programs_have_their_libraries_beside_them(tmp_path):
    build = pathlib.Path(PROGRAM).parent
    subprocess.run(["cmake", "--install", build, "--prefix", tmp_path], check=True, capture_output=True)
    folder = tmp_path / "lib/tunesmith"
    for program in ("tunesmith", "tunesmith-runner", "tunesmith-null"):
        assert os.access(folder / program, os.X_OK)
    used = libraries_of(folder / "tunesmith-xgboost", "version") | libraries_of(folder / "tunesmith-parquet")
    ours = {pathlib.Path(path).name.split(".")[0].split("-")[0] for path in used if path.startswith(str(folder))}
    assert ours == {"libxgboost", "libgomp", "libarrow", "libparquet"}, used
    assert not [path for path in used if "/.deps/" in path]
