# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing what a sweep searches and how much of it runs, while its runner works on it, after that
was killed, and without one."""
import json

import pytest

from test_run import wait_until
from test_steer import ME, WAITING, begun, go, query, states, whole, words

RANDOM = ["run", "--maximize", "score", "--method", "random", "--seed", "1", "--name", "s", "--quiet"]
PRINT = ["--", "sh", "-c", "echo score={x}"]


def values(project):
    return [json.loads(row[0])["x"] for row in query(project, "SELECT params FROM trial ORDER BY id")]


def versions(project):
    return query(project, "SELECT version, change, user, first_trial FROM spec_version ORDER BY version")


def done(project, *args):
    finished = project.winnow(*args)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def assert_whole(project, declared):
    found = whole(project)
    assert (found["declared"], found["missing"], found["duplicate"]) == (declared, 0, 0), found


@pytest.fixture
def grid(project):
    """A grid over 1 to 6, whose first two trials run."""
    started = project.start(*words())
    wait_until(lambda: begun(project) == [1, 2], what="two running trials")
    yield started
    go(project, "all")
    started.wait(20)


@pytest.fixture
def draws(project):
    """Eight draws from 1..9 whose first two trials run."""
    started = project.start(*RANDOM, "-p", "x=1..9", "--trials", "8", "--parallel", "2", "--", *WAITING)
    wait_until(lambda: len(begun(project)) == 2, what="two running trials")
    yield started
    go(project, "all")
    started.wait(20)


def finish(project, runner):
    go(project, "all")
    runner.wait(20)
    assert "finished" == query(project, "SELECT state FROM sweep")[0][0], runner.stderr_text()


# ---- ranges, while the runner works --------------------------------------------------------------


def test_a_wider_range_is_searched_at_once(project, draws):
    assert "holds from trial 2 on" in done(project, "edit", "s", "x=101..900")
    finish(project, draws)
    drawn = values(project)
    assert all(x <= 9 for x in drawn[:2]) and all(x > 100 for x in drawn[2:]) and len(drawn) == 8
    assert states(project) == ["finished"] * 8
    assert versions(project) == [(1, None, ME, 0), (2, '["x=101..900"]', ME, 2)]
    assert_whole(project, 8)


def test_what_lies_outside_of_a_narrower_range_keeps_its_rank(project, draws):
    done(project, "edit", "s", "x=-3..-1")
    finish(project, draws)
    drawn = values(project)
    assert sorted(drawn[2:]) == [-3, -2, -1]  # all there is, within the budget
    board = json.loads(done(project, "board", "s", "--json"))["trials"]
    assert [row["params"]["x"] for row in board] == sorted(drawn, reverse=True)
    exported = done(project, "export", "s", "--trials", "--csv")
    assert len(exported.splitlines()) == 6
    assert_whole(project, 5)


def test_a_grid_with_a_value_more_runs_the_missing_points(project, grid):
    done(project, "edit", "s", "x=0|1|2|3|4|5|6|7")
    finish(project, grid)
    assert sorted(values(project)) == list(range(8))
    assert query(project, "SELECT declared FROM sweep") == [(8,)]
    assert_whole(project, 8)


def test_a_grid_with_fewer_values_keeps_what_was_begun(project, grid):
    done(project, "edit", "s", "x=2|5|9")
    finish(project, grid)
    assert values(project) == [1, 2, 5, 9]
    assert query(project, "SELECT declared FROM sweep") == [(4,)]
    assert_whole(project, 4)


def test_a_waiting_trial_runs_though_its_value_is_gone(project, grid):
    done(project, "enqueue", "s", "x=6")
    done(project, "edit", "s", "x=1|2|3")
    finish(project, grid)
    assert values(project) == [1, 2, 6, 3] and states(project) == ["finished"] * 4
    assert_whole(project, 4)


def test_two_edits_at_once_both_hold(project, grid):
    done(project, "pause", "s")
    done(project, "edit", "s", "x=1|2|3|4")
    done(project, "edit", "s", "x=1|2|3")
    assert query(project, "SELECT state, reason FROM sweep") == [("paused", f"paused by {ME}")]
    go(project, 1, 2)
    wait_until(lambda: states(project) == ["finished"] * 2, what="the end of both")
    assert begun(project) == [1, 2]  # nothing is started while it is paused
    done(project, "unpause", "s")
    finish(project, grid)
    assert values(project) == [1, 2, 3] and len(versions(project)) == 3
    assert_whole(project, 3)


# ---- how much runs -------------------------------------------------------------------------------


def test_parallel_is_raised_and_lowered_while_trials_run(project, grid):
    assert "4 at once" in done(project, "set", "s", "parallel=4")
    wait_until(lambda: len(begun(project)) == 4, what="four running trials")
    done(project, "set", "s", "parallel=1")
    go(project, 1, 2, 3)
    wait_until(lambda: states(project).count("finished") == 3, what="the end of three")
    assert states(project)[3:] == ["running"]
    assert query(project, "SELECT parallel FROM sweep") == [(1,)]
    go(project, 4)
    wait_until(lambda: begun(project) == [1, 2, 3, 4, 5], what="the next one")
    finish(project, grid)
    assert states(project) == ["finished"] * 6 and query(project, "SELECT count(*) FROM attempt") == [(0,)]
    assert_whole(project, 6)


def test_a_finished_sweep_goes_on_with_a_larger_budget(project):
    done(project, *RANDOM, "-p", "x=1..99", "--trials", "3", *PRINT)
    assert "winnow resume s goes on" in done(project, "set", "s", "trials=5")
    assert query(project, "SELECT state, declared FROM sweep") == [("stopped", 5)]
    assert whole(project)["missing"] == 2
    done(project, "resume", "s")
    assert len(values(project)) == 5
    assert_whole(project, 5)


def test_a_live_sweep_gets_a_larger_budget(project, draws):
    done(project, "set", "s", "budget.trials=9")
    finish(project, draws)
    assert sorted(values(project)) == list(range(1, 10))
    assert_whole(project, 9)


def test_a_smaller_budget_than_was_spent_ends_the_sweep(project, draws):
    done(project, "set", "s", "trials=1")
    finish(project, draws)
    assert states(project) == ["finished"] * 2
    assert_whole(project, 2)


def test_trials_started_later_have_the_new_limit(project):
    runner = project.start("run", "--maximize", "score", "-p", "x=1|2", "--method", "grid", "--parallel", "1",
                           "--name", "s", "--", "sh", "-c",
                           "touch seen-{x}; [ {x} = 1 ] && until [ -e go-1 ]; do sleep 0.02; done; "
                           "[ {x} = 2 ] && sleep 60; echo score={x}")
    wait_until(lambda: begun(project) == [1], what="a running trial")
    done(project, "set", "s", "timeout=0.3", "limits.grace=1")
    go(project, 1)
    runner.wait(30)
    assert query(project, "SELECT state, reason FROM trial ORDER BY id") == [
        ("finished", None), ("timeout", "ran longer than its limit of 0.3 s")]


def test_a_key_can_be_taken_out(project):
    done(project, "run", "--maximize", "score", "-p", "x=1..9", "--method", "grid", "--set", "until.target=2",
         "--parallel", "1", "--name", "s", *PRINT)
    assert values(project) == [1, 2]
    done(project, "set", "s", "until=")
    done(project, "resume", "s")
    assert len(values(project)) == 9
    assert_whole(project, 9)


@pytest.mark.parametrize("method", ["random", "sobol"])
def test_what_is_enqueued_after_an_edit_is_beyond_the_budget(project, method):
    """Of an earlier space there are four trials, which take no room in the new one."""
    args = ["run", "--maximize", "score", "--method", method, "--seed", "1", "--name", "s"]
    done(project, *args, "-p", "x=1..9", "--trials", "4", "--parallel", "1", *PRINT)
    done(project, "edit", "s", "x=101..103")
    done(project, "set", "s", "trials=5")
    done(project, "enqueue", "s", "x=102")
    assert query(project, "SELECT declared FROM sweep") == [(6,)]
    done(project, "resume", "s")
    assert len(values(project)) == 6 and values(project)[4] == 102
    assert_whole(project, 6)


def test_what_is_enqueued_after_an_edit_of_a_live_sweep(project, draws):
    done(project, "edit", "s", "x=101..103")
    done(project, "set", "s", "trials=4")
    done(project, "enqueue", "s", "x=102")
    assert query(project, "SELECT declared FROM sweep") == [(5,)]
    finish(project, draws)
    assert sorted(values(project)[2:]) == [101, 102, 103]
    assert_whole(project, 5)


def test_an_edit_does_not_cut_the_wait_before_a_retry_short(project):
    """The second retry comes two seconds after the failure before it, whatever happens meanwhile."""
    runner = project.start("run", "--maximize", "score", "-p", "x=1|2", "--method", "grid", "--parallel", "2",
                           "--retries", "2", "--set", "fail_fast=0", "--name", "s", "--", "sh", "-c",
                           "[ {x} = 2 ] && until [ -e go-2 ]; do sleep 0.02; done; [ {x} = 2 ] && echo score=2")
    waits = "SELECT count(*) FROM trial WHERE state = 'queued' AND attempt = 2"
    wait_until(lambda: query(project, waits) == [(1,)], what="the wait before the second retry")
    done(project, "edit", "s", "x=1|2|3")
    done(project, "set", "s", "timeout=1h")
    runner.kill()  # nor does the end of the runner
    runner.wait(20)
    runner = project.start("resume", "s")
    wait_until(lambda: query(project, "SELECT 1 FROM trial WHERE state = 'failed' AND attempt = 2"),
               what="the last failure")
    go(project, 2)
    runner.wait(20)
    before, last = query(project, "SELECT a.ended, t.started FROM trial AS t JOIN attempt AS a ON a.trial = t.id "
                         "WHERE a.attempt = 1 AND t.id & 1 = 0 AND t.attempt = 2")[0]
    assert last - before >= 2


# ---- killed, and resumed -------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["random", "sobol"])
def test_a_runner_killed_after_an_edit_changes_nothing(project, method):
    """The same sweep, once undisturbed and once killed right after its edit: the same trials."""
    found = {}
    for name in ("calm", "killed"):
        for path in [*project.path.glob("seen-*"), *project.path.glob("go-*")]:
            path.unlink()
        args = ["run", "--maximize", "score", "--method", method, "--seed", "1", "-p", "x=1..99", "--trials",
                "9", "--parallel", "2", "--name", name, "--", *WAITING]
        runner = project.start(*args)
        wait_until(lambda: len(begun(project)) == 2, what="two running trials")
        done(project, "edit", name, "x=50..300")
        if name == "killed":
            runner.kill()
            runner.wait(20)
        go(project, "all")
        if name == "killed":
            done(project, "resume", name)
        runner.wait(20)
        found[name] = query(project, "SELECT params, state FROM trial WHERE id >> 32 = (SELECT id FROM sweep "
                            f"WHERE name = '{name}') ORDER BY id")
        verified = json.loads(project.winnow("verify", name, "--json").stdout)
        assert (verified["declared"], verified["missing"]) == (9, 0)
    assert found["calm"] == found["killed"]


def test_an_old_trial_runs_again_in_its_own_space(project):
    spec = """
