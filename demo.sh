#!/usr/bin/env bash
# From an empty Debian 12 to a tuned model: installs, builds, starts a server with a data directory of its own,
# runs the notebook of examples/direct_marketing with the stock SDKs, and says what came out.
set -euo pipefail
cd "$(dirname "$0")"
begun=$SECONDS

tools/build.sh
tools/setup_notebook.sh
data=$(mktemp -d -t tunesmith-demo-XXXXXX)
build/tunesmith serve --data-dir "$data" --listen 127.0.0.1:0 >"$data.out" 2>"$data.log" &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT
for _ in $(seq 200); do
  grep -q '^listening on' "$data.out" && break
  kill -0 "$server" 2>/dev/null || { cat "$data.log" >&2; exit 1; }
  sleep 0.05
done
url=$(sed -n 's/^listening on //p' "$data.out")
echo "demo: server at $url, everything it keeps in $data (${SECONDS} s since the start)"
echo

environment=$(build/tunesmith env --data-dir "$data")
eval "$environment"
.deps/notebook/bin/python examples/direct_marketing/run.py --folder "$data.work" --save "$data.work/executed.ipynb"
echo
echo "  whole demo          $((SECONDS - begun)) s, setting up and building included"
echo "  console             $url/_console/"
echo "  sign in with        $(sed -n 's/^aws_access_key_id *= *//p' "$data/credentials") and the secret in $data/credentials"
if [[ -t 0 && -t 1 ]]; then
  echo
  read -r -p "The server runs until you press Enter. "
else
  echo "  start it again      build/tunesmith serve --data-dir $data"
fi
