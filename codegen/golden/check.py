#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what the generator makes of the golden models with what is committed beside them.

    codegen/golden/check.py             # prints the differences and fails, if there are any
    codegen/golden/check.py --update    # commits to the new output; read the diff before you do
"""
import difflib
import pathlib
import sys

GOLDEN = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(GOLDEN.parent))

import generate  # noqa: E402
import model_loader  # noqa: E402


def main() -> int:
    update = "--update" in sys.argv[1:]
    different = False
    for service, config in model_loader.load_config(GOLDEN / "operations.toml").items():
        model = model_loader.find_model(GOLDEN / "models", service)
        folder = GOLDEN / "expected" / service
        made = generate.generate(model, service, config, f"// Generated from golden {service}. Do not edit.")
        for name, content in made.items():
            path = folder / name
            expected = path.read_text() if path.exists() else ""
            if expected == content:
                continue
            if update:
                folder.mkdir(parents=True, exist_ok=True)
                path.write_text(content)
                print(f"updated {path.relative_to(GOLDEN.parent.parent)}")
                continue
            different = True
            sys.stdout.writelines(difflib.unified_diff(
                expected.splitlines(True), content.splitlines(True), f"expected/{service}/{name}", "generated"))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
