# SPDX-License-Identifier: GPL-3.0-or-later
"""Published test functions, of a sequence of numbers each, all to be minimised.

Where no paper is named, the form is the one of Surjanovic and Bingham, Virtual Library of Simulation
Experiments, https://www.sfu.ca/~ssurjano (2013), which names the originals.
"""
from math import pi

import numpy as np


def ackley(x):
    x = np.asarray(x, dtype=float)
    return float(-20 * np.exp(-0.2 * np.sqrt(np.mean(x * x))) - np.exp(np.mean(np.cos(2 * pi * x))) + 20 + np.e)


def beale(x):
    a, b = x
    return (1.5 - a + a * b) ** 2 + (2.25 - a + a * b ** 2) ** 2 + (2.625 - a + a * b ** 3) ** 2


def camel(x):
    """The six-hump camel."""
    a, b = x
    return (4 - 2.1 * a ** 2 + a ** 4 / 3) * a ** 2 + a * b + (4 * b ** 2 - 4) * b ** 2


def goldstein_price(x):
    a, b = x
    first = 1 + (a + b + 1) ** 2 * (19 - 14 * a + 3 * a ** 2 - 14 * b + 6 * a * b + 3 * b ** 2)
    second = 30 + (2 * a - 3 * b) ** 2 * (18 - 32 * a + 12 * a ** 2 + 48 * b - 36 * a * b + 27 * b ** 2)
    return first * second


def griewank(x):
    x = np.asarray(x, dtype=float)
    return float(np.sum(x * x) / 4000 - np.prod(np.cos(x / np.sqrt(np.arange(1, len(x) + 1)))) + 1)


HARTMANN_WEIGHTS = np.array([1.0, 1.2, 3.0, 3.2])
HARTMANN3_SCALES = np.array([[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]])
HARTMANN3_PEAKS = np.array([[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]]) * 1e-4


def hartmann3(x):
    distances = np.sum(HARTMANN3_SCALES * (np.asarray(x) - HARTMANN3_PEAKS) ** 2, axis=1)
    return float(-HARTMANN_WEIGHTS @ np.exp(-distances))


def levy(x):
    w = 1 + (np.asarray(x, dtype=float) - 1) / 4
    middle = np.sum((w[:-1] - 1) ** 2 * (1 + 10 * np.sin(pi * w[:-1] + 1) ** 2))
    return float(np.sin(pi * w[0]) ** 2 + middle + (w[-1] - 1) ** 2 * (1 + np.sin(2 * pi * w[-1]) ** 2))


def michalewicz(x):
    x = np.asarray(x, dtype=float)
    return float(-np.sum(np.sin(x) * np.sin(np.arange(1, len(x) + 1) * x * x / pi) ** 20))


def rastrigin(x):
    x = np.asarray(x, dtype=float)
    return float(10 * len(x) + np.sum(x * x - 10 * np.cos(2 * pi * x)))


def rosenbrock(x):
    x = np.asarray(x, dtype=float)
    return float(np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2))


SHEKEL_WIDTHS = np.array([1, 2, 2, 4, 4, 6, 3, 7, 5, 5]) / 10
SHEKEL_PEAKS = np.array([[4, 4, 4, 4], [1, 1, 1, 1], [8, 8, 8, 8], [6, 6, 6, 6], [3, 7, 3, 7], [2, 9, 2, 9],
                         [5, 3, 5, 3], [8, 1, 8, 1], [6, 2, 6, 2], [7, 3.6, 7, 3.6]])


def shekel(x):
    return float(-np.sum(1 / (np.sum((np.asarray(x) - SHEKEL_PEAKS) ** 2, axis=1) + SHEKEL_WIDTHS)))


def sphere(x):
    return float(np.sum(np.square(x)))


def styblinski_tang(x):
    x = np.asarray(x, dtype=float)
    return float(np.sum(x ** 4 - 16 * x ** 2 + 5 * x) / 2)


def zakharov(x):
    x = np.asarray(x, dtype=float)
    slope = np.sum(np.arange(1, len(x) + 1) * x) / 2
    return float(np.sum(x * x) + slope ** 2 + slope ** 4)


def borehole(rw, r, tu, hu, tl, hl, length, kw):
    """Water that flows through a borehole, m3 a year."""
    log_ratio = np.log(r / rw)
    return float(2 * pi * tu * (hu - hl)
                 / (log_ratio * (1 + 2 * length * tu / (log_ratio * rw ** 2 * kw) + tu / tl)))


def piston(mass, area, volume, spring, pressure, ambient, filling):
    """Seconds that a piston takes for a cycle."""
    a = pressure * area + 19.62 * mass - spring * volume / area
    v = area / (2 * spring) * (np.sqrt(a * a + 4 * spring * pressure * volume * ambient / filling) - a)
    return float(2 * pi * np.sqrt(mass / (spring + area ** 2 * pressure * volume * ambient / (filling * v * v))))


def robot_arm(angles, lengths):
    """Where the hand of an arm of that many segments is (An and Owen, Quasi-regression, 2001)."""
    headings = np.cumsum(angles)
    return float(np.dot(lengths, np.cos(headings))), float(np.dot(lengths, np.sin(headings)))


def cocabo(terms, x):
    """func2C and func3C of Ru et al., Bayesian optimisation over multiple continuous and categorical
    inputs, ICML 2020: choices say which functions of the same two numbers are added up."""
    x = [2 * value for value in x]
    parts = {"rosenbrock": lambda: rosenbrock(x) / 300, "camel": lambda: camel(x) / 10, "beale": lambda: beale(x) / 50,
             "none": lambda: 0.0}
    return float(sum(weight * parts[name]() for weight, name in terms))


PEST_ACTIONS = ("none", "oil", "soap", "sulfur", "spinosad")
PEST_PRICES = dict(zip(PEST_ACTIONS, (0.0, 0.7, 0.9, 1.0, 1.3)))
PEST_EFFECTS = dict(zip(PEST_ACTIONS, (0.0, 0.45, 0.6, 0.65, 0.85)))
PEST_TOLERANCE = dict(zip(PEST_ACTIONS, (0.0, 0.75, 0.8, 0.9, 0.6)))


def pest_control(actions):
    """A chain of stations that each may act against a pest, which spreads from one to the next and gets
    used to what was used before; after Oh et al., Combinatorial Bayesian optimization using the graph
    Cartesian product, NeurIPS 2019, with draws of its own."""
    draws = np.random.default_rng(2019)
    ill = draws.beta(1, 30, size=60)
    used, total = dict.fromkeys(PEST_ACTIONS, 0), 0.0
    for action in actions:
        ill = ill + draws.beta(1.5, 7, size=60) * (1 - ill)
        effect = PEST_EFFECTS[action] * PEST_TOLERANCE[action] ** used[action]
        ill = ill * (1 - np.minimum(draws.beta(8, 2, size=60) * effect / 0.8, 1))
        price = PEST_PRICES[action] * (1 - 0.15 * min(used[action], 3))
        used[action] += 1
        total += price / 4 + float(np.mean(ill > 0.15)) + float(np.mean(ill))
    return total / len(actions)
