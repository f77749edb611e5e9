# SPDX-License-Identifier: GPL-3.0-or-later
"""Steering a sweep from another shell while its runner works on it, and while none does."""
import json
import os
import pwd

import pytest

from sweeps import last_json, query, wait_until

# Trial x ends once there is a file go-x, or go-all.
WAITING = ["sh", "-c", "echo begun >> seen-{x}; until [ -e go-{x} ] || [ -e go-all ]; do sleep 0.02; done; "
           "[ {x} != 13 ] && echo score={x}"]


ME = pwd.getpwuid(os.getuid()).pw_name


def words(*options, x="x=1|2|3|4|5|6", parallel=2):
    return ["run", "--maximize", "score", "-p", x, "--method", "grid", "--parallel", str(parallel),
            "--name", "s", *options, "--", *WAITING]


def states(project):
    return [row[0] for row in query(project, "SELECT state FROM trial ORDER BY id")]


def go(project, *names):
    for name in names:
        (project.path / f"go-{name}").touch()


def begun(project):
    return sorted(int(path.name[5:]) for path in project.path.glob("seen-*"))


@pytest.fixture
def runner(project):
    started = project.start(*words())
    wait_until(lambda: begun(project) == [1, 2], what="two running trials")
    yield started
    go(project, "all")
    started.wait(20)


def finish(project, runner):
    go(project, "all")
    runner.wait(20)


def whole(project):
    done = project.winnow("verify", "s", "--json")
    return json.loads(done.stdout)


# ---- stop ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("again", [["resume", "s"], ["resume", "s", "-d"], words("--resume")])
def test_resume_right_after_stop_waits_for_the_runner_to_end(project, runner, again):
    project.winnow("stop", "s")
    resumed = project.start(*again)
    wait_until(lambda: "told to stop; waiting for its end" in resumed.stderr_text(), what="a notice")
    go(project, "all")
    assert runner.wait(20) == 0
    assert resumed.wait(20) == 0, resumed.stderr_text()
    wait_until(lambda: states(project) == ["finished"] * 6, what="all trials")


# ---- pause ---------------------------------------------------------------------------------------


def test_a_paused_sweep_starts_nothing_until_it_is_told(project, runner):
    assert "starts no new trials; 2 go on" in project.winnow("pause", "s").stdout
    assert query(project, "SELECT state, reason FROM sweep")[0] == ("paused", f"paused by {ME}")
    go(project, 1, 2)
    wait_until(lambda: states(project) == ["finished"] * 2, what="the end of both")
    assert begun(project) == [1, 2]
    assert project.winnow("unpause", "s").returncode == 0
    finish(project, runner)
    assert states(project) == ["finished"] * 6 and whole(project)["missing"] == 0


def test_a_paused_sweep_can_be_stopped_and_resumed(project, runner):
    project.winnow("pause", "s")
    project.winnow("stop", "s", "--now")
    runner.wait(20)
    go(project, "all")
    assert last_json(project.winnow("resume", "s", "--json").stdout)["trials"]["finished"] == 6


def test_what_needs_a_runner_is_refused_without_one(project, runner):
    finish(project, runner)
    for act in (["pause", "s"], ["unpause", "s"], ["kill", "s", "1"], ["stop", "s"]):
        done = project.winnow(*act)
        assert done.returncode == 1 and "no runner works on it, it is finished" in done.stderr
    assert project.winnow("unpause", "nosuch").returncode == 2


# ---- kill ----------------------------------------------------------------------------------------


def test_a_killed_trial_is_over_and_does_not_run_again(project, runner):
    assert "is being ended" in project.winnow("kill", "s", "1").stdout
    wait_until(lambda: states(project)[1] == "killed", what="the end of trial 1")
    assert query(project, "SELECT reason, killed_by FROM trial WHERE state = 'killed'") == [
        (f"killed by {ME}", ME)]
    finish(project, runner)
    assert sorted(states(project)) == ["finished"] * 5 + ["killed"]
    assert whole(project)["missing"] == 0
    project.winnow("resume", "s")
    assert (project.path / "seen-2").read_text().count("begun") == 1


def test_a_trial_that_is_over_cannot_be_killed(project, runner):
    go(project, 1)
    wait_until(lambda: states(project)[0] == "finished", what="the end of trial 0")
    done = project.winnow("kill", "s", "0")
    assert done.returncode == 1 and "neither runs nor waits" in done.stderr


