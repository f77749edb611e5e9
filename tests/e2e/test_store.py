# SPDX-License-Identifier: GPL-3.0-or-later
"""The store as users meet it: many processes at once, old versions, what its rows hold, and that
docs/store.md tells the truth about it."""
import csv
import getpass
import io
import json
import os
import pathlib
import re
import shutil
import socket
import sqlite3
import subprocess
import threading
import time

import pytest

from conftest import PROGRAM, ROOT, clean_environment, on_a_terminal

DATA = ROOT / "tests" / "data"
SCHEMA = (ROOT / "core" / "store" / "schema.sql").read_text()
DOCUMENT = (ROOT / "docs" / "store.md").read_text()


def rows(project, sql, *values):
    with sqlite3.connect(f"file:{project.path}/.winnow/winnow.db?mode=ro", uri=True) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(sql, values)]


# ---- many at once --------------------------------------------------------------------------------


def test_many_runners_readers_and_requests_share_one_store(project):
    """Five runners write, three readers look and one asks for an end of the fifth: nobody is told
    that the database is locked, and nothing is lost."""
    trials, lines = 200, 40
    command = ["sh", "-c", "i=0; while [ $i -lt %d ]; do i=$((i+1)); echo loss=$i; done" % lines]

    def start(name, count):
        return project.start("run", "--minimize", "loss", "-p", "x=0.0..1.0", "--method", "random",
                             "--trials", count, "--parallel", 2, "--name", name, "--", *command)

    endless = start("endless", 10 ** 6)
    runners = [start(f"s{number}", trials) for number in range(4)]
    complaints, looks = [], []

    def look(*args):
        while any(runner.process.poll() is None for runner in runners):
            done = project.winnow(*args)
            looks.append(args)
            if done.returncode != 0 and "there is no s" not in done.stderr:
                complaints.append(done.stderr)
            time.sleep(0.02)

    readers = [threading.Thread(target=look, args=args) for args in (
        ("ls", "--json"), ("board", "s0", "--json"), ("export", "s1", "--points"))]
    for reader in readers:
        reader.start()
    for runner in runners:
        assert runner.wait(90) == 0, runner.stderr_text()
        assert "lock" not in runner.stderr_text()
    for reader in readers:
        reader.join()
    assert complaints == [] and len(looks) > 3
    stop = project.winnow("stop", "endless")
    assert stop.returncode == 0, stop.stderr
    endless.wait(60)
    assert "lock" not in endless.stderr_text()
    assert rows(project, "SELECT verb, answered > 0 AS answered FROM request") == [
        {"verb": "stop", "answered": 1}]

    sweeps = json.loads(project.winnow("ls", "--json").stdout)["sweeps"]
    finished = {sweep["name"]: sweep["trials"]["finished"] for sweep in sweeps}
    total = sum(finished.values())
    assert finished.pop("endless") > 0
    assert finished == {f"s{number}": trials for number in range(4)}
    assert rows(project, "SELECT count(*) AS series, sum(count) AS points FROM summary") == [
        {"series": total, "points": total * lines}]
    assert rows(project, "SELECT sum(length(points)) / 16 AS points FROM chunk") == [
        {"points": total * lines}]
    assert rows(project, "SELECT sweep, state, trials FROM sweep_count WHERE trials EXCEPT "
                "SELECT id >> 32, state, count(*) FROM trial GROUP BY 1, 2") == []
    assert rows(project, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]


def test_a_reader_that_stands_still_keeps_no_runner_waiting(project):
    project.winnow("run", "--minimize", "loss", "-p", "x=1|2", "--method", "grid", "--name", "a",
                   "--", "sh", "-c", "seq -f loss=%g 20000")
    slow = subprocess.Popen([PROGRAM, "export", "a", "--points"], cwd=project.path,
                            env=clean_environment(), stdout=subprocess.PIPE)
    slow.stdout.readline()  # and no more: the pipe is full now
    done = project.winnow("run", "--minimize", "loss", "-p", "x=1|2", "--method", "grid", "--name",
                          "b", "--", "sh", "-c", "echo loss=1")
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(project.path / ".winnow" / "winnow.db") as db:
        busy, log, moved = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert (busy, log, moved) == (0, 0, 0)  # no reader held it
    assert len(slow.stdout.readlines()) == 2 * 20000
    assert slow.wait(20) == 0


