# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs of trials that are over: packed into one archive, read as before, packed by the next runner
where one was killed; and logs that grow over their limit.
"""
import os
import shutil
import signal
import subprocess

import pytest

from sweeps import (log_files, logs_of, packed_in, points_of, query, trial_states, wait_until, words)

SET = "--set"


def shown(project, *args):
    done = project.winnow("logs", "s", *args)
    assert done.returncode == 0, done.stderr
    return done.stdout


def disk_use(path):
    return sum(entry.stat().st_blocks * 512 for entry in path.rglob("*"))


# ---- packing -------------------------------------------------------------------------------------


def test_logs_of_a_sweep_that_is_over_are_in_one_archive(project):
    script = "echo this is {trial}; echo score={x} >> $WINNOW_METRICS; test {trial} != 3"
    project.winnow(*words(command=["sh", "-c", script], trials=6))
    assert log_files(project) == []
    assert packed_in(project) == sorted([f"logs/{n}.0.log" for n in range(6)]
                                        + [f"metrics/{n}.0" for n in range(6)])
    assert shown(project, "4") == shown(project, "-f", "4") == "this is 4\n"
    page = project.winnow("show", "s", "3").stdout
    assert "logs.sqlar\nthis is 3\n" in page
    assert "failed: exit code 1: this is 3 (trial 3)" in project.winnow("show", "s").stdout


def test_the_sqlite3_shell_opens_the_archive(project):
    if not shutil.which("sqlite3"):
        pytest.skip("sqlite3 is not installed")
    script = "seq 1 1000; echo score={x}"  # long enough to be compressed
    project.winnow(*words(command=["sh", "-c", script], trials=2))
    whole = shown(project, "1")
    archive = project.path / ".winnow" / "sweeps" / "1" / "logs.sqlar"
    subprocess.run(["sqlite3", archive, "-Ax"], cwd=project.path, check=True)
    assert (project.path / "logs" / "1.0.log").read_text() == whole
    assert whole.startswith("1\n2\n") and len(whole) > 3000


def test_every_attempt_has_its_log_in_the_archive(project):
    script = "echo try $(ls seen-* 2> /dev/null | wc -l); mktemp seen-XXXXXX > /dev/null; exit 1"
    project.winnow(*words("--retries", "1", command=["sh", "-c", script], trials=1))
    assert shown(project, "--attempt", "0", "0") == "try 0\n"
    assert shown(project, "--attempt", "1", "0") == "try 1\n"
    assert project.winnow("resume", "--failed", "s").returncode == 1
    assert logs_of(project) == ["0.0.log", "0.1.log", "0.2.log", "0.3.log"][:len(logs_of(project))]
    assert shown(project, "--attempt", "0", "0") == "try 0\n"


def test_what_a_killed_runner_left_is_packed_by_the_next_one(project):
    script = "echo this is {trial}; echo score={x}; test {trial} -lt 3 || until test -e go; do sleep 0.02; done"
    runner = project.start(*words(command=["sh", "-c", script], trials=6, parallel=2))
    wait_until(lambda: points_of(project) and trial_states(project).count("finished") == 3,
               what="three results")
    runner.kill()
    runner.wait(20)
    assert len(log_files(project)) == 5 and not packed_in(project)
    (project.path / "go").touch()
    assert project.winnow("resume", "s").returncode == 0
    assert log_files(project) == [] and len(packed_in(project)) == 6
    assert [shown(project, str(n)).split("\n")[0] for n in range(6)] == [
        f"this is {n}" for n in range(6)]


def test_logs_are_packed_while_a_sweep_goes_on(project):
    script = "echo score={x}; test {trial} != 4020 || until test -e go; do sleep 0.02; done"
    runner = project.start(*words("--quiet", command=["sh", "-c", script], trials=4040, parallel=8))
    folder = project.path / ".winnow" / "sweeps" / "1" / "logs"
    wait_until(lambda: packed_in(project) and len(os.listdir(folder)) < 100, seconds=100,
               what="the first batch")
    assert runner.process.poll() is None
    assert shown(project, "7").startswith("score=")
    (project.path / "go").touch()
    assert runner.wait(60) == 0, runner.stderr_text()
    assert log_files(project) == [] and len(packed_in(project)) == 4040


def test_an_archive_that_cannot_be_written_is_told_once_and_the_logs_stay(project):
    project.write(".winnow/sweeps/1/logs.sqlar", "this is no database at all " * 10)
    done = project.winnow(*words(trials=4))
    assert done.returncode == 0
    assert done.stderr.count("logs stay files for now") == 1
    assert len(log_files(project)) == 4
    assert shown(project, "2").startswith("score=")


def test_a_runner_that_is_killed_while_it_packs_loses_no_log(project):
    runner = project.start(*words("--quiet", trials=1200, parallel=8,
                                  command=["/bin/echo", "score={x}"]))
    archive = project.path / ".winnow" / "sweeps" / "1" / "logs.sqlar"
    wait_until(archive.exists, what="packing")
    runner.kill()
    runner.wait(20)
    assert project.winnow("resume", "s").returncode == 0
    assert log_files(project) == [] and trial_states(project) == ["finished"] * 1200
    last = query(project, "SELECT id & 0xffffffff, attempt FROM trial")
    assert {f"{trial}.{attempt}.log" for trial, attempt in last} <= set(logs_of(project))


# ---- the limit -----------------------------------------------------------------------------------


def test_a_log_keeps_its_beginning_and_its_end(project):
    script = "echo first; yes filler | head -c 30000000; echo; echo score={x}; echo last"
    done = project.winnow(*words(SET, "limits.log=1MiB", command=["sh", "-c", script], trials=1))
    assert done.returncode == 0
    text = shown(project, "0")
    assert text.startswith("first\nfiller\n") and text.endswith("last\n") and "score=" in text[-100:]
    assert "[winnow: 27.6 MiB left out here, limits.log is 1.0 MiB" in text
    assert len(text) <= (1 << 20) + 8192
    assert disk_use(project.path / ".winnow" / "sweeps") < 2 << 20


def test_no_limit_keeps_all_of_a_log(project):
    script = "yes filler | head -c 3000000; echo; echo score={x}"
    project.winnow(*words(SET, "limits.log=0", command=["sh", "-c", script], trials=1))
    assert len(shown(project, "0")) > 3000000


def test_a_log_is_cut_while_its_trial_goes_on(project):
    script = ("yes filler | head -c 30000000; echo; echo score={x}; until test -e go; do sleep 0.02; "
              "done; echo last")
    runner = project.start(*words(SET, "limits.log=1MiB", command=["sh", "-c", script], trials=1))
    wait_until(lambda: points_of(project), what="the metric")
    logs = project.path / ".winnow" / "sweeps" / "1" / "logs"
    wait_until(lambda: disk_use(logs) < 2 << 20, what="the cut")
    follower = project.start("logs", "-f", "s", "0")
    (project.path / "go").touch()
    assert runner.wait(20) == 0 and follower.wait(20) == 0
    assert follower.stdout_text().endswith("last\n")


def test_metrics_on_either_side_and_within_what_is_left_out_all_count(project):
    line = "printf 'score=%d\\n' $i; yes filler | head -c 1000000; echo; "
    script = f"i=0; while [ $i -lt 20 ]; do {line} i=$((i + 1)); done"
    project.winnow(*words(SET, "limits.log=256KiB", command=["sh", "-c", script], trials=1))
    assert query(project, "SELECT count, min, max, last FROM summary") == [(20, 0, 19, 19)]


def test_a_runner_that_was_killed_in_a_long_log_goes_on_where_it_was(project):
    half = "yes filler | head -c 20000000; echo; echo score=1; "
    script = f"{half} until test -e go; do sleep 0.02; done; {half} echo score=2"
    runner = project.start(*words(SET, "limits.log=1MiB", command=["sh", "-c", script], trials=1))
    wait_until(lambda: points_of(project), what="the metric")
    runner.send_signal(signal.SIGKILL)
    runner.wait(20)
    (project.path / "go").touch()
    assert project.winnow("resume", "s").returncode == 0
    assert query(project, "SELECT count, last FROM summary") == [(3, 2)]
    assert disk_use(project.path / ".winnow" / "sweeps") < 2 << 20
