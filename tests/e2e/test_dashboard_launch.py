# SPDX-License-Identifier: GPL-3.0-or-later
"""The launch form in a real terminal: what is started there belongs to a runner of its own."""
import json
import shutil
import subprocess
import time

import pytest

from conftest import LIMIT, PROGRAM, clean_environment

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")

SPEC = """\
name: toy
command: [sh, train.sh, "{x}"]
metric: {name: loss, goal: minimize}
method: random
budget: {trials: 500}
parallel: 2
parameters:
  x: {min: 0.0, max: 1.0}
"""

# A trial ends once the file `go` is there, so that the test decides when.
SCRIPT = """\
while [ ! -e go ]; do sleep 0.05; done
echo loss=$1
"""


class Terminal:
    """winnow in a tmux of its own."""

    def __init__(self, folder, *args, size=(80, 24)):
        self.name = f"winnow-{folder.name}"
        env = {**clean_environment(), "LC_ALL": "C.UTF-8"}
        env.pop("TMUX", None)
        columns, rows = size
        self.tmux("new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", str(folder),
                  PROGRAM, *args, env=env)

    def tmux(self, *args, env=None, check=True):
        return subprocess.run(["tmux", "-L", self.name, "-f", "/dev/null", *args], check=check,
                              env=env, capture_output=True, text=True, timeout=LIMIT).stdout

    def keys(self, *keys):
        self.tmux("send-keys", *keys)

    def text(self, text):
        self.tmux("send-keys", "-l", text)

    def screen(self):
        return self.tmux("capture-pane", "-p")

    def wait_for(self, text):
        deadline = time.monotonic() + LIMIT / 2
        while text not in (seen := self.screen()):
            assert time.monotonic() < deadline, f"{text!r} does not come:\n{seen}"
            time.sleep(0.02)
        return seen

    def is_open(self):
        return bool(self.tmux("list-sessions", check=False))

    def kill(self):
        self.tmux("kill-server", check=False)


@pytest.fixture
def terminal(project):
    opened = []

    def start(*args, **options):
        opened.append(Terminal(project.path, *args, **options))
        return opened[-1]

    yield start
    for one in opened:
        one.kill()
    project.winnow("stop", "--now", "toy")


def wait_until(condition):
    deadline = time.monotonic() + LIMIT / 2
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def sweep(project, name="toy"):
    found = json.loads(project.winnow("ls", "--json").stdout)
    return next(one for one in found["sweeps"] if one["name"] == name)


def write_project(project):
    project.write("sweep.yaml", SPEC)
    project.write("train.sh", SCRIPT)


def test_a_sweep_that_the_form_started_outlives_its_terminal(project, terminal):
    write_project(project)
    screen = terminal()
    screen.wait_for("No sweeps here yet")
    screen.keys("n")
    screen.wait_for("500 trials, 2 at once")
    screen.keys("Down", "Down", "Down", "3", "Tab", "6", "Enter")
    screen.wait_for("winnow run --detach sweep.yaml --parallel 3 --trials 6")
    screen.wait_for("6 trials, 3 at once")
    screen.keys("F5")
    screen.wait_for("toy runs by itself")
    wait_until(lambda: sweep(project)["trials"]["running"] == 3)
    screen.kill()
    assert sweep(project)["state"] == "running"
    project.write("go", "")
    wait_until(lambda: sweep(project)["state"] == "finished")
    assert sweep(project)["trials"]["finished"] == 6


def test_an_unfinished_twin_is_a_choice(project, terminal):
    write_project(project)
    assert project.winnow("run", "--detach", "sweep.yaml").returncode == 0
    screen = terminal()
    screen.wait_for("running")
    screen.keys("n")
    screen.wait_for("toy is running and has this very spec")
    screen.keys("F5")
    screen.wait_for("look at its leaderboard")
    screen.keys("Down", "Enter")  # make another one
    screen.wait_for("toy-2 runs by itself")
    wait_until(lambda: sweep(project, "toy-2")["state"] == "running")
    project.winnow("stop", "--now", "toy-2")


def test_a_command_alone_is_launched_and_nothing_acts_while_typing(project, terminal):
    project.write("train.sh", SCRIPT)
    project.write("go", "")
    screen = terminal()
    screen.wait_for("No sweeps here yet")
    screen.keys("n")
    screen.wait_for("a command alone")
    screen.text("sh train.sh {q}")
    screen.keys("Tab")
    screen.text("loss")
    screen.keys("Enter", "G", "Up", "Enter")
    screen.text("0.0..1.0")
    screen.keys("Enter")
    screen.wait_for("-p q=0.0..1.0 -- sh")
    screen.keys("Up", "Up", "Enter")  # further
    screen.text("budget.trials=4 name=toy")
    screen.keys("Enter")
    screen.wait_for("4 trials")
    screen.keys("F5")
    screen.wait_for("toy runs by itself")
    wait_until(lambda: sweep(project)["state"] == "finished")


def test_a_mistake_is_shown_and_leaving_is_asked_for(project, terminal):
    write_project(project)
    screen = terminal()
    screen.wait_for("No sweeps here yet")
    screen.keys("n")
    screen.wait_for("500 trials")
    screen.keys("G", "Up", "Enter", "C-u")
    screen.text("1.0..0.5")
    screen.keys("Enter")
    screen.wait_for("must be below max")
    screen.keys("F5")
    screen.wait_for("1 mistake to be mended first")
    screen.keys("Escape")
    screen.wait_for("lose what was typed?")
    screen.keys("n")
    screen.wait_for("New sweep")
    screen.keys("Escape")
    screen.wait_for("lose what was typed?")
    screen.keys("y")
    screen.wait_for("No sweeps here yet")
