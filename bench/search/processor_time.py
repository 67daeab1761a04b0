"""What a suggestion costs: processor milliseconds by observations, parameters and parents.

    python bench/search/processor_time.py --parameters 4,10,30 --observations 20,200,1000 --parents 0,1,5

Each search knows so many random trials of a smooth, noisy function of a mixed space (five parameters
of ten continuous, three integers, two categories), and each parent 60 of a related one. Then
--count suggestions are asked for and answered, hyperparameter fits included: their mean, median and
largest. A thread, whatever the number of processors.
"""
import argparse, sys
from statistics import mean, median

import numpy as np

from multi_fidelity import Engine


def space_of(size):
    """A mixed space of so many parameters."""
    kinds = [
        {"type": "continuous", "min": 0.0, "max": 1.0, "scale": "linear"},
        {"type": "integer", "min": 1, "max": 16, "scale": "linear"},
        {"type": "continuous", "min": 1e-5, "max": 1.0, "scale": "log"},
        {"type": "categorical", "values": ["a", "b", "c", "d"]},
        {"type": "continuous", "min": -5.0, "max": 5.0, "scale": "auto"},
        {"type": "integer", "min": 1, "max": 1000, "scale": "log"},
        {"type": "continuous", "min": 0.0, "max": 10.0, "scale": "linear"},
        {"type": "categorical", "values": ["x", "y"]},
        {"type": "continuous", "min": 1e-3, "max": 1e3, "scale": "log"},
        {"type": "integer", "min": 0, "max": 3, "scale": "linear"},
    ]
    return [{"name": f"p{i}", **kinds[i % len(kinds)]} for i in range(size)]


def unit(parameter, value):
    """Where a value lies in its (scaled) range, 0 to 1."""
    if parameter["type"] == "categorical":
        return parameter["values"].index(value) / (len(parameter["values"]) - 1)
    low, high = parameter["min"], parameter["max"]
    if parameter["scale"] == "log":
        return float(np.log(value / low) / np.log(high / low))
    return (value - low) / (high - low)


def random_configuration(space, rng):
    configuration = {}
    for p in space:
        u = float(rng.random())
        if p["type"] == "categorical":
            value = p["values"][int(u * len(p["values"]))]
        else:
            value = p["min"] * (p["max"] / p["min"]) ** u if p["scale"] == "log" else p["min"] + u * (p["max"] - p["min"])
            value = round(value) if p["type"] == "integer" else min(max(value, p["min"]), p["max"])
        configuration[p["name"]] = value
    return configuration


def objective(space, optimum, configuration, rng):
    """A bowl in which every third parameter counts for little."""
    terms = [(0.1 if i % 3 == 2 else 1) * (unit(p, configuration[p["name"]]) - optimum[i]) ** 2 for i, p in enumerate(space)]
    return float(np.sqrt(np.sum(terms)) + 0.02 * rng.standard_normal())


def measure(command, size, known, parents, count, open_trials):
    """Milliseconds of each of `count` suggestions with their observations."""
    space, rng = space_of(size), np.random.default_rng(7)
    optimum = rng.random(size)
    # Without parents the model begins when all that is to be known is known.
    engine = Engine(command, space=space, seed=1, budget=0, engine={} if parents else {"initial": known})
    for _ in range(parents):
        elsewhere = np.clip(optimum + 0.05 * rng.standard_normal(size), 0, 1)
        configs = [random_configuration(space, rng) for _ in range(60)]
        engine.call(op="preload", kind="TransferLearning", configs=configs, values=[objective(space, elsewhere, c, rng) for c in configs])
    for _ in range(known):
        asked = engine.call(op="ask")
        engine.call(op="tell", id=asked["id"], value=objective(space, optimum, asked["config"], rng))
    waiting = [engine.call(op="ask") for _ in range(open_trials)]
    costs = []
    for _ in range(count):
        asked = engine.call(op="ask")
        waiting.append(asked)
        oldest = waiting.pop(0)
        told = engine.call(op="tell", id=oldest["id"], value=objective(space, optimum, oldest["config"], rng))
        costs.append(1000 * (asked["cpu_s"] + told["cpu_s"]))
    engine.close()
    return costs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", default="build/tunesmith suggest")
    parser.add_argument("--parameters", default="4,10,30")
    parser.add_argument("--observations", default="20,200,1000,5000")
    parser.add_argument("--parents", default="0,1,5")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--open", type=int, default=0, help="trials that run meanwhile")
    arguments = parser.parse_args()
    numbers = lambda text: [int(n) for n in text.split(",")]
    print("parameters parents observations     mean   median  largest ms")
    for size in numbers(arguments.parameters):
        for parents in numbers(arguments.parents):
            for known in numbers(arguments.observations):
                costs = measure(arguments.engine.split(), size, known, parents, arguments.count, arguments.open)
                print(f"{size:10d} {parents:7d} {known:12d} {mean(costs):8.1f} {median(costs):8.1f} {max(costs):8.1f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