method: grid
metric: {name: score, goal: maximize}
parallel: 1
repeats: 2
parameters: {x: {values: [1, 2]}}
command: [sh, -c, "[ -e fixed ] && echo score={x}"]
fail_fast: 0
"""
    project.write("s.yaml", spec)
    project.winnow("run", "s.yaml", "--name", "s")
    done(project, "edit", "s", "x=2|3")
    project.write("fixed", "")
    done(project, "retry", "s", "0")
    done(project, "resume", "s")
    assert states(project) == ["finished", "failed", "failed", "failed", "finished", "finished"]
    assert query(project, "SELECT params, objective FROM trial WHERE state = 'finished' ORDER BY id") == [
        ('{"x":1}', 1.0), ('{"x":3}', 3.0), ('{"x":3}', 3.0)]
    assert_whole(project, 6)


def test_failures_of_the_old_space_do_not_end_the_new_one(project):
    project.winnow("run", "--maximize", "score", "-p", "x=1|2|3|4|5|6", "--method", "grid", "--parallel", "1",
                   "--name", "s", "--", "sh", "-c", "[ {x} -gt 9 ] && echo score={x}")
    assert states(project) == ["failed"] * 5
    done(project, "edit", "s", "x=11|12")
    done(project, "resume", "s")
    assert states(project) == ["failed"] * 5 + ["finished"] * 2
    assert_whole(project, 7)


# ---- resumed with the file it began with ---------------------------------------------------------


FILE = """
method: random
metric: {name: score, goal: maximize}
seed: 1
parallel: 2
budget: {trials: 4}
parameters: {x: {min: 1, max: 9}}
command: [sh, -c, "echo score={x}"]
"""


@pytest.fixture
def edited(project):
    """A sweep of four trials that was made from a file, then edited to have six, and other ones."""
    project.write("s.yaml", FILE)
    done(project, "run", "s.yaml")
    done(project, "set", "s", "trials=6", "parallel=1")
    done(project, "edit", "s", "x=100..900")
    return project


def test_the_file_it_began_with_resumes_an_edited_sweep(edited):
    resumed = edited.winnow("run", "s.yaml", "--resume")
    assert resumed.returncode == 0 and "unfinished" not in resumed.stderr
    assert query(edited, "SELECT name, state FROM sweep") == [("s", "finished")]
    assert [x > 9 for x in values(edited)] == [False] * 4 + [True] * 2
    assert_whole(edited, 6)


def test_an_edited_sweep_is_not_begun_twice_by_accident(edited):
    refused = edited.winnow("run", "s.yaml")
    assert refused.returncode == 2 and "edited since, is not finished: add --resume" in refused.stderr
    done(edited, "run", "s.yaml", "--new")
    assert query(edited, "SELECT name, state FROM sweep ORDER BY id") == [("s", "stopped"), ("s-2", "finished")]


def test_of_two_that_began_alike_it_says_which_one_goes_on(edited):
    done(edited, "run", "s.yaml", "--new")
    done(edited, "edit", "s-2", "x=50..60")
    resumed = edited.winnow("run", "s.yaml", "--resume")
    assert resumed.returncode == 0
    assert "2 unfinished sweeps began with this spec: going on with s-2" in resumed.stderr
    assert query(edited, "SELECT name, state FROM sweep ORDER BY id") == [("s", "stopped"), ("s-2", "finished")]


def test_one_that_has_the_spec_comes_before_one_that_had_it(edited):
    done(edited, "run", "s.yaml", "--new")
    done(edited, "edit", "s", "x=1..9")
    done(edited, "set", "s", "trials=4")
    done(edited, "edit", "s-2", "x=50..60")
    assert "going on with s;" in edited.winnow("run", "s.yaml", "--resume").stderr


# ---- refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize("act, given, complaint", [
    ("edit", ["y=1..2"], "there is no parameter y"),
    ("edit", ["x"], "cannot be understood"),
    ("edit", ["x=9..1"], "x"),
    ("edit", ["x=0.0..1.0"], "x"),  # no grid over that
    ("edit", ["x=1|2", "x=3|4"], "gives x twice"),
    ("set", ["metric.name=loss"], "ranks the trials"),
    ("set", ["metric.goal=minimize"], "ranks the trials"),
    ("set", ["method=random"], "another sweep"),
    ("set", ["repeats=3"], "numbers of the trials"),
    ("set", ["command=[echo, hi]"], "same command"),
    ("set", ["seed=3"], "seeds"),
    ("set", ["name=t"], "keeps its name"),
    ("set", ["executor=slurm"], "executor"),
    ("set", ["paralel=3"], "did you mean parallel?"),
    ("set", ["parallel=0"], "at least 1"),
    ("set", ["parallel"], "KEY=VALUE"),
    ("set", ["parallel=3", "timeout=soon"], "duration"),
    ("set", ["early_terminate={type: bandit}"], "early_terminate"),
])
def test_a_bad_edit_is_refused_whole(project, act, given, complaint):
    go(project, "all")
    done(project, *words())
    before = query(project, "SELECT * FROM sweep"), versions(project)
    refused = project.winnow(act, "s", *given)
    assert refused.returncode == 2 and complaint in refused.stderr
    assert (query(project, "SELECT * FROM sweep"), versions(project)) == before
    assert query(project, "SELECT * FROM request") == []


def test_all_mistakes_are_told_at_once(project):
    go(project, "all")
    done(project, *words())
    refused = project.winnow("set", "s", "repeats=3", "method=random", "paralel=3")
    assert refused.returncode == 2 and "3 mistakes" in refused.stderr


def test_of_two_bounds_the_other_one_is_named(project):
    project.write("s.yaml", "method: random\nmetric: {name: score}\nrun_cap: 2\n"
                  "parameters: {x: {min: 1, max: 99}}\ncommand: [echo, 'score={x}']\n")
    done(project, "run", "s.yaml", "--name", "s")
    refused = project.winnow("set", "s", "trials=5")
    assert refused.returncode == 2 and "run_cap is 2" in refused.stderr
    done(project, "set", "s", "trials=5", "run_cap=")
    done(project, "resume", "s")
    assert_whole(project, 5)


def test_an_edit_that_changes_nothing_makes_no_version(project):
    go(project, "all")
    done(project, *words())
    assert "is so already" in done(project, "edit", "s", "x=1|2|3|4|5|6")
    assert len(versions(project)) == 1 and query(project, "SELECT state FROM sweep") == [("finished",)]


# ---- conditions, and what is shown ---------------------------------------------------------------


def test_a_new_range_keeps_its_condition(project):
    project.write("s.yaml", """
