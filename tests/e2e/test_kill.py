# SPDX-License-Identifier: GPL-3.0-or-later
"""Runners and supervisors that are killed at random moments, again and again, until the sweep is done:
it ends with exactly the trials, results and points of a sweep that nobody disturbed.

WINNOW_KILLS is how often runners are killed in all; WINNOW_KILL_SEED repeats a run that failed.
"""
import json
import os
import pathlib
import random
import signal
import subprocess
import time

import pytest

from sweeps import pids_of, points_of, query, wait_until

KILLS = int(os.environ.get("WINNOW_KILLS", "200"))
SEED = int(os.environ.get("WINNOW_KILL_SEED", time.time_ns() % 10**9))
DEADLINE = 60  # seconds for one sweep, however often it is killed

# Every fifth trial fails for good, every seventh once; the others print a curve, slowly enough to be
# killed in the middle. Some leave a process behind that nobody waits for.
TRIAL = """
echo {trial} >> ran
echo "acc=$(( {x} % 10 ))"; sleep 0.01
case {trial} in *[05]) echo 'went wrong'; exit 3 ;; *7) mkdir once-{trial} 2> /dev/null && exit 4 ;; esac
for step in 1 2 3 4 5; do echo "step=$step acc=$(( {x} + step )) other=$step"; done
case {trial} in *3) setsid sleep 60 & esac
sleep 0.01
echo "acc={x}" >> "$WINNOW_METRICS"
"""

SPECS = {
    "random": {"method": "random", "budget": {"trials": 12}, "repeats": 2, "retries": 1},
    "grid": {"method": "grid", "repeats": 3, "retries": 1, "constraints": ["x <> 17"],
             "parameters": {"x": {"min": 11, "max": 19}}},
    "sobol": {"method": "sobol", "budget": {"trials": 20}, "retries": 1},
}


def write_spec(project, **keys):
    spec = {"name": "s", "seed": 7, "parallel": 4, "fail_fast": 0,
            "metric": {"name": "acc", "goal": "maximize"},
            "parameters": {"x": {"min": 10, "max": 10000}},
            "command": ["sh", "-c", TRIAL], **keys}
    project.write("s.json", json.dumps(spec))


def outcome_of(project):
    """All that must not depend on which runners were killed when; also how often each trial ran."""
    trials = query(project, "SELECT id, state, repeat, params, seed, exit_code, objective, mean, se, "
                            "score FROM trial ORDER BY id")
    return trials, points_of(project), sorted(pids_of(project, "ran"))


def assert_same(found, expected):
    """Names only what differs."""
    for got, wanted in zip(found, expected):
        extra = [item for item in got if item not in wanted]
        lacking = [item for item in wanted if item not in got]
        assert (extra, lacking, len(got)) == ([], [], len(wanted))


def assert_whole(project):
    proof = project.winnow("verify", "s", "--json")
    assert proof.returncode == 0, proof.stdout


