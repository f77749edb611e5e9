# SPDX-License-Identifier: GPL-3.0-or-later
"""Sweeps that share a machine: slots of GPUs (made-up ones) and CPUs across runners and stores."""
import collections
import json
import os
import signal
import sqlite3

import pytest

from conftest import PROGRAM, clean_environment
from sweeps import last_json, query, wait_until

# A trial notes when it has its devices and when it gives them back, each in one write.
NOTING = ('echo "start $WINNOW_SWEEP $WINNOW_TRIAL $CUDA_VISIBLE_DEVICES" >> log; {work}; '
          'echo "end $WINNOW_SWEEP $WINNOW_TRIAL $CUDA_VISIBLE_DEVICES" >> log; echo score={{x}}')
UNTIL_GO = "until test -e go; do sleep 0.02; done"


@pytest.fixture
def share(project):
    """Starts sweeps that meet in one folder of slots and write one log."""
    return Share(project)


class Share:
    def __init__(self, project):
        self.project = project
        self.env = dict(clean_environment(), XDG_RUNTIME_DIR=str(project.path),
                        CUDA_VISIBLE_DEVICES="GPU-a,GPU-b")

    def words(self, name, *options, work=UNTIL_GO, trials=8, gpus=1, parallel=4):
        given = ["--parallel", str(parallel)] if parallel else []
        if gpus:
            given += ["--set", f"resources.gpus={gpus}"]
        return ["run", "--maximize", "score", "-p", "x=0.0..1.0", "--method", "random",
                "--trials", str(trials), "--name", name, *given, *options,
                "--", "sh", "-c", NOTING.format(work=work)]

    def start(self, name, *options, env=None, **more):
        return self.project.start(*self.words(name, *options, **more),
                                  env=dict(self.env, **(env or {})))

    def events(self):
        path = self.project.path / "log"
        return [line.split() for line in path.read_text().splitlines()] if path.exists() else []

    def started(self, name):
        return [event for event in self.events() if event[:2] == ["start", name]]

    def wait_for_trials(self, name, count):
        wait_until(lambda: len(self.started(name)) >= count, what=f"{count} trials of {name}")

    def go(self):
        (self.project.path / "go").touch()

    def reasons(self, name):
        return [row[0] for row in query(
            self.project, "SELECT trial.reason FROM trial JOIN sweep ON sweep.id = trial.id >> 32 "
                          f"WHERE name = '{name}' AND trial.state = 'queued' ORDER BY trial.id")]

    def wait_for_reason(self, name, words):
        wait_until(lambda: any(words in (reason or "") for reason in self.reasons(name)),
                   what=f"{name} saying \"{words}\"")


def most_at_once(events):
    """For each device how many trials had it at the same time, at most."""
    users, most = collections.Counter(), collections.Counter()
    for event in events:
        for device in event[3].split(",") if len(event) > 3 else []:
            users[device] += 1 if event[0] == "start" else -1
            most[device] = max(most[device], users[device])
    return most


def test_no_device_is_ever_used_by_two_trials_and_both_sweeps_make_progress(share):
    runners = [share.start(name, work="sleep 0.05", trials=12) for name in ("a", "b")]
    assert [runner.wait(60) for runner in runners] == [0, 0]
    events = share.events()
    assert most_at_once(events) == {"GPU-a": 1, "GPU-b": 1}
    assert len(events) == 48
    # Neither had to wait for the end of the other.
    first_end = min(max(i for i, event in enumerate(events) if event[1] == name)
                    for name in ("a", "b"))
    assert {event[1] for event in events[:first_end]} == {"a", "b"}


def test_who_came_first_ends_up_with_half(share):
    first = share.start("a", work="sleep 0.1", trials=400)
    share.wait_for_trials("a", 2)
    second = share.start("b", work="sleep 0.1", trials=400)
    share.wait_for_trials("b", 1)
    seen = len(share.events())
    wait_until(lambda: len(share.events()) > seen + 60, what="thirty more trials")
    shares = collections.Counter(event[1] for event in share.events()[seen:] if event[0] == "start")
    assert abs(shares["a"] - shares["b"]) <= sum(shares.values()) / 4, shares
    for runner in (first, second):
        runner.send_signal(signal.SIGINT)
        runner.wait(20)


def test_a_waiting_trial_says_what_it_waits_for(share):
    first = share.start("a")
    share.wait_for_trials("a", 2)
    second = share.start("b")
    share.wait_for_reason("b", "waits for a GPU: both are held by sweep a (trials 0, 1)")
    shown = share.project.winnow("show", "b", "0").stdout
    assert "queued: waits for a GPU: both are held by sweep a" in shown
    listed = share.project.winnow("ls").stdout
    assert "b trial 0 waits for a GPU: both are held by sweep a (trials 0, 1)" in listed
    wait_until(lambda: "waits for a GPU" in second.stderr_text(), what="the progress line")
    doctor = share.project.winnow("doctor", "--json", env=share.env).stdout
    found = {check["name"]: check["found"] for check in json.loads(doctor)["checks"]}
    assert "gpu-GPU-a: a trial 0" in found["slots"]
    share.go()
    assert (first.wait(60), second.wait(60)) == (0, 0)
    assert share.reasons("b") == []
    assert query(share.project, "SELECT count(*) FROM trial WHERE reason IS NOT NULL") == [(0,)]


