"""Search on tasks with a resource: regret against the epochs spent.

    python bench/search/multi_fidelity.py --suite FOLDER --arms Bayesian,Hyperband --seeds 3 --out FILE.csv
    python bench/search/multi_fidelity.py --report FILE.csv ...

An arm is a strategy of `tunesmith suggest`, optionally with early stopping ("Bayesian+Auto"). Every
arm runs until it has spent --trials full trainings' worth of epochs. A trial's value is its last
reported one. Tasks: LCBench surrogates (52 epochs) and XGBoost on scikit-learn's data (81 rounds),
from tasks.py of the search benchmark, whose folder --suite names.
"""
import argparse, csv, json, subprocess, sys
from collections import defaultdict, deque

import numpy as np


class Engine:
    """One session of the engine over its JSON lines."""

    def __init__(self, command, **init):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.call(op="init", **init)

    def call(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def lcbench_curves(instance):
    import tasks
    space = tasks.yahpo_task("lcbench", instance).space
    session, inputs, output = tasks._ysession("lcbench")
    columns = tasks.YCFG["lcbench"]
    _, encoding = tasks._yspace("lcbench")

    def curve(config):
        rows = [{**config, "epoch": e, columns["inst"]: instance} for e in range(1, 53)]
        xc = np.array([[encoding[n][r[n]] for n in columns["cat"]] for r in rows], np.int32)
        xn = np.array([[r[n] for n in columns["cont"]] for r in rows], np.float32)
        return [float(-v) for v in session.run([output], {inputs[0]: xc, inputs[1]: xn})[0][:, columns["yidx"]]]

    return f"lcbench_{instance}", space, 52, curve


def xgboost_curves(dataset, rounds=81):
    import tasks
    import xgboost as xgb
    a, b, ya, yb = tasks._split(dataset)
    train, test = xgb.DMatrix(a, ya, nthread=1), xgb.DMatrix(b, yb, nthread=1)

    def curve(config):
        parameters = {**config, "max_depth": int(config["max_depth"]), "nthread": 1, "seed": 0, "verbosity": 0,
                      "tree_method": "hist", "max_bin": 64}
        if dataset == "diabetes":
            parameters.update(objective="reg:squarederror", eval_metric="rmse")
        elif dataset == "breast_cancer":
            parameters.update(objective="binary:logistic", eval_metric="logloss")
        else:
            parameters.update(objective="multi:softprob", num_class=int(max(ya.max(), yb.max()) + 1), eval_metric="mlogloss")
        log = {}
        xgb.train(parameters, train, rounds, evals=[(test, "v")], evals_result=log, verbose_eval=False)
        return list(log["v"].values())[0]

    return f"xgb_{dataset}", tasks.SM_XGB_SPACE, rounds, curve


LCBENCH = "167168,189906,3945,7593,126026,168331"
XGBOOST = "breast_cancer,diabetes,wine"


def suite(names):
    """Tasks by the number of an LCBench instance or the name of a data set."""
    return ((lcbench_curves if name.isdigit() else xgboost_curves)(name) for name in names)


def run(command, arm, task, seed, trials, parallel, most, write):
    name, space, length, curve = task
    strategy, _, stopping = arm.partition("+")
    options = {"resource": {"min": 1, "max": length}} if strategy == "Hyperband" else {}
    if stopping:
        options["early_stopping"] = stopping
    engine = Engine(command, space=space, seed=seed, budget=most or trials, parallel=parallel, strategy=strategy, **options)
    spent, best, ended = 0, float("inf"), 0
    running = deque()  # (id, curve, epoch); each gets an epoch in turn
    while spent < trials * length and (not most or ended < most):
        while len(running) < parallel and (not most or ended + len(running) < most):
            suggestion = engine.call(op="ask")
            running.append((suggestion["id"], curve(suggestion["config"]), 0))
        trial, values, epoch = running.popleft()
        epoch += 1
        spent += 1
        decision = engine.call(op="report", id=trial, resource=epoch, value=values[epoch - 1])["decision"]
        if decision == "stop" or epoch == length:
            engine.call(op="tell", id=trial, value=values[epoch - 1])
            best, ended = min(best, values[epoch - 1]), ended + 1
            write([arm, name, seed, spent / length, ended, best])
        else:
            running.append((trial, values, epoch))
    engine.close()


MARKS = (5, 10, 13.34, 20, 30, 40)
PAIRS = ((5, 10), (10, 20), (13.34, 40), (20, 40))


def report(files):
    curves = defaultdict(list)
    for path in files:
        for row in csv.DictReader(open(path)):
            curves[row["arm"], row["task"], int(row["seed"])].append((float(row["spent"]), float(row["best"])))
    names = {t for _, t, _ in curves}
    best = {t: min(c[-1][1] for k, c in curves.items() if k[1] == t) for t in names}
    # The scale of a task: from the best known to the median first trial of full length.
    first = {t: np.median([c[0][1] for k, c in curves.items() if k[1] == t and k[0] == "Bayesian"]) for t in names}

    def regret(run, mark):
        reached = [v for s, v in curves[run] if s <= mark]
        return np.clip((min(reached) - best[run[1]]) / max(first[run[1]] - best[run[1]], 1e-12), 0, 10) if reached else np.nan

    for arm in sorted({a for a, _, _ in curves}):
        line = []
        for mark in MARKS:
            regrets = np.array([regret(run, mark) for run in curves if run[0] == arm])
            regrets = regrets[~np.isnan(regrets)]
            line.append(f"{mark:g}: {np.mean(regrets):.4f} ({np.mean(np.log10(np.maximum(regrets, 1e-4))):.2f})" if len(regrets) else f"{mark:g}: -")
        print(f"{arm:20s} " + "  ".join(line))
    both = [("Hyperband", *rest) for arm, *rest in curves if arm == "Hyperband" and ("Bayesian", *rest) in curves]
    for part, whole in PAIRS if both else ():
        differences = np.array([regret(run, part) - regret(("Bayesian", *run[1:]), whole) for run in both])
        differences = differences[~np.isnan(differences)]
        print(f"Hyperband at {part:g} less Bayesian at {whole:g}: {np.mean(differences):+.4f}, "
              f"standard error {np.std(differences) / np.sqrt(max(len(differences), 1)):.4f}, {len(differences)} pairs")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", help="the folder of the search benchmark")
    parser.add_argument("--engine", default="build/tunesmith suggest")
    parser.add_argument("--arms", default="Bayesian,Hyperband")
    parser.add_argument("--tasks", default=f"{LCBENCH},{XGBOOST}", help="LCBench instances and data sets")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--trials", type=int, default=40, help="epochs to spend, in full trainings")
    parser.add_argument("--most", type=int, default=0, help="at most so many trials; 0: any number")
    parser.add_argument("--parallel", type=int, default=1)
    parser.add_argument("--out")
    parser.add_argument("--report", nargs="*")
    arguments = parser.parse_args()
    if arguments.report:
        return report(arguments.report)
    sys.path.insert(0, arguments.suite)
    with open(arguments.out, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["arm", "task", "seed", "spent", "ended", "best"])
        for seed in range(arguments.seeds):
            for task in suite(arguments.tasks.split(",")):
                for arm in arguments.arms.split(","):
                    run(arguments.engine.split(), arm, task, seed, arguments.trials, arguments.parallel, arguments.most, writer.writerow)
            file.flush()
            print("seed", seed, flush=True)
    report([arguments.out])


if __name__ == "__main__":
    main()
