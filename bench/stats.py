# SPDX-License-Identifier: GPL-3.0-or-later
"""Rank tests and resampling beside SciPy's, on the same numbers, in the same minutes.

    bench/stats.py BUILD [ROUNDS [RESAMPLES]]
"""
import pathlib
import statistics
import subprocess
import sys
import time

import numpy as np
from scipy import stats

BUILD = pathlib.Path(sys.argv[1])
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
RESAMPLES = int(sys.argv[3]) if len(sys.argv) > 3 else 10_000
VALUES = 100_000
BATCH = 20  # resamples that SciPy holds in memory at a time: 32 MB, which is fastest here


def mean_difference(x, y, axis=-1):
    return np.mean(x, axis=axis) - np.mean(y, axis=axis)


def bootstrap(x, y, resamples):
    done = stats.bootstrap((x, y), mean_difference, n_resamples=resamples, batch=BATCH,
                           vectorized=True, method="percentile", random_state=1)
    return done.confidence_interval.low


def permutation(x, y, resamples):
    return stats.permutation_test((x, y), mean_difference, n_resamples=resamples, batch=BATCH,
                                  vectorized=True, random_state=1).pvalue


# name: SciPy's way, resamples, rounds, by how much the answers may differ
CONTESTS = {
    "mann_whitney": (lambda x, y, _: stats.mannwhitneyu(x, y).pvalue, 0, ROUNDS, 1e-9),
    "ks": (lambda x, y, _: stats.ks_2samp(x, y).pvalue, 0, ROUNDS, 1e-9),
    "bootstrap": (bootstrap, RESAMPLES, min(ROUNDS, 3), 2e-3),
    # SciPy sorts 200,000 random numbers for each: fewer of them, the time of one counts.
    "permutation": (permutation, max(RESAMPLES // 50, 20), min(ROUNDS, 3), 0.3),
}


def contest(name, x, y, files):
    theirs, resamples, rounds, within = CONTESTS[name]
    times = {"scipy": [], "winnow": []}
    for _ in range(rounds):
        begin = time.process_time()
        expected = theirs(x, y, resamples)
        times["scipy"].append(time.process_time() - begin)
        done = subprocess.run([BUILD / "bench" / "stats_bench", name, *files, str(resamples)],
                              capture_output=True, text=True, check=True)
        seconds, value = map(float, done.stdout.split())
        times["winnow"].append(seconds)
        if not abs(value - expected) <= within * (abs(expected) if within < 1e-3 else 1):
            sys.exit(f"{name}: winnow says {value}, SciPy {expected}")
    ours, others = (statistics.median(times[key]) for key in ("winnow", "scipy"))
    print(f"{name:<14}{resamples or '-':>10}{ours * 1e3:>14.2f}{others * 1e3:>14.2f}"
          f"{others / ours:>9.1f}")


def main():
    rng = np.random.default_rng(7)
    samples = rng.normal(0, 1, VALUES), rng.normal(0.004, 1.01, VALUES)
    files = [BUILD / "bench" / f"stats-{name}.bin" for name in "xy"]
    for sample, path in zip(samples, files):
        sample.tofile(path)
    print(f"\n2 x {VALUES} values, CPU milliseconds, medians\n")
    print(f"{'':<14}{'resamples':>10}{'winnow':>14}{'scipy':>14}{'ratio':>9}")
    for name in CONTESTS:
        contest(name, *samples, files)


main()
