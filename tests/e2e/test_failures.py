# SPDX-License-Identifier: GPL-3.0-or-later
"""winnow show --failures: what went wrong, how often, and what the trials that failed alike have in
common."""
import json
import sqlite3
import sys

import pytest

SCRIPT = '''
import sys, tempfile
kind, seed = sys.argv[1], sys.argv[2]
def fit(rate):
    if kind == "bad":
        raise ValueError(f"rate {rate} diverged in {tempfile.gettempdir()}/run-{seed}/model.bin")
    if kind == "killed":
        import os
        print("working", flush=True)
        os.kill(os.getpid(), 9)
    if kind == "silent":
        sys.exit(3)
    print("loss=1")
fit(float(seed) / 7)
'''


def run(project, kinds="good|bad|killed|silent", *options):
    project.write("train.py", SCRIPT)
    done = project.winnow("run", "--minimize", "loss", "-p", f"kind={kinds}", "-p", "n=1|2|3", "--method",
                          "grid", "--name", "s", "--set", "fail_fast=0", *options, "--", sys.executable, "train.py", "{kind}", "{n}")
    assert done.returncode in (0, 1), done.stderr


def failures(project):
    done = project.winnow("show", "s", "--failures", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def traits(group):
    return {trait["name"]: (trait["value"], trait["others"]) for trait in group["traits"]}


def test_failures_are_told_apart_by_what_they_said(project):
    run(project)
    told = failures(project)
    assert (told["ended"], told["failed"]) == (12, 9)
    groups = {group["last_line"]: group for group in told["failures"]}
    bad, = [group for line, group in groups.items() if line and "ValueError" in line]
    assert bad["last_line"].endswith("model.bin (train.py:6 in fit)")
    assert bad["signature"] == "ValueError: rate # diverged in model.bin (train.py:# in fit)"
    assert (bad["state"], bad["reason"], bad["count"]) == ("failed", "exit code 1", 3)
    assert groups["working"]["reason"] == "ended by signal 9 (Killed)"
    assert groups[None]["reason"] == "exit code 3"


def test_what_all_of_them_share_and_few_others_have_is_said(project):
    run(project)
    for group in failures(project)["failures"]:
        kind = group["traits"][0]["value"]
        assert traits(group) == {"kind": (kind, 0)} and group["others"] == 9
    text = project.winnow("show", "s", "--failures").stdout
    assert "9 of the 12 trials that ended failed" in text
    assert "all have kind=bad, as 0 of the 9 others\n" in text


def test_what_most_others_have_too_explains_nothing(project):
    run(project, "=bad")
    group, = failures(project)["failures"]
    assert group["count"] == 3 and group["traits"] == []


def test_the_end_of_one_log_is_shown(project):
    run(project)
    text = project.winnow("show", "s", "--failures").stdout
    assert "         | working\n" in text
    assert "         |     raise ValueError(" in text
    bad = [group for group in failures(project)["failures"] if "ValueError" in (group["last_line"] or "")]
    assert bad[0]["log_tail"].count("\n") <= 8 and "ValueError" in bad[0]["log_tail"]


def test_they_are_told_also_when_the_logs_are_gone(project):
    run(project)
    before = failures(project)["failures"]
    for log in (project.path / ".winnow" / "sweeps" / "1" / "logs").glob("*.log"):
        log.unlink()
    after = failures(project)["failures"]
    assert [group["last_line"] for group in after] == [group["last_line"] for group in before]


def test_a_trial_that_succeeds_at_last_is_none_of_them(project):
    done = project.winnow("run", "--minimize", "loss", "-p", "x=1|2", "--method", "grid", "--name", "s",
                          "--set", "retries=1", "--", "sh", "-c",
                          "[ -e seen-{x} ] || { touch seen-{x}; echo once; exit 1; }; echo loss={x}")
    assert done.returncode == 0, done.stderr
    told = failures(project)
    assert (told["ended"], told["failed"], told["failures"]) == (2, 0, [])
    assert "s has no failures" in project.winnow("show", "s", "--failures").stderr


@pytest.mark.parametrize("state, command, options", [
    ("nan", "echo loss=nan", []), ("failed", "echo no metric", []),
    ("timeout", "sleep 60", ["--set", "timeout=0.2s"]),
])
def test_every_state_of_failure_is_a_group(project, state, command, options):
    project.winnow("run", "--minimize", "loss", "-p", "x=1|2", "--method", "grid", "--name", "s", *options,
                   "--", "sh", "-c", command)
    group, = failures(project)["failures"]
    assert (group["state"], group["count"]) == (state, 2) and group["last_line"] is None


def test_ten_thousand_failures_are_grouped_from_their_rows(project):
    run(project)
    with sqlite3.connect(project.path / ".winnow" / "winnow.db") as store:
        row = store.execute("SELECT * FROM trial WHERE last_line LIKE 'ValueError%'").fetchone()
        names = [column[1] for column in store.execute("PRAGMA table_info(trial)")]
        line = names.index("last_line")
        marks = ",".join("?" * len(row))
        store.executemany(f"INSERT INTO trial VALUES ({marks})", (
            ((1 << 32) + number, *row[1:line], f"ValueError: rate 0.{number}", *row[line + 1:])
            for number in range(100, 10100)))
    most = failures(project)["failures"][0]
    assert most["count"] == 10000 and most["trials"] == [100, 101, 102, 103, 104]
    assert traits(most) == {"kind": ("bad", 3)}


def test_they_are_of_a_sweep(project):
    run(project)
    assert "not about a trial" in project.winnow("show", "s", 1, "--failures").stderr
