# SPDX-License-Identifier: GPL-3.0-or-later
"""Spec files and their command line form: what they mean, and what is said where they are wrong."""
import json


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


def test_bayes_lists_random_configurations_and_says_so(project):
    args = ("plan", "-p", "x=0.0..1.0", "--seed", "3", "--list", "--limit", "4")
    bayes = project.winnow(*args, "--method", "bayes")
    assert bayes.returncode == 0
    assert "note: bayes goes by results, of which there are none" in bayes.stderr
    assert bayes.stdout == project.winnow(*args, "--method", "random").stdout


def test_any_number_of_quantiles_can_be_asked_for(project):
    asked = [i / 1000 for i in range(1001)]
    plan, = planned(project, "-p", "x=0.0..1.0", "--quantiles", ",".join(map(str, asked)))
    assert plan["parameters"][0]["quantiles"] == asked
