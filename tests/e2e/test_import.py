# SPDX-License-Identifier: GPL-3.0-or-later
"""winnow import: results from elsewhere become trials of a sweep, and the search learns of them."""
import csv
import io
import json
import sqlite3
import subprocess
import sys

import pytest

from sweeps import last_json

SPEC = """
name: s
method: random
metric: {name: loss, goal: minimize}
budget: {trials: 4}
seed: 1
parameters:
  lr: {min: 0.0, max: 1.0}
  n: {min: 1, max: 1000}
  kind: {values: [a, b, "1", 2, [3, x], true]}
  fixed: {value: 7}
  deep: {when: {kind: b}, parameters: {depth: {values: [1, 2]}}}
forbid: ["n = 13"]
command: [echo, "loss={lr}"]
"""


@pytest.fixture
def sweep(project):
    project.write("s.yaml", SPEC)
    done = project.winnow("run", "s.yaml")
    assert done.returncode == 0, done.stderr
    return project


def query(project, sql):
    with sqlite3.connect(project.path / ".winnow" / "winnow.db") as store:
        return store.execute(sql).fetchall()


def take(project, text, *options, into="s", name="more.csv"):
    project.write(name, text)
    return project.winnow("import", name, "--into", into, *options, "--json")


def params(project, trial):
    return json.loads(query(project, f"SELECT params FROM trial WHERE id & 4294967295 = {trial}")[0][0])


# ---- what goes in --------------------------------------------------------------------------------


def test_rows_become_trials_that_say_where_they_come_from(sweep):
    done = take(sweep, "lr,n,kind,loss\n0.5,2,a,-3\n0.25,3,2,0.5\n")
    assert json.loads(done.stdout) == {"sweep": "s", "imported": 2, "first_trial": 4, "known": 0,
                                       "outside": 0, "unfinished": 0}
    assert query(sweep, "SELECT state, objective, mean, score, imported_from, enqueued_by IS NULL "
                 "FROM trial WHERE id & 4294967295 >= 4 ORDER BY id") == [
        ("finished", -3.0, -3.0, -3.0, "more.csv", 0), ("finished", 0.5, 0.5, 0.5, "more.csv", 0)]
    assert params(sweep, 4) == {"lr": 0.5, "n": 2, "kind": "a", "fixed": 7}
    assert params(sweep, 5)["kind"] == 2
    best = json.loads(sweep.winnow("show", "s", "--json").stdout)["best"]
    assert (best["trial"], best["objective"]) == (4, -3.0)
    assert "imported   from more.csv" in sweep.winnow("show", "s", 4).stdout
    assert query(sweep, "SELECT verb, argument, answer FROM request") == [
        ("import", "more.csv", "2 trials")]
    assert json.loads(sweep.winnow("verify", "s", "--json").stdout)["missing"] == 0


def test_names_may_be_in_full_and_the_file_as_spreadsheets_write_it(sweep):
    done = take(sweep, '\ufeffparam.lr,param.n,kind,deep.depth,"objective",metric.acc,state\r\n'
                '0.5,2.0,b,2,1e-3,0.9,\r\n\r\n0.1,3,"[3,""x""]",,,,failed\r\n0.2,4,1,,NaN,,\r\n'
                '0.3,5,true,,0.5,,stopped')
    assert done.returncode == 0, done.stderr
    assert params(sweep, 4) == {"lr": 0.5, "n": 2, "kind": "b", "fixed": 7, "deep": {"depth": 2}}
    assert params(sweep, 5)["kind"] == [3, "x"]
    assert params(sweep, 6)["kind"] == "1" and params(sweep, 7)["kind"] is True
    assert query(sweep, "SELECT state FROM trial WHERE id & 4294967295 >= 4 ORDER BY id") == [
        ("finished",), ("failed",), ("nan",), ("stopped",)]
    assert query(sweep, "SELECT trial & 4294967295, count, last FROM summary JOIN metric ON metric.id = metric "
                 "WHERE name = 'acc'") == [(4, 1, 0.9)]


