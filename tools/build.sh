#!/usr/bin/env bash
# Sets up what is missing and builds the release preset into build/.
#
#   tools/build.sh            # the programs
#   tools/build.sh --tests    # also the tests, and what they need
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh "$@"
[[ -f build/build.ninja ]] || cmake --preset release >/dev/null
if [[ "${1:-}" == --tests ]]; then cmake --build build; else cmake --build build --target tunesmith; fi
