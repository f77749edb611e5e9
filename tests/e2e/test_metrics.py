# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a trial's output becomes a metric, from the program's mouth to the export."""
import json
import math
import shlex
import subprocess

import pytest

from conftest import PROGRAM, clean_environment
from sweeps import cancel, points_of, query, rows_of, wait_until, words

PYTHON = "/usr/bin/python3"


def run_script(project, script, *options):
    """One Python trial; its points as {metric: [(step, value), ...]}."""
    project.write("trial.py", script)
    project.winnow(*words(*options, trials=1, command=[PYTHON, "trial.py", "{x}"]))
    series = {}
    for _, metric, step, value in points_of(project):
        series.setdefault(metric, []).append((step, value))
    return series


def say(project, text):
    return run_script(project, f"import sys\nsys.stdout.buffer.write({text!r})")


@pytest.mark.parametrize("text, points", [
    (b"score=1", {"score": [(1, 1)]}),
    (b"score=1\r\nscore=2\r\n", {"score": [(1, 1), (2, 2)]}),
    (b"10% score=1\r20% score=2\r", {"score": [(1, 1), (2, 2)]}),
    (b"\x1b[32mscore=0.5\x1b[0m\n", {"score": [(1, 0.5)]}),
    (b"score=0.3, acc=0.9\nlr=1e-3;\n", {"score": [(1, 0.3)], "acc": [(1, 0.9)],
                                         "lr": [(1, 0.001)]}),
    (b"epoch: 3 score: 0.2\nscore = 4\n[score=0.3] --score=1 (score=2)\n", {}),
    (b"score=1,5\nscore=1\n", {"score": [(1, 1)]}),
    (b'{"a": {"b": {"c": 1}}, "list": [1, 2], "text": "3", "yes": true, "no": null, "score": 2}\n',
     {"a.b.c": [(1, 1)], "score": [(1, 2)]}),
    (b'{"step": 10, "score": 1}\n{"step": 20, "score": 2}\nscore=3 step=30\nscore=4\n',
     {"score": [(10, 1), (20, 2), (30, 3), (4, 4)]}),
    (b"\x00\xff\xfe score=1\n\x80\x80\n", {"score": [(1, 1)]}),
], ids=["no newline", "CRLF", "progress bar", "colours", "punctuation", "no words", "comma",
        "nested JSON", "steps", "binary"])
def test_what_is_a_metric(project, text, points):
    assert say(project, text) == points


def test_what_is_not_finite_is_kept_and_loses(project):
    series = say(project, b'score=nan\nscore=-inf\n{"score": Infinity}\nscore=1e400\nscore=0.5\n')
    values = [value for _, value in series["score"]]
    assert math.isnan(values[0])
    assert values[1:] == [-math.inf, math.inf, math.inf, 0.5]
    [row] = rows_of(project)
    assert (row["state"], row["objective"]) == ("finished", "0.5")


@pytest.mark.parametrize("text", [b"score=1e400\n", b"score=nan\n", b'{"score": -Infinity}\n'])
def test_nothing_finite_is_the_state_nan(project, text):
    say(project, text)
    assert query(project, "SELECT state, reason FROM trial") == [
        ("nan", "score was never a finite number")]
    [trial] = json.loads(project.winnow("board", "s", "--json").stdout)["trials"]
    assert trial["objective"] is None and trial["metrics"]["score"] is None


def test_last_and_best_are_summaries_of_the_history(project):
    text = "print('score=1\\nscore=9\\nscore=4')"
    run_script(project, text)
    assert rows_of(project)[0]["objective"] == "9.0"
    run_script(project, text, "--new", "--set", "metric.summary=last")
    assert rows_of(project, "s-2")[0]["objective"] == "4.0"
    assert query(project, "SELECT count, last, min, max FROM summary") == [(3, 4, 1, 9)] * 2


def test_ten_thousand_metric_names(project):
    script = ("print(' '.join(f'm{i}={i}' for i in range(5000)))\nimport json\n"
              "print(json.dumps({f'm{i}': i for i in range(5000, 10000)}))\nprint('score=1')")
    series = run_script(project, script)
    assert len(series) == 10001
    assert all(series[f"m{i}"] == [(1, i)] for i in range(10000))


def test_names_beyond_the_most_are_told_and_the_rest_is_kept(project):
    project.write("trial.py", "print('score=1')\nfor i in range(20001): print(f'm{i}={i}')")
    done = project.winnow(*words(trials=1, command=[PYTHON, "trial.py", "{x}"]))
    assert "more than 20000 metric names" in done.stderr
    assert rows_of(project)[0]["objective"] == "1.0"
    assert query(project, "SELECT count(*) FROM metric") == [(20000,)]


HOSTILE = ["x'; DROP TABLE trial; --", "a\"b", "a,b", "../../etc/passwd", "{x}", "%s%n",
           "=cmd|' /C calc'!A0", "\u202egnp", "a" * 256]