def test_the_same_file_twice_changes_nothing_more(sweep):
    text = "lr,n,kind,loss\n0.5,2,a,-3\n0.5,2,a,-3\n"
    assert json.loads(take(sweep, text).stdout)["known"] == 1
    again = take(sweep, text)
    assert again.returncode == 1 and json.loads(again.stdout)["known"] == 2
    assert query(sweep, "SELECT count(*) FROM trial") == [(5,)]


def test_what_had_not_ended_is_left_out(sweep):
    done = take(sweep, "lr,n,kind,loss,state\n0.5,2,a,,running\n0.6,2,a,1,finished\n")
    assert (json.loads(done.stdout)["unfinished"], json.loads(done.stdout)["imported"]) == (1, 1)


# ---- winnow's own files --------------------------------------------------------------------------


@pytest.mark.parametrize("repeats", [1, 3])
def test_a_board_comes_back_unchanged(project, repeats):
    project.write("s.yaml", SPEC.replace("seed: 1", f"seed: 1\nrepeats: {repeats}\nfail_fast: 0").replace(
        'command: [echo, "loss={lr}"]',
        'command: [sh, -c, "[ {n} -lt 900 ] || exit 3; echo acc=0.{n}; echo loss={lr}{seed}"]'))
    project.winnow("run", "s.yaml", "--trials", "12")
    project.winnow("tag", "s", 0, "good", "slow")
    board = project.winnow("board", "s", "--csv").stdout
    project.write("board.csv", board)
    done = project.winnow("import", "board.csv", "--spec", "s.yaml", "--name", "again", "--trials", "12")
    assert done.returncode == 2  # no such option: the budget is the spec's
    done = project.winnow("import", "board.csv", "--spec", "s.yaml", "--name", "again")
    assert done.returncode == 0, done.stderr
    assert project.winnow("board", "again", "--csv").stdout == board
    assert "failed" in board and "good slow" in board


def test_an_export_of_trials_keeps_each_repeat(project):
    project.write("s.yaml", SPEC.replace("seed: 1", "seed: 1\nrepeats: 2").replace(
        "loss={lr}", "loss={seed}"))
    project.winnow("run", "s.yaml")
    project.write("trials.csv", project.winnow("export", "s", "--trials", "--csv").stdout)
    assert project.winnow("import", "trials.csv", "--spec", "s.yaml", "--name", "t").returncode == 0
    rows = "SELECT id & 4294967295, objective, mean, se, state FROM trial WHERE id >> 32 = %d ORDER BY id"
    assert query(project, rows % 2) == query(project, rows % 1)
    assert len({row[1] for row in query(project, rows % 2)}) == 2


def test_a_repeat_that_is_missing_is_run(project):
    project.write("s.yaml", SPEC.replace("seed: 1", "seed: 1\nrepeats: 2"))
    project.winnow("run", "s.yaml", "--set", "budget.trials=1")
    done = take(project, "lr,n,kind,loss,repeat\n0.5,2,a,0.5,0\n")
    assert json.loads(done.stdout)["imported"] == 1
    assert query(project, "SELECT state, imported_from FROM trial WHERE id & 4294967295 >= 2") == [
        ("finished", "more.csv"), ("queued", None)]
    project.winnow("resume", "s")
    assert query(project, "SELECT state, objective FROM trial WHERE id & 4294967295 = 3") == [
        ("finished", 0.5)]


# ---- what follows --------------------------------------------------------------------------------


def test_a_new_sweep_goes_on_from_them(project):
    project.write("s.yaml", SPEC)
    project.write("old.csv", "lr,n,kind,loss\n0.5,2,a,-3\n0.25,3,a,0.5\n")
    assert project.winnow("import", "old.csv", "--spec", "s.yaml").returncode == 0
    done = last_json(project.winnow("resume", "s", "--json").stdout)
    assert done["trials"]["finished"] == 2 + 4  # they are beyond the budget
    assert done["best"]["trial"] == 0 and done["best"]["objective"] == -3.0
    assert json.loads(project.winnow("verify", "s", "--json").stdout)["missing"] == 0


