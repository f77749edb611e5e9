# SPDX-License-Identifier: GPL-3.0-or-later
"""How long `winnow compare` takes from exec to exit: long curves, large groups, and the least that any
command of winnow takes. Interleaved; medians.

    bench/compare.py BUILD [ROUNDS]
"""
import os
import pathlib
import statistics
import subprocess
import sys
import time

BUILD = pathlib.Path(sys.argv[1])
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
CURVES = BUILD / "bench" / "store-curves"
TRIALS = BUILD / "bench" / "store-100000"

CONTESTANTS = {
    "winnow ls": ["ls", "--store", CURVES],
    "2 trials of 1,000,000 points each": ["compare", "bench", "0", "1", "--store", CURVES],
    "  without their curves": ["compare", "bench", "0", "1", "--no-curves", "--store", CURVES],
    "2 groups of 50,000 configurations": ["compare", "bench", "optimizer=adam", "optimizer=sgd",
                                          "--store", TRIALS],
}


def measure(args):
    """Seconds on the clock, seconds of CPU."""
    began = time.perf_counter()
    process = subprocess.Popen([BUILD / "winnow", *args], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), args
    return took, usage.ru_utime + usage.ru_stime


def main():
    took = {name: [] for name in CONTESTANTS}
    for name, args in CONTESTANTS.items():
        measure(args)  # the files are cached then
    for _ in range(ROUNDS):
        for name, args in CONTESTANTS.items():
            took[name].append(measure(args))
    print(f"{'':36} {'ms':>8} {'CPU ms':>8}")
    for name, times in took.items():
        wall, cpu = (1e3 * statistics.median(column) for column in zip(*times))
        print(f"{name:36} {wall:8.1f} {cpu:8.1f}")


main()
