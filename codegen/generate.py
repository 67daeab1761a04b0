#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Generates the C++ types and descriptor tables of one AWS service. Standard library only, no network.

    codegen/generate.py --service sagemaker --models .deps/botocore/botocore/data \
        --config codegen/operations.toml --out build/generated/tunesmith/api/sagemaker
"""
import argparse
import pathlib

import emit_descriptors
import emit_types
import model_loader

def generate(model: pathlib.Path, name: str, config: model_loader.Config, stamp: str) -> dict[str, str]:
    """File name -> content."""
    types = emit_types.Types(model_loader.load_service(model, name, config))
    return {
        "types.h": emit_types.emit_types(types, stamp),
        "enums.h": emit_types.emit_enums(types, stamp),
        "operations.h": emit_descriptors.emit_operations(types, stamp),
        "shapes.h": emit_descriptors.emit_shapes(types, stamp),
        "descriptors.cc": emit_descriptors.emit_descriptors(types, stamp),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--service", required=True, help="a folder of botocore's data, 'sagemaker'")
    parser.add_argument("--models", required=True, type=pathlib.Path, help="botocore's data folder")
    parser.add_argument("--config", required=True, type=pathlib.Path, help="operations.toml")
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--stamp", help="replaces the first line (golden tests)")
    args = parser.parse_args()
    model = model_loader.find_model(args.models, args.service)
    stamp = args.stamp or (f"// Generated from botocore {model_loader.botocore_version(args.models)} "
                           f"{args.service}/{model.parent.name} by codegen/generate.py. Do not edit.")
    config = model_loader.load_config(args.config)[args.service]
    args.out.mkdir(parents=True, exist_ok=True)
    for name, content in generate(model, args.service, config, stamp).items():
        path = args.out / name
        # Unchanged files keep their time, so that what includes them is not compiled again.
        if not path.exists() or path.read_text() != content:
            path.write_text(content)


if __name__ == "__main__":
    main()
