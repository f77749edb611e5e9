# SPDX-License-Identifier: GPL-3.0-or-later
"""The methods that learn, through ask-tell and through sweeps whose runners are killed."""
import json
import math
import statistics
import subprocess

import pytest

from conftest import PROGRAM, clean_environment
from sweeps import query, trial_states, wait_until

METHODS = ["bayes", "tpe", "cmaes"]

MIXED = """
method: bayes
metric: {name: loss, goal: minimize}
parameters:
  lr: {distribution: log_uniform_values, min: 1.0e-5, max: 0.1}
  layers: {min: 1, max: 6}
  width: {distribution: q_log_uniform_values, min: 8, max: 512, q: 8}
  kind: {values: [adam, sgd, rmsprop]}
  momentum: {min: 0.0, max: 0.99, when: {kind: sgd}}
  noise: {distribution: normal, mu: 0, sigma: 2}
"""

def of(method):
    return MIXED.replace("bayes", method)


# A trial of a sweep; where `noise` is not 0, its repeats differ.
TRIAL = ("awk -v lr={lr} -v l={layers} -v m={m} -v s={seed} 'BEGIN { a = log(lr) / log(10) + 3; "
         "printf \"loss=%.17g\\n\", a * a + (l - 3) ^ 2 / 9 + m * (m - 1) + NOISE * (s % 7) }'")


