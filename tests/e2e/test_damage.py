# SPDX-License-Identifier: GPL-3.0-or-later
"""Reboots, and files of a sweep that were deleted, cut short or overwritten: states are right, each
message is one sentence, nothing is counted twice and no stranger's process is touched."""
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys

import pytest

from sweeps import pids_of, points_of, query, trial_states, wait_until, words
from test_disk import GATED, disk  # noqa: F401  (a fixture)
from test_kill import left_behind


def begin(project, trials=2, parallel=2):
    """Returns when the first trials wait in their middle, with a point of each stored."""
    runner = project.start(*words("--quiet", command=GATED, parallel=parallel, trials=trials))
    wait_until(lambda: (project.path / ".winnow/winnow.db").exists()
               and len(points_of(project)) == min(parallel, trials), what="the first points")
    return runner


def folder(project):
    return project.path / ".winnow" / "sweeps" / "1"


def kill(runner):
    runner.kill()
    runner.wait(20)


def end_as_a_reboot_does(project):
    for pid in left_behind(project):
        with contextlib.suppress(ProcessLookupError):  # it went with its supervisor
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not left_behind(project), what="the end of all processes")


def finish(project, *options):
    (project.path / "go").touch()
    done = project.winnow("resume", "s", "--quiet", *options)
    assert done.returncode == 0, done.stderr
    proof = project.winnow("verify", "s", "--json")
    assert proof.returncode == 0, proof.stdout


def attempts(project):
    return query(project, "SELECT state FROM attempt")


# ---- reboots -------------------------------------------------------------------------------------


def test_after_a_reboot_running_trials_are_lost_and_run_again(project):
    kill(begin(project, trials=4))
    end_as_a_reboot_does(project)
    assert json.loads(project.winnow("ls", "--json").stdout)["sweeps"][0]["state"] == "interrupted"
    finish(project)
    assert trial_states(project) == ["finished"] * 4
    assert attempts(project) == [("lost",)] * 2 and len(points_of(project)) == 8


def test_a_strangers_process_is_neither_adopted_nor_killed(project):
    """It has the sweep's folder in its environment and a log of it open, but not a trial's key."""
    kill(begin(project))
    end_as_a_reboot_does(project)
    near = f"{folder(project)}/trial/0.0"
    log = open(folder(project) / "logs" / "0.0.log", "rb")
    strangers = [subprocess.Popen(["sleep", "60"], env={"PATH": os.environ["PATH"], **variables},
                                  stdin=log)
                 for variables in ({"WINNOW_TRIAL_KEY": near + "0"}, {"OTHER": near},
                                   {"WINNOW_TRIAL_KEY": f"/elsewhere{near}"})]
    try:
        finish(project)
        assert [stranger.poll() for stranger in strangers] == [None] * 3
        assert attempts(project) == [("lost",)] * 2
    finally:
        for stranger in strangers:
            stranger.kill()
            stranger.wait(20)


# As long as it lives it holds what tells that a supervisor lives: both locks of the log.
HOLDER = """import fcntl, sys, time
log = open(sys.argv[1], "rb+")
fcntl.flock(log, fcntl.LOCK_EX)
fcntl.lockf(log, fcntl.LOCK_EX)
print(flush=True)
time.sleep(60)
"""


def test_pids_that_another_process_has_by_now_mean_nothing(project):
    """The runner's pid on record is a stranger's, and a stranger locks the log of a trial."""
    kill(begin(project))
    end_as_a_reboot_does(project)
    stranger = subprocess.Popen([sys.executable, "-c", HOLDER, folder(project) / "logs" / "0.0.log"],
                                stdout=subprocess.PIPE)
    try:
        stranger.stdout.readline()  # it has them
        with contextlib.closing(sqlite3.connect(project.path / ".winnow" / "winnow.db")) as db, db:
            db.execute(f"UPDATE run SET pid = {stranger.pid}")
        assert json.loads(project.winnow("ls", "--json").stdout)["sweeps"][0]["state"] == "interrupted"
        finish(project)
        assert stranger.poll() is None
        assert attempts(project) == [("lost",)] * 2 and trial_states(project) == ["finished"] * 2
    finally:
        stranger.kill()
        stranger.communicate()


# ---- damage --------------------------------------------------------------------------------------


def empty(path):
    os.truncate(path, 0)


def garble(path):
    path.write_bytes(b"\x00\xff{\"trial\":0,\"attempt\":0,score=9 \x1b[2J" * 40)  # no newline


def remove(path):
    path.unlink()


DAMAGE = [remove, empty, garble]
FILES = ["logs/0.0.log", "exits.jsonl", "lock"]


@pytest.mark.parametrize("harm", DAMAGE)
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_was_damaged_while_nobody_ran_the_sweep(project, harm, name):
    kill(begin(project, trials=3))
    before = points_of(project)
    end_as_a_reboot_does(project)
    harm(folder(project) / name)
    finish(project)
    assert trial_states(project) == ["finished"] * 3 and len(points_of(project)) == 6
    assert set(before) <= set(points_of(project))