def left_behind(project):
    """Processes of the sweep's trials: pid to (name, parent)."""
    key = f"WINNOW_TRIAL_KEY={project.path}/.winnow/".encode()
    found = {}
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if key in (process / "environ").read_bytes():
                name, rest = (process / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
                found[int(process.name)] = name, int(rest.split()[1])
        except OSError:
            pass  # it ended meanwhile, or is not ours
    return found


def shims_of(project):
    """A command bears the name of its supervisor until it is executed."""
    found = left_behind(project)
    return [pid for pid, (name, parent) in found.items()
            if name == "winnow-shim" and found.get(parent, "?")[0] != name]


def sweep_is_there(project):
    listed = json.loads(project.winnow("ls", "--json").stdout)
    return len(listed["sweeps"]) == 1


class Killer:
    """Runs a sweep to its end, killing runners and (if it is to) supervisors at random."""

    def __init__(self, project, rng, shims=False):
        self.project, self.rng, self.shims = project, rng, shims
        self.kills = self.shim_kills = 0

    def moment(self):
        """Half of them while the runner starts and replays."""
        return self.rng.uniform(0, 0.02 if self.rng.random() < 0.5 else 0.12)

    def kill_a_shim(self):
        shims = shims_of(self.project)
        try:
            if shims:
                os.kill(self.rng.choice(shims), signal.SIGKILL)
                self.shim_kills += 1
        except ProcessLookupError:
            pass  # it was faster

    def start(self):
        what = ["resume", "s"] if sweep_is_there(self.project) else ["run", "s.json"]
        return self.project.start(*what, "--quiet")

    def lives_for(self, runner, seconds):
        """False: it ended by itself before."""
        try:
            runner.wait(seconds)
            return False
        except subprocess.TimeoutExpired:
            return True

    def run(self):
        deadline = time.monotonic() + DEADLINE
        runner = self.start()
        while self.lives_for(runner, self.moment()):
            assert time.monotonic() < deadline, "the sweep makes no progress"
            if self.shims and self.rng.random() < 0.7:
                self.kill_a_shim()
            else:
                runner.kill()
                runner.wait(20)
                self.kills += 1
                runner = self.start()
        assert runner.process.returncode == 0, runner.stderr_text()
        assert_whole(self.project)
        wait_until(lambda: not left_behind(self.project), what="the end of all processes")


@pytest.fixture
def rng():
    print(f"WINNOW_KILL_SEED={SEED}")
    return random.Random(SEED)


@pytest.fixture
def another(project, tmp_path_factory):
    """another(): one more project, with the same spec."""
    def make():
        made = type(project)(tmp_path_factory.mktemp("other"))
        made.write("s.json", (project.path / "s.json").read_text())
        return made
    return make


def undisturbed(project):
    done = project.winnow("run", "s.json", "--quiet")
    assert done.returncode == 0, done.stderr
    assert_whole(project)
    return outcome_of(project)


@pytest.mark.parametrize("method", SPECS)
def test_a_sweep_is_the_same_however_often_its_runner_is_killed(project, another, rng, method):
    write_spec(project, **SPECS[method])
    expected = undisturbed(project)
    kills = 0
    while kills < KILLS / (len(SPECS) + 1):
        killer = Killer(another(), rng)
        killer.run()
        kills += killer.kills
        assert_same(outcome_of(killer.project), expected)


def test_killed_supervisors_lose_an_attempt_and_nothing_else(project, another, rng):
    write_spec(project, **SPECS["grid"])
    expected = undisturbed(project)[:2]  # a lost trial runs more than once
    kills = 0
    while kills < KILLS / 8:
        killer = Killer(another(), rng, shims=True)
        killer.run()
        kills += killer.shim_kills
        assert_same(outcome_of(killer.project)[:2], expected)


CURVE = """
for step in 1 2 3 4 5 6 7 8; do echo "step=$step acc=$(( {x} * step ))"; sleep 0.01; done
"""


def test_what_early_stopping_cuts_is_whole_as_far_as_it_goes(project, another, rng):
    """Who is stopped depends on who ran at the same time; what is stored of each does not."""
    write_spec(project, method="random", budget={"trials": 24}, command=["sh", "-c", CURVE],
               early_terminate={"type": "median", "min_iter": 3})
    kills, stopped = 0, 0
    while kills < KILLS / (len(SPECS) + 1):
        killer = Killer(another(), rng)
        killer.run()
        kills += killer.kills
        points = points_of(killer.project)
        for trial, state, x in query(killer.project, "SELECT id & 4294967295, state, "
                                     "params ->> '$.x' FROM trial"):
            curve = [point[2:] for point in points if point[0] == trial]
            assert curve == [(step, x * step) for step in range(1, len(curve) + 1)]
            assert state == "stopped" or (state, len(curve)) == ("finished", 8)
            stopped += state == "stopped"
    assert stopped
