# SPDX-License-Identifier: GPL-3.0-or-later
"""on_event: commands of the user's that are run when something happens in a sweep."""
import json
import os
import pathlib
import signal
import sqlite3

import pytest

from conftest import PROGRAM
from sweeps import last_json, query, sweep_of, wait_until

# A line of JSON for each time that it is run, as a hook or whatever calls it.
HOOK = """#!/bin/sh
printf '{"event":"%s","sweep":"%s","trial":"%s","objective":"%s","state":"%s","reason":"%s",' \\
    "$WINNOW_EVENT" "$WINNOW_SWEEP" "$WINNOW_TRIAL" "$WINNOW_OBJECTIVE" "$WINNOW_STATE" \\
    "$WINNOW_REASON" > "told.$$"
printf '"store":"%s","count":%s,"cwd":"%s"}\\n' "$WINNOW_STORE" "$WINNOW_COUNT" "$PWD" >> "told.$$"
cat "told.$$" >> told
rm "told.$$"
"""

SPEC = """
name: s
method: grid
metric: {name: score, goal: maximize}
parameters: {i: {values: [%(values)s]}}
command: [sh, -c, '%(command)s']
parallel: %(parallel)d
fail_fast: 0
"""


def write_sweep(project, hooks, command="echo score={i}", values="1, 2, 3", parallel=1, more=""):
    """A grid over i, with hooks as YAML; `tell` in the project appends to `told`."""
    text = SPEC % {"values": values, "command": command, "parallel": parallel}
    project.write("s.yaml", f"{text}{more}\non_event: {hooks}\n")
    project.write("tell", HOOK).chmod(0o755)


def told(project, event=None):
    path = project.path / "told"
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return [line for line in lines if event in (None, line["event"])]


def events_log(project, sweep=1):
    path = project.path / ".winnow" / "sweeps" / str(sweep) / "events.log"
    return path.read_text() if path.exists() else ""


def run(project, *options):
    done = project.winnow("run", "s.yaml", *options)
    assert done.returncode in (0, 1), done.stderr
    return done


def held(project, name):
    """The pid that a hook left in a file, once it is there."""
    path = project.path / name
    wait_until(lambda: path.exists() and path.read_text().strip(), what=name)
    return int(path.read_text())


