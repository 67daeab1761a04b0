"""Search where trials fail: regret with crash regions beside the optimum.

    python bench/search/failures.py --suite FOLDER --seeds 5

Tasks of the search benchmark, of which a part of the space fails; the border passes near the
optimum. "anywhere" fails one trial in ten, wherever it is.
"""
import argparse, json, sys
from collections import defaultdict

import numpy as np

from multi_fidelity import Engine

CRASHES = {
    "branin": lambda c, r: c["x0"] > 4,
    "hartmann6": lambda c, r: c["x2"] + c["x5"] > 1.25,
    "levy5": lambda c, r: c["x0"] > 1.5 or c["x1"] < -3,
    "ackley_mixed": lambda c, r: c["a"] > 0.9 or c["c"] == "r",
    "rosenbrock4_log": lambda c, r: c["x0"] + c["x1"] > 2.2,
    "lr_bowl6": lambda c, r: r.random() < 0.1,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", required=True, help="the folder of the search benchmark")
    parser.add_argument("--engine", default="build/tunesmith suggest")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--trials", type=int, default=50)
    parser.add_argument("--options", default="{}", help="engine options, JSON, for measurements")
    arguments = parser.parse_args()
    sys.path.insert(0, arguments.suite)
    import tasks
    regrets, failures = defaultdict(list), []
    for task in tasks.load_refs(tasks.suite("analytic")):
        if task.name not in CRASHES:
            continue
        for seed in range(arguments.seeds):
            random = np.random.default_rng(seed)
            engine = Engine(arguments.engine.split(), space=task.space, seed=seed, budget=arguments.trials,
                            engine=json.loads(arguments.options))
            best, failed = task.ref["median"], 0
            for trial in range(1, arguments.trials + 1):
                asked = engine.call(op="ask")
                if CRASHES[task.name](asked["config"], random):
                    failed += 1
                    value = None
                else:
                    value = task.evaluate(asked["config"])
                    best = min(best, value)
                engine.call(op="tell", id=asked["id"], value=value)
                if trial in (20, arguments.trials):
                    regrets[task.name, trial].append((best - task.ref["best"]) / (task.ref["median"] - task.ref["best"]))
            failures.append(failed)
            engine.close()
    for name in CRASHES:
        print(f"{name:18s} " + "  ".join(f"{t}: {np.mean(regrets[name, t]):.4f}" for t in (20, arguments.trials)))
    every = [np.concatenate([regrets[n, t] for n in CRASHES]) for t in (20, arguments.trials)]
    print("all                " + "  ".join(f"{np.mean(r):.4f} (log10 {np.mean(np.log10(np.maximum(r, 1e-4))):.2f})" for r in every),
          f" failed {np.mean(failures):.1f} of {arguments.trials}")


if __name__ == "__main__":
    main()