class Session:
    """An ask-tell that is asked one thing after the other."""

    def __init__(self, project, spec, seed=1):
        path = project.write("spec.yaml", spec)
        self.process = subprocess.Popen([PROGRAM, "ask-tell", path, "--seed", str(seed)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        bufsize=1, env=clean_environment())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        assert self.process.wait(20) == 0

    def say(self, **message):
        self.process.stdin.write(json.dumps(message) + "\n")
        answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, answer
        return answer

    def ask(self, count=1):
        return self.say(op="ask", n=count)["trials"]

    def tell(self, trial, loss):
        if loss is None:
            self.say(op="tell", id=trial["id"], status="failed")
        else:
            self.say(op="tell", id=trial["id"], metrics={"loss": loss})


def loss_of(params):
    """None where it fails."""
    if params["layers"] == 6:
        return None
    return ((math.log10(params["lr"]) + 3) ** 2 + (params["layers"] - 3) ** 2 / 9
            + params.get("momentum", 0.5) + abs(params["noise"]) / 9)


def search(project, spec, loss, trials=25, seed=1):
    """The configurations that one worker gets."""
    asked = []
    with Session(project, spec, seed) as session:
        for _ in range(trials):
            trial = session.ask()[0]
            asked.append(trial["params"])
            session.tell(trial, loss(trial["params"]))
    return asked


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_and_answers_lead_to_the_same_search(project, method):
    first = search(project, of(method), loss_of)
    assert first == search(project, of(method), loss_of)
    assert first != search(project, of(method), loss_of, seed=2)


@pytest.mark.parametrize("method", METHODS)
def test_to_maximise_is_to_minimise_the_negated(project, method):
    def gain_of(params):
        loss = loss_of(params)
        return None if loss is None else -loss

    assert search(project, of(method), loss_of) == search(
        project, of(method).replace("minimize", "maximize"), gain_of)


@pytest.mark.parametrize("method", METHODS)
def test_configurations_have_what_their_branch_has(project, method):
    asked = search(project, of(method), loss_of)
    assert {params["kind"] for params in asked[:12]} == {"adam", "sgd", "rmsprop"}
    for params in asked:
        assert ("momentum" in params) == (params["kind"] == "sgd")
        assert 1e-5 <= params["lr"] <= 0.1 and params["layers"] in range(1, 7)
        assert params["width"] % 8 == 0


@pytest.mark.parametrize("method", METHODS)
def test_a_search_learns(project, method):
    losses = [loss_of(params) for params in search(project, of(method), loss_of, trials=35)]
    early, late = losses[:10], losses[-10:]
    assert min(l for l in late if l is not None) < min(l for l in early if l is not None) / 2
    assert sum(l is None for l in late) <= 3


@pytest.mark.parametrize("method", METHODS)
def test_a_finite_space_with_constraints_is_exhausted_without_a_repeat(project, method):
    spec = """
method: bayes
metric: {name: loss, goal: minimize}
parameters: {a: {min: 1, max: 6}, b: {values: [x, y, z]}}
constraints: ["a <> 2"]
forbid: ["a = 1 AND b = 'x'"]
"""
    with Session(project, spec.replace("bayes", method)) as session:
        asked = []
        while answer := session.say(op="ask")["trials"]:
            asked.append(tuple(answer[0]["params"].items()))
            session.tell(answer[0], answer[0]["params"]["a"])
    assert len(asked) == len(set(asked)) == 14


@pytest.mark.parametrize("method", METHODS)
def test_many_workers_get_different_configurations(project, method):
    spec = of(method).replace("{values: [adam, sgd, rmsprop]}", "{value: sgd}")
    with Session(project, spec) as session:
        for trial in session.ask(12):
            session.tell(trial, loss_of(trial["params"]))
        crowd = [trial["params"] for trial in session.ask(40)]
    assert len({json.dumps(params, sort_keys=True) for params in crowd}) == 40
    assert len({params["lr"] for params in crowd}) > 30


@pytest.mark.parametrize("values", [
    ["1e300", "-1e300", "1e-300", "NaN", "0"], ["0.1"], ["1e400", "null", "1", "2"],
    ["1e-320", "2e-320", "0"],
], ids=["wide", "equal", "not finite", "tiny"])
def test_any_value_is_taken(project, values):
    with Session(project, MIXED) as session:
        for number in range(18):
            trial = session.ask()[0]
            value = values[number % len(values)]
            session.process.stdin.write(
                '{"op": "tell", "id": %d, "metrics": {"loss": %s}}\n' % (trial["id"], value))
            assert json.loads(session.process.stdout.readline()) == {"ok": True}


# ---- sweeps -------------------------------------------------------------------------------------

def run_words(trials, parallel, *options, noise=0, method="bayes"):
    return ["run", "--minimize", "loss", "--method", method, "-p", "lr=log(1e-5,0.1)",
            "-p", "layers=1..6", "-p", "m=0.0..1.0", "--seed", 4, "--trials", trials,
            "--parallel", parallel, "--name", "s", *options, "--", "sh", "-c",
            TRIAL.replace("NOISE", str(noise))]


def configurations_of(project):
    return query(project, "SELECT id, params, objective FROM trial ORDER BY id")


@pytest.mark.parametrize("method, options, noise", [
    ("bayes", (), 0), ("bayes", ("--repeats", 2), 0.05), ("tpe", ("--repeats", 2), 0.05),
    ("cmaes", (), 0),
], ids=["bayes", "bayes and noisy repeats", "tpe and noisy repeats", "cmaes"])
def test_a_killed_sweep_goes_on_with_what_the_undisturbed_one_tries(project, tmp_path_factory,
                                                                    method, options, noise):
    words = run_words(40, 1, *options, noise=noise, method=method)
    runner = project.start(*words)
    for killed_at in (6, 14, 27, 33):
        wait_until(lambda at=killed_at: trial_states(project).count("finished") >= at, 60,
                   what=f"trial {killed_at}")
        runner.kill()
        runner.wait(20)
        runner = project.start("resume", "s")
    assert runner.wait(60) == 0

    calm = type(project)(tmp_path_factory.mktemp("calm"))
    done = calm.winnow(*words)
    assert done.returncode == 0, done.stderr
    assert set(trial_states(calm)) == {"finished"}
    assert configurations_of(project) == configurations_of(calm)


@pytest.mark.parametrize("method", METHODS)
def test_a_sweep_in_parallel_learns(project, method):
    done = project.winnow(*run_words(60, 4, method=method))
    assert done.returncode == 0, done.stderr
    losses = [row[2] for row in configurations_of(project)]
    assert statistics.median(losses[-20:]) < statistics.median(losses[:10]) / 2


# ---- thinking ahead -----------------------------------------------------------------------------

# From trial 20 on they wait for a file: two run then, and what comes next is thought of already.
GATED = ("while [ {trial} -ge 20 ] && [ ! -e go ]; do echo > at-{trial}; sleep 0.02; done; "
         "echo loss=$(({a} * {a} + {b}))")


@pytest.fixture
def gated(project):
    runner = project.start("run", "--minimize", "loss", "--method", "bayes", "-p", "a=-2..2",
                           "-p", "b=0..5", "--seed", 4, "--trials", 28, "--parallel", 2, "--name", "s",
                           "--", "sh", "-c", GATED)
    wait_until(lambda: all((project.path / f"at-{trial}").exists() for trial in (20, 21)), 60,
               what="two trials that wait")
    yield runner
    (project.path / "go").touch()
    runner.wait(60)


def finish(project, runner):
    """Each configuration was tried once, and nothing is left over: how many there are."""
    (project.path / "go").touch()
    assert runner.wait(60) == 0, runner.stderr_text()
    rows = query(project, "SELECT id & 0xffffffff, params, state FROM trial ORDER BY id")
    assert {row[2] for row in rows} == {"finished"}
    assert [row[0] for row in rows] == list(range(len(rows)))
    assert len({row[1] for row in rows}) == len(rows)
    return len(rows)


def test_a_stopped_sweep_tries_nothing_more(project, gated):
    assert project.winnow("stop", "s").returncode == 0
    assert finish(project, gated) == 22
    assert finish(project, project.start("resume", "s")) == 28


def test_what_a_person_puts_in_comes_first_and_not_twice(project, gated):
    tried = {row[0] for row in query(project, "SELECT params FROM trial")}
    left = [(a, b) for a in range(-2, 3) for b in range(6)
            if '{"a":%d,"b":%d}' % (a, b) not in tried]
    for a, b in left:  # what was thought of is one of these
        assert project.winnow("enqueue", "s", f"a={a}", f"b={b}").returncode == 0
    assert finish(project, gated) == 30
    assert query(project, "SELECT min(id) & 0xffffffff, count(*) FROM trial "
                          "WHERE enqueued_by IS NOT NULL") == [(22, 8)]


@pytest.mark.parametrize("acts, trials", [
    ((["pause", "s"], ["unpause", "s"]), 28),
    ((["set", "s", "trials=25"],), 25),
    ((["set", "s", "parallel=1"],), 28),
    ((["set", "s", "until.target=9"],), 22),
    ((["kill", "s", "20"], ["retry", "s", "20"]), 28),
], ids=["pause", "budget", "parallel", "target", "retry"])
def test_requests_find_what_was_thought_of_ahead_harmless(project, gated, acts, trials):
    for act in acts:
        done = project.winnow(*act)
        assert done.returncode == 0, done.stderr
        wait_until(lambda: act[0] != "kill" or "killed" in trial_states(project), what="its end")
    assert finish(project, gated) == trials


def test_a_runner_that_is_killed_while_it_has_thought_ahead_loses_nothing(project, gated):
    gated.kill()
    gated.wait(20)
    assert finish(project, project.start("resume", "s")) == 28