# ---- what the rows hold --------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_a_sweep_and_its_trials_tell_where_they_come_from(project):
    def git(*args):
        return subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *args],
                              cwd=project.path, check=True, capture_output=True,
                              text=True).stdout.strip()

    project.write("train.sh", "yes | head -n 200000 > /dev/null\n[ $1 != 2 ] || exit 3\n"
                  "[ $1 != 3 ] || kill -9 $$\necho loss=$1\n")
    spec = project.write("sweep.yaml", "method: grid\nmetric: {name: loss, goal: minimize}\n"
                         "command: [sh, train.sh, '{x}']\nseed: 5\nrepeats: 2\n"
                         "name: s\nparameters: {x: {values: [1, 2, 3]}}\n").read_text()
    git("init", "-q")
    git("add", "train.sh")
    git("commit", "-qm", "begin")
    project.winnow("run", "sweep.yaml")
    project.write("train.sh", (project.path / "train.sh").read_text() + "# changed\n")
    began = time.time()
    project.winnow("run", "sweep.yaml")
    clean, dirty = (json.loads(project.winnow("show", name, "--json").stdout)
                    for name in ("s", "s-2"))
    head = git("rev-parse", "HEAD")
    version = project.winnow("--version").stdout.split()[1]
    assert clean["git_commit"] == dirty["git_commit"] == head
    assert (clean["git_dirty"], dirty["git_dirty"]) == (False, True)
    assert clean["spec"] == spec and clean["spec_file"] == "sweep.yaml"
    assert re.fullmatch("[0-9a-f]{16}", clean["spec_hash"])
    assert clean["spec_hash"] == dirty["spec_hash"]
    assert clean["version"] == version and clean["host"] == socket.gethostname()
    assert clean["user"] == getpass.getuser() and clean["cwd"] == str(project.path)

    trials = rows(project, "SELECT * FROM trial WHERE id >> 32 = 2 ORDER BY id")
    assert [json.loads(trial["params"])["x"] for trial in trials] == [1, 1, 2, 2, 3, 3]
    assert [trial["repeat"] for trial in trials] == [0, 1] * 3
    assert len({trial["seed"] for trial in trials}) == 2  # common seeds
    assert [trial["state"] for trial in trials] == ["finished"] * 2 + ["failed"] * 4
    assert [trial["exit_code"] for trial in trials] == [0, 0, 3, 3, 0, 0]
    assert [trial["exit_signal"] for trial in trials] == [0, 0, 0, 0, 9, 9]
    assert trials[2]["reason"] == "exit code 3" and "signal 9" in trials[4]["reason"]
    for trial in trials:
        assert began <= trial["created"] <= trial["started"] <= trial["ended"] <= time.time()
        assert trial["user_cpu"] + trial["system_cpu"] > 0
        assert trial["peak_memory"] > 100_000
        assert trial["host"] == socket.gethostname()
        assert trial["attempt"] == 0


# ---- old versions --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(DATA.glob("store-*.sql")), ids=lambda path: path.stem)
@pytest.mark.parametrize("first", ["ls", "run"])
def test_a_store_of_an_older_version_is_brought_up_to_date(project, path, first):
    """store-N.sql is a store as version N wrote it; reading and writing both update it."""
    (project.path / ".winnow").mkdir()
    db = sqlite3.connect(project.path / ".winnow" / "winnow.db")
    db.executescript(path.read_text())
    db.close()
    if first == "run":
        project.winnow("run", "--minimize", "loss", "-p", "x=1|2", "--method", "grid", "--name",
                       "new", "--", "sh", "-c", "echo loss=1")
    old = json.loads(project.winnow("ls", "--json").stdout)["sweeps"][-1]
    assert old["name"] == "old" and old["best"] == {"trial": 4, "objective": 9.0}
    assert old["trials"]["finished"] == 5 and old["trials"]["failed"] == 1
    points = project.winnow("export", "old", "--points").stdout.splitlines()
    assert len(points) == 1 + 6 * 3 and points[-1] == "5,3,score,9.0"
    trial = json.loads(project.winnow("show", "old", "1", "--json").stdout)
    assert trial["attempts"][0]["reason"] == "exit code 2" and trial["attempt"] == 1
    version, = rows(project, "PRAGMA user_version")
    assert version["user_version"] >= int(path.stem.split("-")[1])


