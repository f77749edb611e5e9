# SPDX-License-Identifier: GPL-3.0-or-later
"""Sweeps from start to end, with real commands as trials."""
import csv
import io
import json
import os
import signal
import sqlite3
import statistics
import subprocess

import pytest

from conftest import PROGRAM, clean_environment
from sweeps import cancel, last_json, logs_of, rows_of, trial_states, wait_until, words

# ---- the main job --------------------------------------------------------------------------------


def test_a_sweep_from_words_ends_with_every_trial_on_the_board(project):
    done = project.winnow(*words("--json"))
    assert done.returncode == 0, done.stderr
    result = last_json(done.stdout)
    assert result["state"] == "finished"
    assert result["trials"]["finished"] == 8
    rows = rows_of(project)
    assert [int(row["rank"]) for row in rows] == list(range(1, 9))
    scores = [float(row["objective"]) for row in rows]
    assert scores == sorted(scores, reverse=True)
    for row in rows:
        assert float(row["param.x"]) == float(row["objective"]) == float(row["metric.score"])
    assert result["best"]["objective"] == scores[0]
    assert result["best"]["params"] == {"x": scores[0]}


def test_the_same_seed_gives_the_same_sweep(project):
    project.winnow(*words())
    project.winnow(*words("--new"))
    first, second = rows_of(project, "s"), rows_of(project, "s-2")
    assert [row["param.x"] for row in first] == [row["param.x"] for row in second]


def test_a_finite_space_is_exhausted_and_ends_the_sweep(project):
    done = project.winnow(*words("--json", x="x=1|2|3|4|5", trials=100))
    assert last_json(done.stdout)["trials"]["finished"] == 5
    assert sorted(row["param.x"] for row in rows_of(project)) == ["1", "2", "3", "4", "5"]


def test_a_spec_file_runs_as_wandb_would_run_it(project):
    project.write("train.py", "import sys\nprint('score=%s' % sys.argv[1].split('=')[1])\n")
    project.write("sweep.yaml", "program: train.py\nmethod: grid\n"
                  "metric: {name: score, goal: maximize}\nparameters:\n  lr: {values: [1, 2, 3]}\n")
    done = project.winnow("run", "sweep.yaml", "--json")
    assert done.returncode == 0, done.stderr
    assert last_json(done.stdout)["best"] == {
        "trial": 2, "objective": 3.0, "params": {"lr": 3}}


def test_repeats_share_seeds_and_rank_by_their_mean(project):
    command = ["sh", "-c", 'echo "score=$(({x} * 10 + $WINNOW_SEED % 7)) seed=$WINNOW_SEED"']
    project.winnow(*words("--repeats", "3", x="x=1|2", command=command, trials=2))
    with sqlite3.connect(project.path / ".winnow" / "winnow.db") as db:
        seeds = db.execute("SELECT seed FROM trial ORDER BY id").fetchall()
    assert seeds[:3] == seeds[3:] and len(set(seeds[:3])) == 3
    rows = rows_of(project)
    assert len(rows) == 2 and rows[0]["param.x"] == "2"
    for row in rows:
        scores = [int(row["param.x"]) * 10 + seed % 7 for [seed] in seeds[:3]]
        assert float(row["objective"]) == pytest.approx(statistics.mean(scores))
        assert float(row["se"]) == pytest.approx(statistics.stdev(scores) / 3 ** 0.5)


def test_repeats_are_rows_of_their_own_where_asked(project):
    project.winnow(*words("--repeats", "3", trials=2, command=["sh", "-c", "echo score={trial}"]))
    shown = project.winnow("board", "s", "--trials", "--top", "4", "--columns", "rank,trial,score")
    assert shown.stdout.split() == "rank trial score 1 5 5 2 4 4 3 3 3 4 2 2".split()
    assert "4 of 6 trials" in shown.stderr
    assert len(rows_of(project)) == 2


def test_a_board_of_two_objectives_has_their_pareto_front(project):
    project.write("two.yaml", """
name: two
method: grid
metrics: [{name: gain, goal: maximize}, {name: cost, goal: minimize}]
parameters: {x: {values: [1, 2, 3, 4]}}
command: [sh, -c, 'echo gain=$(({x} % 4)) cost={x}']
""")
    done = project.winnow("run", "two.yaml", "--parallel", 1)
    assert done.returncode == 0, done.stderr
    rows = rows_of(project, "two")
    assert [(row["param.x"], row["front"]) for row in rows] == [
        ("3", "1"), ("2", "1"), ("1", "1"), ("4", "2")]  # 4 costs most and gains nothing
    best = project.winnow("board", "two", "--where", "front = 1", "--columns", "x", "--csv")
    assert best.stdout.split() == ["param.x", "3", "2", "1"]


