# SPDX-License-Identifier: GPL-3.0-or-later
"""Spec files and their command line form: what they mean, and what is said where they are wrong."""
import json
import os

import pytest


def planned(project, *args):
    done = project.winnow("plan", *args, "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


# ---- meanings ------------------------------------------------------------------------------------


def test_a_value_written_twice_comes_twice_as_often_and_is_one_grid_point(project):
    args = ("-p", "x=a|b|a", "-p", "y=1|1.0|2")
    plan, = planned(project, *args, "--quantiles", "0.2,0.5,0.9")
    assert [row["quantiles"] for row in plan["parameters"]] == [["a", "b", "a"], [1, 1, 2]]
    assert plan["configurations"] == 4
    points = planned(project, *args, "--method", "grid", "--list")
    assert [tuple(point["params"].values()) for point in points] == [
        ("a", 1), ("a", 2), ("b", 1), ("b", 2)]


def test_bayes_lists_what_it_begins_with_and_says_so(project):
    args = ("plan", "-p", "x=0.0..1.0", "--seed", "3", "--list", "--limit", "4")
    bayes = project.winnow(*args, "--method", "bayes")
    assert bayes.returncode == 0
    assert "note: bayes goes by results, of which there are none" in bayes.stderr
    assert bayes.stdout == project.winnow(*args, "--method", "sobol").stdout


def test_any_number_of_quantiles_can_be_asked_for(project):
    asked = [i / 1000 for i in range(1001)]
    plan, = planned(project, "-p", "x=0.0..1.0", "--quantiles", ",".join(map(str, asked)))
    assert plan["parameters"][0]["quantiles"] == asked


def active(project, *args):
    """The names of the parameters in each listed configuration."""
    return [sorted(line["params"]) for line in planned(project, "sweep.yaml", "--list", *args)]


def test_a_group_is_conditional_as_a_whole_and_its_members_further(project):
    project.write("sweep.yaml", """
method: grid
parameters:
  kind: {values: [sgd, adam]}
  extra: {values: [true, false]}
  opt:
    when: {kind: sgd}          # the kind beside the group, not the one within
    parameters:
      kind: {values: [plain, heavy]}
      momentum: {values: [0.1, 0.9], when: {extra: true}}
      nesterov: {value: 1, when: {kind: heavy}}
""")
    points = [line["params"] for line in planned(project, "sweep.yaml", "--list")]
    for point in points:
        assert ("opt" in point) == (point["kind"] == "sgd")
        if "opt" in point:
            assert ("momentum" in point["opt"]) == point["extra"]
            assert ("nesterov" in point["opt"]) == (point["opt"]["kind"] == "heavy")
    assert len(points) == 2 + 2 + 2 * 2  # adam; sgd without extra; sgd with it
    assert planned(project, "sweep.yaml")[0]["configurations"] == 8


# ---- mistakes ------------------------------------------------------------------------------------

LR = "method: random\nparameters:\n  lr: {min: 0.1, max: 1.0}\n"


def one(param):
    return f"method: random\nparameters:\n  a: {param}\n"


MISTAKES = [
    # text, what is said of it
    ("parameters: {a: {value: 1}}\n", ":1:1: method: is missing: grid, random, sobol, bayes, tpe, cmaes or list"),
    ("method: [random]\nparameters: {a: {value: 1}}\n",
     ":1:9: method: must be a text (found a list of 1)"),
    ("method: rndom\nparameters: {a: {value: 1}}\n",
     ":1:9: method: there is no method rndom (did you mean random?)"),
    ("method: random\n", ":1:1: parameters: is missing: what is to be searched?"),
    ("method: random\nparameters:\n",
     ":2:12: parameters: must be a mapping of at least one parameter (found nothing)"),
    ("method: random\nparameters: {'': {value: 1}}\n", "parameters: need names (found '')"),
    (one("0.1"), ":3:6: parameters.a: must be a mapping: write {value: ...} (found 0.1)"),
    (one("[1, 2]"), "parameters.a: must be a mapping: write {values: ...} (found a list of 2)"),
    (one("{}"), "parameters.a: is empty: give value, values, or min and max"),
    (one("{min: 1}"), "parameters.a: has min but no max"),
    (one("{mim: 1, max: 2}"), ":3:7: parameters.a.mim: is not a known key (did you mean min?)"),
    (one("{b: {value: 1}}"), "parameters.a: is a group if its parameters stand below a key of that "
     "name: write {parameters: {b: ...}}"),
    (one("{distribution: unifrom, min: 1, max: 2}"),
     ":3:21: parameters.a.distribution: there is no distribution unifrom (did you mean uniform?)"),
    (one("{distribution: loguniform, min: 1, max: 2}"),
     "did you mean log_uniform_values? log_uniform takes exponents of e"),
    (one("{distribution: poisson, min: 1, max: 2}"), "there is no distribution poisson: there are"),
    (one("{distribution: normal, mu: 0, sigma: -1}"),
     "parameters.a.sigma: must not be negative (found -1)"),
    (one("{mu: 0, sigma: 1}"), "has mu or sigma but no distribution: add distribution: normal"),
    (one("{min: 3, max: 1}"), ":3:12: parameters.a.min: must be below max (3 >= 1)"),
    (one("{min: 1.0, max: 1.0}"), "parameters.a.min: must be below max (1.0 >= 1.0)"),
    (one("{min: small, max: 1}"), "parameters.a.min: must be a finite number (found 'small')"),
    (one("{min: .nan, max: 1}"), "parameters.a.min: must be a finite number (found nan)"),
    (one("{min: true, max: 2}"), "parameters.a.min: must be a finite number (found True)"),
    (one("{min: 1, max: 99999999999999999999}"), "is too long for a whole number; write it as 1e20"),
    (one("{min: 0, max: 9007199254740993}"), "must lie below 2^53"),
    (one("{distribution: int_uniform, min: 1.5, max: 3}"),
     "parameters.a.min: and max must be whole numbers for int_uniform (found 1.5 and 3)"),
    (one("{distribution: log_uniform_values, min: 0, max: 1}"),
     "parameters.a.min: must be above 0 for log_uniform_values (found 0)"),
    (one("{distribution: log_uniform, min: 1, max: 1000}"), "is an exponent of e, and too large"),
    (one("{distribution: q_uniform, min: 1, max: 2, q: 0}"), "q: must be above 0 (found 0)"),
    (one("{distribution: beta, a: -1, b: 1}"), "parameters.a.a: must not be negative (found -1)"),
    (one("{values: []}"), "values: must be a list of at least one value (found an empty list)"),
    (one("{values: 3}"), "values: must be a list of at least one value (found 3)"),
    (one("{values: [1, 2], probabilities: [1]}"),
     "probabilities: must be a list as long as values (found a list of 1)"),
    (one("{values: [1, 2], probabilities: [0.5, 0.6]}"), "must add up to 1 (found 1.1)"),
    (one("{values: [1, 2], probabilities: [-0.5, 1.5]}"), "numbers from 0 to 1 (found -0.5)"),
    (one("{value: 1, when: a}"), "when: must be a mapping such as {optimizer: sgd} (found 'a')"),
    (one("{value: 1, when: {b: 1}}"), "parameters.a.when.b: there is no parameter b"),
    (one("{value: 1, when: {a: 1}}"), "the conditions go in a circle: a needs a"),
    (one("{values: [sgd, adam]}\n  b: {value: 1, when: {a: sdg}}"),
     ':4:27: parameters.b.when.a: a is never "sdg" (did you mean sgd?)'),
    ("method: random\nparameters: {a.b: {value: 1}, a: {parameters: {b: {value: 2}}}}\n",
     "two parameters are called a.b"),
    ("method: grid\nparameters: {a: {min: 0.1, max: 1.0}}\n",
     ":2:17: parameters.a: a grid cannot enumerate uniform"),
    (LR + "lr: 3\nlr: 4\n", ":5:1: the key lr is given twice, before on line 4"),
    (LR + "constraints: ['lr <']\n", ":4:15: constraints: the expression lr < ends too early"),
    (LR + "constraints: ['lrr < 1']\n", "no parameter or metric called lrr; did you mean lr?"),
    (LR + "constraints: lr < 1\n", ':4:14: constraints: must be a list: write ["lr < 1"]'),
    (LR + "forbid: [3]\n", ":4:10: forbid: must hold expressions (found 3)"),
    (LR + "capture: '(?<acc'\n", ":4:10: capture: capture '(?<acc': syntax error"),
    (LR + "capture: ['(?<a>.)', 'acc=[0-9]+']\n", ":4:22: capture: capture 'acc=[0-9]+' has no named group"),
    (LR + "timeout: 3x\n", ":4:10: timeout: must be a duration such as 90, 30m or 1h30m (found '3x')"),
    (LR + "budget: {trials: -3}\n", "budget.trials: must be a whole number of at least 1 (found -3)"),
    (LR + "budget: {trails: 3}\n", ":4:10: budget.trails: is not a known key (did you mean trials?)"),
    (LR + "limits: {memory: 4 gigs}\n", "must be a size such as 4GiB or 512MB (found '4 gigs')"),
    (LR + "resources: {cpus: 0}\n", "resources.cpus: must be above 0 (found 0)"),
    (LR + "parallel: many\n", ":4:11: parallel: must be a whole number of at least 1"),
    (LR + "metric: loss\n", "metric: must be a mapping: write {name: loss, goal: minimize}"),
    (LR + "metric: {goal: minimize}\n", "metric: has no name: which metric ranks the trials?"),
    (LR + "metrics: [a]\n", "metrics[0]: must be a mapping: write {name: a, goal: minimize}"),
    (LR + "early_terminate: {type: hyperband, min_iter: 3}\n", "needs a metric to compare trials by"),
    (LR + "metric: {name: a}\nearly_terminate: {type: hyperband}\n",
     ":5:18: early_terminate: needs min_iter, or max_iter with s"),
    (LR + "metric: {name: a}\nearly_terminate: {type: hyperbnd, min_iter: 3}\n",
     ":5:18: early_terminate.type: there is no type hyperbnd (did you mean hyperband?)"),
    (LR + "until: {target: 1}\n", ":4:8: until: needs a metric to judge by"),
    (LR + "executor: slrum\n", "executor: there is no executor slrum: only local"),
    (LR + "output: lines\n", "output: can only be: line (found 'lines')"),
    ("", ": is empty: a sweep needs method and parameters"),
    ("# nothing\n", "holds nothing but comments"),
    ("- a\n", ":1:1: must be a mapping (found a list of 1)"),
    ("a:\n\tb: 1\n", ":2:1: a tab cannot indent: use spaces"),
    (LR + "---\n" + LR, ":4:1: a second document begins here; a file holds one"),
    (LR + "description: a: b\n", ":4:15: a ': ' where none can be: put the text in quotes"),
    (LR + "name: 'x\n\n\n", "the text ends inside quotes: the closing one is missing (begun on line 4)"),
    (one("*x"), ":3:6: there is no anchor &x above this alias"),
    ('{"method": "random"\n "parameters": {}}', ":2:2: a ',' or the closing '}' is missing"),
    ('{"method": "grid",\n "method": "grid"}', ":2:2: the key method is given twice"),
]


@pytest.mark.parametrize("text, message", MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_is_told_with_its_place_and_nothing_is_made(project, text, message):
    project.write("sweep.yaml", text)
    done = project.winnow("run", "sweep.yaml")
    assert done.returncode == 2
    said, verdict = done.stderr.splitlines()
    assert said.startswith("sweep.yaml:") and message in said
    assert verdict == "winnow: sweep.yaml cannot be used: 1 mistake"
    assert done.stdout == "" and os.listdir(project.path) == ["sweep.yaml"]


def test_all_mistakes_of_a_file_come_at_once_in_its_order(project):
    project.write("sweep.yaml", "timeout: 3x\nmethod: rndom\nparameters:\n"
                  "  lr: {min: 3, max: 1}\n  b: {distribution: normla}\nbudget: {trials: -1}\n")
    done = project.winnow("plan", "sweep.yaml")
    places = [line.split(":")[1] for line in done.stderr.splitlines()[:-1]]
    assert places == ["1", "2", "4", "5", "6"]
    assert done.stderr.endswith("winnow: sweep.yaml cannot be used: 5 mistakes\n")


def test_what_a_group_asks_in_vain_is_told_once(project):
    project.write("sweep.yaml", "method: random\nparameters:\n  a:\n    when: {b: 1}\n"
                  "    parameters: {x: {value: 1}, y: {value: 2}}\n")
    done = project.winnow("plan", "sweep.yaml")
    assert done.stderr.splitlines() == [
        "sweep.yaml:4:12: parameters.a.when.b: there is no parameter b",
        "winnow: sweep.yaml cannot be used: 1 mistake"]


def test_what_the_program_knows_of_a_spec_is_told_with_what_the_parser_finds(project):
    project.write("sweep.yaml", "method: random\nparameters: {a: {min: 1, max: 0}}\n"
                  "metric: {name: loss}\nexecutor: slurm\nearly_terminate: {type: hyperbnd}\n")
    done = project.winnow("plan", "sweep.yaml")
    assert done.returncode == 2
    for message in ("parameters.a.min: must be below max", "there is no executor slurm",
                    "there is no type hyperbnd (did you mean hyperband?)", ": 3 mistakes\n"):
        assert message in done.stderr


@pytest.mark.parametrize("name, text", [("train.py", "import sys\nx = {1: [}\n"),
                                        ("train", "#!/usr/bin/env python3\nprint('loss=1')\n")])
def test_a_program_in_the_place_of_a_spec_is_told_where_it_goes(project, name, text):
    project.write(name, text)
    for words in (["run", name], ["run", name, "-p", "x=1..2"]):
        done = project.winnow(*words)
        assert done.returncode == 2
        assert done.stderr == (f"winnow: {name} is a program, not a spec: a command goes last, as in "
                               f"-p lr=0.1..1 --minimize loss -- ./{name} --lr {{lr}}\n")


# ---- braces in the command -----------------------------------------------------------------------

SLIPS = [
    ((), ["./train", "--lr", "{l}"], "{l} is no parameter; did you mean {lr}?"),
    ((), ["./train", "--lr={learning_rate}"], "{learning_rate} is no parameter; did you mean {lr}?"),
    ((), ["sh", "-c", "train --lr {Lr1}"], "{Lr1} is no parameter; did you mean {lr}?"),
    (("-p", "wd=0.1..1"), ["./train", "{rate}"], "{rate} is no parameter; did you mean {lr} or {wd}?"),
]


@pytest.mark.parametrize("params, command, message", SLIPS, ids=range(len(SLIPS)))
def test_a_misspelt_parameter_in_braces_is_a_mistake(winnow, params, command, message):
    done = winnow("plan", "-p", "lr=0.1..1", *params, "--", *command)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [f"command line: command: {message}",
                                        "winnow: command line cannot be used: 1 mistake"]


LITERAL = [
    ["awk", "{print $1}", "{lr}"],
    ["sh", "-c", "awk '{print}' x; echo ${lr} {1..5} {l} --lr {lr}"],  # lr is used
    ["./train", '{"lr": {lr}, "l": {}}'],
    ["./train", "--checkpoint", "{epoch}-{loss}.pt"],  # it may read its environment
    ["sh", "-c", "./train --lr $WINNOW_PARAM_LR --name {l}"],
    ["./train", "${args}", "--name", "{l}"],
    ["./train", "--lr", "{lr}", "{{l}}"],
    ["./train", "{1..3}", "{}", "${l}"],
]


@pytest.mark.parametrize("command", LITERAL, ids=range(len(LITERAL)))
def test_braces_that_are_the_commands_own_pass(winnow, command):
    done = winnow("plan", "-p", "lr=0.1..1", "--", *command)
    assert done.returncode == 0, done.stderr


def test_a_parameter_that_is_refused_is_not_missed_in_the_command_too(winnow):
    done = winnow("plan", "-p", "lr=log(0,1)", "--", "./train", "--lr", "{lr}")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "command line: parameters.lr.min: must be above 0 for log_uniform_values (found 0)",
        "winnow: command line cannot be used: 1 mistake"]


# ---- warnings ------------------------------------------------------------------------------------

WARNINGS = [
    (LR + "paralel: 3\n", ":4:1: warning: paralel: is not a known key and is ignored "
     "(did you mean parallel?)"),
    (LR + "metric: {name: a, goal: maximise}\n", ":4:25: warning: metric.goal: must be minimize or "
     "maximize and is read as minimize (found 'maximise'; did you mean maximize?)"),
    (LR + "command: python train.py\n", ":4:10: warning: command: must be a list such as"),
    (LR + "command: [a, '${lr}']\n", "warning: command: ${lr} is no macro and vanishes, as in W&B"),
    (LR + "command: [a, '--lr=${lr}']\n", "warning: command: --lr=${lr} is passed as it is"),
    (LR + "command: [a, '{lr}', '{lrr}']\n", "warning: command: {lrr} is no parameter and stays"),
    (one("{min: 0, max: 1}"), "warning: parameters.a: is 0 or 1; write 0.0 and 1.0"),
    (one("{min: '1e-3', max: 1}"), "the quoted '1e-3' is read as a number"),
    (one("{values: [1, 2], min: 3}"), "min: has no meaning for categorical and is ignored"),
    (one("{parameters: {b: {value: 1}}, min: 3}"), "a.min: has no meaning beside parameters"),
    (one("{distribution: log_uniform, min: 1e-5, max: 0.1}"), "are exponents of e"),
    ("method: grid\nparameters: {a: {distribution: q_uniform, min: 1, max: 3, q: 1}}\n",
     "q_uniform in a grid leaves max itself out, as in W&B"),
    (LR + "metric: {name: a}\nearly_terminate: {type: hyperband, min_iter: 3, s: 2}\n",
     "early_terminate.s: has no effect with min_iter"),
]


@pytest.mark.parametrize("text, message", WARNINGS, ids=range(len(WARNINGS)))
def test_what_wandb_lets_pass_is_a_warning(project, text, message):
    project.write("sweep.yaml", text)
    done = project.winnow("plan", "sweep.yaml")
    assert done.returncode == 0
    assert len(done.stderr.splitlines()) == 1 and "sweep.yaml:" in done.stderr
    assert message in done.stderr


# ---- hostile files -------------------------------------------------------------------------------

BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + before] * 10)}]\n"
    for before, name in zip("abcdefghi", "bcdefghij"))