def test_a_grid_does_not_try_them_again(project):
    project.winnow("run", "--minimize", "loss", "-p", "x=1|2|3|4", "--method", "grid", "--name", "s",
                   "--trials", "1", "--", "sh", "-c", "echo {x} >> ran; echo loss={x}")
    project.write("old.csv", "x,loss\n2,20\n4,40\n")
    project.winnow("import", "old.csv", "--into", "s")
    project.winnow("resume", "s")
    grid = "method: grid\nmetric: {name: loss, goal: minimize}\nparameters: {x: {values: [1, 2, 3, 4]}}\n" \
           "command: [sh, -c, 'echo {x} >> tried; echo loss={x}']\n"
    project.write("g.yaml", grid)
    project.winnow("import", "old.csv", "--spec", "g.yaml", "--name", "g")
    project.winnow("resume", "g")
    assert sorted((project.path / "tried").read_text().split()) == ["1", "3"]
    assert json.loads(project.winnow("verify", "g", "--json").stdout)["missing"] == 0


def test_their_values_stop_nobody_early(project):
    """A final value is no first report: the median rule must not compare with it."""
    project.write("s.yaml", "method: random\nmetric: {name: loss, goal: minimize}\nbudget: {trials: 6}\nname: s\n"
                  "parameters: {x: {min: 0.0, max: 1.0}}\nseed: 1\nparallel: 6\n"
                  "early_terminate: {type: median, min_iter: 1}\n"
                  "command: [sh, -c, 'for i in 9 8 7; do echo loss=$i; sleep 0.2; done']\n")
    project.write("old.csv", "x,loss\n" + "".join(f"0.{i}5,0.{i}\n" for i in range(1, 9)))
    done = project.winnow("import", "old.csv", "--spec", "s.yaml")
    assert done.returncode == 0, done.stderr
    trials = last_json(project.winnow("resume", "s", "--json").stdout)["trials"]
    assert trials["finished"] == 8 + 6 and trials["stopped"] == 0


# ---- what is refused -----------------------------------------------------------------------------


def test_all_mistakes_are_told_at_once_with_their_lines(sweep):
    done = take(sweep, "lr,n,kind,loss,state\n0.5,2,a,1,\n2.0,2,a,1,\n0.5,2,zebra,1,\n0.5,x,a,1,\n"
                '0.5,2,a,one,\n0.5,2,a,1,odd\n0.5,2,a\n0.5,13,a,1,\n0.5,3,a,,finished\n0.5,"2"x,a,1,\n')
    assert done.returncode == 2 and "nothing was imported: 9 mistakes in more.csv" in done.stderr
    lines = [line.split(": ", 1)[0] for line in done.stderr.splitlines() if line.startswith("more.csv")]
    assert lines == [f"more.csv:{number}" for number in range(3, 12)]
    for said in ("lr", "zebra", "has 3 cells", "constraints", "has no loss", "closing quote", "found odd"):
        assert said in done.stderr
    assert query(sweep, "SELECT count(*) FROM trial") == [(4,)]
    assert query(sweep, "SELECT count(*) FROM request") == [(0,)]


def test_what_does_not_fit_can_be_left_out(sweep):
    done = take(sweep, "lr,n,kind,loss,colour\n0.5,2,a,1,red\n2.0,2,a,1,\n0.5,13,a,1,\n", "--skip")
    assert (json.loads(done.stdout)["imported"], json.loads(done.stdout)["outside"]) == (1, 2)


@pytest.mark.parametrize("text, complaint", [
    ("", "is empty"), ("lr,n,loss\n", "no column for the parameter kind"),
    ("lr,n,kind\n", "no column for the result: call it objective, or loss"),
    ("lr,n,kind,loss,lrr\n", "did you mean lr?"), ("lr,n,kind,loss,acc\n", "metric.acc"),
    ("lr,n,kind,loss,lr\n", "is there twice"), ("lr,param.lr,n,kind,loss\n", "is there twice"),
    ("lr,n,kind,loss,\"a\"b\n", "the header has something behind a closing quote"),
])
def test_a_header_that_is_not_understood_is_refused(sweep, text, complaint):
    done = take(sweep, text)
    assert done.returncode == 2 and complaint in done.stderr


