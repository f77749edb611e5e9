# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of call that can fail is made to fail, or is where winnow is killed, at the Nth time:
first, second, ..., then in strides. It ends with one sentence, and the sweep can always be resumed to
the results of a run without a fault.

FAULT_STRIDE=1 tries every N (minutes).
"""
import errno
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess

import pytest

from conftest import clean_environment
from sweeps import pids_of, points_of, query

SOURCE = pathlib.Path(__file__).resolve().parents[1] / "fault" / "preload.c"
STRIDE = int(os.environ.get("FAULT_STRIDE", "0"))

SPEC = {
    "name": "s", "seed": 7, "parallel": 2, "fail_fast": 0, "retries": 1,
    "method": "random", "budget": {"trials": 4}, "metric": {"name": "acc", "goal": "maximize"},
    "parameters": {"x": {"min": 10, "max": 10000}}, "capture": "other is (?<other>[0-9]+)",
    "command": ["sh", "-c", "echo {trial} >> ran; echo acc={x}; echo acc=$(( {x} + 1 )); "
                            "echo other is 3"],
}


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if not compiler:
        pytest.skip("there is no C compiler")
    made = tmp_path_factory.mktemp("fault") / "preload.so"
    subprocess.run([compiler, "-std=c17", "-D_GNU_SOURCE", "-O1", "-shared", "-fPIC", "-o", made,
                    SOURCE], check=True)
    return made


class Faults:
    """winnow with a fault, in fresh projects."""

    def __init__(self, project, library, tmp_path_factory):
        self.first, self.library, self.factory = project, library, tmp_path_factory
        self.expected = self.whole_sweep(project)

    def fresh(self):
        made = type(self.first)(self.factory.mktemp("p"))
        made.write("s.json", json.dumps(SPEC))
        return made

    @staticmethod
    def outcome(project):
        return (query(project, "SELECT id, state, params, objective, mean FROM trial ORDER BY id"),
                points_of(project), sorted(pids_of(project, "ran")))

    def whole_sweep(self, project):
        project.write("s.json", json.dumps(SPEC))
        assert project.winnow("run", "s.json").returncode == 0
        return self.outcome(project)

    def faulty(self, project, args, **variables):
        return project.winnow(*args, env=clean_environment()
                              | {"LD_PRELOAD": str(self.library)} | variables)

    def count(self, project, args):
        """How often each kind of call is made."""
        self.faulty(project, args, FAULT_COUNT=str(project.path / "count"))
        lines = (project.path / "count").read_text().splitlines()
        return {kind: int(count) for kind, count in map(str.split, lines)}

    def finish(self, project):
        """What a user would do next; a fault before there was a sweep leaves none behind."""
        done = project.winnow("resume", "s")
        if done.returncode == 2:
            done = project.winnow("run", "s.json")
        assert done.returncode == 0, done.stderr
        proof = project.winnow("verify", "s", "--json")
        assert proof.returncode == 0, proof.stdout
        assert self.outcome(project) == self.expected


@pytest.fixture
def faults(project, library, tmp_path_factory):
    if "asan" in os.environ.get("WINNOW", ""):
        pytest.skip("the sanitizers have an allocator of their own")
    return Faults(project, library, tmp_path_factory)


def numbers(most, first, samples):
    """1 to `first`, then about `samples` more up to `most`."""
    yield from range(1, min(first, most) + 1)
    yield from range(first + 1, most + 1, STRIDE or max(1, (most - first) // samples))


# Not ours: the C library's own assertion where getpwuid() gets no memory.
FOREIGN = re.compile("nss_database")


def assert_told(done, what):
    """Success, or one sentence and the exit code for it."""
    if FOREIGN.search(done.stderr):
        return
    assert done.returncode in (0, 3), f"{what}: {done.returncode} {done.stderr}"
    talk = [line for line in done.stderr.splitlines() if line.startswith("winnow: ")]
    if done.returncode == 3:
        assert talk and "cannot be used" not in done.stderr, f"{what}: {done.stderr}"


@pytest.mark.parametrize("kind, first, samples", [
    ("spawn", 9, 1), ("sync", 20, 1), ("open", 8, 8), ("write", 8, 16)])
@pytest.mark.parametrize("when", ["kill", "after"])
def test_a_runner_that_dies_at_any_call_is_followed_by_one_that_finishes(faults, kind, first, samples,
                                                                         when):
    most = faults.count(faults.fresh(), ["run", "s.json"])[kind]
    for number in numbers(most, first, samples):
        project = faults.fresh()
        done = faults.faulty(project, ["run", "s.json"], FAULT=f"{kind}:{number}:{when}")
        assert done.returncode in (0, -signal.SIGKILL)
        faults.finish(project)


ERRORS = [("alloc", errno.ENOMEM, 10, 30), ("write", errno.ENOSPC, 2, 6), ("write", errno.EIO, 4, 8),
          ("sync", errno.EIO, 12, 1), ("open", errno.EMFILE, 4, 6), ("open", errno.EIO, 4, 8),
          ("read", errno.EIO, 4, 10), ("spawn", errno.EAGAIN, 0, 1), ("map", errno.ENOMEM, 2, 1)]


@pytest.mark.parametrize("kind, error, first, samples", ERRORS)
def test_a_run_in_which_a_call_fails_ends_with_a_sentence(faults, kind, error, first, samples):
    most = faults.count(faults.fresh(), ["run", "s.json"])[kind]
    for number in numbers(most, first, samples):
        if kind in ("open", "read") and number <= 2:
            continue  # of the spec: what the user named cannot be read
        project = faults.fresh()
        done = faults.faulty(project, ["run", "s.json"], FAULT=f"{kind}:{number}:{error}")
        assert_told(done, f"{kind}:{number}")
        faults.finish(project)


@pytest.mark.parametrize("kind, error, first, samples", ERRORS)
def test_a_resume_in_which_a_call_fails_ends_with_a_sentence(faults, kind, error, first, samples):
    def interrupted():
        made = faults.fresh()
        faults.faulty(made, ["run", "s.json"], FAULT="spawn:3:kill")
        return made
    most = faults.count(interrupted(), ["resume", "s"])[kind]
    for number in numbers(most, first // 2, samples // 2 or 1):
        project = interrupted()
        done = faults.faulty(project, ["resume", "s"], FAULT=f"{kind}:{number}:{error}")
        assert_told(done, f"{kind}:{number}")
        faults.finish(project)


@pytest.mark.parametrize("args", [["board", "s", "--csv", "-o", "out"],
                                  ["export", "s", "--points", "--csv", "-o", "out"]])
def test_a_file_is_written_whole_or_not_at_all(faults, args):
    project = faults.first
    assert project.winnow(*args).returncode == 0
    whole = (project.path / "out").read_text()
    counts = faults.count(project, args)
    for kind, error in (("alloc", errno.ENOMEM), ("write", errno.ENOSPC), ("sync", errno.EIO),
                        ("open", errno.EIO), ("read", errno.EIO), ("map", errno.ENOMEM)):
        for number in numbers(counts[kind], 20, 20):
            (project.path / "out").unlink(missing_ok=True)
            done = faults.faulty(project, args, FAULT=f"{kind}:{number}:{error}")
            assert_told(done, f"{kind}:{number}")
            parts = list(project.path.glob("out.*"))
            assert kind == "alloc" or not parts, f"{kind}:{number}"  # out of memory is like a kill
            assert (project.path / "out").exists() == (done.returncode == 0), f"{kind}:{number}"
            assert done.returncode or (project.path / "out").read_text() == whole
            for part in parts:
                part.unlink()


EXPORT = ["export", "s", "--points", "--csv", "-o", "out"]


@pytest.mark.parametrize("before", [None, "what was there"])
@pytest.mark.parametrize("way, end", [({}, "kill"), ({}, "term"), ({"FAULT_NO_TMPFILE": "1"}, "term")])
def test_whatever_ends_it_leaves_no_piece_of_a_file(faults, before, way, end):
    project = faults.first
    target = project.path / "out"
    assert project.winnow(*EXPORT).returncode == 0
    whole, most = target.read_text(), faults.count(project, EXPORT)["write"]
    assert most > 0
    for number in range(1, most + 2):
        target.unlink(missing_ok=True)
        if before:
            target.write_text(before)
        done = faults.faulty(project, EXPORT, FAULT=f"write:{number}:{end}", **way)
        ended = number <= most
        assert done.returncode == (ended and -(signal.SIGKILL if end == "kill" else signal.SIGTERM))
        assert list(project.path.glob("out.*")) == []
        assert (target.read_text() if target.exists() else None) == (before if ended else whole)