MANY = "method: random\nparameters:\n" + "".join(f"  p{i}: {{min: 0, max: 9}}\n"
                                                 for i in range(10000))

HOSTILE = {
    "aliases that expand": (BOMB, "more than 200000 values, aliases expanded"),
    "an anchor within itself": ("a: &a [*a]\n", "there is no anchor &a above this alias"),
    "deep lists": ("[" * 100000, "nested deeper than 64 levels"),
    "deep JSON": ('{"a":' * 100000, "nested deeper than 64 levels"),
    "a NUL byte": ("method: ran\0dom\n", ":1:12: a NUL byte"),
    "bytes that are no UTF-8": (b"method: random\nname: \xff\n", ":2:7: is not valid UTF-8"),
    "UTF-16": ("method: random\n".encode("utf-16"), "a NUL byte: this is not a text file in UTF-8"),
    "half a surrogate pair": (b'{"name": "\\ud800"}', "needs the number of a whole character"),
    "parentheses": (LR + f"constraints: ['{'(' * 50000}lr{')' * 50000}']\n", "constraints: "),
    "a pattern that grows": (LR + "capture: '(?<a>((x{1,1000}){1,1000}){1,1000})'\n", "too large"),
    "conditions on nobody": (MANY.replace("max: 9", "max: 9, when: {q: 1}"), "and 9900 more"),
    "a space without a point": (LR + "constraints: [lr > 2]\n", "allow no configuration at all"),
}