def test_no_sweep_is_made_for_a_file_that_is_refused(project):
    project.write("s.yaml", SPEC)
    project.write("bad.csv", "lr,n,kind,loss\n9,9,9,9\n")
    assert project.winnow("import", "bad.csv", "--spec", "s.yaml").returncode == 2
    assert json.loads(project.winnow("ls", "--json").stdout)["sweeps"] == []


def test_it_needs_a_sweep_that_nobody_works_on(project):
    runner = project.start("run", "--minimize", "loss", "-p", "x=1|2", "--method", "grid", "--name", "s", "--",
                           "sh", "-c", "touch begun; until [ -e go ]; do sleep 0.02; done; echo loss=1")
    try:
        while not (project.path / "begun").exists():
            assert runner.process.poll() is None, runner.stderr_text()
        done = take(project, "x,loss\n1,1\n")
        assert done.returncode == 1 and "winnow stop s, import, then winnow resume s" in done.stderr
    finally:
        project.write("go", "")
        assert runner.wait(60) == 0
    assert "name the sweep" in project.winnow("import", "more.csv").stderr
    assert project.winnow("import", "more.csv", "--into", "s", "--spec", "s.yaml").returncode == 2
    assert "cannot read" in project.winnow("import", "none.csv", "--into", "s").stderr


# ---- Optuna --------------------------------------------------------------------------------------

STUDY = """
import optuna, sys
optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.create_study(study_name=sys.argv[1], storage="sqlite:///optuna.db", direction=sys.argv[2])
def objective(trial):
    lr = trial.suggest_float("lr", 0, 1)
    n = trial.suggest_int("n", 1, 12)
    kind = trial.suggest_categorical("kind", ["a", "1", True])
    if trial.number == 2:
        trial.report(0.75, 1)
        trial.report(0.5, 2)
        raise optuna.TrialPruned()
    if trial.number == 3:
        raise ValueError("no")
    return lr + n
study.optimize(objective, n_trials=5, catch=(ValueError,))
for trial in study.trials:
    print(trial.params, trial.value)
"""


def study(project, name, direction="minimize"):
    made = subprocess.run([sys.executable, "-c", STUDY, name, direction], cwd=project.path, text=True,
                          capture_output=True, check=True)
    return [eval(line.rsplit("}", 1)[0] + "}") for line in made.stdout.splitlines()]


def test_a_study_of_optuna_is_taken_in(sweep):
    pytest.importorskip("optuna")
    wanted = study(sweep, "one")
    before = (sweep.path / "optuna.db").read_bytes()
    done = sweep.winnow("import", "optuna.db", "--into", "s", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["imported"] == 5
    for number, trial in enumerate(wanted):
        found = params(sweep, 4 + number)
        assert {name: found[name] for name in trial} == trial
    rows = query(sweep, "SELECT state, objective, started > 1.6e9 FROM trial WHERE id & 4294967295 >= 4 ORDER BY id")
    assert [row[0] for row in rows] == ["finished", "finished", "stopped", "failed", "finished"]
    assert rows[0][1] == pytest.approx(wanted[0]["lr"] + wanted[0]["n"]) and rows[2][1] == 0.5
    assert all(row[2] for row in rows) and (sweep.path / "optuna.db").read_bytes() == before
    study(sweep, "two", "maximize")
    assert "several studies; name one with --study: one, two" in sweep.winnow(
        "import", "optuna.db", "--into", "s").stderr
    assert "maximizes" in sweep.winnow("import", "optuna.db", "--into", "s", "--study", "two").stderr


def test_another_database_is_none_of_optuna(sweep):
    sweep.write("copy.db", "")
    with sqlite3.connect(sweep.path / "copy.db") as db:
        db.execute("CREATE TABLE t (a)")
    done = sweep.winnow("import", "copy.db", "--into", "s")
    assert done.returncode == 2 and "no database of Optuna" in done.stderr
