# SPDX-License-Identifier: GPL-3.0-or-later
"""Real sweep files plan as Weights & Biases would run them.

The files, and what W&B's own code makes of them (expected.json), lie in the folder shared with the
project, not in it: without that folder these tests are skipped. What the agent makes of a command
is short enough to be spelled again here.
"""
import hashlib
import json
import os
import pathlib
import re

import pytest
from conftest import ROOT

SPEC = pathlib.Path(os.environ.get("WINNOW_SHARED", ROOT.parent / "shared")) / "spec"
CORPUS = SPEC / "corpus"
EXPECTED = CORPUS / "expected.json"
DEFAULT_COMMAND = ["${env}", "${interpreter}", "${program}", "${args}"]


def corpus(wanted=lambda expected: True):
    """Runs a test with each file of the corpus whose expectations are wanted."""
    if not EXPECTED.exists():
        cases = [pytest.param(None, None, marks=pytest.mark.skip(f"there is no {EXPECTED}"))]
    else:
        files = json.loads(EXPECTED.read_text())["files"]
        cases = [pytest.param(CORPUS / name, expected, id=name)
                 for name, expected in sorted(files.items()) if wanted(expected)]
    return pytest.mark.parametrize("path, expected", cases)


def plan_of(project, path, *args):
    done = project.winnow("plan", path, "--json", *args)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def load(path):
    """The file as PyYAML reads it, but with 1e-5 as a number."""
    yaml = pytest.importorskip("yaml", reason="python3-yaml is not installed")

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_implicit_resolver(
        "tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9][0-9_]*(\.[0-9_]*)?[eE][-+]?[0-9]+$"),
        list("-+0123456789"))
    return yaml.load(path.read_text(), Loader=Loader)


# ---- configurations ------------------------------------------------------------------------------


@corpus()
def test_each_parameter_has_the_distribution_that_wandb_gives_it(project, path, expected):
    plan, = plan_of(project, path)
    assert plan["method"] == expected["method"]
    assert {tuple(row["path"]): row["distribution"] for row in plan["parameters"]} == {
        tuple(row["path"]): row["distribution"] for row in expected["params"]}


@corpus()
def test_each_parameter_has_the_range_that_the_file_gives_it(project, path, expected):
    plan, = plan_of(project, path, "--quantiles", "0,1")
    ends = {tuple(row["path"]): row["quantiles"] for row in plan["parameters"]}
    for row in expected["params"]:
        low, high = ends[tuple(row["path"])]
        config = row["config"]
        if row["distribution"] == "constant":
            assert low == high == config["value"] and type(low) is type(config["value"])
        elif row["distribution"] == "categorical":
            assert (low, high) == (config["values"][0], config["values"][-1])
        elif row["distribution"] in ("uniform", "int_uniform", "log_uniform_values"):
            assert (low, high) == pytest.approx((config["min"], config["max"]), rel=1e-12)


@corpus(lambda expected: "grid" in expected)
def test_a_grid_has_wandbs_points_in_its_order(project, path, expected):
    grid = expected["grid"]
    plan, = plan_of(project, path)
    points = [line["params"] for line in plan_of(project, path, "--list", "--limit", "100000")]
    assert plan["configurations"] == len(points) == grid["points"]
    assert (points[0], points[1], points[-1]) == (grid["first"], grid["second"], grid["last"])
    lines = "".join(json.dumps(point, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
                    + "\n" for point in points)
    assert hashlib.sha256(lines.encode()).hexdigest() == grid["sha256_of_ordered_points"]


def test_run_cap_bounds_what_is_planned_of_a_grid(project):
    project.write("sweep.yaml", "method: grid\nrun_cap: 2\nparameters: {a: {values: [1, 2, 3]}}\n")
    assert plan_of(project, "sweep.yaml")[0]["configurations"] == 3
    assert [line["params"]["a"] for line in plan_of(project, "sweep.yaml", "--list")] == [1, 2]


# ---- command lines -------------------------------------------------------------------------------


def agent_argv(spec, params):
    """What W&B's agent starts."""
    def listed(form):
        return [form.format(name, value) for name, value in params.items()]

    macros = {
        "${env}": ["/usr/bin/env"],
        "${interpreter}": ["python"],
        "${program}": [spec.get("program")],
        "${args}": listed("--{}={}"),
        "${args_no_hyphens}": listed("{}={}"),
    }
    command = spec.get("command", DEFAULT_COMMAND)
    argv = []
    for item in command:
        if re.fullmatch(r"\$\{\w+\}", str(item)):
            argv += macros.get(item, [])
        else:
            argv.append(str(item))
    return argv


@corpus()
def test_the_command_lines_are_those_of_wandbs_agent(project, path, expected):
    spec = load(path)
    lines = plan_of(project, path, "--list", "--limit", "20")
    assert lines
    for line in lines:
        if "command" not in spec and "program" not in spec:
            assert line["argv"] is None
        else:
            assert line["argv"] == agent_argv(spec, line["params"])
    first = expected.get("grid", {}).get("argv_first")
    assert first is None or lines[0]["argv"] == first


def test_the_reasons_to_doubt_a_file_are_warnings(project):
    if not CORPUS.exists():
        pytest.skip(f"there is no {CORPUS}")
    name = "spokenlanguage__platalea__wandb_sweep.yaml"
    done = project.winnow("plan", CORPUS / name)
    assert done.returncode == 0
    assert f"{name}:4:9: warning: metric.goal: must be minimize or maximize" in done.stderr


# ---- distributions -------------------------------------------------------------------------------


def distribution_cases():
    path = SPEC / "distributions.json"
    if not path.exists():
        return [pytest.param(None, marks=pytest.mark.skip(f"there is no {path}"))]
    table = json.loads(path.read_text())
    return [pytest.param((table["quantiles"], case), id=f"{i}-{case['distribution']}")
            for i, case in enumerate(table["cases"])]


@pytest.mark.parametrize("table", distribution_cases())
def test_quantiles_are_those_of_wandbs_own_code(project, table):
    quantiles, case = table
    spec = {"method": "random", "parameters": {"x": case["spec"]}}
    plan, = plan_of(project, project.write("sweep.json", json.dumps(spec)),
                    "--quantiles", ",".join(map(str, quantiles)))
    row, = plan["parameters"]
    assert row["distribution"] == case["distribution"]
    if case["value_type"] == "float":
        assert row["quantiles"] == pytest.approx(case["values"], rel=1e-9, abs=1e-12)
        return
    # A quantile that lies on a step may fall to either side of it by rounding.
    for got, wanted, before, after in zip(row["quantiles"], case["values"],
                                          case["values"][:1] + case["values"],
                                          case["values"][1:] + case["values"][-1:]):
        assert got in (wanted, before, after) and type(got) is type(wanted)
    assert sum(got != wanted for got, wanted in zip(row["quantiles"], case["values"])) <= 2
