# SPDX-License-Identifier: GPL-3.0-or-later
"""Runners that are killed, stopped and followed by others: nothing is lost, nothing counts twice."""
import fcntl
import json
import os
import pty
import signal
import sqlite3
import subprocess
import termios
import time

from conftest import PROGRAM, clean_environment
from sweeps import (cancel, last_json, logs_of, pids_of, points_of, query, sweep_of, trial_states,
                    wait_until, words)

# A trial that prints a few points, and waits in the middle until the file `go` is there.
GATED = ["sh", "-c", "echo $$ >> pids; echo score=0; echo score=0.001; "
         "until test -e go; do sleep 0.02; done; echo score={x}; echo '{\"a\": {x}, \"step\": 9}'"]


def begin(project, *options, count=2, **more):
    """Starts a sweep of gated trials and returns when `count` of them run and were read."""
    runner = project.start(*words(*options, command=GATED, **more))
    wait_until(lambda: (project.path / ".winnow" / "winnow.db").exists()
               and len([p for p in points_of(project) if p[2] == 2]) >= count,
               what="the first points")
    return runner


def kill(runner):
    runner.kill()
    runner.wait(20)


def outcome_of(project):
    """All that two sweeps must agree in if nothing was lost or counted twice."""
    trials = query(project, "SELECT id, state, params, seed, objective, mean FROM trial "
                            "ORDER BY id")
    return trials, points_of(project)


def test_a_sweep_whose_runner_was_killed_ends_like_an_undisturbed_one(project, tmp_path_factory):
    runner = begin(project, parallel=2, trials=6)
    kill(runner)
    second = project.start("resume", "s")
    wait_until(lambda: sweep_of(project)["state"] == "running", what="the second runner")
    kill(second)
    (project.path / "go").touch()
    assert project.winnow("resume", "s").returncode == 0
    disturbed = outcome_of(project)

    calm = type(project)(tmp_path_factory.mktemp("calm"))
    (calm.path / "go").touch()
    calm.winnow(*words(command=GATED, parallel=2, trials=6))
    assert disturbed == outcome_of(calm)
    assert len(pids_of(project)) == 6 and len(logs_of(project)) == 6


def test_trials_that_ended_while_nobody_looked_are_taken_in(project):
    kill(begin(project, parallel=2, trials=2))
    (project.path / "go").touch()
    wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in pids_of(project)),
               what="the end of the trials")
    assert last_json(project.winnow("resume", "s", "--json").stdout)["trials"]["finished"] == 2
    assert len(pids_of(project)) == 2


def test_a_sweep_left_by_its_runner_says_what_goes_on_with_it(project):
    kill(begin(project, parallel=1, trials=1, count=1))
    for verb in "stop", "pause":
        done = project.winnow(verb, "s")
        assert done.returncode == 1
        assert "it is interrupted; winnow resume goes on with it" in done.stderr
    (project.path / "go").touch()
    assert project.winnow("resume", "s").returncode == 0


def test_a_trial_whose_supervisor_was_killed_too_is_lost_and_runs_again(project):
    runner = begin(project, parallel=1, trials=1, count=1)
    [pid] = pids_of(project)
    shim = int(open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[1])
    kill(runner)
    os.kill(shim, signal.SIGKILL)
    wait_until(lambda: not os.path.exists(f"/proc/{pid}"), what="the end of the command")
    (project.path / "go").touch()
    project.winnow("resume", "s")
    assert query(project, "SELECT state, attempt FROM trial") == [("finished", 1)]
    assert query(project, "SELECT state FROM attempt") == [("lost",)]
    assert [point[1:3] for point in points_of(project)] == [
        ("score", 1), ("score", 2), ("score", 3), ("a", 9)]


