"""What warm start gains and costs: regret after a few trials, with and without parents.

    python bench/search/warm_start.py --suite FOLDER --seeds 4 --out FILE.csv

Each child task is searched for --trials trials with no parent, and with --count parents of --known
random trials each that are
  same        the task itself,
  related     the task with its numeric optimum moved a little and its values on another scale,
  useless     values that are noise,
  misleading  the task's negative,
  mixed       the first related, the others useless.
Each is given as `preload` with its kind.
"""
import argparse, csv, sys
from collections import defaultdict

import numpy as np

from multi_fidelity import Engine


def unit(parameter, value):
    """Where a value lies in its (scaled) range, 0 to 1."""
    low, high = parameter["min"], parameter["max"]
    if parameter.get("scale") == "log":
        return float(np.log(value / low) / np.log(high / low))
    if parameter.get("scale") == "reverselog":
        return float(np.log((1 - value) / (1 - low)) / np.log((1 - high) / (1 - low)))
    return (value - low) / (high - low)


def moved(task, config, tasks):
    """The configuration with each continuous parameter moved by a tenth of its range."""
    out = dict(config)
    for i, p in enumerate(task.space):
        if p["type"] == "continuous":
            out[p["name"]] = tasks.from_unit(p, min(max(unit(p, config[p["name"]]) + (0.1 if i % 2 else -0.1), 0), 1))
    return out


def parent_values(kind, task, configs, tasks, rng):
    if kind == "same":
        return [task.evaluate(c) for c in configs]
    if kind == "related":
        return [5 + 3 * task.evaluate(moved(task, c, tasks)) for c in configs]
    if kind == "useless":
        return [float(v) for v in rng.normal(size=len(configs))]
    return [-task.evaluate(c) for c in configs]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", required=True, help="the folder of the search benchmark")
    parser.add_argument("--engine", default="build/tunesmith suggest")
    parser.add_argument("--name", default="quick", help="which tasks of the benchmark")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--trials", type=int, default=30)
    parser.add_argument("--known", type=int, default=60)
    parser.add_argument("--count", type=int, default=1, help="parents, 1 to 5")
    parser.add_argument("--parents", default="none,same,related,useless,misleading")
    parser.add_argument("--kinds", default="IdenticalDataAndAlgorithm,TransferLearning")
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    sys.path.insert(0, arguments.suite)
    import tasks
    regrets = defaultdict(list)
    with open(arguments.out, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["parent", "kind", "task", "seed", "trial", "best"])
        for task in tasks.load_refs(tasks.suite(arguments.name)):
            for seed in range(arguments.seeds):
                for parent in arguments.parents.split(","):
                    for kind in arguments.kinds.split(",") if parent != "none" else [""]:
                        rng = np.random.default_rng(1000 + seed)
                        engine = Engine(arguments.engine.split(), space=task.space, seed=seed, budget=arguments.trials)
                        for place in range(arguments.count if parent != "none" else 0):
                            what = parent if parent != "mixed" else "useless" if place else "related"
                            configs = [tasks.random_config(task.space, rng) for _ in range(arguments.known)]
                            engine.call(op="preload", kind=kind, configs=configs, values=parent_values(what, task, configs, tasks, rng))
                        best = float("inf")
                        for trial in range(1, arguments.trials + 1):
                            asked = engine.call(op="ask")
                            value = task.evaluate(asked["config"], seed=seed * 1000 + trial)
                            engine.call(op="tell", id=asked["id"], value=value)
                            best = min(best, value)
                            writer.writerow([parent, kind, task.name, seed, trial, best])
                            if trial in (5, 10, 20, 30):
                                scale = task.ref["median"] - task.ref["best"]
                                regrets[parent, kind, trial].append(min(max((best - task.ref["best"]) / scale, 0), 10))
                        engine.close()
            print(task.name, flush=True)
    for parent, kind in sorted({k[:2] for k in regrets}):
        line = "  ".join(f"{t}: {np.mean(r):.4f} ({np.mean(np.log10(np.maximum(r, 1e-4))):.2f})"
                         for t in (5, 10, 20, 30) if (r := regrets[parent, kind, t]))
        print(f"{parent:12s} {kind:26s} {line}")


if __name__ == "__main__":
    main()