def test_a_waiting_trial_is_taken_out_of_the_queue(project, runner):
    project.winnow("enqueue", "s", "x=6")
    assert "taken out of the queue" in project.winnow("kill", "s", "2").stdout
    assert states(project)[2] == "killed"
    finish(project, runner)
    assert sorted(states(project)) == ["finished"] * 5 + ["killed"]


# ---- retry ---------------------------------------------------------------------------------------


def test_a_killed_trial_runs_again_where_one_asks_for_it(project, runner):
    project.winnow("kill", "s", "1")
    wait_until(lambda: states(project)[1] == "killed", what="the end of trial 1")
    assert "waits for its next attempt" in project.winnow("retry", "s", "1").stdout
    finish(project, runner)
    assert states(project) == ["finished"] * 6
    assert query(project, "SELECT state FROM attempt") == [("killed",)]
    assert (project.path / "seen-2").read_text().count("begun") == 2


def test_several_trials_are_killed_and_retried_at_once(project, runner):
    killed = project.winnow("kill", "s", "1", "0", "1")
    assert killed.returncode == 0
    assert [line.split(":")[0] for line in killed.stdout.splitlines()] == ["trial 1 of s", "trial 0 of s"]
    wait_until(lambda: states(project)[:2] == ["killed", "killed"])
    # One that is refused keeps no other from being asked for; a word that is no trial does.
    done = project.winnow("retry", "s", "0", "2", "1")
    assert done.returncode == 1
    assert "trial 2 of s:" in done.stderr and "trial 1 of s: waits" in done.stdout
    done = project.winnow("kill", "s", "0", "x")
    assert done.returncode == 2 and done.stdout == ""
    finish(project, runner)
    assert states(project)[:2] == ["finished", "finished"]


def test_a_result_stands(project, runner):
    go(project, 1)
    wait_until(lambda: states(project)[0] == "finished", what="the end of trial 0")
    for trial in ("0", "1"):
        done = project.winnow("retry", "s", trial)
        assert done.returncode == 1 and "there is nothing to try again" in done.stderr


def test_without_a_runner_a_retry_waits_for_resume(project):
    go(project, "all")
    project.winnow(*words(x="x=12|13"))
    assert states(project) == ["finished", "failed"]
    done = project.winnow("retry", "s", "1")
    assert "winnow resume s runs it" in done.stdout
    assert states(project) == ["finished", "queued"]
    project.winnow("resume", "s")
    assert states(project) == ["finished", "failed"]
    assert (project.path / "seen-13").read_text().count("begun") == 2


def test_one_repeat_runs_again_and_the_mean_follows(project):
    command = ["sh", "-c", "[ -e fixed ] || [ {seed} != $(cat bad) ] && echo score={x}"]
    project.write("bad", "none")
    run = ["run", "--maximize", "score", "-p", "x=3|5", "--method", "grid", "--repeats", "2", "--name"]
    project.winnow(*run, "probe", "--seed", "1", "--", *command)
    seed = query(project, "SELECT seed FROM trial ORDER BY id")[1][0]
    project.write("bad", str(seed))
    project.winnow(*run, "s", "--seed", "1", "--", *command)
    ended = query(project, "SELECT state FROM trial WHERE id >> 32 = 2 ORDER BY id")
    assert [row[0] for row in ended] == ["finished", "failed"] * 2
    project.write("fixed", "")
    project.winnow("retry", "s", "3")
    project.winnow("resume", "s")
    means = query(project, "SELECT mean, se FROM trial WHERE id >> 32 = 2 AND repeat = 0 ORDER BY id")
    assert means == [(3.0, None), (5.0, 0.0)]


# ---- enqueue -------------------------------------------------------------------------------------


def test_an_enqueued_configuration_runs_beyond_the_budget(project):
    runner = project.start("run", "--maximize", "score", "-p", "x=1..9", "--method", "random", "--trials",
                           "2", "--parallel", "2", "--name", "s", "--seed", "1", "--", *WAITING)
    wait_until(lambda: len(begun(project)) == 2, what="two running trials")
    other = next(x for x in range(1, 10) if x not in begun(project))
    assert "trial 2 waits for a slot" in project.winnow("enqueue", "s", f"x={other}").stdout
    go(project, "all")
    runner.wait(20)
    assert other in begun(project)
    assert query(project, "SELECT params, enqueued_by FROM trial ORDER BY id")[2] == (
        '{"x":%d}' % other, ME)
    assert whole(project)["declared"] == 3 and whole(project)["missing"] == 0


