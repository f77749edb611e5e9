# SPDX-License-Identifier: GPL-3.0-or-later
"""winnow drift, winnow profile: has the data moved?"""
import contextlib
import csv
import gzip
import json
import os
import pathlib
import pty
import random
import resource
import subprocess
import time

import pytest

from conftest import PROGRAM, ROOT, clean_environment
from screen import opened

SHARED = pathlib.Path(os.environ.get("WINNOW_SHARED", ROOT.parent / "shared")) / "stats" / "drift"
PAIRS = ["adult-null", "adult-injected", "adult-age-split", "bike-season", "housing-north-south",
         "tickets-text", "wine-small"]
needs_shared = pytest.mark.skipif(not SHARED.exists(),
                                  reason="the shared folder with pairs of data sets is not here")


def write_csv(path, rows, **dialect):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, **dialect).writerows(rows)


def make(seed, rows, shift=0.0):
    """A number, a small number, a category, a flag, a moment, a text and an id per row."""
    rng = random.Random(seed)
    yield "price", "stars", "colour", "paid", "when", "note", "order_id"
    for row in range(rows):
        yield (f"{rng.gauss(shift, 1):.4f}", rng.randrange(5), rng.choice("red green blue".split()),
               rng.choice(["true", "false"]), f"2026-01-{1 + row % 28:02d}",
               " ".join(rng.choices("late early broken fine lost found again never".split(), k=4)),
               f"o{seed}-{row}")


@pytest.fixture
def pair(project):
    write_csv(project.path / "ref.csv", make(1, 2000))
    write_csv(project.path / "same.csv", make(2, 1500))
    write_csv(project.path / "moved.csv", make(3, 1500, shift=0.4))
    return project


def drift(project, *words, code=None, stdin=""):
    done = project.winnow("drift", *words, "--json", stdin=stdin)
    assert done.returncode in ((0, 1) if code is None else (code,)), done.stderr
    return json.loads(done.stdout)


def by_name(answer):
    return {column["name"]: column for column in answer["columns"]}


# ---- what is found -------------------------------------------------------------------------------


@needs_shared
@pytest.mark.parametrize("name", PAIRS)
def test_every_drifted_column_is_found_and_no_other(project, name):
    folder = SHARED / name
    expected = json.loads((folder / "expected.json").read_text())
    found = by_name(drift(project, folder / "reference.csv", folder / "current.csv"))
    truth = {column: about["truth"] for column, about in expected["columns"].items()}
    for column, about in truth.items():
        if about == "drifted":
            assert found[column]["drift"], column
        elif about != "ambiguous":
            assert not found[column]["drift"], column


@needs_shared
@pytest.mark.parametrize("name", PAIRS)
def test_statistics_are_those_of_scipy(project, name):
    folder = SHARED / name
    expected = json.loads((folder / "expected.json").read_text())
    for column in drift(project, folder / "reference.csv", folder / "current.csv")["columns"]:
        about = expected["columns"][column["name"]]
        if column["test"] == "ks":
            assert column["statistic"] == pytest.approx(about["ks_d"], abs=1e-12)
        elif column["test"] == "chi-squared" and "chi2" in about:
            assert column["statistic"] == pytest.approx(about["chi2"], rel=1e-9)
            assert column["effect"] == pytest.approx(about["tvd"], abs=1e-12)


@needs_shared
def test_odd_columns_are_told_as_they_are(project):
    answer = drift(project, SHARED / "degenerate" / "reference.csv",
                   SHARED / "degenerate" / "current.csv", code=1)
    columns = by_name(answer)
    assert answer["columns"][0]["name"] == "missing_in_current"
    drifted = {name for name, column in columns.items() if column["drift"]}
    assert drifted == {"missing_in_current", "one_value_left", "constant_moved"}
    assert "constant 4" in columns["constant"]["reasons"]
    assert "constant moved 4 -> 5" in columns["constant_moved"]["reasons"]
    assert columns["all_unique_id"]["type"] == "id" and columns["all_unique_id"]["test"] is None
    assert columns["numeric_text_mix"]["type"] == "categorical"
    assert any("infinite" in reason for reason in columns["inf_inside"]["reasons"])
    assert {"column": "extra_column", "change": "new column"}.items() <= next(
        change.items() for change in answer["schema"] if change["column"] == "extra_column")


