# SPDX-License-Identifier: GPL-3.0-or-later
"""Trials per second: winnow beside a bare spawn loop, Optuna and GNU parallel.

usage: trials.py BUILD [ROUNDS]
"""
import pathlib
import sys

import contest

HERE = pathlib.Path(__file__).resolve().parent
TRIALS, SLOW_TRIALS = 1000, 200


def contestants(build, parallel):
    trial = str(build / "bench" / "trial")
    optuna = ["/usr/bin/python3", str(HERE / "optuna_study.py"), "trials"]
    jobs = str(parallel)
    return [
        contest.Contestant("spawn loop", [str(build / "bench" / "limit"), str(TRIALS), jobs, trial],
                           TRIALS),
        contest.Contestant("winnow", [str(build / "winnow"), "run", "--quiet", "--minimize", "loss",
                                      "-p", "x=0.0..1.0", "--method", "random", "--trials",
                                      str(TRIALS), "--parallel", jobs, "--", trial], TRIALS),
        contest.Contestant("Optuna, memory", optuna + [str(TRIALS), jobs, "memory", trial], TRIALS),
        contest.Contestant("GNU parallel", ["/bin/sh", "-c", f"seq {TRIALS} | parallel --will-cite "
                                            f"-N0 -j {jobs} --joblog {{dir}}/log {trial}"], TRIALS),
        contest.Contestant("Optuna, SQLite", optuna + [str(SLOW_TRIALS), jobs, "sqlite:///{dir}/o.db",
                                                       trial], SLOW_TRIALS),
    ]


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    for parallel in (2, 8):
        field = contestants(build, parallel)
        contest.hold(field, rounds, build / "bench")
        contest.print_table(f"{TRIALS} trials of one line, {parallel} at once", "trial", field, field[0])
        winnow = field[1]
        for peer in field[2:]:
            print(f"winnow is {winnow.ratio_to(peer):.1f} x {peer.name}")


if __name__ == "__main__":
    main()
