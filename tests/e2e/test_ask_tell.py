# SPDX-License-Identifier: GPL-3.0-or-later
"""winnow ask-tell: the optimiser alone, a JSON object a line each way."""
import json
import math
import os
import pathlib
import subprocess
import sys

import pytest

from conftest import PROGRAM, ROOT, clean_environment
from sweeps import GRID, SPEC

SHARED = pathlib.Path(os.environ.get("WINNOW_SHARED", ROOT.parent / "shared"))


@pytest.fixture
def session(project):
    """session(spec, *messages): the answers, as Python values. A text is sent as it is."""
    def talk(spec, *messages, seed=1):
        project.write("asktell.yaml", spec)
        lines = "".join((m if isinstance(m, str) else json.dumps(m)) + "\n" for m in messages)
        done = project.winnow("ask-tell", "asktell.yaml", "--seed", seed, stdin=lines)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]
    return talk


def test_a_session_asks_tells_and_knows_the_best(session):
    ask, first, second, best = session(
        SPEC, {"op": "ask", "n": 2}, {"op": "tell", "id": 0, "metrics": {"loss": 0.3}},
        {"op": "tell", "id": 1, "metrics": {"loss": 0.2, "other": 5}}, {"op": "best"})
    assert [trial["id"] for trial in ask["trials"]] == [0, 1]
    for trial in ask["trials"]:
        assert 1e-5 <= trial["params"]["lr"] <= 0.1
        assert trial["params"]["layers"] in (1, 2, 3, 4)
    assert first == second == {"ok": True}
    assert best == {"id": 1, "params": ask["trials"][1]["params"], "metrics": {"loss": 0.2}}


def test_the_same_seed_asks_the_same(session):
    assert session(SPEC, {"op": "ask", "n": 5}) == session(SPEC, {"op": "ask", "n": 5})
    assert session(SPEC, {"op": "ask", "n": 5}) != session(SPEC, {"op": "ask", "n": 5}, seed=2)


def test_a_finite_space_says_when_it_is_exhausted(session):
    answers = session(GRID, {"op": "ask", "n": 4}, {"op": "ask", "n": 4}, {"op": "ask"})
    assert len(answers[0]["trials"]) == 4 and "exhausted" not in answers[0]
    assert len(answers[1]["trials"]) == 2 and answers[1]["exhausted"] is True
    assert answers[2] == {"trials": [], "exhausted": True}


@pytest.mark.parametrize("line, complaint", [
    ("", None),
    ("{", None),
    ("[]", "must be a JSON object"),
    ("nonsense", None),
    ("\0", "NUL"),
    ('{"op":"dance"}', "ask, tell or best"),
    ("{}", "op is missing"),
    ('{"op":"ask","n":0}', "n must be"),
    ('{"op":"ask","n":"many"}', "n must be"),
    ('{"op":"ask","n":99999999999}', "n must be"),
    ('{"op":"tell"}', "id is missing"),
    ('{"op":"tell","id":7,"metrics":{"loss":1}}', "no trial 7"),
    ('{"op":"tell","id":-1,"metrics":{"loss":1}}', "no trial -1"),
    ('{"op":"tell","id":"0","metrics":{"loss":1}}', "id must be an integer"),
    ('{"op":"tell","id":0}', "metrics.loss is missing"),
    ('{"op":"tell","id":0,"metrics":{"los":1}}', "metrics.loss is missing"),
    ('{"op":"tell","id":0,"metrics":[1]}', "metrics must be an object"),
    ('{"op":"tell","id":0,"metrics":{"loss":"low"}}', "metrics.loss must be a number"),
    ('{"op":"tell","id":0,"status":"running"}', "status must say"),
    ('{"op":"tell","id":0,"step":"x","metrics":{"loss":1}}', "step must be a number"),
    ("[" * 100000, None),
])
def test_a_bad_line_is_answered_and_the_session_goes_on(session, line, complaint):
    answers = session(SPEC, {"op": "ask"}, line, {"op": "tell", "id": 0, "metrics": {"loss": 1}})
    assert set(answers[1]) == {"error"}
    assert complaint is None or complaint in answers[1]["error"]
    assert answers[2] == {"ok": True}


