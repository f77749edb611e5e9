# SPDX-License-Identifier: GPL-3.0-or-later
"""What bounds trials: slots, limits, retries, devices, and the end of everything they started."""
import os
import re
import signal
import subprocess

import pytest

from conftest import PROGRAM
from sweeps import (cancel, last_json, logs_of, pids_of, points_of, query, trial_states,
                    wait_until, words)

SET = "--set"


def run_one(project, script, *options, program=("sh", "-c")):
    """One trial; its state and the reason for it."""
    project.winnow(*words(*options, trials=1, command=[*program, script]))
    return query(project, "SELECT state, coalesce(reason, '') FROM trial")[0]


# ---- slots ---------------------------------------------------------------------------------------


def test_as_many_trials_run_at_once_as_parallel_says_and_never_more(project):
    # Each trial waits until four have begun, which only four at once can bring about.
    script = ("mkdir -p begun live; touch begun/{trial} live/{trial}; ls live | wc -l >> seen; "
              "while [ $(ls begun | wc -l) -lt 4 ]; do sleep 0.02; done; sleep 0.1; "
              "rm live/{trial}; echo score={x}")
    done = project.winnow(*words(command=["sh", "-c", script], parallel=4, trials=8))
    assert done.returncode == 0, done.stderr
    seen = [int(count) for count in (project.path / "seen").read_text().split()]
    assert max(seen) == 4


def test_no_two_live_trials_share_a_gpu(project):
    script = ("mkdir gpu-$CUDA_VISIBLE_DEVICES || exit 1; sleep 0.1; "
              "rmdir gpu-$CUDA_VISIBLE_DEVICES; echo score={x}")
    environment = dict(os.environ, CUDA_VISIBLE_DEVICES="0,GPU-a,5")
    done = project.winnow(*words(SET, "resources.gpus=1", command=["sh", "-c", script], trials=9,
                                 parallel=8), env=environment)
    assert done.returncode == 0, done.stderr
    assert trial_states(project) == ["finished"] * 9


def test_two_gpus_per_trial_come_as_a_list(project):
    script = "echo $CUDA_VISIBLE_DEVICES >> devices; echo score={x}"
    environment = dict(os.environ, CUDA_VISIBLE_DEVICES="0,1,2,3,4")
    project.winnow(*words(SET, "resources.gpus=2", command=["sh", "-c", script], trials=6,
                          parallel=8), env=environment)
    given = (project.path / "devices").read_text().split()
    assert len(given) == 6 and set(given) <= {"0,1", "2,3", "0,2", "1,3", "1,2", "0,3"}


def test_without_gpus_the_message_says_how_to_declare_them(project):
    environment = {k: v for k, v in os.environ.items() if k != "CUDA_VISIBLE_DEVICES"}
    if os.path.exists("/dev/nvidia0"):
        pytest.skip("this machine has a GPU")
    done = project.winnow(*words(SET, "resources.gpus=1"), env=environment)
    assert done.returncode == 3
    assert "this machine has 0" in done.stderr and "CUDA_VISIBLE_DEVICES" in done.stderr


# ---- limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit, script, state, reason", [
    ("limits.cpu_time=300ms", "while :; do :; done", "timeout", r"limit of 0\.3 s of CPU time"),
    ("limits.silence=300ms", "echo score=1; sleep 60", "timeout", r"printed nothing for 0\.3 s"),
    ("timeout=300ms", "trap '' TERM; echo score=1; while :; do sleep 0.1; done", "timeout",
     r"limit of 0\.3 s"),
])
def test_each_limit_ends_a_trial_and_says_so(project, limit, script, state, reason):
    ended = run_one(project, script, SET, limit, SET, "limits.grace=200ms")
    assert ended[0] == state
    assert re.search(reason, ended[1])


