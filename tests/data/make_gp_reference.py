#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints gp.json: what scikit-learn, SciPy and decimal arithmetic say of what sweep/gp computes.

    tests/data/make_gp_reference.py > tests/data/gp.json

Points are not written down: they are made by the generator of core/base/rng.h (wn_mix64), which
the test that reads the file has too.
"""
import decimal
import json
import math

import numpy as np
from scipy import stats
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern

MASK = 2**64 - 1
ASKED = 6  # points at which each process predicts
NAMES = 3  # different ones in a dimension of names


def mix64(x):
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def uniform(seed, index):
    return (mix64((seed << 32) + index) >> 11) * 2.0**-53


# name: points, dimensions, how many of them hold names, noise variance, most known variance,
# and how close every fifth point lies to the one before it (0: not close)
CASES = {
    "few points in one dimension": (3, 1, 0, 1e-6, 0, 0),
    "one dimension": (25, 1, 0, 1e-4, 0, 0),
    "two dimensions": (40, 2, 0, 1e-6, 0, 0),
    "much noise": (60, 4, 0, 0.5, 0, 0),
    "known variances": (50, 3, 0, 1e-3, 0.3, 0),
    "near duplicates": (40, 3, 0, 1e-6, 0, 1e-7),
    "many points": (120, 8, 0, 1e-2, 0.01, 0),
    "many dimensions": (80, 40, 0, 1e-5, 0, 0),
    "names": (60, 6, 3, 1e-4, 0.02, 0),
    "names alone": (30, 4, 4, 1e-2, 0, 0),
}


def make_points(seed, count, dimensions, names, near):
    x = np.array([[uniform(seed, i * dimensions + k) for k in range(dimensions)]
                  for i in range(count)])
    x[:, :names] = np.floor(x[:, :names] * NAMES)
    for i in range(1, count):
        if near and i % 5 == 0:
            x[i] = x[i - 1] + near
    return x


def spell_out_names(x, names, weights):
    """Columns at which an ordinary kernel of lengthscale 1 sees w where two names differ."""
    columns = [math.sqrt(weights[k] / 2) * (x[:, k] == name) for k in range(names)
               for name in range(NAMES)]
    columns += [x[:, k] for k in range(names, x.shape[1])]
    return np.column_stack(columns)


def gaussian_process(seed, count, dimensions, names, noise, known, near):
    # The test makes the same: theta, then known variances, from streams of their own.
    weights = np.array([math.exp(3 * uniform(seed + 1000, k) - 1.5 - math.log(dimensions) / 2)
                        for k in range(dimensions)])
    signal = math.exp(2 * uniform(seed + 1000, dimensions) - 1)
    variance = [known * uniform(seed + 2000, i) for i in range(count)]
    x = make_points(seed, count + ASKED, dimensions, names, near)
    y = np.array([math.sin(3 * row.sum()) + 0.3 * row[0] + (uniform(seed + 3000, i) - 0.5)
                  * math.sqrt(noise) for i, row in enumerate(x[:count])])
    seen = spell_out_names(x, names, weights)
    scales = np.concatenate([np.ones(names * NAMES), weights[names:]**-0.5])
    process = GaussianProcessRegressor(
        ConstantKernel(signal) * Matern(length_scale=scales, nu=2.5),
        alpha=noise + np.array(variance), optimizer=None).fit(seen[:count], y)
    likelihood, gradient = process.log_marginal_likelihood(process.kernel_.theta,
                                                           eval_gradient=True)
    mean, covariance = process.predict(seen[count:], return_cov=True)
    return {
        "seed": seed, "count": count, "dimensions": dimensions, "names": names, "known": known,
        "near": near, "y": list(y),
        "theta": [*np.log(weights), math.log(signal), math.log(noise)],
        "likelihood": likelihood, "mean": list(mean), "variance": list(np.diag(covariance)),
        # By the logarithms of the weights of numbers, which are -2 times those of the scales.
        "by_weight": list(-gradient[1 + names * NAMES:] / 2), "by_signal": gradient[0],
    }


def log_improvement(z):
    """log(phi(z) + z Phi(z)) to some eighty digits."""
    decimal.getcontext().prec = 120
    z = decimal.Decimal(z)
    pi = decimal.Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640"
                         "6286208998628034825342117067982148086513282306647")
    log_phi = -z * z / 2 - (2 * pi).ln() / 2
    if z < -8:  # by the continued fraction of the tail, from far inside outwards
        x, fraction = -z, -z
        for k in range(6000 if x < 100 else 200, 0, -1):
            fraction = x + k / fraction
        return float(log_phi + (1 - x / fraction).ln())
    term = total = z
    k = 1
    while abs(term) > decimal.Decimal("1e-110") * max(1, abs(total)):
        term *= z * z / (2 * k + 1)
        total += term
        k += 1
    return float((log_phi.exp() * (1 + z * total) + z / 2).ln())


def psi(power, value):
    """Yeo and Johnson's; SciPy's own loses digits near the powers 0 and 2."""
    power, value = decimal.Decimal(power), decimal.Decimal(value)
    if value < 0:
        return -psi(2 - power, -value)
    return float((value + 1).ln() if power == 0 else (((value + 1).ln() * power).exp() - 1) / power)


def yeo_johnson(values):
    ordered, quarter = np.sort(np.array(values, float)), len(values) // 4
    standard = (ordered - ordered[len(values) // 2]) * 1.349 / (ordered[-1 - quarter] - ordered[quarter])
    return {"values": list(values), "lambda": float(stats.yeojohnson_normmax(standard))}


def main():
    zs = [-1e8, -1e6, -12345.6, -1000, -100, -38, -26, -25.0001, -25, -24.9999, -20, -10, -8, -5,
          -2, -1, -0.5, -1e-9, 0, 1e-9, 0.5, 1, 3, 8, 20, 40]
    samples = {
        "nearly normal": [stats.norm.ppf((i + 0.5) / 40) for i in range(40)],
        "log-normal": [math.exp(stats.norm.ppf((i + 0.5) / 60)) for i in range(60)],
        "exponential, mirrored": [math.log((i + 0.5) / 30) for i in range(30)],
        "loss curve": [1 / (1 + i) + 0.01 * uniform(9, i) for i in range(50)],
        "large": [1e12 * uniform(10, i)**3 for i in range(25)],
        "small": [1e-12 * uniform(11, i) for i in range(25)],
    }
    powers = [-3.7, -1, -1e-3, -1e-7, 0, 1e-7, 0.5, 1, 1.3, 2 - 1e-7, 2, 2 + 1e-3, 3, 5.5]
    values = [-1e6, -50, -1, -0.3, -1e-5, 0, 1e-5, 0.7, 1, 12, 1e6]
    reference = {
        "processes": {name: gaussian_process(i + 1, *case)
                      for i, (name, case) in enumerate(CASES.items())},
        "log_improvement": {str(z): [z, log_improvement(z)] for z in zs},
        "yeo_johnson": {name: yeo_johnson(sample) for name, sample in samples.items()},
        "psi": {str(power): [[power, value, psi(power, value)] for value in values]
                for power in powers},
    }
    # A line each, so that a change shows what changed.
    print("{" + ",\n\n".join(
        f"{json.dumps(part)}: {{\n" + ",\n".join(
            f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items()) + "}"
        for part, entries in reference.items()) + "}")


if __name__ == "__main__":
    main()
