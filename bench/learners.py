# SPDX-License-Identifier: GPL-3.0-or-later
"""Real learners small enough for a benchmark, with numpy alone, on data made by a seeded generator.

The loss is the root mean square error on held-out data over the standard deviation of the target there:
1 is what the mean alone reaches. Everything is deterministic.
"""
import functools

import numpy as np

TRAIN, TEST = 120, 120


@functools.lru_cache(None)
def friedman1():
    """Friedman, Multivariate adaptive regression splines, 1991: five features that matter, five that do not."""
    rng = np.random.default_rng(1991)
    x = rng.random((TRAIN + TEST, 10))
    y = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]
    return split(x, y + rng.normal(size=len(y)))


@functools.lru_cache(None)
def waves():
    """A surface of waves over four features on very different scales."""
    rng = np.random.default_rng(7)
    x = rng.normal(size=(TRAIN + TEST, 4)) * [1, 3, 0.3, 1]
    y = np.sin(2 * x[:, 0]) * np.cos(0.7 * x[:, 1]) + 2 * np.tanh(4 * x[:, 2])
    return split(x, y + 0.15 * rng.normal(size=len(y)))


def split(x, y):
    x = (x - x[:TRAIN].mean(axis=0)) / x[:TRAIN].std(axis=0)
    middle = y[:TRAIN].mean()
    return x[:TRAIN], y[:TRAIN] - middle, x[TRAIN:], y[TRAIN:] - middle


def error(predicted, true):
    return float(np.sqrt(np.mean((predicted - true) ** 2)) / true.std())


def squared_distances(a, b):
    return np.maximum((a * a).sum(1)[:, None] + (b * b).sum(1)[None, :] - 2 * a @ b.T, 0)


def solve(gram, alpha, y):
    return np.linalg.solve(gram + alpha * np.eye(len(gram)), y)


def linear_ridge(data, alpha, degree=1):
    x, y, test, true = data
    x, test = (np.hstack([part ** power for power in range(1, degree + 1)]) for part in (x, test))
    return error(test @ solve(x.T @ x, alpha, x.T @ y), true)


def kernel_ridge(data, kernel, alpha, gamma, degree=2):
    x, y, test, true = data
    if kernel == "rbf":
        gram, cross = np.exp(-gamma * squared_distances(x, x)), np.exp(-gamma * squared_distances(test, x))
    elif kernel == "laplace":
        gram = np.exp(-gamma * np.sqrt(squared_distances(x, x)))
        cross = np.exp(-gamma * np.sqrt(squared_distances(test, x)))
    else:
        gram, cross = (1 + gamma * x @ x.T) ** degree, (1 + gamma * test @ x.T) ** degree
    return error(cross @ solve(gram, alpha, y), true)


def neighbours(data, k, p, weights, scales):
    """The mean of the k nearest, by Minkowski's distance of order p over features times `scales`."""
    x, y, test, true = data
    distance = np.zeros((len(test), len(x)))
    for feature, scale in enumerate(scales):
        distance += (np.abs(test[:, feature, None] - x[None, :, feature]) * scale) ** p
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :k]
    if weights == "uniform":
        return error(y[nearest].mean(axis=1), true)
    share = 1 / (np.take_along_axis(distance, nearest, axis=1) ** (1 / p) + 1e-9)
    return error((y[nearest] * share).sum(axis=1) / share.sum(axis=1), true)


ACTIVATIONS = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh, "cos": np.cos}


def random_features(data, width, scale, offset, activation, alpha):
    """One hidden layer of random weights; only the output is fitted (Rahimi and Recht 2007)."""
    x, y, test, true = data
    rng = np.random.default_rng(2007)
    # The largest network is drawn and cut, so that a wider one keeps what a narrower one has.
    weights, offsets = rng.normal(size=(256, x.shape[1]))[:width], rng.uniform(-1, 1, 256)[:width]
    hidden, shown = (ACTIVATIONS[activation](part @ weights.T * scale + offset * offsets) / np.sqrt(width)
                     for part in (x, test))
    return error(shown @ solve(hidden.T @ hidden, alpha, hidden.T @ y), true)
