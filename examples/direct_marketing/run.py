#!/usr/bin/env python3
"""Executes notebook.ipynb in a folder of its own, echoing what its cells print, and says what came out.

    run.py [--folder DIR] [--save FILE.ipynb] [--report FILE.json]

The environment must be that of `eval "$(tunesmith env)"`. Exit status 0 only if every cell ran.
"""
import argparse
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

HERE = pathlib.Path(__file__).resolve().parent
READ_BACK = """
import json as _json
print(_json.dumps({'job': tuning_job_name, 'best': best['TrainingJobName'],
                   'auc': best['FinalHyperParameterTuningJobObjectiveMetric']['Value'],
                   'hyperparameters': best['TunedHyperParameters'], 'counters': counters,
                   'seconds': (description['HyperParameterTuningEndTime'] - description['CreationTime']).total_seconds()}))
"""


class EchoingClient(NotebookClient):
    """Prints a cell's text output as it comes."""

    def output(self, outs, msg, display_id, cell_index):
        content = msg["content"]
        if msg["msg_type"] == "stream" and content["name"] == "stdout":
            sys.stdout.write("".join("    " + line for line in content["text"].splitlines(keepends=True)))
            sys.stdout.flush()
        return super().output(outs, msg, display_id, cell_index)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", help="where the notebook works (default: a temporary one)")
    parser.add_argument("--save", help="write the executed notebook here")
    parser.add_argument("--report", help="write what came out here, as JSON")
    options = parser.parse_args()
    folder = pathlib.Path(options.folder or tempfile.mkdtemp(prefix="direct-marketing-"))
    folder.mkdir(parents=True, exist_ok=True)
    # Where there is no network the notebook's own download finds the file here already.
    shutil.copy2(HERE / "data" / "bank-additional.zip", folder)
    os.environ.setdefault("SAGEMAKER_SUPPRESS_V2_WARNING", "1")

    notebook = nbformat.read(HERE / "notebook.ipynb", as_version=4)
    client = EchoingClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    started = time.monotonic()
    title = ""
    try:
        with client.setup_kernel():
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type == "markdown":
                    title = cell.source.splitlines()[0].lstrip("# ")
                    continue
                print(f"[{time.monotonic() - started:6.1f} s] {title}", flush=True)
                client.execute_cell(cell, index)
            extra = nbformat.v4.new_code_cell(READ_BACK)
            notebook.cells.append(extra)
            sys.stdout = open(os.devnull, "w", encoding="utf-8")
            client.execute_cell(extra, len(notebook.cells) - 1)
            sys.stdout = sys.__stdout__
            notebook.cells.pop()
    except CellExecutionError as error:
        sys.stdout = sys.__stdout__
        print(error, file=sys.stderr)
        return 1
    report = json.loads(extra.outputs[0].text)
    report["notebook_seconds"] = round(time.monotonic() - started, 2)
    if options.save:
        nbformat.write(notebook, options.save)
    if options.report:
        pathlib.Path(options.report).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"[{report['notebook_seconds']:6.1f} s] done")
    print()
    print(f"  best training job   {report['best']}")
    print(f"  validation:auc      {report['auc']}")
    for name, value in report["hyperparameters"].items():
        print(f"  {name:<19} {value}")
    print(f"  training jobs       {report['counters']['Completed']} completed")
    print(f"  tuning job          {report['seconds']:.1f} s from creation to completion")
    return 0


if __name__ == "__main__":
    sys.exit(main())
