#!/usr/bin/env bash
# Installs what the build needs: Debian packages, and under .deps/ the pinned wheels (AWS's service models,
# the XGBoost and Arrow libraries) and the web tools. Safe to run again; does nothing that is done already.
#
#   tools/setup.sh            # to build and run
#   tools/setup.sh --fuzz     # also clang with libFuzzer
#   tools/setup.sh --tests    # also what the tests of clients and of the console need
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  g++ cmake ninja-build ccache pkg-config python3 python3-venv ca-certificates
  libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libssl-dev libsqlite3-dev
  libpugixml-dev libcli11-dev libspdlog-dev libfmt-dev libpcre2-dev libarchive-dev libexpected-dev
  libisal-dev libseccomp-dev zlib1g-dev libgtest-dev libgmock-dev wget unzip
)
if [[ "${1:-}" == --tests ]]; then packages+=(e2fsprogs openssl wrk zsh fish awscli chromium curl git clang-format-19 python3-dateutil python3-jmespath python3-urllib3); fi

if [[ "${1:-}" == --fuzz ]]; then packages+=(clang-19 libclang-rt-19-dev); fi

missing=()
for package in "${packages[@]}"; do
  [[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] || missing+=("$package")
done
if ((${#missing[@]})); then
  sudo=(); [[ $(id -u) == 0 ]] || sudo=(sudo)
  echo "setup: installing ${missing[*]}"
  "${sudo[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

mkdir -p .deps
python=/usr/bin/python3
if [[ ! -x .deps/tools/bin/pip ]]; then $python -m venv .deps/tools; fi

# unpack NAME REQUIREMENTS: the wheel that REQUIREMENTS pins by hash, unpacked into .deps/NAME.
unpack() {
  local name=$1 requirements=$2 sum
  sum=$(sha256sum "$requirements" | cut -d' ' -f1)
  [[ "$(cat ".deps/$name.pinned" 2>/dev/null)" == "$sum" ]] && return
  echo "setup: fetching $name"
  rm -rf ".deps/$name" .deps/wheels
  .deps/tools/bin/pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
    --only-binary :all: -d .deps/wheels -r "$requirements"
  $python -m zipfile -e .deps/wheels/*.whl ".deps/$name"
  rm -rf .deps/wheels
  echo "$sum" > ".deps/$name.pinned"
}
unpack botocore tools/requirements/botocore.txt
unpack xgboost_cpu tools/requirements/xgboost.txt
unpack pyarrow tools/requirements/pyarrow.txt
tools/setup_web.sh "$@"
