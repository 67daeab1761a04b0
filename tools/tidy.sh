#!/usr/bin/env bash
# Runs clang-tidy over sources, those that are given or all of src, with the build's own flags. Takes about ten
# seconds a file, so it is for what one has changed, and for the nightly run.
#
#   tools/tidy.sh src/access/*.cc
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v clang-tidy-19 >/dev/null; then
  sudo=(); [[ $(id -u) == 0 ]] || sudo=(sudo)
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends clang-tidy-19 >/dev/null
fi
[[ -e build/compile_commands.json ]] || { echo "tidy: build first" >&2; exit 1; }
if (($#)); then files=("$@"); else mapfile -t files < <(git ls-files 'src/*.cc' | grep -v '_test\.cc$'); fi
printf '%s\0' "${files[@]}" | xargs -0 -P "$(nproc)" -n 4 clang-tidy-19 -p build --quiet 2>/dev/null