method: grid
metric: {name: score}
parameters:
  kind: {values: [a, b]}
  opt: {parameters: {depth: {values: [1, 2], when: {kind: b}}}}
command: [echo, 'score=1 {kind} {opt.depth}']
""")
    done(project, "run", "s.yaml", "--name", "s")
    done(project, "edit", "s", "opt.depth=1|2|3")
    done(project, "resume", "s")
    assert [json.loads(row[0]) for row in query(project, "SELECT params FROM trial ORDER BY id")] == [
        {"kind": "a"}, {"kind": "b", "opt": {"depth": 1}}, {"kind": "b", "opt": {"depth": 2}},
        {"kind": "b", "opt": {"depth": 3}}]
    assert_whole(project, 4)


def test_show_lists_the_versions(project):
    done(project, *RANDOM, "-p", "x=1..99", "--trials", "3", *PRINT)
    done(project, "edit", "s", "x=1..5")
    done(project, "set", "s", "trials=4", "timeout=9")
    shown = done(project, "show", "s")
    assert "x=1..5" in shown and "budget.trials=4 timeout=9" in shown
    found = json.loads(done(project, "show", "s", "--json"))["versions"]
    assert [(row["version"], row["change"], row["user"], row["first_trial"]) for row in found] == [
        (1, None, ME, 0), (2, ["x=1..5"], ME, 3), (3, ["budget.trials=4", "timeout=9"], ME, 3)]
