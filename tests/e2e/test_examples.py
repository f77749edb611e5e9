# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples run as they stand, from the root of the repository, and give the boards that their
pages promise."""
import json
import math
import re
import shutil
import subprocess

import pytest

from conftest import LIMIT, PROGRAM, ROOT, clean_environment

TRAINER = ROOT / "build" / "examples" / "mlp-train"


@pytest.fixture
def at_root(tmp_path):
    """at_root(*args): winnow in the repository's root, its store elsewhere."""
    def winnow(*args):
        return subprocess.run([PROGRAM, *args, "--store", tmp_path / ".winnow"], cwd=ROOT,
                              env=clean_environment(), capture_output=True, text=True,
                              timeout=LIMIT, check=False)
    return winnow


def promised_rows(example):
    """The first numbers of each row of the board in an example's page: trial, state, objective."""
    page = (ROOT / "examples" / example / "README.md").read_text()
    rows = re.findall(r"^ +\d+ +(\d+) +(\w+) +([\d.]+) ", page, re.M)
    assert len(rows) == 5
    return [(int(trial), state, float(objective)) for trial, state, objective in rows]


@pytest.mark.skipif(not shutil.which("svm-train"), reason="libsvm-tools is not installed")
def test_svm_tunes_a_program_that_knows_nothing_of_winnow(at_root):
    done = at_root("run", "examples/svm/sweep.yaml", "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["state"] == "finished" and summary["trials"]["finished"] == 100
    board = json.loads(at_root("board", "svm", "--json").stdout)
    best_promised = max(objective for _, _, objective in promised_rows("svm"))
    assert board["trials"][0]["objective"] == pytest.approx(best_promised, abs=0.5)
    assert 0.01 <= board["trials"][0]["params"]["C"] <= 10000


@pytest.mark.skipif(not TRAINER.exists(), reason=f"{TRAINER} is not built")
def test_mlp_finds_a_good_network_and_stops_bad_ones_early(at_root):
    done = at_root("run", "examples/mlp/sweep.yaml", "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["state"] == "finished"
    # How many depends on which came first, so on the machine's load; never few.
    assert summary["trials"]["stopped"] > 10
    assert summary["trials"]["finished"] + summary["trials"]["stopped"] == 60
    trials = json.loads(at_root("board", "mlp", "--json").stdout)["trials"]
    assert trials[0]["objective"] < 0.1
    for trial in trials:
        assert ("momentum" in trial["params"]) == (trial["params"]["optimizer"] == "sgd")


@pytest.mark.skipif(not TRAINER.exists(), reason=f"{TRAINER} is not built")
@pytest.mark.parametrize("option, complaint", [
    ("--lr=fast", "--lr must be a number from 0 to 1000 (found fast)"),
    ("--hidden=1.5", "--hidden must be a whole number"),
    ("--layers=9", "--layers must be a number from 1 to 3"),
    ("--optimizer=rprop", "--optimizer must be sgd or adam"),
    ("--learning-rate=1", "there is no option --learning-rate"),
    ("--data=missing.txt", "cannot open missing.txt"),
    ("lr=1", "options look like --lr=0.01"),
])
def test_the_trainer_refuses_what_it_does_not_know(option, complaint):
    done = subprocess.run([TRAINER, option], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert complaint in done.stderr and done.stdout == ""


@pytest.mark.skipif(not TRAINER.exists(), reason=f"{TRAINER} is not built")
def test_the_trainer_repeats_itself_for_a_seed_only():
    def losses(seed):
        return subprocess.run([TRAINER, "--epochs=2", f"--seed={seed}"], cwd=ROOT, text=True,
                              capture_output=True, check=True).stdout
    assert losses(1) == losses(1) != losses(2)
    assert [json.loads(line)["step"] for line in losses(1).splitlines()] == [1, 2]


@pytest.mark.skipif(not TRAINER.exists(), reason=f"{TRAINER} is not built")
def test_a_network_that_runs_away_says_so_and_ends():
    args = [TRAINER, "--optimizer=sgd", "--lr=1000", "--layers=3"]
    done = subprocess.run(args, cwd=ROOT, capture_output=True, text=True, check=True)
    last = json.loads(done.stdout.splitlines()[-1])
    assert math.isnan(last["val_loss"]) and last["val_accuracy"] == 0