def test_the_grid_does_not_repeat_what_was_enqueued(project, runner):
    project.winnow("enqueue", "s", "x=6")
    finish(project, runner)
    assert [row[0] for row in query(project, "SELECT params FROM trial ORDER BY id")] == [
        '{"x":%d}' % x for x in (1, 2, 6, 3, 4, 5)]


def test_without_a_runner_it_waits_for_resume(project):
    go(project, "all")
    project.winnow("run", "--maximize", "score", "-p", "x=1..9", "--method", "random", "--trials", "2",
                   "--repeats", "2", "--seed", "1", "--name", "s", "--", *WAITING)
    other = next(x for x in range(1, 10) if x not in begun(project))
    assert "trial 4 waits; winnow resume s runs it" in project.winnow(
        "enqueue", "s", f"x={other}").stdout
    assert states(project) == ["finished"] * 4 + ["queued"] * 2
    assert last_json(project.winnow("resume", "s", "--json").stdout)["trials"]["finished"] == 6
    assert whole(project)["missing"] == 0


def test_a_configuration_that_has_a_trial_is_not_put_in_again(project, runner):
    done = project.winnow("enqueue", "s", "x=2")
    assert done.returncode == 1 and "trial 1 has these parameters already" in done.stderr
    assert len(states(project)) == 2


def test_a_space_that_is_tried_whole_does_not_grow(project):
    runner = project.start("run", "--maximize", "score", "-p", "x=1..6", "--method", "random", "--parallel",
                           "2", "--name", "s", "--seed", "1", "--", *WAITING)
    wait_until(lambda: len(begun(project)) == 2, what="two running trials")
    other = next(x for x in range(1, 7) if x not in begun(project))
    project.winnow("enqueue", "s", f"x={other}")
    finish(project, runner)
    assert len(states(project)) == 6
    assert whole(project)["declared"] == 6 and whole(project)["missing"] == 0


def test_like_takes_the_other_parameters_from_a_trial(project):
    spec = """
metric: {name: score, goal: maximize}
method: random
run_cap: 1
seed: 3
parameters: {a: {min: 1, max: 9}, g: {parameters: {b: {min: 1, max: 9}, c: {min: 1, max: 9}}}}
command: [echo, "score={a}"]
"""
    project.write("s.yaml", spec)
    project.winnow("run", "s.yaml", "--name", "s")
    first = json.loads(query(project, "SELECT params FROM trial")[0][0])
    wanted = {"a": first["a"], "g": {"b": first["g"]["b"], "c": first["g"]["c"] % 9 + 1}}
    lacking = project.winnow("enqueue", "s", f"g.c={wanted['g']['c']}")
    assert lacking.returncode == 1
    assert "s: a, g.b are missing; --like TRIAL takes the rest from a trial" in lacking.stderr
    assert project.winnow("enqueue", "s", "--like", "0", f"g.c={wanted['g']['c']}").returncode == 0
    assert json.loads(query(project, "SELECT params FROM trial ORDER BY id")[1][0]) == wanted


@pytest.mark.parametrize("given, complaint", [
    (["x=99"], "x"), (["y=1"], "y"), (["x"], "NAME=VALUE"), ([], "x"), (["x=1", "y=2"], "y"),
    (["--like", "77"], "no trial 77"), (["--like", "q"], "a trial is named by its number"),
])
def test_what_is_no_configuration_of_the_sweep_is_refused(project, given, complaint):
    go(project, "all")
    project.winnow(*words())
    done = project.winnow("enqueue", "s", *given)
    assert done.returncode in (1, 2) and complaint in done.stderr
    assert len(states(project)) == 6


# ---- the record ----------------------------------------------------------------------------------


def test_every_act_is_on_record(project, runner):
    project.winnow("pause", "s")
    project.winnow("kill", "s", "1")
    project.winnow("kill", "s", "77")
    project.winnow("unpause", "s")
    rows = query(project, "SELECT verb, trial, user, refused, answered > 0 FROM request ORDER BY id")
    assert rows == [("pause", -1, ME, 0, 1), ("kill", 1, ME, 0, 1), ("kill", 77, ME, 1, 1),
                    ("unpause", -1, ME, 0, 1)]