# ---- the documentation ---------------------------------------------------------------------------


def documented():
    """Table -> its documented columns."""
    sections = re.split(r"^## ", DOCUMENT, flags=re.M)[1:]
    tables = {}
    for section in sections:
        cells = re.findall(r"^\| (`.*?) \|", section, flags=re.M)
        tables[section.split("\n", 1)[0]] = [
            name for cell in cells for name in re.findall(r"`(\w+)`", cell)]
    return tables


def test_every_table_and_column_is_documented_in_order():
    db = sqlite3.connect(":memory:")
    db.executescript(SCHEMA)
    tables = documented()
    for name, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                            "name NOT LIKE 'sqlite_%'").fetchall():
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
        assert tables.get(name) == columns, name
    for name, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'index' AND "
                            "name NOT LIKE 'sqlite_%'").fetchall():
        assert f"`{name}`" in DOCUMENT


def test_the_examples_of_the_documentation_work(project):
    project.winnow("run", "--minimize", "loss", "-p", "x=1|2", "--method", "grid", "--", "sh", "-c",
                   "seq -f loss=%g 600")
    snippet = re.search(r"```python\n(.*?)```", DOCUMENT, re.S)[1]
    done = subprocess.run(["/usr/bin/python3", "-c", snippet], cwd=project.path, text=True,
                          capture_output=True, check=True)
    assert eval(done.stdout) == [(float(i), float(i)) for i in range(1, 601)]
    query = re.search(r"```sql\n(.*?)```", DOCUMENT, re.S)[1]
    assert [row["trial"] for row in rows(project, query)] == [0, 1]
    plan = rows(project, "EXPLAIN QUERY PLAN " + query)
    assert [row["detail"].split(" (")[0] for row in plan] == [
        "SEARCH trial USING INDEX trial_score"]


# ---- files and pipes -----------------------------------------------------------------------------


@pytest.fixture
def swept(project):
    done = project.winnow("run", "--minimize", "loss", "-p", "x=1|2|3", "--method", "grid",
                          "--name", "s", "--", "sh", "-c", "seq -f loss=%g 3000")
    assert done.returncode == 0, done.stderr
    return project


@pytest.mark.parametrize("args", [("export", "s", "--points"), ("board", "s", "--csv"),
                                  ("export", "s", "--points", "--jsonl"), ("board", "s")])
def test_a_reader_that_leaves_is_no_error(swept, args):
    process = subprocess.Popen([PROGRAM, *args], cwd=swept.path, env=clean_environment(),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(20) == 0


def test_a_file_appears_whole_and_of_the_kind_its_name_says(swept):
    written = {name: swept.winnow(*args, "-o", name) for name, args in {
        "b.csv": ("board", "s"), "b.json": ("board", "s"), "b.md": ("board", "s"),
        "p.jsonl": ("export", "s", "--points"), "t.txt": ("export", "s", "--trials")}.items()}
    for name, done in written.items():
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), name
    assert len(list(csv.DictReader(io.StringIO((swept.path / "b.csv").read_text())))) == 3
    assert len(json.loads((swept.path / "b.json").read_text())["trials"]) == 3
    assert (swept.path / "b.md").read_text().startswith("| rank |")
    assert len((swept.path / "p.jsonl").read_text().splitlines()) == 9000
    assert (swept.path / "t.txt").read_text().startswith("trial,")
    assert not list(swept.path.glob("*.part"))
    assert swept.winnow("board", "s", "--csv", "-o", "-").stdout.startswith("rank,")


def test_what_is_no_plain_file_is_not_replaced(swept):
    (swept.path / "folder").mkdir()
    done = swept.winnow("board", "s", "-o", "folder")
    assert done.returncode == 2 and "is a folder" in done.stderr
    (swept.path / "real.csv").write_text("old")
    (swept.path / "link.csv").symlink_to("real.csv")
    assert swept.winnow("board", "s", "-o", "link.csv").returncode == 0
    assert (swept.path / "link.csv").is_symlink()
    assert (swept.path / "real.csv").read_text().startswith("rank,")
    os.mkfifo(swept.path / "fifo")
    reader = subprocess.Popen(["head", "-n", "1", "fifo"], cwd=swept.path, stdout=subprocess.PIPE)
    assert swept.winnow("export", "s", "--points", "-o", "fifo").returncode == 0
    assert reader.communicate(timeout=20)[0] == b"trial,step,metric,value\n"
    assert pathlib.Path(swept.path / "fifo").is_fifo()
    full = swept.winnow("board", "s", "-o", "/dev/full")
    assert full.returncode == 3 and "No space left" in full.stderr