def test_moved_data_exits_with_1_and_same_data_with_0(pair):
    answer = drift(pair, "ref.csv", "moved.csv", code=1)
    assert [column["name"] for column in answer["columns"] if column["drift"]] == ["price"]
    price = answer["columns"][0]
    assert price["test"] == "ks" and price["p_adjusted"] < 1e-6 and price["effect"] > 0.3
    assert answer["drift"] and answer["rows"]["reference"] == 2000
    assert not drift(pair, "ref.csv", "same.csv", code=0)["drift"]
    types = {name: column["type"] for name, column in by_name(answer).items()}
    assert types == {"price": "numeric", "stars": "numeric", "colour": "categorical",
                     "paid": "boolean", "when": "datetime", "note": "text", "order_id": "id"}


def test_people_get_a_table_with_histograms(pair):
    done = pair.winnow("drift", "ref.csv", "moved.csv")
    lines = done.stdout.splitlines()
    assert lines[0].split()[:3] == ["COLUMN", "TYPE", "REFERENCE"]
    assert lines[1].startswith("price") and "drift" in lines[1] and "█" in lines[1]
    assert lines[-1].startswith("1 of 7 columns drifted")
    assert done.returncode == 1 and done.stderr == ""


def test_a_narrow_terminal_gets_the_verdicts(pair):
    env = {**clean_environment(), "COLUMNS": "60", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["script", "-qec", f"{PROGRAM} drift ref.csv moved.csv", "/dev/null"],
                          cwd=pair.path, env=env, capture_output=True, text=True, check=False)
    assert "price" in done.stdout and "drift" in done.stdout


def test_markdown_is_a_table(pair):
    lines = pair.winnow("drift", "ref.csv", "moved.csv", "--md").stdout.splitlines()
    rows = [line for line in lines if line.startswith("| price |")]
    assert len(rows) == 1 and rows[0].count("|") == 11
    assert "--:" in "".join(lines)


# ---- where data comes from -----------------------------------------------------------------------


def test_the_form_of_a_file_does_not_matter(pair):
    want = drift(pair, "ref.csv", "moved.csv")
    rows = list(csv.reader(open(pair.path / "moved.csv", encoding="utf-8")))
    write_csv(pair.path / "semi.csv", rows, delimiter=";", lineterminator="\r\n")
    write_csv(pair.path / "tab.csv", rows, delimiter="\t", quoting=csv.QUOTE_ALL)
    (pair.path / "bom.csv").write_bytes(b"\xef\xbb\xbf" + (pair.path / "moved.csv").read_bytes())
    with gzip.open(pair.path / "moved.csv.gz", "wb") as file:
        file.write((pair.path / "moved.csv").read_bytes())
    for name in ("semi.csv", "tab.csv", "bom.csv", "moved.csv.gz"):
        assert drift(pair, "ref.csv", name) == want, name
    assert drift(pair, "ref.csv", "-", stdin=(pair.path / "moved.csv").read_text()) == want


def test_a_pattern_is_several_files_whatever_the_order_of_their_columns(pair):
    want = drift(pair, "ref.csv", "moved.csv")
    head, *rows = csv.reader(open(pair.path / "moved.csv", encoding="utf-8"))
    (pair.path / "days").mkdir()
    write_csv(pair.path / "days" / "1.csv", [head, *rows[:700]])
    write_csv(pair.path / "days" / "2.csv", [row[::-1] for row in [head, *rows[700:]]])
    assert drift(pair, "ref.csv", "days/*.csv") == want
    write_csv(pair.path / "days" / "3.csv", [head[:-1], rows[0][:-1]])
    done = pair.winnow("drift", "ref.csv", "days/*.csv")
    assert done.returncode == 2 and "days/3.csv has 6 columns, days/1.csv has 7" in done.stderr


def test_a_saved_profile_stands_for_its_data(pair):
    saved = pair.winnow("profile", "ref.csv", "-o", "ref.json")
    assert (saved.returncode, saved.stdout) == (0, "")
    assert "2000 rows, 7 columns" in saved.stderr
    want, got = (drift(pair, name, "moved.csv") for name in ("ref.csv", "ref.json"))
    assert got == want  # so few rows are kept as they are
    pair.winnow("profile", "moved.csv", "-o", "moved.json")
    assert by_name(drift(pair, "ref.json", "moved.json"))["price"]["drift"]


