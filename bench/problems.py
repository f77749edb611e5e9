# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of problems: a space, a loss that is known without noise, and what makes it hard.

A new problem is one more entry in `table()`. Then `search.py references NAME` finds what a random draw
reaches and, where no best value is published, the best one; both go to references.json.
"""
import hashlib
import json
import math
import pathlib
import random
from dataclasses import dataclass
from typing import Callable, Optional

import functions as f
import learners
from space import Space, choice, log_real, log_whole, normal, real, steps, whole

REFERENCES = pathlib.Path(__file__).resolve().parent / "references.json"


@dataclass
class Problem:
    name: str
    parameters: dict
    loss: Callable  # of a configuration
    best: Optional[float] = None  # where it is published or plain
    goal: str = "minimize"  # what the contestants are told; a loss goes to them with its sign turned
    noise: float = 0.0  # standard deviation of what is added to what they are told
    fails: Callable = lambda config: False
    median: Optional[float] = None  # of one random draw, in a failing problem of one that works

    def __post_init__(self):
        self.space = Space(self.parameters)

    def spec(self, method):
        return {"method": method, "metric": {"name": "score", "goal": self.goal}, "parameters": self.parameters}

    def told(self, loss):
        return -loss if self.goal == "maximize" else loss

    def draw(self, rng):
        return self.space.at([rng.random() for _ in range(len(self.space))])

    def signature(self):
        """Changes with the problem, so that results of a former form of it are not mistaken for its own."""
        rng = random.Random(0)
        sample = [self.draw(rng) for _ in range(4)]
        values = [None if self.fails(config) else f"{self.loss(config):.6g}" for config in sample]
        text = json.dumps([self.parameters, self.goal, self.noise, values])
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def names(count, letter="x"):
    return [f"{letter}{i:02}" for i in range(count)]


def lopsided(count, optimum, width):
    """A box of that width a side, whose optimum lies elsewhere on each, between 15 % and 85 %."""
    fractions = [0.15 + 0.7 * math.modf(0.6180339887 * (i + 1))[0] for i in range(count)]
    return {name: real(round(optimum - fraction * width, 6), round(optimum + (1 - fraction) * width, 6))
            for name, fraction in zip(names(count), fractions)}


def box(count, low, high):
    return {name: real(low, high) for name in names(count)}


def plain(name, function, parameters, best=None, **more):
    """A function of all the parameters' values, in order."""
    return Problem(name, parameters, lambda config: function(list(config[key] for key in parameters)), best, **more)


def embedded(name, function, count, optimum, width, effective, best):
    """Few of many parameters matter; which ones, a seeded draw says."""
    parameters = lopsided(count, optimum, width)
    chosen = random.Random(count).sample(sorted(parameters), effective)
    return Problem(name, parameters, lambda config: function([config[key] for key in chosen]), best)


def continuous():
    yield plain("hartmann3", f.hartmann3, box(3, 0, 1), -3.86277979, goal="maximize")
    yield plain("ackley5", f.ackley, lopsided(5, 0, 65.536), 0)
    yield plain("ackley10", f.ackley, lopsided(10, 0, 65.536), 0)
    yield plain("ackley20", f.ackley, lopsided(20, 0, 65.536), 0)
    yield plain("levy4", f.levy, lopsided(4, 1, 20), 0)
    yield plain("levy8", f.levy, lopsided(8, 1, 20), 0)
    yield plain("rosenbrock4", f.rosenbrock, lopsided(4, 1, 4.096), 0)
    yield plain("rosenbrock8", f.rosenbrock, lopsided(8, 1, 4.096), 0)
    yield plain("styblinski5", f.styblinski_tang, box(5, -5, 5), 5 * -39.16616570)
    yield plain("michalewicz5", f.michalewicz, box(5, 0, math.pi), -4.68765818)
    yield plain("rastrigin4", f.rastrigin, lopsided(4, 0, 10.24), 0)
    yield plain("griewank6", f.griewank, lopsided(6, 0, 1200), 0)
    yield plain("camel2", f.camel, {"x00": real(-3, 3), "x01": real(-2, 2)}, -1.0316284535)
    yield plain("goldstein2", f.goldstein_price, {"x00": real(-1.4, 2), "x01": real(-2, 1.6)}, 3)
    yield plain("beale2", f.beale, box(2, -4.5, 4.5), 0)
    yield plain("shekel4", f.shekel, box(4, 0, 10), -10.53644315, goal="maximize")
    yield embedded("rosenbrock4-in-20", f.rosenbrock, 20, 1, 4.096, 4, 0)
    yield embedded("rosenbrock4-in-40", f.rosenbrock, 40, 1, 4.096, 4, 0)
    yield embedded("levy3-in-40", f.levy, 40, 1, 20, 3, 0)