def test_a_trial_is_told_once(session):
    tell = {"op": "tell", "id": 0, "metrics": {"loss": 1}}
    answers = session(SPEC, {"op": "ask"}, tell, tell)
    assert answers[1] == {"ok": True}
    assert "told already" in answers[2]["error"]


@pytest.mark.parametrize("value", ["NaN", "null", '"NaN"', "Infinity", "-Infinity", "1e400"])
def test_a_value_that_is_not_finite_counts_as_a_failure(session, value):
    answers = session(SPEC, {"op": "ask"},
                      '{"op":"tell","id":0,"metrics":{"loss":%s}}' % value, {"op": "best"})
    assert answers[1] == {"ok": True}
    assert answers[2] == {"id": None}


def test_failures_and_reports_are_taken(session):
    answers = session(SPEC, {"op": "ask", "n": 2}, {"op": "tell", "id": 0, "status": "failed"},
                      {"op": "tell", "id": 1, "step": 1, "metrics": {"loss": 4}},
                      {"op": "tell", "id": 1, "step": 2, "metrics": {"loss": 3}},
                      {"op": "tell", "id": 1, "status": "finished"}, {"op": "best"})
    assert answers[1] == {"ok": True}
    assert answers[2] == answers[3] == {"ok": True, "stop": False}
    assert answers[4] == {"ok": True}
    assert answers[5]["id"] == 1 and answers[5]["metrics"] == {"loss": 3}


def test_early_termination_answers_stop(session):
    spec = SPEC + "early_terminate: {type: hyperband, min_iter: 2}\n"
    reports = [{"op": "tell", "id": trial, "step": step, "metrics": {"loss": loss}}
               for trial, loss in ((0, 1), (1, 9)) for step in (1, 2)]
    answers = session(spec, {"op": "ask", "n": 2}, *reports)
    assert [answer["stop"] for answer in answers[1:]] == [False, False, False, True]


def test_an_answer_comes_before_the_next_question(project):
    spec = project.write("asktell.yaml", SPEC)
    process = subprocess.Popen([PROGRAM, "ask-tell", spec], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True, bufsize=1)
    for number in range(3):
        process.stdin.write('{"op":"ask"}\n')
        assert json.loads(process.stdout.readline())["trials"][0]["id"] == number
    process.stdin.close()
    process.stdout.close()
    assert process.wait(10) == 0


def test_a_maximised_metric_has_the_largest_as_its_best(session):
    spec = SPEC.replace("minimize", "maximize")
    answers = session(spec, {"op": "ask", "n": 3},
                      *({"op": "tell", "id": i, "metrics": {"loss": v}}
                        for i, v in enumerate((1, 3, 2))), {"op": "best"})
    assert answers[-1]["id"] == 1 and math.isclose(answers[-1]["metrics"]["loss"], 3)


@pytest.mark.skipif(not (SHARED / "bench" / "hpo" / "compare.py").exists(),
                    reason=f"{SHARED} is not there")
