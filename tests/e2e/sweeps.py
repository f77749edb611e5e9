# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of whole sweeps share: command lines, waiting, and looking into what a sweep left."""
import contextlib
import csv
import io
import json
import signal
import sqlite3
import time

import pytest

# A search space with groups and a condition, without a command; and a grid with one.
SPEC = """
method: random
metric: {name: loss, goal: minimize}
seed: 3
parameters:
  lr: {distribution: log_uniform_values, min: 1.0e-5, max: 0.1}
  layers: {min: 1, max: 4}
  optimizer:
    parameters:
      kind: {values: [adam, sgd]}
      momentum: {min: 0.0, max: 0.9, when: {kind: sgd}}
"""

GRID = """
program: train.py
method: grid
metric: {name: loss, goal: minimize}
parameters:
  a: {values: [1, 2, 3]}
  b: {values: [x, "y z"]}
"""

SCORE = ["sh", "-c", "echo score={x}"]


def wait_until(condition, seconds=20, what="the condition"):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    pytest.fail(f"{what} did not come true within {seconds} s")


def words(*options, x="x=0.0..1.0", command=SCORE, trials=8, parallel=4):
    return ["run", "--maximize", "score", "-p", x, "--method", "random", "--seed", "1",
            "--trials", str(trials), "--parallel", str(parallel), "--name", "s", *options,
            "--", *command]


def cancel(runner):
    runner.send_signal(signal.SIGINT)
    wait_until(lambda: "waiting for" in runner.stderr_text(), what="draining")
    runner.send_signal(signal.SIGINT)


def last_json(text):
    return json.loads(text.strip().splitlines()[-1])


def sweep_of(project, index=0):
    return json.loads(project.winnow("ls", "--json").stdout)["sweeps"][index]


def rows_of(project, sweep="s"):
    text = project.winnow("board", sweep, "--csv").stdout
    return list(csv.DictReader(io.StringIO(text)))


def points_of(project, sweep="s"):
    text = project.winnow("export", sweep, "--points", "--csv").stdout
    return [(int(row["trial"]), row["metric"], float(row["step"]), float(row["value"]))
            for row in csv.DictReader(io.StringIO(text))]


def ask(path, sql):
    """Rows of a database; none as long as there is nothing in it."""
    if not path.exists():
        return []
    with contextlib.closing(sqlite3.connect(path)) as db:
        made = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        return db.execute(sql).fetchall() if made else []


def query(project, sql):
    """Rows of the sweep's own database."""
    return ask(project.path / ".winnow" / "winnow.db", sql)


def trial_states(project):
    return [row[0] for row in query(project, "SELECT state FROM trial ORDER BY id")]


def pids_of(project, name="pids"):
    path = project.path / name
    return path.read_text().split() if path.exists() else []


def log_files(project, sweep=1):
    return sorted((project.path / ".winnow" / "sweeps" / str(sweep) / "logs").iterdir())


def packed_in(project, sweep=1):
    """The names of what is in the archive of a sweep."""
    archive = project.path / ".winnow" / "sweeps" / str(sweep) / "logs.sqlar"
    return [row[0] for row in ask(archive, "SELECT name FROM sqlar ORDER BY name")]


def logs_of(project, sweep=1):
    """The names of all logs, packed ones too."""
    files = {log.name for log in log_files(project, sweep)}
    packed = {name[5:] for name in packed_in(project, sweep) if name.startswith("logs/")}
    return sorted(files | packed)