def designed(function, parameters, target, dear):
    """Reach `target` with a design that costs the more the farther it is from a cheap one: a bent valley
    with a kink along its bottom, which the models by themselves, monotone as they are, do not have."""
    def loss(values):
        u = [(value - spec["min"]) / (spec["max"] - spec["min"]) for value, spec in zip(values, parameters.values())]
        cost = sum((one - (0.3, 0.7, 0.45)[i % 3]) ** 2 for i, one in enumerate(u))
        return abs(math.log(function(*values) / target)) + dear * cost
    return loss


def engineering():
    well = {"rw": real(0.05, 0.15), "r": real(100, 50000), "tu": real(63070, 115600), "hu": real(990, 1110),
            "tl": real(63.1, 116), "hl": real(700, 820), "length": real(1120, 1680), "kw": real(9855, 12045)}
    yield plain("borehole8", designed(f.borehole, well, 110, 0.2), well)
    engine = {"mass": real(30, 60), "area": real(0.005, 0.02), "volume": real(0.002, 0.01), "spring": real(1000, 5000),
              "pressure": real(90000, 110000), "ambient": real(290, 296), "filling": real(340, 360)}
    yield plain("piston7", designed(f.piston, engine, 0.36, 0.2), engine)

    def reach(angles):
        x, y = f.robot_arm(angles, (1, 0.8, 0.6, 0.5))
        return math.hypot(x + 0.9, y - 1.3) + 0.02 * sum(angle ** 2 for angle in angles[1:])
    yield plain("arm4", reach, box(4, -math.pi, math.pi))


def mixed():
    kinds = {"a": real(-12, 20), "b": real(-20.5, 9.5), "c": steps(-16, 10, 2), "d": steps(-7.5, 15, 0.5),
             "e": whole(-9, 21), "f": whole(-14, 6)}
    yield plain("ackley6-mixed", f.ackley, kinds, 0)
    yield plain("rosenbrock5-quantised", f.rosenbrock,
                {"a": steps(-1.5, 3, 0.125), "b": real(-2.5, 1.7), "c": steps(-0.8, 2.4, 0.2), "d": real(-1.1, 2.9),
                 "e": whole(-2, 5)}, 0)
    # Sizes on a log scale: the loss is a function of the powers of two that they stand for.
    sizes = {"batch": log_whole(4, 2048), "hidden": log_whole(8, 4096), "layers": whole(1, 12), "heads": log_whole(1, 64)}
    yield Problem("sizes4", sizes, lambda c: f.levy([math.log2(c["batch"]) - 4.9, math.log2(c["hidden"]) - 8.2,
                                                     c["layers"] - 3, math.log2(c["heads"]) - 2.5]))
    yield from categorical()


def categorical():
    pair = {"x": real(-1, 1), "y": real(-1, 1)}
    kinds = ("rosenbrock", "camel", "beale")
    second = {"first": choice(*kinds), "second": choice(*kinds, "none", "again"), **pair}

    def terms(config):
        again = config["first"] if config["second"] == "again" else config["second"]
        return [(1, config["first"]), (1, again)]
    yield Problem("func2C", second, lambda c: f.cocabo(terms(c), (c["x"], c["y"])))
    third = {"none": (0, "none"), "camel": (5, "camel"), "rosenbrock": (2, "rosenbrock"), "beale": (3, "beale")}
    yield Problem("func3C", {**second, "third": choice(*third)},
                  lambda c: f.cocabo(terms(c) + [third[c["third"]]], (c["x"], c["y"])))
    bits = names(10, "b")
    pattern = dict(zip(bits, (True, False, False, True, True, False, True, False, True, True)))
    yield Problem("ackley13-binary", {**{bit: choice(False, True) for bit in bits}, **lopsided(3, 0, 2)},
                  lambda c: f.ackley([float(c[bit] != pattern[bit]) for bit in bits] + [c[x] for x in names(3)]), 0)
    stations = names(15, "station")
    yield plain("pest15", f.pest_control, {station: choice(*f.PEST_ACTIONS) for station in stations})
    # Twenty choices that move the bowl a little and add an offset each.
    rng = random.Random(20)
    offsets = {f"kind{i:02}": (rng.uniform(0, 6), rng.uniform(-0.6, 0.6), rng.uniform(-0.6, 0.6)) for i in range(20)}

    def moved(config):
        offset, right, up = offsets[config["kind"]]
        return offset + f.camel((config["x"] - right, config["y"] - up))
    yield Problem("camel2-of-20", {"kind": choice(*offsets), "x": real(-2.5, 2.2), "y": real(-1.6, 1.9)}, moved)