def test_repeats_that_ignore_the_seed_are_reported(project):
    done = project.winnow(*words("--repeats", "2", trials=1))
    assert "ignore its seed" in done.stderr


# ---- how trials end ------------------------------------------------------------------------------


@pytest.mark.parametrize("command, state, reason", [
    ("exit 3", "failed", "exit code 3"),
    ("echo nothing to see", "failed", "printed no score"),
    ("echo scor=1 epoch=2", "failed", "printed no score, but scor, epoch"),
    ("echo score=nan", "nan", "never a finite number"),
    ("kill -SEGV $$", "failed", "signal 11"),
    ("echo score=1; sleep 60", "timeout", "limit of 0.3 s"),
])
def test_each_way_to_end_has_its_state_and_reason(project, command, state, reason):
    project.winnow(*words("--timeout", "300ms", trials=1, command=["sh", "-c", command]))
    with sqlite3.connect(project.path / ".winnow" / "winnow.db") as db:
        assert db.execute("SELECT state FROM trial").fetchone() == (state,)
        assert reason in db.execute("SELECT reason FROM trial").fetchone()[0]


def test_a_missing_program_is_told_plainly(project):
    done = project.winnow(*words(trials=1, command=["./no-such-program", "{x}"]))
    assert done.returncode == 1
    shown = project.winnow("show", "s", "0").stdout
    assert "cannot start ./no-such-program: No such file or directory" in shown


@pytest.mark.parametrize("command, mode, hint", [
    ("train.py", 0o755, "did you mean ./train.py or python3 train.py?"),
    ("train.py", 0o644, "did you mean python3 train.py?"),
    ("train", 0o755, "did you mean ./train?"),
    ("train", 0o644, "did you mean ./train? It takes chmod +x train first"),
    ("./train.sh", 0o644, "it is not executable: write sh ./train.sh, or chmod +x it"),
    ("./train", 0o644, "it is not executable: chmod +x ./train"),
    ("./train.R", 0o755, "it is there, but what its first line names to run it is not"),
])
def test_a_script_that_is_there_but_cannot_be_started_brings_a_hint(project, command, mode, hint):
    project.write(command, "#!/no/such/interpreter\n").chmod(mode)
    done = project.winnow(*words(trials=1, command=[command]))
    assert done.returncode == 1
    assert f"cannot start {command}: " in done.stdout and f"; {hint}" in done.stdout
    assert hint in project.winnow("try", "-p", "x=1..2", "--minimize", "y", "--", command).stdout


def test_where_nothing_but_failures_came_the_first_ones_last_words_are_shown(project):
    done = project.winnow(*words(trials=1, command=["sh", "-c", "echo begun; echo bad data; exit 3"]))
    assert done.returncode == 1
    assert "trial 0 failed: exit code 3; see winnow logs s 0\n  bad data\n" in done.stdout


def test_a_sweep_of_nothing_but_failures_says_so_at_its_end(project):
    done = project.winnow(*words(trials=3, command=["sh", "-c", "exit 3"]))
    assert done.returncode == 1
    first, *_, last = done.stdout.splitlines()
    assert first.startswith("s finished ") and first.endswith(": budget of 3 configurations spent")
    assert last == "all 3 trials failed; see winnow show s --failures"


def test_a_sweep_in_which_one_trial_succeeded_has_not_failed(project):
    done = project.winnow(*words(trials=3, x="x=1|2|3", command=[
        "sh", "-c", "test {x} = 2 && echo score=1"]))
    assert done.returncode == 0
    assert "trials failed" not in done.stdout


def test_a_failed_trial_is_tried_again_and_succeeds(project):
    command = ["sh", "-c", "test -e flag || { touch flag; exit 1; }; echo score={x}"]
    project.winnow(*words("--retries", "2", trials=1, parallel=1, command=command))
    with sqlite3.connect(project.path / ".winnow" / "winnow.db") as db:
        assert db.execute("SELECT state, attempt FROM trial").fetchone() == ("finished", 1)
    assert len(logs_of(project)) == 2


def test_nothing_but_failures_end_the_sweep_early(project):
    done = project.winnow(*words("--json", trials=50, parallel=1, command=["false"]))
    assert done.returncode == 1
    result = last_json(done.stdout)
    assert result["state"] == "failed"
    assert result["trials"]["failed"] == 5


def test_one_failing_trial_does_not_end_the_sweep(project):
    command = ["sh", "-c", "[ {x} != 3 ] && echo score={x}"]
    done = project.winnow(*words("--json", x="x=1..6", trials=6, command=command))
    result = last_json(done.stdout)
    assert result["state"] == "finished"
    assert result["trials"]["finished"] == 5 and result["trials"]["failed"] == 1


