# SPDX-License-Identifier: GPL-3.0-or-later
"""Trials that are stopped before their time, and searches that know when they are done."""
import json

import pytest

from sweeps import last_json, query, rows_of, wait_until

# The last configuration is the worst and would hang for a minute after its reports.
TRAINER = """
import sys, time
x = int(sys.argv[1])
for epoch in range(6):
    print(f'score={x}')
time.sleep(60 if x == 9 else 0)
"""


@pytest.mark.parametrize("settings", ["type: hyperband, min_iter: 2, eta: 2",
                                      "type: hyperband, max_iter: 16, s: 2, eta: 2",
                                      "type: asha, min_iter: 1, eta: 3", "type: median, min_iter: 3"])
@pytest.mark.parametrize("goal, sign", [("minimize", ""), ("maximize", "-")])
def test_each_scheduler_stops_the_worst_before_its_end(project, settings, goal, sign):
    project.write("train.py", TRAINER.replace("{x}'", sign + "{x}'"))
    project.write("sweep.yaml", "command: [/usr/bin/python3, train.py, '{x}']\nmethod: grid\n"
                  f"parallel: 1\nmetric: {{name: score, goal: {goal}}}\n"
                  f"early_terminate: {{{settings}}}\n"
                  "parameters: {x: {values: [1, 2, 3, 4, 5, 6, 9]}}\n")
    done = project.winnow("run", "sweep.yaml", "--name", "s")
    assert done.returncode == 0, done.stderr
    state, reason, objective = query(
        project, "SELECT state, reason, objective FROM trial ORDER BY id DESC LIMIT 1")[0]
    assert state == "stopped" and reason.startswith(settings.split()[1].strip(","))
    assert abs(objective) == 9  # what it said so far counts
    assert rows_of(project)[0]["param.x"] == "1"


def test_a_trial_that_does_not_obey_is_killed_after_its_grace(project):
    project.write("train.py", "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
                  + TRAINER)
    project.write("sweep.yaml", "command: [/usr/bin/python3, train.py, '{x}']\nmethod: grid\n"
                  "parallel: 1\nmetric: {name: score, goal: minimize}\nlimits: {grace: 200ms}\n"
                  "early_terminate: {type: hyperband, min_iter: 2, eta: 2}\n"
                  "parameters: {x: {values: [1, 2, 9]}}\n")
    project.winnow("run", "sweep.yaml")
    assert query(project, "SELECT state FROM trial ORDER BY id DESC LIMIT 1") == [("stopped",)]


def test_a_condemned_trial_stays_so_when_its_runner_is_killed(project):
    project.write("train.py", "import os, signal\ndef note(*_): open('told', 'a').write('x')\n"
                  "signal.signal(signal.SIGTERM, note)\n"
                  + TRAINER.replace("time.sleep(60 if x == 9 else 0)",
                                    "while x == 9 and not os.path.exists('go'): time.sleep(0.02)"))
    project.write("sweep.yaml", "command: [/usr/bin/python3, train.py, '{x}']\nmethod: grid\n"
                  "parallel: 1\nmetric: {name: score, goal: minimize}\n"
                  "early_terminate: {type: hyperband, min_iter: 2, eta: 2}\n"
                  "parameters: {x: {values: [1, 2, 9]}}\n")
    runner = project.start("run", "sweep.yaml", "--name", "s")
    wait_until(lambda: (project.path / "told").exists(), what="SIGTERM to the condemned trial")
    runner.kill()
    runner.wait(20)
    (project.path / "go").touch()
    project.winnow("resume", "s")
    state, reason, attempt = query(
        project, "SELECT state, reason, attempt FROM trial ORDER BY id DESC LIMIT 1")[0]
    assert (state, attempt) == ("stopped", 0) and "hyperband" in reason


# ---- spaces that end -----------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["random", "sobol", "grid"])
def test_each_allowed_point_of_a_constrained_space_comes_once(project, method):
    project.write("sweep.yaml", "command: [sh, -c, 'echo score={a}']\nmetric: {name: score}\n"
                  f"method: {method}\nseed: 3\nparallel: 4\nconstraints: ['a * b = 12']\n"
                  "parameters: {a: {values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]},\n"
                  "  b: {values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]}}\n")
    done = project.winnow("run", "sweep.yaml", "--json", "--name", "s")
    assert last_json(done.stdout)["trials"]["finished"] == 6
    assert last_json(done.stdout)["reason"] == "every configuration of the space was tried"
    assert sorted(int(row["param.a"]) for row in rows_of(project)) == [1, 2, 3, 4, 6, 12]


@pytest.mark.parametrize("method", ["random", "sobol", "grid"])
def test_constraints_that_allow_nothing_are_named(project, method):
    project.write("sweep.yaml", "command: [sh, -c, 'echo score={a}']\nmetric: {name: score}\n"
                  f"method: {method}\nconstraints: ['a > 100']\n"
                  "parameters: {a: {values: [1, 2, 3]}}\n")
    done = project.winnow("run", "sweep.yaml")
    assert done.returncode == 1
    assert "the constraints allow no configuration at all" in done.stdout


def test_a_grid_with_conditions_has_no_point_twice(project):
    project.write("sweep.yaml", "command: [sh, -c, 'echo score=1']\nmetric: {name: score}\n"
                  "method: grid\nparameters:\n  kind: {values: [tree, linear]}\n"
                  "  depth: {values: [1, 2, 3], when: {kind: tree}}\n"
                  "  c: {values: [0.1, 1], when: {kind: linear}}\n")
    project.winnow("run", "sweep.yaml", "--name", "s")
    tried = sorted(params for [params] in query(project, "SELECT params FROM trial"))
    assert [json.loads(params) for params in tried] == [
        {"kind": "linear", "c": 0.1}, {"kind": "linear", "c": 1},
        {"kind": "tree", "depth": 1}, {"kind": "tree", "depth": 2}, {"kind": "tree", "depth": 3}]


@pytest.mark.parametrize("method", ["random", "sobol"])
def test_sixty_dimensions_and_a_killed_runner_change_no_point(project, method):
    def options(name):
        wide = [word for i in range(60) for word in ("-p", f"p{i}=0.0..1.0")]
        script = f"echo >> {name}; sleep 0.1; echo score={{x}}"
        return ["run", "--maximize", "score", "-p", "x=0.0..1.0", *wide, "--method", method,
                "--seed", "1", "--trials", "12", "--parallel", "2", "--name", name, "--",
                "sh", "-c", script]

    def points(sweep):
        return query(project, f"SELECT params, objective FROM trial WHERE id >> 32 = {sweep} "
                              "ORDER BY id")

    runner = project.start(*options("killed"))
    wait_until(lambda: (project.path / "killed").exists(), what="the first trial")
    runner.kill()
    runner.wait(20)
    project.winnow("resume", "killed")
    project.winnow(*options("calm"))
    assert len(points(1)) == 12 and points(1) == points(2)


def test_ask_tell_is_told_to_stop_by_the_same_rule(project):
    project.write("sweep.yaml", "method: grid\nmetric: {name: score}\n"
                  "early_terminate: {type: hyperband, min_iter: 2, eta: 2}\n"
                  "parameters: {x: {values: [1, 2, 3]}}\n")
    lines = [{"op": "ask", "n": 3}] + [
        {"op": "tell", "id": id, "step": step, "metrics": {"score": id}}
        for id in range(3) for step in (1, 2)]
    done = project.winnow("ask-tell", "sweep.yaml", "--seed", "1",
                          stdin="".join(json.dumps(line) + "\n" for line in lines))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["stop"] for answer in answers[1:]] == [False] * 5 + [True]