def test_a_terminal_that_is_closed_does_not_end_the_sweep(project):
    master, slave = pty.openpty()
    runner = subprocess.Popen([PROGRAM, *words(command=GATED, parallel=2, trials=4)],
                              cwd=project.path, env=clean_environment(), stdin=slave, stdout=slave,
                              stderr=slave, start_new_session=True,
                              preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
    os.close(slave)
    wait_until(lambda: pids_of(project), what="a trial")
    os.close(master)
    (project.path / "go").touch()
    runner.wait(20)
    assert sweep_of(project)["state"] == "finished"
    assert trial_states(project) == ["finished"] * 4


def test_a_second_runner_is_refused_while_one_works(project):
    runner = begin(project)
    for attempt in (["resume", "s"], ["resume", "s", "--detach"],
                    words("--resume", command=GATED)):
        refused = project.winnow(*attempt)
        assert refused.returncode == 3, attempt
        assert "another runner works on" in refused.stderr
    twin = project.winnow(*words(command=GATED))
    assert twin.returncode == 2 and "is running" in twin.stderr
    cancel(runner)
    runner.wait(20)


def test_the_time_budget_goes_on_where_a_killed_runner_left_it(project):
    script = "echo $$ >> pids; until test -e go; do echo score={x}; sleep 0.05; done"
    runner = project.start(*words("--time", "1s", command=["sh", "-c", script], parallel=1))
    wait_until(lambda: pids_of(project) and query(project, "SELECT active FROM sweep")[0][0] >= 1,
               what="stored time")
    kill(runner)
    (project.path / "go").touch()
    result = last_json(project.winnow("resume", "s", "--json").stdout)
    assert result["trials"]["finished"] == 1 and "time budget" in result["reason"]


def test_a_request_that_a_killed_runner_never_saw_stops_no_other(project):
    kill(begin(project, parallel=2, trials=3))
    with sqlite3.connect(project.path / ".winnow" / "winnow.db") as db:
        db.execute("INSERT INTO request (sweep, trial, verb, user, created, answered, refused) "
                   "VALUES (1, -1, 'stop', 'somebody', ?, 0, 0)", (time.time(),))
    (project.path / "go").touch()
    result = last_json(project.winnow("resume", "s", "--json").stdout)
    assert (result["state"], result["trials"]["finished"]) == ("finished", 3)
    assert "gone" in query(project, "SELECT answer FROM request")[0][0]


def test_an_adopted_trial_keeps_its_gpu(project):
    script = ("echo $CUDA_VISIBLE_DEVICES >> devices; echo score=0; echo score=0.001; "
              "echo $$ >> pids; until test -e go; do sleep 0.02; done; echo score={x}")
    environment = dict(os.environ, CUDA_VISIBLE_DEVICES="4,7,9")
    runner = project.start(*words("--set", "resources.gpus=1", command=["sh", "-c", script],
                                  parallel=1, trials=3), env=environment)
    wait_until(lambda: pids_of(project), what="the first trial")
    kill(runner)
    second = project.start("resume", "s", "--parallel", "3", env=environment)
    wait_until(lambda: len(pids_of(project)) == 3, what="two more trials")
    assert sorted(pids_of(project, "devices")) == ["4", "7", "9"]
    (project.path / "go").touch()
    assert second.wait(20) == 0


def test_resume_takes_another_parallel_also_detached(project):
    runner = begin(project, parallel=1, trials=4, count=1)
    kill(runner)
    assert project.winnow("resume", "s", "--detach", "--parallel", "4").returncode == 0
    wait_until(lambda: len(pids_of(project)) == 4, what="four trials at once")
    (project.path / "go").touch()
    wait_until(lambda: sweep_of(project)["state"] == "finished", what="the end")


def test_a_trial_that_fails_while_the_sweep_drains_keeps_its_retry(project):
    script = "echo $$ >> pids; until test -e go; do sleep 0.02; done; test -e well && echo score=1"
    runner = project.start(*words("--retries", "1", command=["sh", "-c", script], parallel=1,
                                  trials=1))
    wait_until(lambda: pids_of(project), what="the trial")
    runner.send_signal(signal.SIGINT)
    wait_until(lambda: "waiting for" in runner.stderr_text(), what="draining")
    (project.path / "go").touch()
    runner.wait(20)
    assert trial_states(project) == ["queued"]
    (project.path / "well").touch()
    project.winnow("resume", "s")
    assert query(project, "SELECT state, attempt FROM trial") == [("finished", 1)]


def test_resume_failed_tries_failures_once_more(project):
    script = "test -e mended && echo score={x}"
    project.winnow(*words(command=["sh", "-c", script], trials=3))
    assert trial_states(project) == ["failed"] * 3
    project.winnow("resume", "s")
    assert trial_states(project) == ["failed"] * 3
    (project.path / "mended").touch()
    done = project.winnow("resume", "s", "--failed", "--json")
    assert last_json(done.stdout)["trials"]["finished"] == 3
    assert query(project, "SELECT count(*) FROM attempt WHERE state = 'failed'") == [(3,)]


def test_repeats_that_are_missing_are_run(project):
    project.winnow(*words("--repeats", "4", trials=2))
    before = outcome_of(project)
    with sqlite3.connect(project.path / ".winnow" / "winnow.db") as db:
        db.execute("DELETE FROM trial WHERE repeat IN (1, 3)")
        db.execute("DELETE FROM chunk WHERE trial NOT IN (SELECT id FROM trial)")
    project.winnow("resume", "s")
    assert outcome_of(project) == before


def test_a_stop_that_cancels_ends_the_trials_and_resume_runs_them_again(project):
    runner = begin(project, trials=2)
    first = pids_of(project)
    assert project.winnow("stop", "s", "--now").returncode == 0
    assert runner.wait(20) == 1
    assert trial_states(project) == ["killed"] * 2
    assert not any(os.path.exists(f"/proc/{pid}") for pid in first)
    (project.path / "go").touch()
    project.winnow("resume", "s")
    assert trial_states(project) == ["finished"] * 2


def test_rm_refuses_a_running_sweep_and_then_removes_rows_and_files(project):
    runner = begin(project)
    refused = project.winnow("rm", "--yes", "s")
    assert refused.returncode == 2 and "is running" in refused.stderr
    cancel(runner)
    runner.wait(20)
    assert project.winnow("rm", "--yes", "s").returncode == 0
    assert not (project.path / ".winnow" / "sweeps" / "1").exists()
    for table in ("sweep", "trial", "attempt", "chunk", "summary", "metric", "sweep_count"):
        assert query(project, f"SELECT count(*) FROM {table}") == [(0,)], table


def test_logs_follow_a_trial_to_its_end(project):
    runner = begin(project, trials=1, parallel=1, count=1)
    follower = project.start("logs", "-f", "s", "0")
    wait_until(lambda: "score=0.001" in follower.stdout_text(), what="the log so far")
    assert follower.process.poll() is None
    (project.path / "go").touch()
    assert follower.wait(20) == 0
    assert json.loads(follower.stdout_text().splitlines()[-1])["step"] == 9
    runner.wait(20)


# ---- lost again and again ------------------------------------------------------------------------

VANISHES = "kill -9 $PPID; sleep 60"  # the supervisor; what it started goes with it


def test_trials_that_are_lost_every_time_end_a_sweep_as_failures_do(project):
    done = project.winnow("run", "--maximize", "score", "-p", "x=1|2|3|4", "--method", "grid", "--name", "s",
                          "--parallel", 1, "--set", "fail_fast=2", "--", "sh", "-c", VANISHES)
    assert done.returncode == 1
    assert query(project, "SELECT state FROM sweep") == [("failed",)]
    assert query(project, "SELECT state, attempt FROM trial ORDER BY id") == [("lost", 10)] * 2


def test_a_repeat_that_is_lost_every_time_leaves_the_mean_of_the_others(project):
    command = f"[ {{trial}} != 1 ] || [ -e mended ] || {{{{ {VANISHES}; }}}}; echo score=$(( {{trial}} * 2 + {{x}} ))"
    done = project.winnow("run", "--minimize", "score", "-p", "x=5|7", "--method", "grid", "--name", "s",
                          "--repeats", 2, "--json", "--", "sh", "-c", command)
    best = last_json(done.stdout)["best"]
    assert (best["trial"], best["objective"]) == (0, 5)
    means = "SELECT mean FROM trial WHERE repeat = 0 ORDER BY id"
    assert trial_states(project) == ["finished", "lost", "finished", "finished"]
    assert query(project, means) == [(5,), (12,)]
    assert project.winnow("verify", "s").returncode == 1  # it still owes that one
    (project.path / "mended").touch()
    assert project.winnow("resume", "s").returncode == 0
    assert trial_states(project) == ["finished"] * 4 and query(project, means) == [(6,), (12,)]
    assert project.winnow("verify", "s").returncode == 0
