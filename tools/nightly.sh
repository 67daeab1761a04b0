#!/usr/bin/env bash
# The long tests, each part by name; ./test.sh --nightly [PART ...] runs it after everything is set up and built.
#
#   simulation      1,000,000 trials of orchestration under a virtual clock        TUNESMITH_SIM_TRIALS
#   kills           kill -9 of the server at random instants, 1,000 times          TUNESMITH_KILLS
#   failure-points  at each named place, 85 times each                             TUNESMITH_ROUNDS
#   runner-deaths   kill -9 of runners, 1,000 times                                 likewise
#   power-loss      a disk whose unsynced writes are lost, 200 times                likewise
#   slow-clients    10,000 idle connections, slow heads, slow bodies, stop under load
#   load            64 signing clients for 10 minutes: latency, memory, descriptors flat
#   sdk3            the sagemaker SDK 3 against the server (installs a gigabyte of packages)
#   fuzz            every parser for 10 minutes                                     TUNESMITH_FUZZ_SECONDS
#
# The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.."

all=(simulation kills failure-points runner-deaths power-loss slow-clients load sdk3 fuzz)
parts=("$@")
((${#parts[@]})) || parts=("${all[@]}")
results=build/results
mkdir -p "$results"
pytest=(.deps/notebook/bin/python -m pytest -q -p no:cacheprovider)

run_part() {
  case $1 in
    simulation) TUNESMITH_SIM_TRIALS=${TUNESMITH_SIM_TRIALS:-1000000} build/tests/simulation/simulation_test ;;
    kills) TUNESMITH_KILLS=${TUNESMITH_KILLS:-1000} "${pytest[@]}" tests/clients/test_crash.py ;;
    failure-points) TUNESMITH_ROUNDS=${TUNESMITH_ROUNDS:-85} "${pytest[@]}" tests/reliability/test_failure_points.py ;;
    runner-deaths) TUNESMITH_ROUNDS=${TUNESMITH_ROUNDS:-1000} "${pytest[@]}" tests/reliability/test_runner_deaths.py ;;
    power-loss) TUNESMITH_ROUNDS=${TUNESMITH_ROUNDS:-200} "${pytest[@]}" tests/reliability/test_power_loss.py ;;
    slow-clients) TUNESMITH_IDLE=${TUNESMITH_IDLE:-10000} "${pytest[@]}" tests/reliability/test_slow_clients.py ;;
    load) .deps/notebook/bin/python bench/load.py --seconds "${TUNESMITH_LOAD_SECONDS:-600}" ;;
    sdk3) tools/setup_notebook.sh --sdk3 && .deps/sdk3/bin/python -m pytest -q -p no:cacheprovider tests/clients/test_sagemaker_3.py ;;
    fuzz)
      tools/setup.sh --fuzz && cmake --preset fuzz >/dev/null && cmake --build build-fuzz --target fuzz_targets >"$results/fuzz-build.log" 2>&1 &&
        tests/fuzz/run.py --seconds "${TUNESMITH_FUZZ_SECONDS:-600}"
      ;;
    *)
      echo "no part is called '$1': ${all[*]}" >&2
      return 2
      ;;
  esac
}

passed=0
failed=0
for part in "${parts[@]}"; do
  begun=$SECONDS
  if run_part "$part" >"$results/nightly-$part.log" 2>&1; then
    verdict=passed
    passed=$((passed + 1))
  else
    verdict="FAILED: see $results/nightly-$part.log"
    failed=$((failed + 1))
  fi
  echo "$part: $verdict ($((SECONDS - begun)) s)"
  tail -n 3 "$results/nightly-$part.log" | sed 's/^/    /'
done
echo "$passed passed, $failed failed"
((failed == 0))