def test_a_reached_target_ends_the_sweep(project):
    done = project.winnow(*words("--json", "--set", "until.target=4", x="x=1|2|3|4|5|6",
                                 trials=100, parallel=1))
    result = last_json(done.stdout)
    assert result["best"]["objective"] >= 4
    assert result["trials"]["finished"] < 6 or result["best"]["objective"] >= 4


def test_a_child_that_left_its_session_ends_with_its_trial(project):
    command = ["sh", "-c", "setsid sleep 300 & echo $! >> pids; echo score={x}"]
    project.winnow(*words(trials=2, command=command))
    for pid in (project.path / "pids").read_text().split():
        assert not os.path.exists(f"/proc/{pid}")


# ---- early stopping ------------------------------------------------------------------------------


TRAINER = """
import sys, time
x = int(sys.argv[1].split('=')[1])
for epoch in range(4):
    print(f'score={x}')
open(f'reported-{x}', 'w').write(str(time.time()))
time.sleep(30 if x == 3 else 0)
"""


def test_a_condemned_trial_is_stopped_soon_after_the_report(project):
    project.write("train.py", TRAINER)
    project.write("sweep.yaml", "program: train.py\nmethod: grid\nparallel: 1\n"
                  "metric: {name: score, goal: minimize}\n"
                  "early_terminate: {type: hyperband, min_iter: 2, eta: 2}\n"
                  "parameters: {x: {values: [1, 2, 3]}}\n")
    project.winnow("run", "sweep.yaml", "--name", "s")
    assert trial_states(project) == ["finished", "finished", "stopped"]
    with sqlite3.connect(project.path / ".winnow" / "winnow.db") as db:
        ended, reason = db.execute("SELECT ended, reason FROM trial ORDER BY id DESC").fetchone()
    assert "hyperband" in reason
    assert ended - float((project.path / "reported-3").read_text()) < 5


# ---- metrics -------------------------------------------------------------------------------------


def test_metrics_come_by_capture_words_json_and_file(project):
    command = ["sh", "-c", "echo 'Accuracy = 95%'; echo a=1 b=2; echo '{\"step\": 7, \"c\": 3}'; "
               "echo 'd=4' >> $WINNOW_METRICS"]
    project.winnow("run", "--maximize", "accuracy", "-p", "x=1|2", "--trials", "1", "--name", "s",
                   "--method", "random", "--capture", "Accuracy = (?<accuracy>[0-9.]+)%", "--",
                   *command)
    text = project.winnow("export", "s", "--points", "--csv").stdout
    points = {(row["metric"], float(row["step"]), float(row["value"]))
              for row in csv.DictReader(io.StringIO(text))}
    assert points == {("accuracy", 1, 95), ("a", 1, 1), ("b", 1, 2), ("c", 7, 3), ("d", 1, 4)}


def test_python_trials_are_seen_while_they_run(project):
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    code = "import time\nprint('score=1')\ntime.sleep(60)"
    runner = project.start(*words(trials=1, command=["/usr/bin/python3", "-c", code]),
                           env=environment)
    wait_until(lambda: "score" in project.winnow("export", "s", "--points", "--csv").stdout,
               what="the first point")
    cancel(runner)
    assert runner.wait(20) == 1


# ---- stopping and going on -----------------------------------------------------------------------

SLOW = ["sh", "-c", "echo $$ >> pids; sleep 0.4; echo score={x}"]


def test_the_first_interrupt_drains_and_resume_goes_on(project):
    runner = project.start(*words(command=SLOW, parallel=2))
    wait_until(lambda: (project.path / "pids").exists(), what="a running trial")
    runner.send_signal(signal.SIGINT)
    runner.wait(20)
    states = trial_states(project)
    assert set(states) == {"finished"} and len(states) < 8
    done = project.winnow("resume", "s", "--json")
    assert last_json(done.stdout)["trials"]["finished"] == 8


def test_the_second_interrupt_cancels_and_resume_runs_them_again(project):
    command = ["sh", "-c", "echo $$ >> pids; test -e go || sleep 60; echo score={x}"]
    runner = project.start(*words(command=command, parallel=2, trials=3))
    wait_until(lambda: (project.path / "pids").exists(), what="a running trial")
    cancel(runner)
    assert runner.wait(20) == 1
    assert set(trial_states(project)) == {"killed"}
    (project.path / "go").touch()
    done = project.winnow("resume", "s", "--json")
    assert last_json(done.stdout)["trials"]["finished"] == 3