def runs(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


# ---- each event ----------------------------------------------------------------------------------

def test_the_end_of_a_sweep_is_told_with_its_best(project):
    write_sweep(project, "{finish: ./tell}")
    run(project)
    assert told(project) == [{
        "event": "finish", "sweep": "s", "trial": "2", "objective": "3.0", "state": "finished",
        "reason": "every configuration of the space was tried", "count": 1,
        "store": str(project.path / ".winnow"), "cwd": str(project.path)}]


def test_a_failure_is_told_with_its_reason(project):
    write_sweep(project, "{failure: ./tell}", command="[ {i} != 2 ] || exit 7; echo score={i}")
    run(project)
    (failure,) = told(project)
    assert (failure["trial"], failure["state"], failure["reason"]) == ("1", "failed", "exit code 7")
    assert failure["objective"] == ""


def test_a_failure_is_told_once_its_retries_are_spent(project):
    write_sweep(project, "{failure: ./tell}", values="1", command="exit 7", more="retries: 1")
    run(project)
    assert [line["trial"] for line in told(project)] == ["0"]
    assert query(project, "SELECT count(*) FROM attempt") == [(1,)]


def test_what_a_person_kills_is_no_failure(project):
    write_sweep(project, "./tell", values="1", command="echo score=1; sleep 60")
    runner = project.start("run", "s.yaml")
    wait_until(lambda: query(project, "SELECT 1 FROM trial WHERE state = 'running'"))
    assert project.winnow("kill", "s", "0").returncode == 0
    runner.wait(20)
    assert [line["event"] for line in told(project)] == ["finish"]


def test_each_new_best_is_told_and_nothing_worse(project):
    write_sweep(project, "{best: ./tell}", values="2, 1, 5")
    run(project)
    assert told(project)[-1]["objective"] == "5.0" and told(project)[-1]["trial"] == "2"
    assert sum(line["count"] for line in told(project)) == 2


def test_the_mean_over_repeats_is_what_is_better(project):
    write_sweep(project, "{best: ./tell}", values="1, 2", more="repeats: 3")
    run(project)
    assert told(project)[-1]["objective"] == "2.0" and told(project)[-1]["trial"] == "3"
    assert sum(line["count"] for line in told(project)) == 2


def test_a_trial_that_prints_nothing_is_told(project):
    write_sweep(project, "{silence: ./tell}", command="[ {i} != 2 ] || sleep 60; echo score={i}",
                more="limits: {silence: 500ms, grace: 1s}")
    run(project)
    (silence,) = told(project)
    assert silence["trial"] == "1" and silence["state"] == "timeout"
    assert silence["reason"] == "printed nothing for 0.5 s"


def test_one_command_can_be_for_all_events(project):
    write_sweep(project, "./tell", command="[ {i} != 2 ] || exit 1; echo score={i}")
    run(project)
    assert {line["event"] for line in told(project)} == {"best", "failure", "finish"}


def test_the_end_of_a_sweep_that_failed_is_told(project):
    write_sweep(project, "{finish: ./tell}", command="exit 1")
    text = (project.path / "s.yaml").read_text()
    project.write("s.yaml", text.replace("fail_fast: 0", "fail_fast: 1"))
    run(project)
    (end,) = told(project)
    assert (end["state"], end["trial"], end["objective"]) == ("failed", "", "")
    assert end["reason"] == "all of the first 1 configurations failed"


def test_the_end_of_a_sweep_that_was_stopped_is_told(project):
    write_sweep(project, "{finish: ./tell}", command="sleep 60")
    runner = project.start("run", "s.yaml")
    wait_until(lambda: query(project, "SELECT 1 FROM trial WHERE state = 'running'"))
    project.winnow("stop", "s", "--now")
    runner.wait(20)
    assert [line["state"] for line in told(project)] == ["stopped"]


# ---- bursts --------------------------------------------------------------------------------------

def test_what_happens_while_a_hook_runs_is_told_together_afterwards(project):
    """40 failures, while the first hook is held back: two hooks, the second one for the rest."""
    write_sweep(project, "{failure: './tell; until [ -e go ]; do sleep 0.02; done'}",
                values=", ".join(map(str, range(40))), command="exit 1", parallel=8)
    runner = project.start("run", "s.yaml")
    wait_until(lambda: query(project, "SELECT count(*) FROM trial WHERE state = 'failed'"
                                      ) == [(40,)], what="all failures")
    project.write("go", "")
    runner.wait(20)
    first, last = told(project)
    assert first["count"] + last["count"] == 40 and first["count"] < 40


def test_hooks_of_different_events_do_not_wait_for_each_other(project):
    write_sweep(project, "{failure: 'until [ -e told ]; do sleep 0.02; done', finish: ./tell}",
                values="1", command="exit 1")
    run(project)
    assert [line["event"] for line in told(project)] == ["finish"]


def test_a_slow_hook_keeps_no_trial_waiting(project):
    write_sweep(project, "{best: 'until [ -e go ]; do sleep 0.02; done'}")
    runner = project.start("run", "s.yaml")
    wait_until(lambda: query(project, "SELECT 1 FROM sweep WHERE state = 'finished'"),
               what="the end of all trials")
    wait_until(lambda: "waiting for hooks of on_event" in runner.stderr_text(), what="a word")
    project.write("go", "")
    assert runner.wait(20) == 0


# ---- what a hook is given ------------------------------------------------------------------------

def test_a_hook_has_nothing_of_the_runner(project):
    """No descriptor but three, no signal ignored or blocked, a session of its own."""
    look = ("ls -l /proc/self/fd > fds; cat /proc/self/status > status; "
            "cut -d\" \" -f1,6 /proc/$$/stat > session; env > environment")
    write_sweep(project, f"{{finish: '{look}'}}", values="1")
    run(project)
    targets = {line.split()[-3]: line.split()[-1]
               for line in (project.path / "fds").read_text().splitlines() if "->" in line}
    own = [target for target in targets.values() if target.endswith("/fd")]
    assert len(own) == 1 and len(targets) == 4, targets
    assert targets["0"] == "/dev/null" and targets["2"].endswith("/sweeps/1/events.log")
    status = dict(line.split(":\t", 1)
                  for line in (project.path / "status").read_text().splitlines())
    assert int(status["SigBlk"], 16) == 0 and int(status["SigIgn"], 16) & 0x7fffffff == 0
    pid, session = (project.path / "session").read_text().split()
    assert pid == session
    environment = (project.path / "environment").read_text()
    assert "WINNOW_TRIAL_KEY" not in environment


def test_the_store_says_what_the_hook_is_told(project):
    """The event is true for whoever looks: the hook runs after the commit."""
    write_sweep(project, "{failure: 'cp .winnow/winnow.db* seen/', finish: ./tell}", values="1",
                command="exit 3")
    (project.path / "seen").mkdir()
    run(project)
    with sqlite3.connect(project.path / "seen" / "winnow.db") as db:
        assert db.execute("SELECT state FROM trial").fetchall() == [("failed",)]


def test_a_hook_may_steer_its_sweep(project):
    write_sweep(project, f"{{failure: '{PROGRAM} stop $WINNOW_SWEEP', finish: ./tell}}",
                values=", ".join(map(str, range(200))), command="[ {i} != 1 ] || exit 1; "
                "echo score={i}; [ {i} -lt 2 ] || until [ -e go ]; do sleep 0.02; done")
    runner = project.start("run", "s.yaml")
    wait_until(lambda: query(project, "SELECT 1 FROM request WHERE answered > 0"))
    project.write("go", "")
    runner.wait(20)
    assert [line["state"] for line in told(project)] == ["stopped"]


def test_a_sweep_that_ended_is_free_while_its_hooks_run(project):
    """The hook raises the budget and goes on with the sweep."""
    write_sweep(project, "{finish: './go-on || touch refused'}", more="budget: {trials: 1}")
    project.write("go-on", f"#!/bin/sh\n[ ! -e second ] || exec ./tell\ntouch second\n"
                           f"{PROGRAM} set s budget.trials=3 && {PROGRAM} resume s\n").chmod(0o755)
    run(project)
    assert not (project.path / "refused").exists(), events_log(project)
    assert [(line["state"], line["objective"]) for line in told(project)] == [("finished", "3.0")]
    assert query(project, "SELECT count(*) FROM trial") == [(3,)]


# ---- hooks that misbehave ------------------------------------------------------------------------

def test_a_hook_that_fails_is_told_once_and_harms_nothing(project):
    write_sweep(project, "{failure: 'echo it is broken; exit 3'}", command="exit 1")
    done = run(project)
    assert done.stderr.count("the failure hook ended with exit code 3; see") == 1
    assert "it is broken\n" in events_log(project)
    assert "failure ended with exit code 3" in events_log(project)
    assert sweep_of(project)["state"] == "finished"


def test_a_command_that_is_not_there(project):
    write_sweep(project, "{finish: no-such-command --now}")
    done = run(project)
    assert done.returncode == 0
    assert "the finish hook ended with exit code 127; see" in done.stderr
    assert "no-such-command" in events_log(project)


def test_what_a_hook_leaves_behind_keeps_nobody_waiting(project):
    """A daemon that has the hook's output open."""
    write_sweep(project, "{finish: 'sleep 60 & echo $! > daemon'}", values="1")
    run(project)
    daemon = held(project, "daemon")
    assert runs(daemon)
    os.kill(daemon, signal.SIGKILL)


def test_events_log_stays_small(project):
    write_sweep(project, "{finish: 'head -c 5000000 /dev/zero | tr \"\\0\" \"x\" | fold; echo end'}",
                values="1")
    run(project)
    text = events_log(project)
    assert len(text) < 1200000
    assert "[older lines were dropped]" in text and "finish ended after" in text.splitlines()[-1]


def test_ctrl_c_ends_the_waiting_but_not_the_hook(project):
    write_sweep(project, "{finish: 'echo $$ > pid; until [ -e go ]; do sleep 0.02; done; ./tell'}",
                values="1")
    runner = project.start("run", "s.yaml", "--json")
    pid = held(project, "pid")
    runner.send_signal(signal.SIGINT)
    assert runner.wait(20) == 0
    assert last_json(runner.stdout_text())["state"] == "finished"
    assert runs(pid)
    project.write("go", "")
    wait_until(lambda: told(project), what="the end of the hook")


def test_a_runner_that_is_killed_leaves_its_hooks(project):
    write_sweep(project, "{finish: 'echo $$ > pid; until [ -e go ]; do sleep 0.02; done; ./tell'}",
                values="1")
    runner = project.start("run", "s.yaml")
    pid = held(project, "pid")
    runner.kill()
    runner.wait(20)
    assert runs(pid)
    project.write("go", "")
    wait_until(lambda: told(project), what="the end of the hook")


def test_a_sweep_that_was_left_to_itself_tells_its_end(project):
    write_sweep(project, "{finish: ./tell}")
    assert project.winnow("run", "s.yaml", "--detach").returncode == 0
    wait_until(lambda: told(project), what="the end of the sweep")


def test_a_terminal_that_goes_away_ends_neither(project):
    write_sweep(project, "{finish: 'echo $$ > pid; until [ -e go ]; do sleep 0.02; done; ./tell'}",
                values="1")
    runner = project.start("run", "s.yaml")
    held(project, "pid")
    runner.send_signal(signal.SIGHUP)
    project.write("go", "")
    assert runner.wait(20) == 0 and told(project)


# ---- stopped, killed, resumed, edited ------------------------------------------------------------

def test_a_resumed_sweep_tells_nothing_twice(project):
    """Killed after a failure and a best; its new end is told, what was before is not."""
    write_sweep(project, "./tell", command="[ {i} != 1 ] || exit 1; [ {i} != 3 ] || "
                "until [ -e go ]; do sleep 0.02; done; echo score=$((10 - {i}))")
    runner = project.start("run", "s.yaml")
    wait_until(lambda: len(told(project)) == 2, what="a failure and a best")
    runner.kill()
    runner.wait(20)
    project.write("go", "")
    assert project.winnow("resume", "s").returncode == 0
    assert [(line["event"], line["trial"]) for line in told(project)] == [
        ("failure", "0"), ("best", "1"), ("finish", "1")]


def test_what_ended_while_no_runner_looked_is_told_by_the_next_one(project):
    write_sweep(project, "./tell", values="1", command="until [ -e go ]; do sleep 0.02; done; exit 4")
    runner = project.start("run", "s.yaml")
    wait_until(lambda: query(project, "SELECT 1 FROM trial WHERE state = 'running'"))
    runner.kill()
    runner.wait(20)
    project.write("go", "")
    project.winnow("resume", "s")
    assert sorted(line["event"] for line in told(project)) == ["failure", "finish"]


def test_a_stopped_sweep_tells_each_of_its_ends(project):
    write_sweep(project, "{finish: ./tell}", values="1, 2",
                command="until [ -e go ]; do sleep 0.02; done; echo score={i}")
    runner = project.start("run", "s.yaml")
    wait_until(lambda: query(project, "SELECT 1 FROM trial WHERE state = 'running'"))
    project.winnow("stop", "s")
    project.write("go", "")
    runner.wait(20)
    project.winnow("resume", "s")
    assert [line["state"] for line in told(project)] == ["stopped", "finished"]


def test_a_hook_is_changed_while_the_sweep_runs(project):
    """The one that runs goes on, and what waits is told to the new one."""
    write_sweep(project, "{failure: 'until [ -e go ]; do sleep 0.02; done; echo old >> lines'}",
                command="[ {i} != 3 ] || until [ -e go ]; do sleep 0.02; done; exit 1")
    runner = project.start("run", "s.yaml")
    wait_until(lambda: query(project, "SELECT count(*) FROM trial WHERE state = 'failed'") == [(2,)])
    changed = project.winnow("set", "s", "on_event.failure=./tell")
    assert changed.returncode == 0, changed.stderr
    project.write("go", "")
    runner.wait(20)
    assert (project.path / "lines").read_text() == "old\n"
    assert sum(line["count"] for line in told(project, "failure")) == 2
    assert "failure ended after" in events_log(project)


def test_a_file_with_other_hooks_is_the_same_sweep(project):
    write_sweep(project, "{finish: ./tell}", values="1, 2",
                command="until [ -e go ]; do sleep 0.02; done; echo score={i}")
    runner = project.start("run", "s.yaml")
    wait_until(lambda: query(project, "SELECT 1 FROM trial WHERE state = 'running'"))
    project.winnow("stop", "s", "--now")
    runner.wait(20)
    project.write("go", "")
    text = (project.path / "s.yaml").read_text()
    project.write("s.yaml", text.replace("{finish: ./tell}", "{finish: 'echo \"new: yes\" > new'}"))
    again = project.winnow("run", "s.yaml")
    assert again.returncode == 2 and "--resume" in again.stderr
    done = project.winnow("run", "s.yaml", "--resume", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["state"] == "finished"
    assert done.stderr.startswith("on_event is as the file has it from now on\n")
    assert (project.path / "new").read_text() == "new: yes\n"
    assert len(told(project)) == 1


# ---- mistakes ------------------------------------------------------------------------------------

@pytest.mark.parametrize("hooks, message", [
    ("{finsh: ./tell}", "on_event.finsh: is not a known key (did you mean finish?)"),
    ("{start: ./tell}", "on_event.start: is not a known key: there are finish, failure, best, "
                        "silence"),
    ("[./tell]", "on_event: must be a command, or a mapping of events to commands (found a list "
                 "of 1)"),
    ("{finish: [a, b]}", "on_event.finish: must be a text (found a list of 2)"),
    ("{finish: ''}", "on_event.finish: must be a shell command (found nothing)"),
    ("' '", "on_event: must be a shell command (found nothing)"),
])
def test_a_mistake_is_told_with_its_place(project, hooks, message):
    write_sweep(project, hooks)
    for command in ("run", "plan"):
        done = project.winnow(command, "s.yaml")
        assert done.returncode == 2
        assert done.stderr.startswith("s.yaml:10:") and done.stderr.count(message) == 1


def test_a_hook_that_can_never_run_is_warned_of(project):
    write_sweep(project, "{silence: ./tell}")
    done = run(project)
    assert "warning: on_event.silence: never happens without a limit" in done.stderr
