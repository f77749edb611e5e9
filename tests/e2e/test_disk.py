# SPDX-License-Identifier: GPL-3.0-or-later
"""Disks that fill up or cannot be written: sweeps pause and go on, readers read, messages say why.
Each test has a small file system of its own, which takes root to mount.
"""
import contextlib
import os
import signal
import subprocess

import pytest

from sweeps import (pids_of, points_of, query, sweep_of, trial_states, wait_until,
                    words)

STORE = ".winnow"


@pytest.fixture
def disk(project):
    """The store's folder, on a tmpfs of 16 MiB."""
    folder = project.path / STORE
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a file system of its own cannot be mounted here (are we root?)")
    yield folder
    (project.path / "go").touch()
    subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
    (folder / "filler").unlink(missing_ok=True)
    for runner in project.started:
        if runner.process.poll() is None:
            runner.kill()
            runner.wait(20)
    subprocess.run(["umount", "--lazy", folder], check=True)


def room_of(disk):
    about = os.statvfs(disk)
    return about.f_bavail * about.f_frsize


def fill(disk, leave=0):
    """Takes all room but `leave` bytes."""
    with open(disk / "filler", "ab", buffering=0) as filler, contextlib.suppress(OSError):
        while room_of(disk) > leave:
            filler.write(b"x" * min(room_of(disk) - leave, 1 << 20))


def make_room(disk):
    (disk / "filler").unlink()


# Prints, waits in the middle, prints again; a shell that cannot print fails.
GATED = ["sh", "-c", "echo $$ >> pids; echo score=0; until test -e go; do sleep 0.02; done; "
         "echo score={x} step=2"]


def shows_paused(project):
    return sweep_of(project)["state"] == "paused"


def assert_whole(project):
    proof = project.winnow("verify", "s", "--json")
    assert proof.returncode == 0, proof.stdout


def test_a_sweep_pauses_while_the_disk_runs_low(project, disk):
    runner = project.start(*words("--quiet", command=GATED, parallel=2, trials=6))
    wait_until(lambda: (project.path / "pids").exists(), what="the first trials")
    fill(disk, leave=100_000)
    wait_until(lambda: "paused" in runner.stderr_text(), what="the notice")
    (project.path / "go").touch()
    wait_until(lambda: trial_states(project) == ["finished"] * 2, what="the end of what ran")
    assert shows_paused(project)
    shown = project.winnow("show", "s").stdout
    assert "paused: 0." in shown and "MiB are left on the disk" in shown
    make_room(disk)
    assert runner.wait(20) == 0
    assert "going on" in runner.stderr_text()
    assert trial_states(project) == ["finished"] * 6
    assert_whole(project)


def test_the_state_that_is_shown_is_what_the_runner_does(project, disk):
    """Between the threshold, 1 % of the disk, and a quarter more: it does not pause there, and does
    not go on either."""
    scarce = 190_000
    runner = project.start(*words("--quiet", command=GATED, parallel=2, trials=6))
    wait_until(lambda: len(pids_of(project)) == 2, what="the first trials")
    fill(disk, leave=scarce)
    assert sweep_of(project)["state"] == "running"
    fill(disk, leave=100_000)
    wait_until(lambda: shows_paused(project), what="the pause")
    os.truncate(disk / "filler", (disk / "filler").stat().st_size - (scarce - room_of(disk)))
    (project.path / "go").touch()
    wait_until(lambda: trial_states(project) == ["finished"] * 2, what="the end of what ran")
    project.winnow("set", "s", "timeout=1h")  # nor is it a reason to go on
    wait_until(lambda: runner.stderr_text().count("edited") == 1, what="the edit")
    assert trial_states(project) == ["finished"] * 2 and shows_paused(project)
    make_room(disk)
    assert runner.wait(20) == 0
    assert sweep_of(project)["state"] == "finished"


