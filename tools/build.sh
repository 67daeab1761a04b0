#!/usr/bin/env bash
# Sets up what is missing and builds the release preset into build/.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh "$@"
[[ -f build/build.ninja ]] || cmake --preset release >/dev/null
cmake --build build