HUNGRY = "import sys, time\nprint('score=1')\nheld = bytearray(300 << 20)\ntime.sleep(60)"
BY_A_CHILD = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', '''{HUNGRY}'''])"


@pytest.mark.parametrize("script", [HUNGRY, BY_A_CHILD], ids=["itself", "in a child"])
def test_memory_over_the_limit_is_oom(project, script):
    state, reason = run_one(project, script, SET, "limits.memory=100MiB",
                            program=("/usr/bin/python3", "-c"))
    assert (state, reason) == ("oom", "used more than its limit of 100 MiB of memory")


def test_a_sigkill_by_somebody_else_is_not_oom(project):
    state, reason = run_one(project, "echo score=1; kill -KILL $$", SET, "limits.memory=4GiB")
    assert state == "failed"
    assert "signal 9" in reason


def test_output_keeps_a_trial_from_being_silent(project):
    script = "for i in 1 2 3 4 5 6 7 8; do echo score=$i; sleep 0.1; done"
    assert run_one(project, script, SET, "limits.silence=600ms")[0] == "finished"


def test_metrics_in_the_file_are_output_too(project):
    script = "for i in 1 2 3 4 5 6 7 8; do echo score=$i >> $WINNOW_METRICS; sleep 0.1; done"
    assert run_one(project, script, SET, "limits.silence=600ms")[0] == "finished"


def test_a_third_interrupt_does_not_wait_for_the_grace(project):
    script = "trap '' TERM; echo $$ >> pids; while :; do sleep 0.05; done"
    runner = project.start(*words(command=["sh", "-c", script], trials=2, parallel=2))
    wait_until(lambda: len(pids_of(project)) == 2, what="the trials")
    cancel(runner)
    wait_until(lambda: "ending 2 running trials" in runner.stderr_text(), what="cancelling")
    runner.send_signal(signal.SIGINT)
    assert runner.wait(20) == 1
    assert trial_states(project) == ["killed"] * 2


# ---- the tree ------------------------------------------------------------------------------------

DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open('pids', 'a').write(f'{os.getpid()}\\n')
        time.sleep(300)
    os._exit(0)
os.wait()
while not os.path.exists('pids'):
    time.sleep(0.01)
"""


@pytest.mark.parametrize("end", ["print('score=1')", "time.sleep(300)"], ids=["its end", "a limit"])
def test_a_daemon_that_forked_twice_ends_with_its_trial(project, end):
    run_one(project, DAEMON + end, "--timeout", "2s", program=("/usr/bin/python3", "-c"))
    [pid] = pids_of(project)
    assert not os.path.exists(f"/proc/{pid}")


# ---- retries -------------------------------------------------------------------------------------


def test_retries_back_off_and_their_attempts_are_kept(project):
    script = "echo $(date +%s.%N) >> starts; echo attempt; exit 7"
    assert run_one(project, script, "--retries", "2")[0] == "failed"
    starts = [float(start) for start in (project.path / "starts").read_text().split()]
    assert len(starts) == 3
    assert starts[1] - starts[0] >= 1 and starts[2] - starts[1] >= 2
    assert query(project, "SELECT attempt, state, exit_code FROM attempt ORDER BY attempt") == [
        (0, "failed", 7), (1, "failed", 7)]
    assert logs_of(project) == ["0.0.log", "0.1.log", "0.2.log"]


def test_points_of_a_failed_attempt_are_replaced_by_those_of_the_next(project):
    script = "echo score=1; test -e flag || { touch flag; echo score=2; exit 1; }; echo score=3"
    assert run_one(project, script, "--retries", "1")[0] == "finished"
    assert points_of(project) == [(0, "score", 1, 1), (0, "score", 2, 3)]


# ---- when a sweep is over ------------------------------------------------------------------------


def test_a_time_budget_starts_nothing_new(project):
    script = "sleep 0.1; echo score={x}"
    done = project.winnow(*words("--time", "500ms", "--json", command=["sh", "-c", script],
                                 trials=1000, parallel=1))
    result = last_json(done.stdout)
    assert result["state"] == "finished" and "time budget" in result["reason"]
    assert 0 < result["trials"]["finished"] < 20


def test_a_plateau_ends_the_sweep(project):
    done = project.winnow(*words(SET, "until.plateau=3", "--json", trials=1000, parallel=1,
                                 command=["sh", "-c", "echo score=1"]))
    result = last_json(done.stdout)
    assert result["trials"]["finished"] == 4 and "no better score" in result["reason"]


def test_failures_in_a_row_end_a_sweep_that_began_well(project):
    script = "[ {trial} -lt 3 ] && echo score=1"
    done = project.winnow(*words("--json", trials=1000, parallel=1, command=["sh", "-c", script]))
    result = last_json(done.stdout)
    assert result["state"] == "failed" and done.returncode == 1
    assert result["reason"] == "the last 5 configurations failed"
    assert (result["trials"]["finished"], result["trials"]["failed"]) == (3, 5)


def test_failures_that_are_never_in_a_row_end_nothing(project):
    script = "[ $(({trial} % 5)) = 0 ] && echo score=1"
    done = project.winnow(*words("--json", trials=25, parallel=1, command=["sh", "-c", script]))
    assert last_json(done.stdout)["trials"]["failed"] == 20


def test_a_failed_sweep_says_what_to_look_at(project):
    done = project.winnow(*words(trials=50, command=["sh", "-c", "echo oh no; exit 3"]))
    assert "trial 0 failed: exit code 3" in done.stdout
    assert "winnow logs s 0" in done.stdout


# ---- output while it runs ------------------------------------------------------------------------

C_PROGRAM = """
#include <stdio.h>
#include <unistd.h>
int main(void) { printf("score=1\\n"); sleep(60); return 0; }
"""


def test_output_line_makes_a_c_program_flush(project):
    project.write("trial.c", C_PROGRAM)
    subprocess.run(["cc", "-o", "trial", "trial.c"], cwd=project.path, check=True)
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONUNBUFFERED", "LD_PRELOAD")}
    runner = project.start(*words(SET, "output=line", trials=1, command=["./trial"]),
                           env=environment)
    wait_until(lambda: points_of(project), what="the first point")
    cancel(runner)
    runner.wait(20)


@pytest.mark.parametrize("own, seen", [(None, "1"), ("x", "x")])
def test_python_trials_are_unbuffered_unless_the_user_says_otherwise(project, own, seen):
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    if own:
        environment["PYTHONUNBUFFERED"] = own
    project.winnow(*words(trials=1, command=["sh", "-c", "echo score=1 $PYTHONUNBUFFERED > seen"]),
                   env=environment)
    assert (project.path / "seen").read_text() == f"score=1 {seen}\n"


# ---- many trials at once -------------------------------------------------------------------------


def test_more_trials_at_once_than_the_soft_limit_of_open_files(project):
    script = "ulimit -n > limit; touch begun-{trial}; sleep 0.5; echo score={x}"
    options = words("--json", command=["sh", "-c", script], trials=60, parallel=60)
    done = subprocess.run(["sh", "-c", 'ulimit -Sn 64; exec "$0" "$@"', PROGRAM, *options], cwd=project.path, capture_output=True, text=True,
                          check=False, timeout=60)
    assert last_json(done.stdout)["trials"]["finished"] == 60, done.stderr
    assert (project.path / "limit").read_text() == "64\n"  # what the user has set for trials