def test_a_killed_runner_leaves_its_trials_and_resume_adopts_them(project):
    command = ["sh", "-c", "echo $$ >> pids; echo score=0; while ! test -e go; do sleep 0.05; done;"
               " echo score={x}"]
    runner = project.start(*words(command=command, parallel=2, trials=4))
    wait_until(lambda: (project.path / "pids").exists()
               and len((project.path / "pids").read_text().split()) == 2, what="two trials")
    runner.kill()
    runner.wait(10)
    pids = (project.path / "pids").read_text().split()
    assert all(os.path.exists(f"/proc/{pid}") for pid in pids)
    assert json.loads(project.winnow("ls", "--json").stdout)["sweeps"][0]["state"] == "interrupted"
    (project.path / "go").touch()
    done = project.winnow("resume", "s", "--json")
    assert last_json(done.stdout)["trials"]["finished"] == 4
    assert len((project.path / "pids").read_text().split()) == 4
    assert {row["state"] for row in rows_of(project)} == {"finished"}
    assert len(logs_of(project)) == 4


def test_a_dropped_terminal_changes_nothing(project):
    runner = project.start(*words(command=SLOW, parallel=4, trials=4))
    wait_until(lambda: (project.path / "pids").exists(), what="a running trial")
    runner.send_signal(signal.SIGHUP)
    assert runner.wait(30) == 0
    assert trial_states(project) == ["finished"] * 4


def test_stop_from_another_shell_drains(project):
    runner = project.start(*words(command=SLOW, parallel=1, trials=20))
    wait_until(lambda: (project.path / "pids").exists(), what="a running trial")
    assert project.winnow("stop", "s").returncode == 0
    runner.wait(20)
    sweep = json.loads(project.winnow("ls", "--json").stdout)["sweeps"][0]
    assert sweep["state"] == "stopped"
    assert sweep["trials"]["finished"] < 20


def test_a_detached_sweep_goes_on_by_itself(project):
    done = project.winnow(*words("--detach", command=SLOW, trials=4))
    assert done.returncode == 0, done.stderr
    wait_until(lambda: json.loads(project.winnow("ls", "--json").stdout)["sweeps"][0]["state"]
               == "finished", what="the end of the detached sweep")
    assert trial_states(project) == ["finished"] * 4


def started_with_a_pipe(project, *args):
    """Runs winnow with the writing end of a pipe as one more descriptor; returns the reading end."""
    reading, writing = os.pipe()
    done = subprocess.run([PROGRAM, *args], cwd=project.path, env=clean_environment(), pass_fds=[writing],
                          capture_output=True, text=True, timeout=60, check=False)
    os.close(writing)
    assert done.returncode == 0, done.stderr
    return reading


def test_a_detached_runner_lets_go_of_what_it_was_started_with(project):
    """Whoever waits for the end of a pipe, or for a lock, does not wait for the sweep."""
    gate = ["sh", "-c", "until [ -e go ]; do sleep 0.02; done; echo score={x}"]
    reading = started_with_a_pipe(project, *words("--detach", command=gate))
    os.set_blocking(reading, False)
    assert os.read(reading, 1) == b""
    wait_until(lambda: "running" in trial_states(project), what="a running trial")
    os.close(reading)
    (project.path / "go").touch()
    wait_until(lambda: trial_states(project) == ["finished"] * 8, what="the end of the detached sweep")


def test_a_trial_gets_no_descriptor_that_winnow_was_started_with(project):
    listing = ["sh", "-c", "for fd in /proc/$$/fd/*; do readlink $fd; done; echo score={x}"]
    os.close(started_with_a_pipe(project, *words(trials=1, parallel=1, command=listing)))
    log = project.winnow("logs", "s", "0").stdout
    assert "/dev/null" in log and "pipe:" not in log


def test_an_unfinished_sweep_of_the_same_spec_is_not_started_twice(project):
    runner = project.start(*words(command=SLOW, parallel=1))
    wait_until(lambda: (project.path / "pids").exists(), what="a running trial")
    runner.send_signal(signal.SIGINT)
    runner.wait(20)
    again = project.winnow(*words(command=SLOW, parallel=1))
    assert again.returncode == 2
    assert "--resume" in again.stderr and "--new" in again.stderr
    assert last_json(project.winnow(*words("--resume", "--json", command=SLOW)).stdout)[
        "trials"]["finished"] == 8


def test_gpus_are_handed_out_one_trial_each(project):
    command = ["sh", "-c", "echo $CUDA_VISIBLE_DEVICES >> devices; sleep 0.2; echo score={x}"]
    environment = dict(os.environ, CUDA_VISIBLE_DEVICES="4,7")
    project.winnow(*words("--set", "resources.gpus=1", command=command, trials=6), env=environment)
    assert set((project.path / "devices").read_text().split()) == {"4", "7"}
    done = project.winnow(*words("--new", "--set", "resources.gpus=3", trials=1), env=environment)
    assert done.returncode == 3 and "CUDA_VISIBLE_DEVICES" in done.stderr
