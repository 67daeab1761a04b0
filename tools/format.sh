#!/usr/bin/env bash
# Lays out the C++ sources by .clang-format; with --check, only says which are not.
set -euo pipefail
cd "$(dirname "$0")/.."
mode=(-i)
if [[ "${1:-}" == --check ]]; then mode=(--dry-run -Werror); fi
git ls-files -z -- 'src/*.h' 'src/*.cc' 'tests/*.h' 'tests/*.cc' | xargs -0 clang-format-19 "${mode[@]}"