def test_nothing_is_lost_while_the_disk_is_full(project, disk):
    runner = project.start(*words("--quiet", command=GATED, parallel=3, trials=6))
    wait_until(lambda: (project.path / "pids").exists()
               and len((project.path / "pids").read_text().split()) == 3, what="three trials")
    fill(disk)
    (project.path / "go").touch()
    wait_until(lambda: "paused" in runner.stderr_text(), what="the notice")
    make_room(disk)
    assert runner.wait(30) == 0, runner.stderr_text()
    assert trial_states(project) == ["finished"] * 6
    assert_whole(project)
    assert len(points_of(project)) == 12


def test_a_trial_that_fills_the_disk_is_not_in_the_way_of_others(project, disk):
    flood = "mkdir flooded 2> /dev/null && { yes score=1 2> /dev/null; exit 7; }; echo score={x}"
    runner = project.start(*words("--quiet", "--set", "retries=0", command=["sh", "-c", flood],
                                  parallel=2, trials=5))
    wait_until(lambda: "paused" in runner.stderr_text(), what="the notice")
    wait_until(lambda: shows_paused(project), what="the state")
    subprocess.run(["mount", "-o", "remount,size=200m", disk], check=True)
    assert runner.wait(60) == 0, runner.stderr_text()
    assert trial_states(project) == ["finished"] * 5
    lost = query(project, "SELECT state, reason FROM attempt")
    assert ("lost", "the disk was full while it ran (exit code 7)") in lost
    assert_whole(project)


def test_a_trial_that_ends_while_the_disk_is_full_keeps_its_result(project, disk):
    script = "echo score={x}; echo $$ >> pids; until test -e go; do sleep 0.02; done"
    runner = project.start(*words("--quiet", command=["sh", "-c", script], parallel=2, trials=2))
    wait_until(lambda: len(points_of(project)) == 2, what="the points")
    fill(disk)
    (project.path / "go").touch()
    wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in pids_of(project)),
               what="the end of the commands")
    assert trial_states(project) == ["running"] * 2  # their supervisors cannot write it down yet
    runner.kill()
    runner.wait(20)
    second = project.start("resume", "s", "--quiet")
    wait_until(lambda: "paused" in second.stderr_text(), what="the notice")
    make_room(disk)
    assert second.wait(30) == 0, second.stderr_text()
    assert trial_states(project) == ["finished"] * 2
    assert len(pids_of(project)) == 2 and not query(project, "SELECT * FROM attempt")
    assert_whole(project)


def test_a_pause_ends_with_a_signal(project, disk):
    runner = project.start(*words("--quiet", command=GATED, parallel=2, trials=6))
    wait_until(lambda: (project.path / "pids").exists(), what="the first trials")
    fill(disk)
    wait_until(lambda: "paused" in runner.stderr_text(), what="the notice")
    runner.send_signal(signal.SIGINT)
    (project.path / "go").touch()
    code = runner.wait(20)
    assert code == 3 and "the disk is full: make room" in runner.stderr_text() or code == 1
    make_room(disk)
    assert project.winnow("resume", "s").returncode == 0
    assert trial_states(project) == ["finished"] * 6
    assert_whole(project)


def test_who_paused_a_sweep_before_the_disk_was_full_keeps_it_paused(project, disk):
    flood = "test {trial} = 0 && { until test -e go; do sleep 0.02; done; yes score=1 2> /dev/null; }; " \
            "echo score={x}; exit 0"
    runner = project.start(*words("--quiet", command=["sh", "-c", flood], parallel=1, trials=3))
    wait_until(lambda: trial_states(project) == ["running"], what="the first trial")
    assert project.winnow("pause", "s").returncode == 0
    (project.path / "go").touch()
    wait_until(lambda: "the disk is full" in runner.stderr_text(), what="the notice")
    subprocess.run(["mount", "-o", "remount,size=200m", disk], check=True)
    wait_until(lambda: trial_states(project) != ["running"], what="the end of the first trial")
    assert query(project, "SELECT state, reason FROM sweep")[0][0] == "paused"
    assert len(trial_states(project)) == 1
    assert project.winnow("unpause", "s").returncode == 0
    assert runner.wait(30) == 0, runner.stderr_text()
    assert_whole(project)
