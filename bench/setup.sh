#!/usr/bin/env bash
# Makes .deps/bench: a Python environment with the peers that bench/ measures against.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ -x .deps/bench/bin/pip ]] || /usr/bin/python3 -m venv .deps/bench
.deps/bench/bin/pip install --quiet --disable-pip-version-check -r bench/requirements.txt
