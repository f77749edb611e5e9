# SPDX-License-Identifier: GPL-3.0-or-later
"""winnow verify: a whole sweep is said to be whole, and every kind of damage is found and named."""
import json
import sqlite3

GRID = ["--minimize", "loss", "-p", "x=1..5", "-p", "y=a|b", "--method", "grid", "--parallel", "2",
        "--name", "g", "--quiet", "--", "sh", "-c", "echo loss={x}; [ {x}{y} != 3b ]"]


def change(project, *statements):
    with sqlite3.connect(project.path / ".winnow" / "winnow.db") as store:
        for statement in statements:
            store.execute(statement)


def verify(project, sweep="g"):
    done = project.winnow("verify", sweep, "--json")
    return done.returncode, json.loads(done.stdout)


def counts(found):
    return {key: found[key] for key in ("declared", "accepted", "missing", "duplicate", "torn")}


def whole(declared):
    return {"declared": declared, "accepted": declared, "missing": 0, "duplicate": 0, "torn": 0}


def test_a_whole_grid_is_whole_though_a_trial_failed(project):
    project.winnow("run", *GRID)
    code, found = verify(project)
    assert code == 0 and counts(found) == whole(10) and found["faults"] == []


def test_repeats_and_constraints_are_reckoned_with(project):
    project.write("g.yaml", """
method: grid
metric: {name: loss}
repeats: 3
constraints: [x <> 2]
parameters: {x: {min: 1, max: 5}, y: {values: [a, b]}}
command: [echo, "loss={x}"]
""")
    assert project.winnow("run", "g.yaml", "--quiet").returncode == 0
    code, found = verify(project)
    assert code == 0 and counts(found) == whole(24)


def test_a_target_may_end_a_sweep_early(project):
    project.winnow("run", "--set", "until.target=1", "--parallel", "1", *GRID)
    code, found = verify(project)
    assert code == 0 and found["declared"] < 10


def test_a_stopped_sweep_owes_the_rest(project):
    project.winnow("run", *GRID)
    change(project, "UPDATE sweep SET state = 'stopped'", "DELETE FROM trial WHERE id & 4294967295 > 6")
    code, found = verify(project)
    assert code == 1 and found["missing"] == 3 and found["declared"] == 10
    assert 'never begun: {"x":4,"y":"b"}' in found["faults"]


def test_a_lost_row_a_double_and_a_torn_series_are_named(project):
    project.winnow("run", *GRID)
    change(project, "DELETE FROM trial WHERE id & 4294967295 = 3",
           "UPDATE summary SET count = 7 WHERE trial & 4294967295 = 4",
           "UPDATE trial SET params_hash = (SELECT params_hash FROM trial WHERE id & 4294967295 = 8) "
           "WHERE id & 4294967295 = 9")
    code, found = verify(project)
    assert code == 1
    assert counts(found) == {"declared": 10, "accepted": 8, "missing": 2, "duplicate": 1, "torn": 1}
    faults = "\n".join(found["faults"])
    assert 'never begun: {"x":2,"y":"b"}' in faults and "trial 9 has the parameters" in faults
    assert "trial 4: loss has not the points" in faults


def test_a_cancelled_trial_has_no_result(project):
    project.winnow("run", *GRID)
    change(project, "UPDATE trial SET state = 'killed', reason = 'cancelled' WHERE id & 4294967295 = 2")
    done = project.winnow("verify", "g")
    assert done.returncode == 1
    assert "9 of 10 declared" in done.stdout
    assert "trial 2 has no result: it is killed, cancelled" in done.stdout


def test_random_sweeps_are_held_to_their_number(project):
    project.winnow("run", "--minimize", "loss", "-p", "x=0.0..1.0", "--method", "random", "--trials",
                   "6", "--name", "r", "--quiet", "--", "echo", "loss={x}")
    assert verify(project, "r") == (0, {"sweep": "r", "faults": [], **whole(6)})
    change(project, "DELETE FROM trial WHERE id & 4294967295 = 5")
    code, found = verify(project, "r")
    assert code == 1 and found["missing"] == 1


def test_a_damaged_database_is_told(project):
    project.winnow("run", *GRID)
    path = project.path / ".winnow" / "winnow.db"
    change(project, "PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[8192:9000] = b"\xff" * 808
    path.write_bytes(bytes(data))
    done = project.winnow("verify", "g")
    assert done.returncode == 3 and "damaged" in done.stderr
