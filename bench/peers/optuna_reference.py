#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The reference tuning job done by Optuna and the xgboost package: the yardstick for our own.

Everything is arranged in the peer's favour: the data are parsed, binned (one throwaway round) and in
memory before the clock starts, one process, two trials at a time with one thread each, AUC of train
and validation computed after every round as the tuning job logs it.

  search mode:  20 trials of a 20-trial search over the reference ranges
  replay mode:  the given configurations, longest first when --order longest

Prints one JSON object. Needs: pip install optuna==5.0.0 xgboost-cpu==3.2.0 pandas
"""
import argparse
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import xgboost as xgb

STATIC = {"objective": "binary:logistic", "eval_metric": "auc", "verbosity": 0}
NOT_FOR_XGBOOST = {"num_round", "rate_drop", "tweedie_variance_power", "_tuning_objective_metric"}


def read_matrix(path):
    table = pd.read_csv(path, header=None)
    values = table.to_numpy(dtype=np.float32)
    return xgb.DMatrix(values[:, 1:], label=values[:, 0], nthread=1)


class Data:
    """The matrices of a job. One pair a thread: a DMatrix is not made for concurrent training."""

    def __init__(self, train, validation, shared):
        self.paths = (train, validation)
        self.shared = shared
        self.pairs = []
        self.lock = threading.Lock()
        self.local = threading.local()

    def prepare(self, count):
        for _ in range(1 if self.shared else count):
            pair = tuple(read_matrix(path) for path in self.paths)
            xgb.train({**STATIC, "nthread": 1, "max_depth": 1}, pair[0], 1)
            self.pairs.append(pair)

    def get(self):
        if self.shared:
            return self.pairs[0]
        if not hasattr(self.local, "pair"):
            with self.lock:
                self.local.pair = self.pairs.pop()
        return self.local.pair


def train(data, parameters, rounds, threads):
    train_matrix, validation_matrix = data.get()
    history = {}
    xgb.train(
        {**STATIC, **parameters, "nthread": threads},
        train_matrix,
        rounds,
        evals=[(train_matrix, "train"), (validation_matrix, "validation")],
        evals_result=history,
        verbose_eval=False,
    )
    return history["train"]["auc"][-1], history["validation"]["auc"][-1]


def replay(data, arguments):
    with open(arguments.configs, encoding="utf-8") as file:
        configs = json.load(file)
    trials = [None] * len(configs)

    def run(index):
        config = configs[index]
        parameters = {k: v for k, v in config.items() if k not in NOT_FOR_XGBOOST}
        start = time.perf_counter()
        train_auc, validation_auc = train(
            data, parameters, int(config.get("num_round", arguments.rounds)), arguments.threads
        )
        trials[index] = {
            "seconds": time.perf_counter() - start,
            "train-auc": train_auc,
            "validation-auc": validation_auc,
        }

    order = list(range(len(configs)))
    if arguments.order == "longest":
        order.sort(key=lambda i: -int(configs[i].get("max_depth", 6)))
    start = time.perf_counter()
    with ThreadPoolExecutor(arguments.jobs) as pool:
        list(pool.map(run, order))
    return time.perf_counter() - start, trials


def search(data, arguments):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    samplers = {"tpe": optuna.samplers.TPESampler, "gp": optuna.samplers.GPSampler,
                "random": optuna.samplers.RandomSampler}
    trials = []

    def objective(trial):
        parameters = {
            "eta": trial.suggest_float("eta", 0, 1),
            "min_child_weight": trial.suggest_float("min_child_weight", 1, 10),
            "alpha": trial.suggest_float("alpha", 0, 2),
            "max_depth": trial.suggest_int("max_depth", 1, 10),
        }
        start = time.perf_counter()
        train_auc, validation_auc = train(data, parameters, arguments.rounds, arguments.threads)
        trials.append({**parameters, "seconds": time.perf_counter() - start, "train-auc": train_auc,
                       "validation-auc": validation_auc})
        return validation_auc

    study = optuna.create_study(direction="maximize", sampler=samplers[arguments.sampler](seed=arguments.seed))
    start = time.perf_counter()
    study.optimize(objective, n_trials=arguments.trials, n_jobs=arguments.jobs)
    return time.perf_counter() - start, trials


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", required=True, help="CSV, label first, no header")
    parser.add_argument("--validation", required=True)
    parser.add_argument("--configs", help="JSON list of hyperparameter objects: replay mode")
    parser.add_argument("--order", choices=["given", "longest"], default="longest", help="of a replay")
    parser.add_argument("--sampler", choices=["tpe", "gp", "random"], default="tpe", help="of a search")
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1, help="of each trial")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--shared-matrix", action="store_true", help="one pair of matrices for all threads")
    arguments = parser.parse_args()

    data = Data(arguments.train, arguments.validation, arguments.shared_matrix)
    loading = time.perf_counter()
    data.prepare(arguments.jobs)
    load_seconds = time.perf_counter() - loading
    cpu = time.process_time()
    seconds, trials = (replay if arguments.configs else search)(data, arguments)
    json.dump(
        {
            "mode": "replay" if arguments.configs else "search",
            "seconds": seconds,
            "cpu_seconds": time.process_time() - cpu,
            "load_seconds": load_seconds,
            "best": max(trial["validation-auc"] for trial in trials),
            "trials": trials,
            "versions": {"xgboost": xgb.__version__, "python": sys.version.split()[0]},
        },
        sys.stdout,
    )
    print()


if __name__ == "__main__":
    main()
