# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags and notes on sweeps and trials: who put them there, where they are shown."""
import csv
import getpass
import io
import json
import sqlite3

import pytest

ME = getpass.getuser()


@pytest.fixture
def sweep(project):
    done = project.winnow("run", "--minimize", "loss", "-p", "x=1|2|3", "--method", "grid", "--name",
                          "s", "--parallel", "1", "--", "echo", "loss={x}")
    assert done.returncode == 0, done.stderr
    return project


def query(project, sql):
    with sqlite3.connect(project.path / ".winnow" / "winnow.db") as store:
        return store.execute(sql).fetchall()


def board(project, *options):
    done = project.winnow("board", "s", "--json", *options)
    assert done.returncode == 0, done.stderr
    return {row["trial"]: row.get("tags") for row in json.loads(done.stdout)["trials"]}


def test_a_board_without_tags_shows_no_column_for_them(sweep):
    assert "tags" not in sweep.winnow("board", "s").stdout
    assert board(sweep, "--where", "tags LIKE '%good%'") == {}
    sweep.winnow("tag", "s", 0, "good")
    assert "tags" in sweep.winnow("board", "s").stdout


def test_tagged_trials_are_found_on_the_board(sweep):
    assert sweep.winnow("tag", "s", 0, 2, "good").returncode == 0
    assert "tags: good slow" in sweep.winnow("tag", "s", 2, "slow").stdout
    assert board(sweep) == {0: "good", 1: None, 2: "good slow"}
    assert board(sweep, "--where", "tags LIKE '%slow%'") == {2: "good slow"}
    assert board(sweep, "--top", 1) == {0: "good"}
    rows = csv.DictReader(io.StringIO(sweep.winnow("export", "s", "--trials", "--csv").stdout))
    assert [row["tags"] for row in rows] == ["good", "", "good slow"]


def test_a_tag_goes_away_again_and_that_is_on_record(sweep):
    sweep.winnow("tag", "s", 1, "good")
    assert "tags: checked" in sweep.winnow("tag", "s", 1, "checked", "--remove", "good").stdout
    assert "good was not there" in sweep.winnow("tag", "s", 1, "-r", "good").stdout
    assert query(sweep, "SELECT trial, name, user FROM tag") == [(1, "checked", ME)]
    assert query(sweep, "SELECT verb, trial, argument, user, answered > 0, refused FROM request") == [
        ("tag", 1, "+good", ME, 1, 0), ("tag", 1, "+checked -good", ME, 1, 0),
        ("tag", 1, "-good", ME, 1, 0)]


def test_the_sweep_itself_has_tags(sweep):
    sweep.winnow("tag", "s", "baseline")
    sweep.winnow("tag", "s", 1, "good")
    assert json.loads(sweep.winnow("ls", "--json").stdout)["sweeps"][0]["tags"] == ["baseline"]
    assert json.loads(sweep.winnow("show", "s", "--json").stdout)["tags"] == ["baseline"]
    assert "tags       baseline\n" in sweep.winnow("show", "s").stdout
    assert sweep.winnow("tag", "s").stdout == "baseline\ntrial 1: good\n"


def test_repeats_share_a_row_and_their_tags(project):
    project.winnow("run", "--minimize", "loss", "-p", "x=1|2", "--method", "grid", "--name", "s",
                   "--repeats", "2", "--", "echo", "loss={x}")
    for trial, tag in ((0, "good"), (1, "good"), (1, "goo"), (3, "late")):
        assert project.winnow("tag", "s", trial, tag).returncode == 0
    assert board(project) == {0: "good goo", 2: "late"}


@pytest.mark.parametrize("words", [["two words"], ["a,b"], [""], ["x" * 65], [7, "good"], ["+"],
                                   ["good", 1], ["99999999999999999999", "good"]])
def test_what_is_no_tag_or_no_trial_is_refused(sweep, words):
    assert sweep.winnow("tag", "s", *words).returncode == 2
    assert query(sweep, "SELECT * FROM tag UNION SELECT 1, 1, 1, 1, 1 FROM request") == []


def test_notes_say_who_wrote_them_and_when(sweep):
    assert sweep.winnow("note", "s", 1, "it", "diverged").returncode == 0
    assert sweep.winnow("note", "s", "7 trials\nof \033[31mone\033[0m day").returncode == 0
    shown = json.loads(sweep.winnow("show", "s", "--json").stdout)["notes"]
    assert [(note["trial"], note["text"], note["user"]) for note in shown] == [
        (None, "7 trials\nof \033[31mone\033[0m day", ME), (1, "it diverged", ME)]
    assert shown[0]["created"] > 0
    assert "it diverged" in sweep.winnow("show", "s", 1).stdout
    assert "trial 1: it diverged" in sweep.winnow("note", "s").stdout
    assert sweep.winnow("note", "s", 9, "nothing").returncode == 2


def test_they_are_written_beside_a_runner_and_go_with_their_sweep(project):
    runner = project.start("run", "--minimize", "loss", "-p", "x=1|2", "--method", "grid", "--name",
                           "s", "--", "sh", "-c", "until [ -e go ]; do sleep 0.02; done; echo loss=1")
    try:
        while project.winnow("tag", "s", 0, "live").returncode:
            assert runner.process.poll() is None, runner.stderr_text()
        assert project.winnow("note", "s", "looks good").returncode == 0
    finally:
        project.write("go", "")
        assert runner.wait(60) == 0
    assert board(project)[0] == "live"
    assert project.winnow("rm", "s", "--yes").returncode == 0
    assert query(project, "SELECT name FROM tag UNION SELECT text FROM note") == []
