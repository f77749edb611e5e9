# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user of Optuna writes to run a command as trials, or to report points.

usage: optuna_study.py trials N PARALLEL URL COMMAND...     URL is sqlite:///FILE, or memory
       optuna_study.py report N URL
"""
import subprocess
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)


def make_study(url):
    return optuna.create_study(storage=None if url == "memory" else url,
                               sampler=optuna.samplers.RandomSampler(seed=1))


def run_trials(count, parallel, url, command):
    def objective(trial):
        trial.suggest_float("x", 0, 1)
        output = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
        return float(output.rpartition(b"loss=")[2])

    make_study(url).optimize(objective, n_trials=count, n_jobs=parallel)


def report_points(count, url):
    study = make_study(url)
    trial = study.ask()
    for step in range(count):
        trial.report(0.5, step)
    study.tell(trial, 0.5)


if __name__ == "__main__":
    if sys.argv[1] == "trials":
        run_trials(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5:])
    else:
        report_points(int(sys.argv[2]), sys.argv[3])