def test_profiles_are_merged(pair):
    head, *rows = csv.reader(open(pair.path / "ref.csv", encoding="utf-8"))
    for part in range(2):
        write_csv(pair.path / "part.csv", [head, *rows[part::2]])
        pair.winnow("profile", "part.csv", "-o", f"part-{part}.json")
    whole = json.loads(pair.winnow("profile", "ref.csv", "--json").stdout)
    merged = json.loads(pair.winnow("profile", "part-*.json", "--json").stdout)
    assert merged["rows"] == whole["rows"]
    for got, want in zip(merged["columns"], whole["columns"]):
        assert got["distinct"] == want["distinct"] and got["rows"] == want["rows"]
        assert got["summary"] == pytest.approx(want["summary"], rel=1e-9)


def test_a_profile_as_a_table(pair):
    lines = pair.winnow("profile", "ref.csv").stdout.splitlines()
    assert lines[0].split()[:2] == ["COLUMN", "TYPE"]
    assert [line.split()[1] for line in lines[1:]] == [
        "numeric", "numeric", "categorical", "boolean", "datetime", "text", "id"]


# ---- rows that are not as they should be ---------------------------------------------------------


def test_ragged_rows_are_never_dropped_silently(project):
    project.write("a.csv", "x,y\n1,a\n2\n3,b\n4,c,d\n\"5\"6,e\n7,f\n")
    project.write("b.csv", "x,y\n1,a\n2,b\n3,c\n")
    done = project.winnow("drift", "a.csv", "b.csv")
    assert done.returncode == 2 and done.stdout == ""
    assert "a.csv: line 3 has 1 cell where the header has 2" in done.stderr
    assert "a.csv: line 6 has something behind a closing quote" in done.stderr
    assert "3 rows of a.csv cannot be used" in done.stderr
    skipped = project.winnow("drift", "a.csv", "b.csv", "--ragged", "skip", "--json")
    assert json.loads(skipped.stdout)["rows"] == {"reference": 3, "current": 3, "reference_bad": 3,
                                                  "current_bad": 0}
    assert "line 3" in skipped.stderr
    padded = json.loads(project.winnow("drift", "a.csv", "b.csv", "--ragged", "pad",
                                       "--json").stdout)
    assert padded["rows"]["reference"] == 5
    assert by_name(padded)["y"]["missing"]["reference"] == pytest.approx(1 / 5)


def test_words_for_no_value_can_be_told(project):
    project.write("a.csv", "x\n" + "1.5\n?\n2.5\n" * 20)
    plain = json.loads(project.winnow("profile", "a.csv", "--json").stdout)["columns"][0]
    told = json.loads(project.winnow("profile", "a.csv", "--missing", "?", "--json").stdout)
    assert plain["type"] == "categorical" and plain["mixed"]
    assert told["columns"][0]["type"] == "numeric" and told["columns"][0]["missing"] == 20


# ---- choices -------------------------------------------------------------------------------------


def test_columns_types_tests_and_thresholds_can_be_chosen(pair):
    only = drift(pair, "ref.csv", "moved.csv", "--columns", "price,colour")
    assert set(by_name(only)) == {"price", "colour"}
    chosen = by_name(drift(pair, "ref.csv", "moved.csv", "--test", "price=anderson-darling",
                           "--type", "stars=categorical", "--test", "when=ks"))
    assert chosen["price"]["test"] == "anderson-darling"
    assert chosen["stars"]["type"] == "categorical"
    assert chosen["when"]["test"] == "ks"
    assert not drift(pair, "ref.csv", "moved.csv", "--effect", "price=0.9", code=0)["drift"]
    every = by_name(drift(pair, "ref.csv", "moved.csv", "--test", "psi"))
    assert every["price"]["test"] == every["colour"]["test"] == "psi"
    assert every["note"]["test"] == "words"  # psi takes no texts


def test_all_tests_are_shown_on_demand(pair):
    columns = by_name(drift(pair, "ref.csv", "moved.csv", "--all"))
    assert {other["test"] for other in columns["price"]["tests"]} == {
        "ks", "chi-squared", "cramer-von-mises", "anderson-darling", "wasserstein", "psi",
        "jensen-shannon", "hellinger"}
    assert "hellinger" in pair.winnow("drift", "ref.csv", "moved.csv", "--all").stdout


