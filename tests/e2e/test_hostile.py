# SPDX-License-Identifier: GPL-3.0-or-later
"""Trials that misbehave harm nobody: not the runner's memory, not the disk, not the trials beside them,
not the terminal of who looks. WINNOW_TEST_SCALE=10 makes floods as large as in earnest (1 GB, 10 million
points). Trials that fill the disk are in test_disk.py.
"""
import os
import signal
import threading

import pytest

from conftest import clean_environment, on_a_terminal
from sweeps import log_files, pids_of, points_of, query, trial_states, wait_until, words

SCALE = int(os.environ.get("WINNOW_TEST_SCALE", "1"))
SET = "--set"
NEIGHBOUR = "test {trial} != 1 || {{ echo score=0.5; exit; }}; "
PYTHON = "/usr/bin/python3"


class Peak:
    """The largest resident memory of a process, watched while it runs."""

    def __init__(self, pid):
        self.kib, self.over, self.path = 0, threading.Event(), f"/proc/{pid}/status"
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()

    def watch(self):
        while not self.over.wait(0.01):
            try:
                with open(self.path, encoding="ascii") as status:
                    self.kib = max([self.kib] + [int(line.split()[1]) for line in status
                                                 if line.startswith("VmHWM")])
            except OSError:
                return

    def end(self):
        self.over.set()
        self.thread.join()
        return self.kib


def run_watched(project, *args):
    """Runs a sweep to its end; returns its exit code and the runner's peak memory in MiB."""
    runner = project.start(*args)
    peak = Peak(runner.process.pid)
    code = runner.wait(100 * SCALE)
    return code, peak.end() / 1024


def disk_use(project):
    return sum(log.stat().st_blocks * 512 for log in log_files(project))


def assert_whole(project):
    proof = project.winnow("verify", "s", "--json")
    assert proof.returncode == 0, proof.stdout


SMALL = 16 if not os.environ.get("LD_PRELOAD") and "asan" not in os.environ.get("WINNOW", "") else 400

# ---- floods --------------------------------------------------------------------------------------


@pytest.mark.parametrize("flood", ["yes this line says nothing", "yes | tr -d '\\n'",
                                   "cat /dev/zero", "yes x=1 | tr '\\n' ' '"],
                         ids=["lines", "no newline", "zeros", "one long line of words"])
def test_a_flood_costs_little_memory_and_little_disk(project, flood):
    size = 100_000_000 * SCALE
    script = (NEIGHBOUR + f"echo score=1; {flood} | head -c {size}; echo; echo score=2; "
              f"{flood} | head -c {size // 10}; echo; echo score=3")
    code, peak = run_watched(project, *words("--quiet", SET, "limits.log=4MiB", trials=2,
                                             command=["sh", "-c", script]))
    assert code == 0 and peak < SMALL
    assert disk_use(project) < 5 << 20
    assert [value for trial, metric, _, value in points_of(project)
            if trial == 0 and metric == "score"] == [1, 2, 3]
    assert query(project, "SELECT objective FROM trial WHERE id & 1") == [(0.5,)]
    assert "left out here" in project.winnow("logs", "s", "0").stdout
    assert_whole(project)


def test_a_log_that_claims_a_terabyte_is_read_at_once(project):
    script = "import os\nprint('score=1', flush=True)\nos.ftruncate(1, 1 << 40)\nprint('\\nscore=2')"
    done = project.winnow(*words(trials=1, command=[PYTHON, "-c", script]))
    assert done.returncode == 0
    assert [point[3] for point in points_of(project)] == [1, 2]
    shown = project.winnow("logs", "s", "0").stdout
    assert len(shown) < 1 << 20 and "1.0 TiB left out here" in shown


# ---- what a terminal must not see ----------------------------------------------------------------

NASTY = b"\x1b[2J\x1b]0;owned\x07\x9b31m\x00\xff\xfe\x1b[?1049h\r\x08\x08"


def test_escapes_and_bytes_are_kept_but_never_reach_a_terminal(project):
    script = f"import sys\nsys.stdout.buffer.write({NASTY!r} + b' score=1\\n')\nsys.exit(3)"
    command = [PYTHON, "-c", script]
    project.winnow(*words(trials=1, command=command))
    piped = project.start("logs", "s", "0")
    assert piped.wait(20) == 0
    assert piped.paths[0].read_bytes().startswith(NASTY)
    plain = dict(clean_environment(), NO_COLOR="1", TERM="xterm")
    looks = [["logs", "s", "0"], ["show", "s", "0"], ["show", "s"], ["board", "s"], ["ls"],
             ["try", "--maximize", "score", "-p", "x=0.0..1.0", "--", *command]]
    for look in looks:
        seen = on_a_terminal(look, project.path, plain).encode()
        assert not any(byte in seen for byte in (b"\x1b", b"\x9b3", b"\x07", b"\x08", b"\x00")), look


def test_escapes_in_names_of_metrics_are_taken_out(project):
    script = "printf '{\"a\\033[2Jb\": 1, \"score\": 2}\\n'"
    project.winnow(*words(trials=1, command=["sh", "-c", script]))
    assert [point[1] for point in points_of(project)] == ["ab", "score"]


# ---- what is closed, or never used ---------------------------------------------------------------


def test_a_trial_that_closes_its_output_still_reports_by_its_file(project):
    script = "exec > /dev/null 2>&1 >&- 2>&- <&-; echo score={x} >> $WINNOW_METRICS"
    assert project.winnow(*words(trials=3, command=["sh", "-c", script])).returncode == 0
    assert trial_states(project) == ["finished"] * 3


