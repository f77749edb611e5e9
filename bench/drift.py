# SPDX-License-Identifier: GPL-3.0-or-later
"""winnow drift beside plain SciPy: two CSV files of 100,000 rows and 20 columns, from the start of the
process to its end, in the same minutes.

    bench/drift.py BUILD [ROUNDS [ROWS]]
    bench/drift.py --scipy REFERENCE CURRENT     what SciPy's side does
"""
import csv
import json
import math
import os
import pathlib
import random
import statistics
import subprocess
import sys
import time

WORDS = "alpha beta gamma delta loss step batch drift trial epoch score model".split()
MOVED = {"n03", "n07", "n11", "c01", "c04"}
CATEGORIES = {"c00": 2, "c01": 4, "c02": 8, "c03": 40, "c04": 3}


def numbers(rng, moved):
    """Normal, log-normal and whole numbers, some missing."""
    for i in range(13):
        x = rng.gauss(0.3 if f"n{i:02d}" in moved else 0, 1)
        x = (x, math.exp(x), float(math.floor(3 * x)), 1000 + 50 * x)[i % 4]
        yield "" if i in (5, 9) and rng.random() < .03 else f"{x:.5g}"


def categories(rng, moved):
    for name, count in CATEGORIES.items():
        index = int(count * rng.random() ** 2)
        yield f"{name}_{1 if name in moved and index == 0 and rng.random() < .2 else index}"


def write(path, seed, rows, moved):
    rng = random.Random(seed)
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow([f"n{i:02d}" for i in range(13)] + list(CATEGORIES) + ["t00", "w00"])
        for row in range(rows):
            day, second = divmod(26 * row, 86400)
            moment = f"2025-01-{1 + day % 28:02d} {second // 3600:02d}:{second // 60 % 60:02d}:00"
            out.writerow([*numbers(rng, moved), *categories(rng, moved), moment,
                          " ".join(rng.choices(WORDS, k=4))])


def scipy_side(paths):
    """The tests that winnow chooses for numbers and categories, and the effect of each."""
    import collections
    import numpy as np
    from scipy import stats
    sides = []
    for path in paths:
        with open(path, newline="", encoding="utf-8") as file:
            head, *rows = csv.reader(file)
        sides.append(dict(zip(head, zip(*rows))))
    for name, ref in sides[0].items():
        cur = sides[1][name]
        if name[0] == "n":
            a, b = (np.array([float(cell) for cell in side if cell]) for side in (ref, cur))
            stats.ks_2samp(a, b)
            stats.wasserstein_distance(a, b)
        elif name[0] == "c":
            a, b = collections.Counter(ref), collections.Counter(cur)
            stats.chi2_contingency([[side[key] for key in a | b] for side in (a, b)])


def measure(words):
    """Wall seconds, CPU seconds, peak MB of a process, and what it printed."""
    begin = time.monotonic()
    process = subprocess.Popen(words, stdout=subprocess.PIPE)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{words[0]} failed")
    return (time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out)


def main():
    build = pathlib.Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    rows = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
    paths = [build / "bench" / f"drift-{side}-{rows}.csv" for side in ("reference", "current")]
    for seed, path in enumerate(paths):
        if not path.exists():
            write(path, 4242 + seed, rows, MOVED if seed else set())
    contestants = {
        "winnow drift": [build / "winnow", "drift", *paths, "--json"],
        "winnow drift --all --joint": [build / "winnow", "drift", *paths, "--json", "--all", "--joint"],
        "SciPy": [sys.executable, __file__, "--scipy", *paths],
    }
    times = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, words in contestants.items():
            *measured, out = measure(words)
            times[name].append(measured)
            if name == "winnow drift":
                found = {column["name"] for column in json.loads(out)["columns"] if column["drift"]}
                assert found == MOVED, found
    print(f"\n2 x {rows} rows, 20 columns; medians of {rounds}\n")
    print(f"{'':<28}{'wall s':>10}{'CPU s':>10}{'peak MB':>10}")
    for name, measured in times.items():
        wall, cpu, memory = map(statistics.median, zip(*measured))
        print(f"{name:<28}{wall:>10.2f}{cpu:>10.2f}{memory:>10.0f}")


if sys.argv[1] == "--scipy":
    scipy_side(sys.argv[2:])
else:
    main()