def test_a_classifier_sees_what_no_single_column_shows(project):
    def rows(seed, together):
        rng = random.Random(seed)
        yield "x", "y", "z"
        for _ in range(1500):
            x = rng.gauss(0, 1)
            yield (f"{x:.5f}", f"{together * x + (1 - together ** 2) ** .5 * rng.gauss(0, 1):.5f}",
                   rng.choice("abc"))
    write_csv(project.path / "ref.csv", rows(1, 0.95))
    write_csv(project.path / "cur.csv", rows(2, 0))
    write_csv(project.path / "same.csv", rows(3, 0.95))
    assert not drift(project, "ref.csv", "cur.csv", code=0)["drift"]
    answer = drift(project, "ref.csv", "cur.csv", "--joint", code=1)
    joint = answer["joint"]
    assert answer["drift"] and answer["drifted"] == 0 and joint["drift"]
    assert 0.7 < joint["low"] < joint["auc"] < joint["high"] and joint["p"] < 1e-6
    assert {column["name"] for column in joint["columns"][:2]} == {"x", "y"}
    told = project.winnow("drift", "ref.csv", "cur.csv", "--joint").stdout
    assert "all columns together: drift; a classifier tells both sides apart with AUC 0." in told
    assert not drift(project, "ref.csv", "same.csv", "--joint", code=0)["joint"]["drift"]
    project.winnow("profile", "ref.csv", "-o", "ref.json")
    done = project.winnow("drift", "ref.json", "cur.csv", "--joint")
    assert done.returncode == 2 and "--joint needs rows, and ref.json is a profile" in done.stderr


def test_corrections_differ(pair):
    answers = {method: by_name(drift(pair, "ref.csv", "same.csv", "--correction", method))
               for method in ("none", "bh", "bonferroni")}
    for name in answers["bh"]:
        p = [answers[method][name]["p_adjusted"] for method in ("none", "bh", "bonferroni")]
        if p[0] is not None:
            assert p[0] == answers["none"][name]["p"] and p[0] <= p[1] <= p[2]


def test_changes_of_the_schema_stand_apart(pair):
    rows = [list(row) for row in make(4, 1500)]
    for row in rows[1:]:
        row[2] = "violet" if row[0] > "1" else row[2]
        row[3] = "maybe" if row[3] == "true" else "7"
    rows = [row[:6] + ["x"] for row in rows]
    rows[0][6] = "extra"
    write_csv(pair.path / "other.csv", rows)
    changes = {(change["column"], change["change"]): change["breaking"]
               for change in drift(pair, "ref.csv", "other.csv", code=1)["schema"]}
    assert changes[("order_id", "missing column")] is True
    assert changes[("extra", "new column")] is False
    assert changes[("colour", "new categories")] is False
    assert changes[("paid", "type change")] is True


# ---- mistakes ------------------------------------------------------------------------------------

MISTAKES = {
    ("no.csv", "ref.csv"): "cannot read no.csv",
    ("no-*.csv", "ref.csv"): "no file is named like no-*.csv",
    (".", "ref.csv"): ". is a folder",
    ("empty.csv", "ref.csv"): "empty.csv is empty",
    ("ref.csv", "head.csv"): "head.csv has a header and no rows",
    ("twice.csv", "ref.csv"): "the header has a twice",
    ("cut.csv.gz", "ref.csv"): "cut.csv.gz is cut off",
    ("bad.json", "ref.csv"): "bad.json: the profile is damaged",
    ("-", "-"): "one of both sides only",
    ("ref.csv", "ref.csv", "--columns", "nothing"): "has none of the columns nothing",
    ("ref.csv", "ref.csv", "--test", "price=kss"): "did you mean ks?",
    ("ref.csv", "ref.csv", "--test", "price=words"): "column price is numeric: words does not take",
    ("ref.csv", "ref.csv", "--test", "prize=ks"): "the reference has no column prize",
    ("ref.csv", "ref.csv", "--type", "price=float"): "float is no type",
    ("ref.csv", "ref.csv", "--type", "price"): "--type takes COLUMN=TYPE",
    ("ref.csv", "ref.csv", "--type", "prize=text"): "has no column prize",
    ("ref.csv", "ref.csv", "--alpha", "2"): "--alpha is between 0 and 1",
    ("ref.csv", "ref.csv", "--alpha", "x"): "--alpha takes a number",
    ("ref.csv", "ref.csv", "--effect", "price=x"): "--effect takes a number",
    ("ref.csv", "ref.csv", "--ragged", "x"): "--ragged",
}