def training(config):
    """The shape that learning rates have: a bowl on a log scale with a cliff where training diverges, whose
    place depends on the momentum and the batch."""
    rate = math.log10(config["lr"] / (1 - config["momentum"])) - 0.5 * math.log10(config["batch"] / 64)
    cliff = 4 / (1 + math.exp(-12 * (rate + 0.9)))
    decay = 0.08 * (math.log10(config["decay"]) + 4.1) ** 2
    return 0.2 * (rate + 1.8) ** 2 + cliff + decay + 0.02 * abs(math.log2(config["batch"]) - 6.3)


def scaled():
    rates = {"lr": log_real(1e-6, 1.0), "decay": log_real(1e-8, 1e-1), "momentum": real(0.0, 0.99),
             "batch": log_whole(8, 1024)}
    yield Problem("training4", rates, training)
    # Where the prior is right within a sigma or so.
    prior = {"a": normal(0, 1), "b": normal(2, 0.5), "c": normal(-10, 4), "d": normal(0, 0.1)}
    centre = {"a": 0.8, "b": 1.6, "c": -14, "d": 0.13}
    yield Problem("zakharov4-normal", prior,
                  lambda c: f.zakharov([(c[key] - centre[key]) / prior[key]["sigma"] for key in prior]), 0)


def learner_choice(names_of_learners, **losses):
    """`learner` chooses; each has parameters and a loss of its own: NAME=(parameters, loss)."""
    parameters = {"learner": choice(*names_of_learners)}
    for learner, (own, _) in losses.items():
        for name, spec in own.items():
            parameters[f"{learner}_{name}"] = {**spec, "when": {"learner": learner, **spec.get("when", {})}}

    def loss(config):
        prefix = config["learner"] + "_"
        return losses[config["learner"]][1]({name[len(prefix):]: value for name, value in config.items()
                                             if name.startswith(prefix)})
    return parameters, loss


def conditional():
    yield Problem("learners4", *learner_choice(
        ("tree", "svm", "net", "linear"),
        tree=({"depth": whole(1, 16), "rate": log_real(1e-3, 1.0)},
              lambda c: 0.12 + 0.01 * f.camel(((c["depth"] - 8) / 4, math.log10(c["rate"]) + 1.2))),
        svm=({"c": log_real(1e-3, 1e3), "gamma": log_real(1e-4, 10), "kernel": choice("rbf", "poly")},
             lambda c: 0.105 + (0.05 if c["kernel"] == "poly" else 0) + 0.004 * f.rosenbrock(
                 [math.log10(c["c"]) - 0.2, (math.log10(c["gamma"]) + 2.5) / 1.3])),
        net=({"lr": log_real(1e-5, 1.0), "width": log_whole(8, 512), "drop": real(0.0, 0.8), "layers": whole(1, 5)},
             lambda c: 0.1 + 0.01 * f.levy([2 * (math.log10(c["lr"]) + 3.3) + 1, math.log2(c["width"]) - 5.3,
                                            10 * c["drop"] - 1.1, c["layers"] - 2])),
        linear=({"alpha": log_real(1e-6, 100), "ratio": real(0.0, 1.0)},
                lambda c: 0.2 + 0.01 * (math.log10(c["alpha"]) + 1) ** 2 + 0.05 * (c["ratio"] - 0.7) ** 2)))
    yield nested()
    yield real_choice("automl-friedman", learners.friedman1)


def nested():
    """Two levels: whether to augment, and the kind of network, which has a kind of schedule of its own."""
    net, deep = {"model": "net"}, {"model": "net", "schedule": "step"}
    parameters = {
        "model": choice("net", "forest", "none"), "lr": log_real(1e-5, 1e-1, when=net), "l2": log_real(1e-7, 1e-1),
        "schedule": choice("step", "cosine", "flat", when=net), "drop_at": real(0.1, 0.9, when=deep),
        "factor": log_real(0.01, 0.9, when=deep), "cycles": whole(1, 6, when={"schedule": "cosine"}),
        "trees": log_whole(10, 1000, when={"model": "forest"}), "leaf": whole(1, 30, when={"model": "forest"})}

    def loss(c):
        decay = 0.05 * (math.log10(c["l2"]) + 4) ** 2
        if c["model"] == "none":
            return 1.5 + decay
        if c["model"] == "forest":
            return 0.35 + decay + 0.1 * (math.log10(c["trees"]) - 2.6) ** 2 + 0.003 * (c["leaf"] - 4) ** 2
        rate = 0.3 * (math.log10(c["lr"]) + 2.7) ** 2
        schedule = {"flat": lambda: 0.3, "cosine": lambda: 0.12 + 0.03 * (c["cycles"] - 3) ** 2,
                    "step": lambda: 2 * (c["drop_at"] - 0.62) ** 2 + 0.4 * (math.log10(c["factor"]) + 0.9) ** 2}
        return 0.2 + decay + rate + schedule[c["schedule"]]()
    return Problem("nested9", parameters, loss)