@pytest.mark.parametrize("harm", DAMAGE)
@pytest.mark.parametrize("name", ["logs/0.0.log", "exits.jsonl"])
def test_a_file_that_is_damaged_under_a_live_runner(project, harm, name):
    """A trial whose log or record is gone is failed or lost; the others are what they are."""
    runner = begin(project, trials=4)
    harm(folder(project) / name)
    (project.path / "go").touch()
    code = runner.wait(30)
    assert code == 0, runner.stderr_text()
    finish(project)
    assert trial_states(project)[2:] == ["finished"] * 2
    for number in range(4):
        steps = [point[2] for point in points_of(project) if point[0] == number]
        assert steps == sorted(set(steps)) and len(steps) <= 2


@pytest.mark.parametrize("name", ["logs", "metrics", ".", ".."])
def test_a_folder_that_is_removed_between_run_and_resume(project, name):
    kill(begin(project, trials=3))
    end_as_a_reboot_does(project)
    shutil.rmtree((folder(project) / name).resolve())
    finish(project)
    assert trial_states(project) == ["finished"] * 3 and len(points_of(project)) == 6


def test_a_folder_that_is_removed_under_a_live_runner(project):
    runner = begin(project, trials=6)
    shutil.rmtree(project.path / ".winnow" / "sweeps")
    (project.path / "go").touch()
    code = runner.wait(30)
    assert code in (0, 1, 3), runner.stderr_text()
    assert "sweeps/1" in runner.stderr_text() or code == 0 or query(
        project, "SELECT count(*) FROM trial WHERE reason LIKE '%sweeps/1%'")[0][0]
    finish(project, "--failed")
    assert trial_states(project) == ["finished"] * 6


def test_a_configuration_file_is_written_again(project):
    project.write("s.yaml", "name: s\nmethod: random\nbudget: {trials: 3}\nparallel: 1\nretries: 1\n"
                            "metric: {name: score, goal: maximize}\nparameters: {x: {min: 0.0, max: 1.0}}\n"
                            "command: [sh, -c, 'touch begun; until test -e go; do sleep 0.02; done; "
                            "test -s $0 && echo score=1; echo $$ >> pids', '${args_json_file}']\n")
    runner = project.start("run", "s.yaml")
    wait_until(lambda: (project.path / "begun").exists(), what="the first trial")
    assert (folder(project) / "configs" / "0.json").exists()
    kill(runner)
    end_as_a_reboot_does(project)
    shutil.rmtree(folder(project) / "configs")
    finish(project)
    assert trial_states(project) == ["finished"] * 3 and len(pids_of(project)) == 3


# ---- a disk that cannot be written ---------------------------------------------------------------


def test_a_store_that_cannot_be_written_can_be_read(project, disk):  # noqa: F811
    (project.path / "go").touch()
    assert project.winnow(*words(command=GATED, trials=3)).returncode == 0
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    for args in (["ls", "--json"], ["show", "s"], ["board", "s", "--csv"], ["verify", "s"],
                 ["export", "s", "--points"], ["logs", "s", "0"]):
        done = project.winnow(*args)
        assert done.returncode == 0 and done.stdout, (args, done.stderr)
    for args in (["resume", "s"], ["resume", "s", "--failed"], ["enqueue", "s", "x=0.5"],
                 ["rm", "--yes", "s"], words("--new", command=GATED)):
        done = project.winnow(*args)
        assert done.returncode == 3 and "cannot be written" in done.stderr, (args, done.stderr)
        assert done.stderr.count("\n") == 1, done.stderr


ACTS = [("kill", "s", 1), ("retry", "s", 1), ("enqueue", "s", "x=0.125"), ("set", "s", "parallel=1"),
        ("edit", "s", "x=0.0..2.0"), ("tag", "s", "0", "good"), ("note", "s", "0", "odd"), ("pause", "s"),
        ("unpause", "s"), ("stop", "s"), ("import", "more.csv", "--into", "s")]
REFUSED = {"kill", "pause", "unpause", "stop"}  # as ever, where no runner works on it


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act[0])
def test_acts_on_a_sweep_whose_folder_was_removed(project, act):
    kill(begin(project))
    end_as_a_reboot_does(project)
    if act[0] == "retry":
        finish(project)
        with contextlib.closing(sqlite3.connect(project.path / ".winnow" / "winnow.db")) as db, db:
            db.execute("UPDATE trial SET state = 'failed' WHERE id & 1")
    shutil.rmtree(folder(project))
    project.write("more.csv", "x,score\n0.25,1\n")
    done = project.winnow(*act)
    assert done.returncode == (1 if act[0] in REFUSED else 0), done.stderr
    assert "no runner works on it" in done.stderr or act[0] not in REFUSED
    finish(project)