@pytest.mark.parametrize("text, message", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_ends_in_a_message(project, text, message):
    (project.path / "sweep.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    done = project.winnow("plan", "sweep.yaml", "--list")
    assert done.returncode == 2
    assert message in done.stderr and len(done.stderr) < 20000


def test_a_file_of_100_mb_is_refused_unread(project):
    with open(project.path / "sweep.yaml", "wb") as file:
        file.truncate(100_000_000)
    done = project.winnow("plan", "sweep.yaml")
    assert done.returncode == 2 and "is larger than 8 MiB" in done.stderr


def test_ten_thousand_parameters_are_planned(project):
    project.write("sweep.yaml", MANY)
    assert len(planned(project, "sweep.yaml")[0]["parameters"]) == 10000
    lines = planned(project, "sweep.yaml", "--list", "--limit", "2", "--method", "grid")
    assert [line["params"]["p9999"] for line in lines] == [0, 1]


def test_a_grid_too_large_to_count_is_listed_from_its_start(project):
    project.write("sweep.yaml", "method: grid\nparameters:\n" + "".join(
        f"  p{i}: {{min: 1, max: 1000}}\n" for i in range(10)))
    assert planned(project, "sweep.yaml")[0]["configurations"] is None
    assert len(planned(project, "sweep.yaml", "--list", "--limit", "7")) == 7


def test_control_characters_of_a_file_never_reach_the_terminal(project):
    project.write("sweep.yaml", LR + '"x\\e[31m\\n": 3\nname: "\\e[31m"\nexecutor: "a\\e\\n"\n')
    done = project.winnow("plan", "sweep.yaml")
    assert "x\\x1b[31m\\x0a: is not a known key" in done.stderr
    assert "\033" not in done.stderr and len(done.stderr.splitlines()) == 3


# ---- running -------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["try", "run"])
def test_python3_stands_in_for_a_missing_python_with_a_note(project, command):
    (project.path / "bin").mkdir()
    (project.path / "bin" / "python3").symlink_to("/usr/bin/python3")
    project.write("t.py", "print('loss=1')\n")
    project.write("sweep.yaml", "program: t.py\nmethod: grid\nmetric: {name: loss}\n"
                  "parameters: {a: {values: [1, 2]}}\n")
    done = project.winnow(command, "sweep.yaml", env={"PATH": str(project.path / "bin")})
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr.count("python is not installed") == 1
    assert "argv" in project.winnow("plan", "sweep.yaml", "--list", "--json").stdout


@pytest.mark.parametrize("command", ["try", "run"])
def test_a_file_without_a_command_plans_and_only_a_run_asks_for_one(project, command):
    project.write("sweep.yaml", LR + "metric: {name: loss}\n")
    assert planned(project, "sweep.yaml", "--list", "--limit", "1")[0]["argv"] is None
    done = project.winnow(command, "sweep.yaml")
    assert done.returncode == 2
    assert "add program: SCRIPT or command: [...] (or -- COMMAND)" in done.stderr


@pytest.mark.parametrize("command", ["try", "run"])
def test_a_method_that_is_not_there_yet_is_planned_but_not_run(project, command):
    args = ("-p", "x=0.0..1.0", "--method", "custom", "--minimize", "loss", "--", "true")
    assert planned(project, *args[:-2])[0]["method"] == "custom"
    done = project.winnow(command, *args)
    assert done.returncode == 2
    assert "custom is not there yet; use bayes, tpe, cmaes, random, sobol, grid or list" in done.stderr