def test_two_formats_at_once_are_refused(swept):
    done = swept.winnow("board", "s", "--csv", "--json")
    assert done.returncode == 2 and "--csv and --json exclude each other" in done.stderr


def test_a_hidden_row_is_told(swept):
    done = swept.winnow("board", "s", "--top", "2")
    assert len(done.stdout.splitlines()) == 3
    assert done.stderr == "2 of 3 configurations\n"
    assert swept.winnow("board", "s").stderr == ""
    done = swept.winnow("board", "s", "--where", "x > 5")
    assert done.returncode == 0 and done.stdout == ""
    assert done.stderr == "s has no trials to show\n0 of 3 configurations\n"


def test_a_trial_with_ten_thousand_metrics_is_shown_and_exported(project):
    done = project.winnow("run", "--minimize", "loss", "-p", "x=1|2", "--method", "grid", "--name",
                          "s", "--", "sh", "-c",
                          "echo loss=1; seq -f '{\"m%g\": 1}' 10000; printf '{\"a\\033[31m\": 2}\\n'")
    assert done.returncode == 0, done.stderr
    head = project.winnow("board", "s", "--csv").stdout.splitlines()[0]
    assert head.count(",metric.m") == 10000
    board = json.loads(project.winnow("board", "s", "--json").stdout)
    assert len(board["trials"][0]["metrics"]) >= 10001
    assert len(project.winnow("export", "s", "--points").stdout.splitlines()) > 2 * 10001


# ---- pages ---------------------------------------------------------------------------------------


def test_failures_are_grouped_by_what_they_said_last(project):
    project.winnow("run", "--minimize", "loss", "-p", "x=1|2|3|4|5|6", "--method", "grid", "--name",
                   "s", "--parallel", "1", "--", "sh", "-c",
                   "case {x} in 1) echo loss=1;; 2) echo other; exit 4;;"
                   " *) printf 'no memory for %s bytes at 0xfe%s\\033[31m\\n\\n' {x}00 {x}; exit 4;; esac")
    most, other = json.loads(project.winnow("show", "s", "--json").stdout)["failures"]
    assert most == {"state": "failed", "reason": "exit code 4", "count": 4, "trials": [2, 3, 4, 5],
                    "last_line": "no memory for 300 bytes at 0xfe3"}
    assert other["last_line"] == "other" and other["trials"] == [1]
    text = project.winnow("show", "s").stdout
    assert "    4  failed: exit code 4: no memory for 300 bytes" in text and "\033" not in text


def test_no_name_and_no_value_reaches_a_terminal_unescaped(project):
    """A name of the sweep, of a parameter and of a metric, a value, a reason and a log, all with
    escape sequences; every command that shows them, on a terminal."""
    evil = "\033[31m"
    project.write("sweep.json", json.dumps({
        "name": f"s{evil}", "method": "grid", "metric": {"name": f"loss{evil}", "goal": "minimize"},
        "command": ["sh", "t.sh"], "parameters": {f"x{evil}": {"values": [f"v{evil}", "w"]}}}))
    project.write("t.sh", "printf '{\"loss\\\\u001b[31m\": 1, \"m\\\\u001b[31m\": 2}\\n\\033[31m\\n'; "
                  "exit $WINNOW_TRIAL\n")
    project.winnow("run", "sweep.json")
    env = {**clean_environment(), "NO_COLOR": "1", "TERM": "xterm", "LANG": "C.UTF-8"}
    for args in (["ls"], ["show", "1"], ["show", "1", "0"], ["board", "1"], ["board", "1", "--csv"],
                 ["board", "1", "--md"], ["board", "1", "--json"], ["logs", "1", "0"],
                 ["export", "1", "--points"], ["export", "1", "--trials"]):
        written = on_a_terminal(args, project.path, env)
        assert written and "\033" not in written, args