# Of learners.py: the parameters of each, and its loss on a set of data.
KERNELS = {"kernel": choice("rbf", "laplace", "poly"), "alpha": log_real(1e-6, 100), "gamma": log_real(1e-5, 10)}
NETWORK = {"width": log_whole(4, 256), "scale": log_real(0.01, 10), "offset": real(0.0, 5.0),
           "activation": choice(*learners.ACTIVATIONS), "alpha": log_real(1e-6, 10)}
NEIGHBOURS = {"k": log_whole(1, 80), "p": real(1.0, 5.0), "weights": choice("uniform", "distance")}


def real_choice(name, data):
    even = [1] * 10
    return Problem(name, *learner_choice(
        ("ridge", "kernel", "near", "net"),
        ridge=({"alpha": log_real(1e-4, 1e4), "degree": whole(1, 4)}, lambda c: learners.linear_ridge(data(), **c)),
        kernel=({**KERNELS, "degree": whole(2, 5, when={"kernel_kernel": "poly"})},
                lambda c: learners.kernel_ridge(data(), **c)),
        near=(NEIGHBOURS, lambda c: learners.neighbours(data(), **c, scales=even[:data()[0].shape[1]])),
        net=(NETWORK, lambda c: learners.random_features(data(), **c))))


def trained():
    yield Problem("kernel-ridge", KERNELS, lambda c: learners.kernel_ridge(learners.friedman1(), **c))
    yield Problem("random-features", NETWORK, lambda c: learners.random_features(learners.waves(), **c))
    weights = {f"scale{i}": log_real(0.05, 5) for i in range(4)}
    yield Problem("neighbours7", {**NEIGHBOURS, **weights}, lambda c: learners.neighbours(
        learners.waves(), c["k"], c["p"], c["weights"], [c[name] for name in weights]))


def noisy():
    """Noise of a twentieth to a fifth of what a random draw lies above the best."""
    yield plain("hartmann3-noisy", f.hartmann3, box(3, 0, 1), -3.86277979, noise=0.2)
    yield plain("levy4-noisy", f.levy, lopsided(4, 1, 20), 0, noise=2.0)
    yield plain("styblinski5-noisy", f.styblinski_tang, box(5, -5, 5), 5 * -39.16616570, noise=10.0)
    yield Problem("kernel-ridge-noisy", KERNELS, lambda c: learners.kernel_ridge(learners.friedman1(), **c), noise=0.05)


def failing():
    """A part of the space ends in failures, and the best lies not far from it."""
    yield plain("camel2-failing", f.camel, {"x00": real(-3, 3), "x01": real(-2, 2)}, -1.0316284535,
                fails=lambda c: c["x00"] + 0.5 * c["x01"] > 0 and c["x01"] > -0.9)
    yield plain("levy4-failing", f.levy, lopsided(4, 1, 20), 0, fails=lambda c: c["x01"] > 4 or c["x02"] + c["x03"] < -5)
    rates = {"lr": log_real(1e-6, 1.0), "decay": log_real(1e-8, 1e-1), "momentum": real(0.0, 0.99),
             "batch": log_whole(8, 1024)}
    # Too much memory, and divergence.
    yield Problem("training4-failing", rates, training,
                  fails=lambda c: c["batch"] > 96 or c["lr"] / (1 - c["momentum"]) > 0.05)


def table(with_references=True):
    """All problems by name, with the references that are stored unless said otherwise."""
    families = (continuous, engineering, mixed, scaled, conditional, trained, noisy, failing)
    problems = {problem.name: problem for family in families for problem in family()}
    stored = json.loads(REFERENCES.read_text()) if with_references and REFERENCES.exists() else {}
    for name, reference in stored.items():
        if name in problems:
            problems[name].median = reference["median"]
            if problems[name].best is None:
                problems[name].best = reference["best"]
    return problems
