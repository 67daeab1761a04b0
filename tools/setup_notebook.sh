#!/usr/bin/env bash
# Makes .deps/notebook: a Python environment with the stock clients (boto3, the sagemaker SDK, pandas).
#
#   tools/setup_notebook.sh            # what a notebook needs
#   tools/setup_notebook.sh --tests    # also what tests/clients needs
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=(tools/requirements/notebook.txt)
if [[ "${1:-}" == --tests ]]; then wanted+=(tools/requirements/tests.txt); fi
sum=$(cat "${wanted[@]}" | sha256sum | cut -d' ' -f1)
if [[ " $(cat .deps/notebook/pinned 2>/dev/null) " == *" $sum "* ]]; then exit 0; fi
echo "setup: python environment of the clients"
[[ -x .deps/notebook/bin/pip ]] || /usr/bin/python3 -m venv .deps/notebook
arguments=()
for file in "${wanted[@]}"; do arguments+=(-r "$file"); done
.deps/notebook/bin/pip install --quiet --disable-pip-version-check --no-deps "${arguments[@]}"
echo "$(cat .deps/notebook/pinned 2>/dev/null) $sum" > .deps/notebook/pinned
