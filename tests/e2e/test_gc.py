# SPDX-License-Identifier: GPL-3.0-or-later
"""winnow gc: --dry-run says what would go, gc does just that, and nothing anybody needs is touched."""
import json
import shutil
import sqlite3

import pytest

from sweeps import log_files, packed_in, points_of, query, trial_states, wait_until, words


def gc(project, *args):
    done = project.winnow("gc", "--json", *args)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def tree_of(project):
    return sorted(str(path) for path in (project.path / ".winnow").rglob("*"))


@pytest.fixture
def left(project):
    """A sweep whose runner was killed when all its trials had ended but none was packed."""
    script = "seq 1 2000; echo score={x}; test {trial} -lt 5 || until test -e go; do sleep 0.02; done"
    runner = project.start(*words(command=["sh", "-c", script], trials=6, parallel=2))
    wait_until(lambda: points_of(project) and trial_states(project).count("finished") == 5,
               what="five results")
    runner.kill()
    runner.wait(20)
    yield project
    (project.path / "go").touch()


def test_what_a_dry_run_says_is_what_happens(left):
    before = tree_of(left)
    said = gc(left, "--dry-run")
    assert tree_of(left) == before and said["dry_run"] is True
    [item] = said["garbage"]
    assert (item["what"], item["sweep"], item["files"]) == ("logs to pack", "s", 5)
    assert item["bytes"] > 5 * 4096
    done = gc(left)
    assert done["garbage"] == said["garbage"] and done["bytes"] == said["bytes"]
    assert [log.name for log in log_files(left)] == ["5.0.log"]  # of the one that runs
    assert len(packed_in(left)) == 5
    assert left.winnow("logs", "s", "2").stdout.startswith("1\n2\n3\n")
    assert gc(left)["garbage"] == []


def test_a_sweep_that_runs_is_left_alone(project):
    script = "echo score={x}; test {trial} -lt 3 || until test -e go; do sleep 0.02; done"
    runner = project.start(*words(command=["sh", "-c", script], trials=4, parallel=1))
    wait_until(lambda: len(points_of(project)) == 4, what="the last trial")
    assert gc(project)["garbage"] == [] and len(log_files(project)) == 4
    (project.path / "go").touch()
    assert runner.wait(20) == 0


def test_folders_of_removed_sweeps_go(project):
    project.winnow(*words(trials=2))
    folder = project.path / ".winnow" / "sweeps"
    shutil.copytree(folder / "1", folder / "77")
    shutil.copytree(folder / "1", folder / "78.removed")
    (folder / "mine").mkdir()  # whose name is none of ours
    said = gc(project, "--dry-run")["garbage"]
    assert [(item["what"], item["sweep"]) for item in said] == [
        ("removed sweep", "77"), ("removed sweep", "78.removed")]
    assert gc(project)["garbage"] == said
    assert sorted(path.name for path in folder.iterdir()) == ["1", "mine"]
    assert project.winnow("verify", "s").returncode == 0


def test_artifacts_of_failures_go_only_when_asked(project):
    script = "echo kept > $WINNOW_ARTIFACTS/model; echo score={x}; test {trial} != 1"
    project.winnow(*words("--set", "artifacts=true", command=["sh", "-c", script], trials=3))
    artifacts = project.path / ".winnow" / "sweeps" / "1" / "artifacts"
    assert gc(project)["garbage"] == [] and len(list(artifacts.iterdir())) == 3
    [item] = gc(project, "--failed-artifacts")["garbage"]
    assert (item["what"], item["files"]) == ("artifacts of failures", 1)
    assert sorted(path.name for path in artifacts.iterdir()) == ["0", "2"]


def test_free_pages_go_back_to_the_disk(project):
    project.winnow(*words(trials=1))
    with sqlite3.connect(project.path / ".winnow" / "winnow.db") as db:
        db.execute("CREATE TABLE filler AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                   "FROM n WHERE i < 3000) SELECT randomblob(1000) AS x FROM n")
        db.execute("DROP TABLE filler")
    size = (project.path / ".winnow" / "winnow.db").stat().st_size
    [said] = gc(project, "--dry-run")["garbage"]
    assert said["what"] == "free pages" and said["bytes"] > 2 << 20
    gc(project)
    assert (project.path / ".winnow" / "winnow.db").stat().st_size <= size - said["bytes"]
    assert query(project, "SELECT count(*) FROM trial") == [(1,)]


def test_people_get_a_table(left):
    said = left.winnow("gc", "-n").stdout
    assert "logs to pack" in said and "would free 5 files" in said and "nothing was changed" in said
    assert "freed 5 files" in left.winnow("gc").stdout
    assert "nothing to free" in left.winnow("gc").stderr