def test_hostile_names_are_only_names(project):
    script = f"import json\nprint(json.dumps(dict.fromkeys({HOSTILE!r}, 1)))\nprint('score=1')\n"
    assert set(run_script(project, script)) == {*HOSTILE, "score"}
    assert set(json.loads(project.winnow("board", "s", "--json").stdout)["trials"][0]["metrics"]) \
        == {*HOSTILE, "score"}
    assert rows_of(project)[0]["metric.a,b"] == "1.0"


def test_names_that_would_break_a_terminal_are_log(project):
    script = "import json\nprint(json.dumps({'a\\nb': 1, 'a\\x1b[2J': 1, 'b' * 257: 1, 'score': 1}))"
    assert set(run_script(project, script)) == {"score"}


@pytest.mark.parametrize("make", [
    "os.mkfifo(path)", "os.mkdir(path)", "os.symlink('/dev/zero', path)", "os.symlink(path, path)",
    "open(path, 'wb').write(os.urandom(1 << 20))",
], ids=["FIFO", "folder", "device", "loop", "binary"])
def test_a_strange_metrics_file_harms_nothing(project, make):
    script = f"import os, time\npath = os.environ['WINNOW_METRICS']\n{make}\nprint('score=1')\n" \
             "time.sleep(0.2)"
    assert run_script(project, script)["score"] == [(1, 1)]


def test_metrics_from_the_file_come_while_the_trial_runs(project):
    script = ("import os, time\nwith open(os.environ['WINNOW_METRICS'], 'a') as file:\n"
              "    print('{\"step\": 3, \"score\": 1}', file=file, flush=True)\n"
              "    time.sleep(60)\n")
    project.write("trial.py", script)
    runner = project.start(*words(trials=1, command=[PYTHON, "trial.py", "{x}"]))
    wait_until(lambda: points_of(project) == [(0, "score", 3, 1)], what="the point")
    cancel(runner)
    runner.wait(20)


def test_a_hundred_megabytes_without_a_newline_cost_little_memory(project):
    script = ("import sys\nfor _ in range(100): sys.stdout.write('x' * (1 << 20))\n"
              "print()\nprint('score=1')")
    project.write("trial.py", script)
    # GNU time would do; Python's own reckoning of its children needs nothing installed.
    measure = ("import resource, subprocess, sys\nsubprocess.run(sys.argv[1:], check=True)\n"
               "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    done = subprocess.run([PYTHON, "-c", measure, PROGRAM,
                           *words("-q", trials=1, command=[PYTHON, "trial.py", "{x}"])],
                          cwd=project.path, env=clean_environment(), capture_output=True, text=True,
                          check=True, timeout=60)
    assert rows_of(project)[0]["objective"] == "1.0"
    assert int(done.stdout.split()[-1]) < 64 << 10  # KiB


# ---- winnow try ----------------------------------------------------------------------------------


def try_script(project, script, *options):
    project.write("trial.py", script)
    return project.winnow("try", "--maximize", "score", "-p", "x=1|2", "--method", "grid", *options,
                          "--", PYTHON, "trial.py", "{x}")


def test_try_shows_the_command_the_output_and_what_was_read(project):
    done = try_script(project, "print('hello\\r\\nscore=0.5 step=3')")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:4] == [
        f"$ {PYTHON} trial.py 1", "hello", "score=0.5 step=3", "    -> score = 0.5 at step 3"]
    assert "objective  score = 0.5" in done.stdout
    assert not (project.path / ".winnow").exists()


def test_try_shows_what_was_read_of_a_line_on_one_line(project):
    done = try_script(project, "print('epoch=1 score=0.5')")
    assert "    -> epoch = 1, score = 0.5\n" in done.stdout


def test_try_names_the_metric_that_was_probably_meant(project):
    done = try_script(project, "print('scores=0.5')")
    assert done.returncode == 1
    assert "did you mean scores" in done.stdout and "capture:" in done.stdout


def test_try_warns_where_all_metrics_come_at_the_end(project):
    script = ("import time\nlines = []\nfor i in range(4):\n    lines.append(f'score={i}')\n"
              "    time.sleep(0.5)\nprint('\\n'.join(lines))")
    done = try_script(project, script)
    assert "metrics came at the very end" in done.stderr and "output: line" in done.stderr


def test_try_is_not_held_up_by_a_fifo(project):
    script = "import os\nos.mkfifo(os.environ['WINNOW_METRICS'])\nprint('score=1')"
    assert try_script(project, script).returncode == 0


def test_try_on_a_terminal_escapes_what_the_trial_prints(project):
    project.write("trial.py", "print('\\x1b[2Jscore=1')")
    words_ = [PROGRAM, "try", "--maximize", "score", "-p", "x=1|2", "--", PYTHON, "trial.py"]
    done = subprocess.run(["script", "-qec", shlex.join(words_), "/dev/null"],
                          cwd=project.path, env=clean_environment(), capture_output=True,
                          stdin=subprocess.DEVNULL, check=False, timeout=60)
    assert done.returncode == 0, done.stdout
    assert b"\x1b[2J" not in done.stdout
    assert b"score = 1" in done.stdout