@pytest.mark.parametrize("words", MISTAKES, ids=" ".join)
def test_mistakes_are_told(pair, words):
    pair.write("empty.csv", "")
    pair.write("head.csv", "price,stars\n")
    pair.write("twice.csv", "a,b,a\n1,2,3\n")
    pair.write("bad.json", '{"winnow_profile": 1, "rows": 3, "bad_rows": 0, "columns": [{}]}')
    (pair.path / "cut.csv.gz").write_bytes(
        gzip.compress((pair.path / "ref.csv").read_bytes())[:5000])
    done = pair.winnow("drift", *words)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert MISTAKES[words] in done.stderr


def test_what_drifted_so_far_is_told_while_reading(pair):
    """Rows are written until the terminal says so; then the end."""
    head, *rows = (pair.path / "moved.csv").read_text().splitlines(keepends=True)
    master, slave = pty.openpty()
    process = subprocess.Popen([PROGRAM, "drift", "ref.csv", "-", "--json"], cwd=pair.path,
                               env={**clean_environment(), "TERM": "xterm"}, text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=slave)
    os.close(slave)
    os.set_blocking(master, False)
    process.stdin.write(head)
    shown, deadline = "", time.monotonic() + 60
    while "so far 1 of 7 columns drifted: price" not in shown and time.monotonic() < deadline:
        process.stdin.write("".join(rows))
        with contextlib.suppress(BlockingIOError):
            shown += os.read(master, 65536).decode()
    process.stdin.close()
    os.set_blocking(master, True)
    while True:  # until the terminal has nobody at its other end
        try:
            shown += os.read(master, 65536).decode()
        except OSError:
            break
    os.close(master)
    assert "so far 1 of 7 columns drifted: price" in shown and process.wait(60) == 1
    assert shown.endswith("\r\x1b[K")  # the line is gone


def test_a_terminal_shows_the_worst_columns_before_all_is_read(pair):
    """A pipe that does not end: the table comes nevertheless, marked as not final, and goes."""
    head, *rows = (pair.path / "moved.csv").read_text().splitlines(keepends=True)
    command = f"{PROGRAM} drift ref.csv fifo"  # as <(...) of a shell is one
    os.mkfifo(pair.path / "fifo")
    with opened(pair, command=command) as terminal, \
            open(pair.path / "fifo", "w", encoding="utf-8") as pipe:
        pipe.write(head)
        deadline = time.monotonic() + 60
        while "not final: 1 of 7 columns drifted" not in terminal.text():
            assert time.monotonic() < deadline, terminal.text()
            pipe.write("".join(20 * rows))
        shown = [line.split() for line in terminal.lines() if line.strip()]
        assert shown[1][0] == "price" and "drift?" in shown[1]
        assert any("ok?" in line for line in shown[2:])
        pipe.close()
        last = terminal.wait("[exit 1]", gone=("not final", "drift?", "ok?"))
        assert "1 of 7 columns drifted (ref.csv" in last and last.count("COLUMN") == 1


# ---- size ----------------------------------------------------------------------------------------


def test_memory_does_not_grow_with_the_rows(project):
    """A million rows through a pipe, in an address space that could not hold them."""
    rng = random.Random(5)
    lines = "".join(f"{rng.random():.6f},{rng.random():.6f},c{rng.randrange(9)}\n"
                    for _ in range(20000))
    limit = 160 << 20

    def bounded():
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    asan = "asan" in PROGRAM  # its shadow alone takes terabytes
    process = subprocess.Popen([PROGRAM, "profile", "-", "--json"], cwd=project.path,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                               preexec_fn=None if asan else bounded)
    process.stdin.write("x,y,z\n")
    for _ in range(50):
        process.stdin.write(lines)
    out, _ = process.communicate(timeout=100)
    profile = json.loads(out)
    assert profile["rows"] == 1_000_000
    assert len(out) < 600_000
    x = profile["columns"][0]["summary"]
    assert 0 < x["rank_error"] < 0.01 and x["p50"] == pytest.approx(0.5, abs=0.02)
    assert profile["columns"][2]["summary"]["distinct"] == 9
