#!/usr/bin/env bash
# Sets up what is missing, builds, and runs all tests: the unit tests, then real clients against the real server, then crashes.
# ./test.sh --nightly [PART ...] runs the long ones instead (tools/nightly.sh).
# The last line is "N passed, N failed". Exit status 0 only when nothing failed.
set -uo pipefail
cd "$(dirname "$0")"

passed=0
failed=0
# count NAME JUNIT: adds the results of a JUnit report; a report that is missing is one failure.
count() {
  local numbers
  numbers=$(/usr/bin/python3 - "$2" <<'PY'
import sys
import xml.etree.ElementTree as tree
try:
    suites = tree.parse(sys.argv[1]).getroot()
except (OSError, tree.ParseError):
    print("0 1")
    sys.exit()
cases = list(suites.iter("testcase"))
bad = sum(1 for c in cases if c.find("failure") is not None or c.find("error") is not None or c.get("status") == "fail")
skipped = sum(1 for c in cases if c.find("skipped") is not None or c.get("status") in ("disabled", "notrun"))
print(len(cases) - bad - skipped, bad + (0 if cases else 1))
PY
  )
  echo "$1: ${numbers% *} passed, ${numbers#* } failed"
  passed=$((passed + ${numbers% *}))
  failed=$((failed + ${numbers#* }))
}

begun=$SECONDS
if ! tools/build.sh --tests || ! tools/setup_notebook.sh --tests || ! tools/setup_languages.sh; then
  echo "0 passed, 1 failed"
  exit 1
fi
echo "built in $((SECONDS - begun)) s"
if [[ "${1:-}" == --nightly ]]; then
  shift
  exec tools/nightly.sh "$@"
fi
results=build/results
rm -rf "$results"
mkdir -p "$results"

if tools/format.sh --check; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
if tools/check_floors.py; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
ctest --test-dir build --output-on-failure --no-tests=error -j 2 --output-junit "results/unit.xml" >"$results/unit.log" 2>&1 ||
  grep -E -A 12 ": Failure$|\*\*\*(Failed|Timeout|Exception|Not Run)|^✖ failing tests" "$results/unit.log" | head -200
count "unit tests" "$results/unit.xml"
# Crashes and stalls are mostly waited for: these run beside the clients.
{
  .deps/notebook/bin/python -m pytest -q -p no:cacheprovider -n 2 --dist loadfile tests/reliability --junitxml "$results/reliability.xml"
  .deps/s3fs/bin/python -m pytest -q -p no:cacheprovider tests/clients/s3/test_filesystems.py --junitxml "$results/s3fs.xml"
} >"$results/beside.log" 2>&1 &
.deps/notebook/bin/python -m pytest -q -p no:cacheprovider -n 5 --dist loadfile tests/clients --ignore tests/clients/s3/test_filesystems.py --junitxml "$results/clients.xml" 2>&1 | tail -40
count "client tests" "$results/clients.xml"
wait
tail -40 "$results/beside.log"
count "s3fs tests" "$results/s3fs.xml"
count "reliability tests" "$results/reliability.xml"

echo "$((SECONDS - begun)) s in all"
echo "$passed passed, $failed failed"
((failed == 0))