def test_the_optimiser_benchmark_accepts_the_protocol(project):
    pytest.importorskip("numpy")
    problems = SHARED / "bench" / "hpo"
    wrapper = project.write("winnow-random", f"""#!{sys.executable}
import json, os, sys
spec = json.load(open(sys.argv[2]))
spec["method"] = "random"
json.dump(spec, open("spec.json", "w"))
os.execv({PROGRAM!r}, [{PROGRAM!r}, "ask-tell", "spec.json", *sys.argv[3:]])
""")
    wrapper.chmod(0o755)
    done = subprocess.run([sys.executable, problems / "compare.py", "probe", "--problems",
                           "branin,rbv2_svm*", "--program", str(wrapper)], cwd=project.path,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "ok: 12 trials" in done.stdout


# ---- hostile and large input ---------------------------------------------------------------------


def raw_session(project, data):
    """The answers to bytes, each of which must be UTF-8 and JSON."""
    project.write("asktell.yaml", SPEC)
    done = subprocess.run([PROGRAM, "ask-tell", "asktell.yaml"], cwd=project.path, input=data,
                          env=clean_environment(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    return [json.loads(line.decode()) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("line", [
    b"\xff\xfe", b'{"op":"\xed\xa0\x80"}', b'{"op":"' + "\u20ac".encode() * 1000 + b'"}',
    b'{"op":"tell","id":0,"metrics":{"\xff":"x"}}', b"\x01\x1b[31m", b"\x7f", b" \t\r",
])
def test_any_bytes_are_answered_in_valid_utf8(project, line):
    ask, answer, again = raw_session(project, b'{"op":"ask"}\n' + line + b'\n{"op":"ask"}\n')
    assert set(answer) == {"error"}
    assert ask["trials"] and again["trials"]


def test_a_line_may_be_long_but_not_endless(project):
    long = b'{"op":"ask","note":"' + b"x" * 1_000_000 + b'"}\n'
    endless = b'{"op":"ask","note":"' + b"x" * 9_000_000 + b'"}\n'
    answers = raw_session(project, long + endless + b'{"op":"ask"}\n')
    assert answers[0]["trials"] and answers[2]["trials"]
    assert "shorter than" in answers[1]["error"]


def test_the_last_line_needs_no_newline_and_others_may_end_like_on_windows(project):
    answers = raw_session(project, b'{"op":"ask"}\r\n{"op":"ask"}')
    assert [answer["trials"][0]["id"] for answer in answers] == [0, 1]


def test_no_input_is_a_session_too(project):
    assert raw_session(project, b"") == []


def test_a_hundred_thousand_trials(project):
    lines = "".join(f'{{"op":"ask"}}\n{{"op":"tell","id":{i},"metrics":{{"loss":{i % 977}}}}}\n'
                    for i in range(100_000)) + '{"op":"best"}\n'
    answers = raw_session(project, lines.encode())
    assert answers[-2] == {"ok": True}
    assert answers[-1]["id"] == 0 and answers[-1]["metrics"] == {"loss": 0}


def test_a_parameter_whose_condition_fails_is_absent(session):
    answer, = session(SPEC, {"op": "ask", "n": 200})
    kinds = {"adam": 0, "sgd": 0}
    for trial in answer["trials"]:
        optimizer = trial["params"]["optimizer"]
        assert ("momentum" in optimizer) == (optimizer["kind"] == "sgd")
        kinds[optimizer["kind"]] += 1
    assert min(kinds.values()) > 50


def test_a_reader_that_goes_away_ends_the_session(project):
    spec = project.write("asktell.yaml", SPEC)
    process = subprocess.Popen([PROGRAM, "ask-tell", spec], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    for _ in range(2):
        try:
            process.stdin.write(b'{"op":"ask"}\n')
            process.stdin.flush()
        except BrokenPipeError:
            break
    assert process.wait(20) == 0
    assert process.stderr.read() == b""
    process.stdin.close()
    process.stderr.close()


@pytest.mark.parametrize("spec, complaint", [
    ("method: custom\nmetric: {name: a}\nparameters: {x: {values: [1, 2]}}\n", "not there yet"),
    ("method: random\nparameters: {x: {values: [1, 2]}}\n", "no metric"),
    ("method: random\nmetric: {name: a}\nparameters: {x: {min: 2, max: 1}}\n", "parameters.x"),
])
def test_a_spec_that_cannot_be_searched_is_told_before_any_question(project, spec, complaint):
    project.write("asktell.yaml", spec)
    done = project.winnow("ask-tell", "asktell.yaml", stdin='{"op":"ask"}\n')
    assert done.returncode == 2 and done.stdout == ""
    assert complaint in done.stderr