def test_what_it_waits_for_is_not_written_again_and_again(share):
    first = share.start("a")
    share.wait_for_trials("a", 2)
    second = share.start("b")
    share.wait_for_reason("b", "waits for a GPU")
    with sqlite3.connect(share.project.path / ".winnow" / "winnow.db") as db:
        db.executescript("CREATE TABLE told (reason); CREATE TRIGGER tell AFTER UPDATE OF reason "
                         "ON trial BEGIN INSERT INTO told VALUES (new.reason); END")
    # Long enough for many looks: b says every half second in its slot file that it still waits.
    saying = [path for path in (share.project.path / "winnow").glob("sweep-*")
              if "\tb\t" in path.read_text()]
    said = saying[0].stat().st_mtime_ns
    wait_until(lambda: saying[0].stat().st_mtime_ns > said, what="a word of b")
    assert query(share.project, "SELECT * FROM told") == []
    share.go()
    assert (first.wait(60), second.wait(60)) == (0, 0)
    assert query(share.project, "SELECT * FROM told") != []


def test_a_paused_sweep_holds_nobody_up(share):
    first = share.start("a", trials=1, work="until test -e first; do sleep 0.02; done")
    share.wait_for_trials("a", 1)
    second = share.start("b", gpus=2)
    share.wait_for_reason("b", "waits for 2 GPUs: 1 of 2 held by sweep a (trial 0)")
    third = share.start("c", trials=1)
    share.wait_for_reason("c", "waits for a GPU: the next one is for sweep b")
    assert share.project.winnow("pause", "b").returncode == 0
    share.wait_for_trials("c", 1)
    assert share.reasons("b") == [None]
    assert share.project.winnow("unpause", "b").returncode == 0
    share.wait_for_reason("b", "both are held by sweep a (trial 0) and sweep c (trial 0)")
    (share.project.path / "first").touch()
    share.go()
    assert [runner.wait(60) for runner in (first, second, third)] == [0, 0, 0]


def test_trials_of_a_killed_runner_keep_their_devices_until_they_end(share):
    runner = share.start("a", trials=2)
    share.wait_for_trials("a", 2)
    runner.kill()
    runner.wait(20)
    other = share.start("b", trials=2)
    share.wait_for_reason("b", "held by sweep a (trials 0, 1)")
    assert share.started("b") == []
    share.go()
    assert other.wait(60) == 0
    assert most_at_once(share.events()) == {"GPU-a": 1, "GPU-b": 1}


def test_an_adopted_trial_keeps_its_device_and_counts_for_its_sweep(share):
    runner = share.start("a", trials=4, parallel=1)
    share.wait_for_trials("a", 1)
    runner.kill()
    runner.wait(20)
    again = share.project.start("resume", "a", "--parallel", "2", env=share.env)
    share.wait_for_trials("a", 2)
    assert {event[3] for event in share.started("a")} == {"GPU-a", "GPU-b"}
    share.go()
    assert again.wait(60) == 0
    assert most_at_once(share.events()) == {"GPU-a": 1, "GPU-b": 1}


def test_two_gpus_are_taken_together_and_not_passed_over_for_ever(share):
    ones = share.start("a", work="sleep 0.05", trials=60)
    share.wait_for_trials("a", 2)
    twos = share.start("b", work="true", trials=3, gpus=2)
    assert twos.wait(60) == 0
    assert ones.process.poll() is None or ones.wait(1) == 0
    assert {event[3] for event in share.started("b")} == {"GPU-a,GPU-b"}
    ones.wait(60)
    assert most_at_once(share.events()) == {"GPU-a": 1, "GPU-b": 1}


def test_sweeps_with_parallel_at_its_default_share_the_cores(share):
    cores = len(os.sched_getaffinity(0))
    first = share.start("a", gpus=0, parallel=0, trials=2 * cores)
    share.wait_for_trials("a", cores)
    second = share.start("b", gpus=0, parallel=0, trials=cores)
    share.wait_for_reason("b", "waits for a CPU slot")
    free = share.start("c", gpus=0, parallel=1, trials=1)
    share.wait_for_trials("c", 1)  # who says how many run at once is asked for no slot
    assert share.started("b") == []
    share.go()
    assert [runner.wait(60) for runner in (first, second, free)] == [0, 0, 0]


def test_a_sweep_within_a_trial_does_not_wait_for_its_own_slot(share):
    inner = ("$0 run --store inner --maximize score -p x=0.0..1.0 --method random --trials 2 "
             "--set resources.gpus=1 -- sh -c 'echo score=$WINNOW_PARAM_X' && echo finished=1")
    done = share.project.winnow(
        "run", "--maximize", "finished", "-p", "y=0.0..1.0", "--method", "random", "--trials", "1",
        "--set", "resources.gpus=1", "--json", "--", "sh", "-c", inner, PROGRAM, env=share.env)
    assert last_json(done.stdout)["trials"]["finished"] == 1, done.stderr


def test_a_folder_that_cannot_be_used_is_told_once_and_harms_nothing(share):
    (share.project.path / "winnow").write_text("in the way")
    done = share.project.winnow(*share.words("a", work="true"), env=share.env)
    assert done.returncode == 0
    assert done.stderr.count("not shared with other sweeps") == 1
    assert most_at_once(share.events()) == {"GPU-a": 1, "GPU-b": 1}
    advice = share.project.winnow("doctor", env=share.env)
    assert "WINNOW_SLOTS" in advice.stdout


def test_sharing_can_be_turned_off_or_take_place_elsewhere(share):
    first = share.start("a")
    share.wait_for_trials("a", 2)
    for name, folder in (("b", "off"), ("c", str(share.project.path / "elsewhere"))):
        other = share.start(name, trials=2, env={"WINNOW_SLOTS": folder})
        share.wait_for_trials(name, 2)
        assert other.process.poll() is None
    assert (share.project.path / "elsewhere" / "gpu-GPU-a").exists()
    share.go()
    assert first.wait(60) == 0
