# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes that SIGKILL does not end, as those that hang in the kernel or are frozen: the trial says
so with their pids, keeps its slot, and ends as soon as they do.

They are made by a tracer, this test: a traced process stops once more on its way out, until the
tracer lets it go.
"""
import ctypes
import errno
import os
import signal

import pytest
from sweeps import last_json, pids_of, query, trial_states, wait_until, words

SEIZE, DETACH, STOP_AT_EXIT = 0x4206, 17, 0x40
TRACE = ctypes.CDLL(None, use_errno=True).ptrace
TRACE.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]

# The command, which ends when its child does; both are killed by what the tests do.
COMMAND = ["sh", "-c", "echo started >> starts; [ -e again ] || { touch again; sleep 1000 & "
                       "echo $! > pids; wait; }; echo score={x}"]


def hold(pid):
    """From now on the process does not go away when it is killed."""
    if TRACE(SEIZE, pid, None, STOP_AT_EXIT) != 0:
        reason = ctypes.get_errno()
        assert reason in (errno.EPERM, errno.ENOSYS), os.strerror(reason)
        pytest.skip("this machine does not let one process trace another")


def let_go(pid):
    os.waitpid(pid, 0x40000000)  # __WALL: it stopped
    assert TRACE(DETACH, pid, None, None) == 0


def start(project):
    """A sweep of one trial, whose child cannot be killed; returns its pid too."""
    runner = project.start(*words("--retries", 1, "--set", "limits.grace=100ms", trials=1, parallel=1, command=COMMAND))
    pid = int(wait_until(lambda: pids_of(project))[0])
    hold(pid)
    return runner, pid


def shim_of(project):
    log = str(project.path / ".winnow" / "sweeps" / "1" / "logs" / "0.0.log")
    for process in os.listdir("/proc"):
        try:
            with open(f"/proc/{process}/comm", encoding="utf-8") as name:
                if name.read() == "winnow-shim\n" and os.readlink(f"/proc/{process}/fd/3") == log:
                    return int(process)
        except OSError:
            continue
    return None


def expect_told(project, runner, pid):
    told = f"process {pid} cannot be killed"
    wait_until(lambda: f"trial 0: {told}" in runner.stderr_text(), what="the notice")
    wait_until(lambda: told in project.winnow("show", "s", "0").stdout, what="the reason")
    assert last_json(project.winnow("show", "s", "0", "--json").stdout)["reason"].startswith(told)
    assert f"trial 0: {told}" in project.winnow("board", "s").stderr
    assert trial_states(project) == ["running"]
    assert (project.path / "starts").read_text() == "started\n"


def test_a_killed_trial_says_which_process_does_not_end(project):
    runner, pid = start(project)
    asked = project.start("kill", "s", 0)
    expect_told(project, runner, pid)
    let_go(pid)
    assert asked.wait(20) == 0 and runner.wait(20) == 1
    assert query(project, "SELECT state, reason LIKE '%cannot be killed%' FROM trial") == [("killed", 0)]


def test_what_a_killed_shim_left_is_not_run_a_second_time_beside_it(project):
    runner, pid = start(project)
    os.kill(shim_of(project), signal.SIGKILL)
    expect_told(project, runner, pid)
    let_go(pid)
    assert runner.wait(20) == 0
    assert trial_states(project) == ["finished"]
    assert query(project, "SELECT state FROM attempt") == [("lost",)]


def test_a_resumed_sweep_waits_for_what_does_not_end(project):
    first, pid = start(project)
    first.kill()
    first.wait(20)
    os.kill(shim_of(project), signal.SIGKILL)
    runner = project.start("resume", "s")
    expect_told(project, runner, pid)
    let_go(pid)
    assert runner.wait(20) == 0
    assert trial_states(project) == ["finished"]


def test_other_slots_go_on(project):
    command = ["sh", "-c", "[ {x} != 1 ] || { sleep 1000 & echo $! > pids; wait; }; echo score={x}"]
    runner = project.start(*words("--method", "grid", x="x=1..4", trials=4, parallel=2,
                                  command=command))
    pid = int(wait_until(lambda: pids_of(project))[0])
    hold(pid)
    os.kill(shim_of(project), signal.SIGUSR1)
    told = f"trial 0: process {pid} cannot be killed"
    wait_until(lambda: told in runner.stderr_text(), what="the notice")
    wait_until(lambda: sorted(trial_states(project)) == ["finished"] * 3 + ["running"],
               what="the other trials")
    let_go(pid)
    assert runner.wait(20) == 0
    assert sorted(trial_states(project)) == ["finished"] * 3 + ["killed"]
