# SPDX-License-Identifier: GPL-3.0-or-later
"""Metric points per second, from a printed line to a committed point, beside Optuna's trial.report.

usage: points.py BUILD [ROUNDS]
"""
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

import contest

HERE = pathlib.Path(__file__).resolve().parent
POINTS, MEMORY_POINTS, SQLITE_POINTS = 1_000_000, 20_000, 500
WORDS = "epoch 3 of 10: all is well so far, the learning goes on"
LINES = 4_000_000  # of words, without a metric
LOOKS = 20


def run_words(build, *command):
    return [str(build / "winnow"), "run", "--store", ".winnow", "--quiet", "--minimize", "loss", "-p", "x=0.0..1.0", "--method",
            "random", "--trials", "1", "--name", "points", "--", *command]


def contestants(build):
    trial = [str(build / "bench" / "trial"), str(POINTS)]
    optuna = ["/usr/bin/python3", str(HERE / "optuna_study.py"), "report"]
    return [
        contest.Contestant("printing alone", ["/bin/sh", "-c", " ".join(trial) + " > {dir}/log"], POINTS),
        contest.Contestant("winnow", run_words(build, *trial), POINTS),
        contest.Contestant("Optuna, memory", optuna + [str(MEMORY_POINTS), "memory"], MEMORY_POINTS),
        contest.Contestant("Optuna, SQLite", optuna + [str(SQLITE_POINTS), "sqlite:///{dir}/o.db"],
                           SQLITE_POINTS),
    ]


def line_contestants(build):
    """Lines without a metric; a last one has it, for a trial without is a failure."""
    words = f"yes '{WORDS}' | head -n {LINES}; echo loss=1"
    return [
        contest.Contestant("printing alone", ["/bin/sh", "-c", f"({words}) > {{dir}}/log"], LINES),
        contest.Contestant("winnow", run_words(build, "/bin/sh", "-c", words), LINES),
    ]


def bytes_per_point(build, base):
    with tempfile.TemporaryDirectory(dir=base) as folder:
        trial = str(build / "bench" / "trial")
        for points in (1, POINTS):
            subprocess.run(run_words(build, trial, str(points)), cwd=folder, check=True,
                           stdout=subprocess.DEVNULL)
            with sqlite3.connect(f"{folder}/.winnow/winnow.db") as store:
                store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            size = os.path.getsize(f"{folder}/.winnow/winnow.db")
            if points == 1:
                empty = size
        return (size - empty) / POINTS


def latencies(build, base):
    """Seconds from the moment a line is printed until another process reads its point."""
    script = "import time\nfor i in range(%d):\n print(f'at={time.time()}', 'loss=1')\n time.sleep(.13)" % LOOKS
    with tempfile.TemporaryDirectory(dir=base) as folder:
        runner = subprocess.Popen(run_words(build, "/usr/bin/python3", "-u", "-c", script), cwd=folder,
                                  stdout=subprocess.DEVNULL)
        while not os.path.exists(f"{folder}/.winnow/winnow.db"):
            time.sleep(0.001)
        seen = []
        store = sqlite3.connect(f"file:{folder}/.winnow/winnow.db?mode=ro", uri=True)
        while runner.poll() is None:
            rows = store.execute("SELECT last, count FROM summary JOIN metric ON metric.id = metric "
                                 "WHERE name = 'at'").fetchall() if has_schema(store) else []
            if rows and len(seen) < rows[0][1]:
                seen.append(time.time() - rows[0][0])
            time.sleep(0.001)
        store.close()
        return seen


def has_schema(store):
    return store.execute("SELECT 1 FROM sqlite_schema WHERE name = 'summary'").fetchone() is not None


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    base = build / "bench"
    field = contestants(build)
    contest.hold(field, rounds, base)
    contest.print_table("points reported by one trial", "point", field, field[1])
    printing, winnow, _, sqlite = field
    own = winnow.cpu_per_unit() - printing.cpu_per_unit()
    print(f"winnow alone: {own * 1e6:.2f} us of CPU and {bytes_per_point(build, base):.1f} bytes a point; "
          f"{winnow.ratio_to(sqlite):,.0f} x Optuna, SQLite")
    field = line_contestants(build)
    contest.hold(field, rounds, base)
    printing, winnow = field
    own = winnow.cpu_per_unit() - printing.cpu_per_unit()
    print(f"lines without a metric, followed in a log: {1e-6 / own:.1f} M lines a second of winnow's CPU")
    waits = sorted(latencies(build, base))
    print(f"a printed point is there for a reader after {statistics.median(waits) * 1e3:.0f} ms, "
          f"{waits[-1] * 1e3:.0f} ms at most ({len(waits)} points)")


if __name__ == "__main__":
    main()