def test_a_trial_that_ends_at_once_without_a_word_is_failed_and_says_why(project):
    project.winnow(*words(trials=1, command=["true"]))
    [(state, reason)] = query(project, "SELECT state, reason FROM trial")
    assert state == "failed" and "score" in reason


# ---- memory --------------------------------------------------------------------------------------


def test_a_trial_that_eats_all_memory_ends_alone(project):
    hungry = ("import sys\nheld = []\nif {trial} == 1:\n    print('score=0.5')\n    sys.exit()\n"
              "print('score=1', flush=True)\nwhile True:\n    held.append(bytearray(8 << 20))")
    project.winnow(*words(SET, "limits.memory=200MiB", trials=3, parallel=3,
                          command=[PYTHON, "-c", hungry]))
    assert trial_states(project) == ["oom", "finished", "oom"]


# ---- very many metrics ---------------------------------------------------------------------------


def test_ten_thousand_names_of_metrics(project):
    script = "seq -f 'm%.0f=1' 10000; echo score={x}"
    code, peak = run_watched(project, *words("--quiet", trials=1, command=["sh", "-c", script]))
    assert code == 0 and peak < 8 * SMALL
    assert query(project, "SELECT count(*) FROM summary") == [(10001,)]
    assert project.winnow("board", "s", "--json").returncode == 0
    assert_whole(project)


def test_more_names_than_are_kept_are_told_once(project):
    script = "echo score=0.1; seq -f 'm%.0f=1' 25000; echo score={x}"
    done = project.winnow(*words(trials=1, command=["sh", "-c", script]))
    assert done.stderr.count("more than 20000 metric names") == 1
    assert query(project, "SELECT count(*) FROM summary") == [(20000,)]
    assert query(project, "SELECT state FROM trial") == [("finished",)]


def test_a_million_points(project):
    points = 1_000_000 * SCALE
    code, peak = run_watched(project, *words("--quiet", trials=1, command=[
        "sh", "-c", f"seq -f 'score=%.0f' {points}"]))
    assert code == 0 and peak < SMALL
    assert query(project, "SELECT count, min, max FROM summary") == [(points, 1, points)]
    assert_whole(project)


# ---- nothing is left -----------------------------------------------------------------------------


def living(project):
    """Processes that have the key of a trial of this project in their environment."""
    mark = b"WINNOW_TRIAL_KEY=" + os.fsencode(project.path)
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as environment:
                if mark in environment.read():
                    found.append(int(pid))
        except OSError:
            pass
    return found


# A child that ignores SIGTERM, one in a session of its own, one that is stopped; each says its pid.
FAMILY = ("trap '' TERM; echo score={x}; "
          "(trap '' TERM; while :; do sleep 0.05; done) & echo $! >> pids; "
          "setsid sh -c 'echo $$ >> pids; trap \"\" TERM; while :; do sleep 0.05; done' & "
          "sleep 300 & echo $! >> pids; kill -STOP $!; echo $$ >> pids; ")
STAY = FAMILY + "while :; do sleep 0.05; done"
QUICK = [SET, "limits.grace=200ms"]


def begin(project, script=STAY, trials=1, extra=()):
    runner = project.start(*words("--quiet", *QUICK, *extra, trials=trials, parallel=1,
                                  command=["sh", "-c", script]))
    wait_until(lambda: len(pids_of(project)) >= 4, what="the family")
    return runner


@pytest.mark.parametrize("end, extra", [
    ("exit 0", []), ("exit 7", []), ("kill -SEGV $$", []), (STAY[len(FAMILY):], ["--timeout", "1s"]),
    (STAY[len(FAMILY):], [SET, "limits.silence=500ms"]),
], ids=["exits", "fails", "crashes", "runs too long", "is silent"])
def test_nothing_of_a_trial_is_left_when_it(project, end, extra):
    settled = "until test $(wc -l < pids) -ge 4; do sleep 0.01; done; "
    script = FAMILY + settled + end
    project.winnow(*words(*QUICK, *extra, trials=1, command=["sh", "-c", script]))
    assert len(pids_of(project)) == 4 and living(project) == []


@pytest.mark.parametrize("request_of", [["stop", "--now", "s"], ["kill", "s", "0"]],
                         ids=["stop --now", "kill"])
def test_nothing_of_a_trial_is_left_after(project, request_of):
    runner = begin(project)
    assert project.winnow(*request_of).returncode == 0
    runner.wait(20)
    assert trial_states(project) == ["killed"] and living(project) == []


def test_nothing_of_a_trial_is_left_when_its_supervisor_is_killed(project):
    runner = begin(project, extra=[SET, "fail_fast=1"],
                   script="test -e again && { echo score=1; exit; }; touch again; " + STAY)
    family = set(map(int, pids_of(project)))
    [shim] = [pid for pid in living(project) if pid not in family
              and os.path.basename(os.readlink(f"/proc/{pid}/exe")) == "winnow-shim"]
    os.kill(shim, signal.SIGKILL)
    assert runner.wait(20) == 0
    assert trial_states(project) == ["finished"] and living(project) == []


def test_nothing_of_a_trial_is_left_when_another_runner_stops_it(project):
    runner = begin(project)
    runner.kill()
    runner.wait(20)
    second = project.start("resume", "s", "--quiet")
    wait_until(lambda: project.winnow("stop", "--now", "s").returncode == 0, what="stopping")
    second.wait(20)
    assert living(project) == []
