#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fuzzes every parser for a time, one after the other, from the seeds of the repository.

    cmake --preset fuzz && cmake --build build-fuzz --target fuzz_targets
    tests/fuzz/run.py [--seconds 600] [--build build-fuzz] [TARGET ...]

What is found stays in <build>/fuzz/<target>/; a new finding becomes a seed here and a test that failed first. The last line is
"N passed, N failed".
"""
import argparse
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def fuzz(program, seconds, work):
    corpus, found = work / "corpus", work / "found"
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    name = program.name.removeprefix("fuzz_")
    done = subprocess.run(
        [program, corpus, HERE / "seeds" / name, f"-max_total_time={seconds}", "-max_len=8192", "-timeout=10",
         "-rss_limit_mb=2048", f"-artifact_prefix={found}/", "-print_final_stats=1"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    (work / "log").write_text(done.stdout)
    runs = re.search(r"stat::number_of_executed_units:\s+(\d+)", done.stdout)
    edges = re.findall(r"cov: (\d+)", done.stdout)
    print(f"{name}: {runs[1] if runs else '?'} runs, {edges[-1] if edges else '?'} edges, "
          f"{'nothing found' if done.returncode == 0 else 'FAILED: see ' + str(work / 'log')}", flush=True)
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parents[1] / "build-fuzz")
    parser.add_argument("targets", nargs="*")
    options = parser.parse_args()
    programs = sorted(p for p in (options.build / "tests" / "fuzz").glob("fuzz_*") if p.is_file())
    if options.targets:
        programs = [p for p in programs if p.name.removeprefix("fuzz_") in options.targets]
    if not programs:
        sys.exit(f"no fuzz targets in {options.build}: build them first")
    results = [fuzz(p.resolve(), options.seconds, options.build / "fuzz" / p.name.removeprefix("fuzz_")) for p in programs]
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
