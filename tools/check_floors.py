#!/usr/bin/env python3
"""Fails when a file under src/ includes a folder that tools/floors.toml does not let it include.

    tools/check_floors.py            # checks the tree that this script stands in
"""
import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s+"([a-z_0-9]+)/')


def main() -> int:
    floors = tomllib.loads((ROOT / "tools" / "floors.toml").read_text())
    bad = []
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix not in {".h", ".cc"}:
            continue
        folder = path.relative_to(ROOT / "src").parts[0]
        if folder not in floors:
            bad.append(f"{path.relative_to(ROOT)}: folder '{folder}' is not in tools/floors.toml")
            continue
        allowed = set(floors[folder]) | {folder, "base"}
        if "*" in allowed:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = INCLUDE.match(line)
            if not found or found[1] not in floors and found[1] != "tunesmith":
                continue
            target = found[1]
            if target == "tunesmith":  # generated API types belong to aws
                target = "aws"
            if target not in allowed:
                bad.append(f"{path.relative_to(ROOT)}:{number}: {folder} may not include {target}: {line.strip()}")
    print("\n".join(bad) if bad else "floors: clean")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
