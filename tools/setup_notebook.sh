#!/usr/bin/env bash
# Makes the Python environments of stock clients.
#
#   tools/setup_notebook.sh            # .deps/notebook: what a notebook needs (boto3, the sagemaker SDK, pandas)
#   tools/setup_notebook.sh --tests    # also what tests/clients needs, and .deps/s3fs
#   tools/setup_notebook.sh --sdk3     # .deps/sdk3: the sagemaker SDK 3, a gigabyte, for the nightly run
set -euo pipefail
cd "$(dirname "$0")/.."

# environment NAME FILE...: .deps/NAME with exactly what the files pin; nothing to do when it has that.
environment() {
  local name=$1 sum arguments=() file
  shift
  sum=$(cat "$@" | sha256sum | cut -d' ' -f1)
  if [[ " $(cat ".deps/$name/pinned" 2>/dev/null) " == *" $sum "* ]]; then return; fi
  echo "setup: python environment $name"
  [[ -x ".deps/$name/bin/pip" ]] || /usr/bin/python3 -m venv ".deps/$name"
  for file in "$@"; do arguments+=(-r "$file"); done
  ".deps/$name/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "${arguments[@]}"
  echo "$(cat ".deps/$name/pinned" 2>/dev/null) $sum" > ".deps/$name/pinned"
}

if [[ "${1:-}" == --tests ]]; then
  environment notebook tools/requirements/notebook.txt tools/requirements/tests.txt
  environment s3fs tools/requirements/s3fs.txt
elif [[ "${1:-}" == --sdk3 ]]; then
  environment sdk3 tools/requirements/sdk3.txt
else
  environment notebook tools/requirements/notebook.txt
fi
