# SPDX-License-Identifier: GPL-3.0-or-later
"""winnow check: schemas inferred from good data and held against what comes later."""
import gzip
import json

import pytest

GOOD = "id,age,city,paid,when\n" + "".join(
    f"u{n},{20 + n % 40},{['Rome', 'Oslo', 'Lima'][n % 3]},{'yes' if n % 2 else 'no'},"
    f"2026-01-{1 + n % 28:02d}\n" for n in range(200))


@pytest.fixture
def data(project):
    project.write("good.csv", GOOD)
    done = project.winnow("check", "good.csv", "--infer", "-o", "schema.json")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return project


def check(project, text, code=1, schema="schema.json"):
    """What is violated, as {(column, rule): violation}."""
    project.write("data.csv", text)
    done = project.winnow("check", "data.csv", "--schema", schema, "--json")
    assert done.returncode == code, done.stderr
    answer = json.loads(done.stdout)
    assert answer["ok"] == (code == 0)
    return {(one["column"], one["rule"]): one for one in answer["violations"]}


def test_a_schema_says_what_the_data_are(data):
    schema = json.loads((data.path / "schema.json").read_text())
    columns = {column["name"]: column for column in schema["columns"]}
    assert columns["age"] == {"name": "age", "type": "numeric", "min": pytest.approx(16.1),
                              "max": pytest.approx(62.9), "max_missing": 0}
    assert columns["id"]["unique"] and columns["id"]["type"] == "id"
    assert sorted(columns["city"]["allowed"]) == ["Lima", "Oslo", "Rome"]
    assert columns["paid"]["type"] == "boolean" and columns["when"]["type"] == "datetime"
    printed = data.winnow("check", "good.csv", "--infer", "--slack", "0").stdout
    assert json.loads(printed)["columns"][1]["min"] == 20


def test_good_data_pass(data):
    assert check(data, GOOD, code=0) == {}
    (data.path / "good.csv.gz").write_bytes(gzip.compress(GOOD.encode()))
    done = data.winnow("check", "good.csv.gz", "--schema", "schema.json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_each_rule_is_told_with_its_first_line(data):
    lines = GOOD.splitlines()
    lines[3] = "u2,999,Rome,yes,2026-01-03"
    lines[4] = "u3,-1,Bonn,maybe,yesterday"
    lines[5] = "u0,old,Rome,,2026-01-05"
    lines[9] = "u8,1000,Rome,yes,2026-01-03"
    found = check(data, "\n".join(lines) + "\n")
    assert {key: (one["rows"], one["what"], one["first"]) for key, one in found.items()} == {
        ("age", "max"): (2, "999", "data.csv: line 4"),
        ("age", "min"): (1, "-1", "data.csv: line 5"),
        ("age", "type"): (1, "old", "data.csv: line 6"),
        ("city", "allowed"): (1, "Bonn", "data.csv: line 5"),
        ("paid", "type"): (1, "maybe", "data.csv: line 5"),
        ("paid", "max_missing"): (1, "0.5% of rows, not 0%", None),
        ("when", "type"): (1, "yesterday", "data.csv: line 5"),
        ("id", "unique"): (1, "u0", "data.csv: line 6"),
    }
    done = data.winnow("check", "data.csv", "--schema", "schema.json")
    assert done.stdout.splitlines()[0].split() == ["COLUMN", "RULE", "ROWS", "WHAT", "FIRST"]
    assert done.stderr == "winnow: 8 rules are violated in 200 rows\n"


def test_columns_and_rows_have_rules_too(data):
    schema = json.loads((data.path / "schema.json").read_text())
    schema["extra_columns"] = False
    schema["min_rows"] = 500
    schema["columns"][4]["optional"] = True
    data.write("strict.json", json.dumps(schema))
    text = "id,age,city,new\n" + "u1,30,Rome,7\n"
    assert set(check(data, text, schema="strict.json")) == {
        (None, "min_rows"), ("paid", "column"), ("new", "extra_columns")}


def test_rows_that_cannot_be_used_are_bad_input(data):
    data.write("bad.csv", "id,age,city,paid,when\nu1,30\n")
    done = data.winnow("check", "bad.csv", "--schema", "schema.json")
    assert done.returncode == 2 and "bad.csv: line 2 has 2 cells where the header has 5" in done.stderr


MISTAKES = {
    "{}": "this is no schema",
    "[1]": "this is no schema",
    '{"winnow_schema": 2, "columns": []}': "of version 2",
    '{"winnow_schema": 1}': "no list of columns",
    '{"winnow_schema": 1, "columns": [], "extra": 1}': "there is no key extra",
    '{"winnow_schema": 1, "columns": [{"name": "a"}]}': "column a: type",
    '{"winnow_schema": 1, "columns": [{"type": "id"}]}': "a column has no name",
    '{"winnow_schema": 1, "columns": [{"name": "a", "type": "numeric", "maximum": 3}]}': "no key maximum",
    '{"winnow_schema": 1, "columns": [{"name": "a", "type": "numeric", "mim": 3}]}': "did you mean min?",
    '{"winnow_schema": 1, "columns": [{"name": "a", "type": "numeric", "min": 3, "max": 2}]}': "column a: max",
    '{"winnow_schema": 1, "columns": [{"name": "a", "type": "id", "max_missing": 2}]}': "max_missing",
    '{"winnow_schema": 1, "columns": [{"name": "a", "type": "id", "allowed": []}]}': "allowed",
    '{"winnow_schema": 1, "columns": [{"name": "a", "type": "id"}, {"name": "a", "type": "id"}]}': "twice",
    "{": "JSON",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_mistakes_of_a_schema_are_told(data, text):
    data.write("wrong.json", text)
    done = data.winnow("check", "good.csv", "--schema", "wrong.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("winnow: wrong.json: ") and MISTAKES[text] in done.stderr


@pytest.mark.parametrize("words, told", [
    ([], "--schema FILE"), (["--infer", "--schema", "schema.json"], "--schema FILE"),
    (["--schema", "no.json"], "cannot read no.json"), (["--infer", "--slack", "x"], "--slack")])
def test_mistakes_of_the_command_line_are_told(data, words, told):
    done = data.winnow("check", "good.csv", *words)
    assert done.returncode == 2 and told in done.stderr


def test_a_profile_has_no_rows_to_check(data):
    data.winnow("profile", "good.csv", "-o", "good.json")
    done = data.winnow("check", "good.json", "--schema", "schema.json")
    assert done.returncode == 2 and "its rows are needed" in done.stderr
    assert data.winnow("check", "good.json", "--infer").returncode == 0
