# SPDX-License-Identifier: GPL-3.0-or-later
"""winnow diff: in what trials and sweeps differ, down to the code that was not committed and the
variables they ran with."""
import json
import shutil
import sqlite3
import subprocess

import pytest

from conftest import clean_environment

TRIAL = ["sh", "-c", "echo acc=0.$1; echo loss=$1; echo loss=1$1", "trial", "{x}"]


def run(project, name, *options, env=None, command=TRIAL, x="x=1|2|3"):
    done = project.winnow("run", "--minimize", "loss", "-p", x, "--method", "grid", "--seed", "1",
                          "--parallel", "1", "--name", name, "--new", *options, "--", *command,
                          env={**clean_environment(), **(env or {})})
    assert done.returncode == 0, done.stderr


def diff(project, *words):
    """Facts that differ, by name: (a, b, difference)."""
    done = project.winnow("diff", *words, "--json")
    assert done.returncode in (0, 1), done.stderr
    told = json.loads(done.stdout)
    assert done.returncode == (0 if any(not fact["same"] for fact in told["facts"]) else 1)
    return {fact["name"]: (fact["a"], fact["b"], fact["difference"]) for fact in told["facts"]}, told


def test_two_trials_differ_in_what_they_were_given_and_gave(project):
    run(project, "s")
    facts, told = diff(project, "s", 0, 2)
    assert facts == {
        "param.x": (1, 3, None),
        "objective": (1.0, 3.0, 2.0),
        "metric.acc": (0.1, 0.3, pytest.approx(0.2)),
        "metric.loss": (11.0, 13.0, 2.0),
        "metric.loss best": (1.0, 3.0, 2.0),
        "argv 4": ("1", "3", None),
    }
    assert told["a"] == {"sweep": "s", "trial": 0} and told["git_patch"] is None


def test_a_trial_does_not_differ_from_itself(project):
    run(project, "s")
    done = project.winnow("diff", "s", 1, 1)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "nothing differs\n")
    everything, _ = diff(project, "s", 1, 1, "--all")
    assert {"param.x", "seed", "state", "env.PATH", "winnow", "argv 0"} <= set(everything)


def test_the_table_for_people_has_a_column_per_side(project):
    run(project, "s")
    lines = project.winnow("diff", "s", 0, 2).stdout.splitlines()
    assert lines[0].split() == ["s:0", "s:2", "DIFFERENCE"]
    assert ["param.x", "1", "3"] in [line.split() for line in lines]
    assert ["objective", "1", "3", "2"] in [line.split() for line in lines]


def test_trials_of_two_sweeps_differ_in_their_environment(project):
    run(project, "one", env={"BLAS": "1", "SHLVL": "1", "MY_TOKEN": "sesame", "SAME_KEY": "a"})
    run(project, "two", env={"BLAS": "2", "SHLVL": "7", "MY_TOKEN": "mellon", "SAME_KEY": "a"})
    facts, _ = diff(project, "one:1", "two:1")
    assert facts["env.BLAS"] == ("1", "2", None)
    assert set(facts) == {"env.BLAS", "env.MY_TOKEN"}
    assert facts["env.MY_TOKEN"][0] != facts["env.MY_TOKEN"][1]
    stored = (project.path / ".winnow" / "winnow.db").read_bytes()
    for file in (project.path / ".winnow").rglob("*"):
        stored += file.read_bytes() if file.is_file() else b""
    assert b"sesame" not in stored and b"mellon" not in stored


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_code_that_was_not_committed_is_told_line_by_line(project):
    def git(*args):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *args],
                       cwd=project.path, check=True, capture_output=True)

    project.write("model.py", "depth = 3\n")
    git("init", "-q")
    git("add", "model.py")
    git("commit", "-qm", "first")
    run(project, "clean")
    project.write("model.py", "depth = 4\n")
    project.write("new.py", "")
    run(project, "dirty")
    facts, told = diff(project, "clean:0", "dirty:0")
    assert set(facts) == {"git patch", "git untracked"}
    assert "+-depth = 3\n++depth = 4\n" in told["git_patch"]
    assert told["git_patch"] in project.winnow("diff", "clean", "dirty").stdout
    with sqlite3.connect(project.path / ".winnow" / "winnow.db") as store:
        patch, untracked = store.execute("SELECT git_patch, git_untracked FROM run WHERE id = 2").fetchone()
    assert untracked == "new.py"
    git("checkout", "-q", "model.py")
    subprocess.run(["git", "apply"], cwd=project.path, input=patch + "\n", text=True, check=True)
    assert (project.path / "model.py").read_text() == "depth = 4\n"


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_a_huge_or_foreign_patch_does_no_harm(project):
    subprocess.run("git init -q && echo a > a && git add a && "
                   "git -c user.name=a -c user.email=a@b commit -qm a && "
                   "printf 'caf\\351\\n' > a && seq 1000000 >> a",
                   shell=True, cwd=project.path, check=True)
    run(project, "s", x="x=1|2")
    with sqlite3.connect(project.path / ".winnow" / "winnow.db") as store:
        patch, = store.execute("SELECT git_patch FROM run").fetchone()
    assert len(patch) < (1 << 20) + 100 and "café" in patch
    assert patch.endswith("\n# and more: over 1024 KiB are not kept")


def test_sweeps_differ_in_their_specs_and_best_results(project):
    run(project, "one")
    run(project, "two", x="x=2|3")
    facts, told = diff(project, "one", "two")
    assert facts["best.x"] == (1, 2, None)
    assert facts["best"] == (1.0, 2.0, 1.0)
    assert facts["trials finished"] == (3, 2, -1.0)
    assert "spec" in facts and '+"parameters"' in told["spec"]


def test_a_trial_that_has_not_begun_has_no_code_yet(project):
    run(project, "s", "--trials", "3", x="x=1..9")
    assert project.winnow("enqueue", "s", "x=7").returncode == 0
    facts, _ = diff(project, "s", 0, 3)
    assert facts["begun"] == ("yes", "no", None) and facts["state"] == ("finished", "queued", None)
    assert not [name for name in facts if name.startswith("env.")]


@pytest.mark.parametrize("words, complaint", [
    (["s", "0", "9"], "s has no trial 9"), (["s", "0", "x"], "named by its number"),
    (["s:0", "s"], "nothing to compare"), (["s:0"], "A is missing"), (["s", "other"], "no sweep other"),
    (["other:1", "s:0"], "no sweep other"),
])
def test_what_cannot_be_compared_is_said(project, words, complaint):
    run(project, "s")
    done = project.winnow("diff", *words)
    assert done.returncode == 2 and complaint in done.stderr
