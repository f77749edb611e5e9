# SPDX-License-Identifier: GPL-3.0-or-later
"""The launch form in a terminal: what is started there belongs to a runner of its own."""
import json

import pytest

from screen import opened
from sweeps import wait_until

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


@pytest.fixture(autouse=True)
def files(project):
    """Of the project; afterwards nothing goes on running there."""
    project.write("sweep.yaml", SPEC)
    project.write("train.sh", SCRIPT)
    yield
    for one in sweeps(project):
        project.winnow("stop", "--now", one["name"])


def sweeps(project):
    return json.loads(project.winnow("ls", "--json").stdout or '{"sweeps":[]}')["sweeps"]


def sweep(project, name="toy"):
    return next(one for one in sweeps(project) if one["name"] == name)


def test_a_sweep_that_the_form_started_outlives_its_terminal(project):
    with opened(project) as screen:
        screen.wait("No sweeps here yet")
        screen.press("n").wait("500 trials, 2 at once")
        screen.press("Down", "Down", "Down", "3", "Tab", "6", "Enter")
        screen.wait("winnow run --detach sweep.yaml --parallel 3 --trials 6",
                    "6 trials, 3 at once")
        screen.press("F5").wait("toy runs by itself", "toy › board")
        wait_until(lambda: sweep(project)["trials"]["running"] == 3, what="three trials")
    assert sweep(project)["state"] == "running"
    project.write("go", "")
    wait_until(lambda: sweep(project)["state"] == "finished", what="its end")
    assert sweep(project)["trials"]["finished"] == 6


def test_an_unfinished_twin_is_a_choice(project):
    assert project.winnow("run", "--detach", "sweep.yaml").returncode == 0
    with opened(project) as screen:
        screen.wait("running")
        screen.press("n").wait("toy is running and has this very spec")
        screen.press("F5").wait("look at its leaderboard", "Esc leave it")
        screen.press("Enter").wait("toy › board")
        screen.press("1").wait("SWEEP")
        screen.press("n").wait("toy is running and has this very spec")
        screen.press("F5").wait("make another one")
        screen.press("Down", "Enter").wait("toy-2 runs by itself")
        wait_until(lambda: sweep(project, "toy-2")["state"] == "running", what="the other one")


def test_a_sweep_that_was_stopped_is_gone_on_with(project):
    assert project.winnow("run", "--detach", "sweep.yaml").returncode == 0
    project.winnow("stop", "--now", "toy")
    wait_until(lambda: sweep(project)["state"] == "stopped", what="its end")
    with opened(project) as screen:
        screen.wait("stopped")
        screen.press("n").wait("toy is not finished and has this very spec")
        screen.press("F5").wait("go on with it")
        screen.press("Enter").wait("toy runs by itself")
        wait_until(lambda: sweep(project)["state"] == "running", what="a runner")
    assert len(sweeps(project)) == 1


def test_a_command_alone_is_launched_and_nothing_acts_while_typing(project):
    (project.path / "sweep.yaml").unlink()
    project.write("go", "")
    with opened(project) as screen:
        screen.wait("No sweeps here yet")
        screen.press("n").wait("a command alone", "Tab next field")
        screen.type("sh train.sh {q}").press("Tab").type("loss").press("Enter", "G", "Up", "Enter")
        screen.type("0.0..1.0").press("Enter").wait("-p q=0.0..1.0 -- sh")
        screen.press("Up", "Up", "Enter").type("budget.trials=4 name=toy").press("Enter")
        screen.wait("4 trials")
        screen.press("F5").wait("toy runs by itself")
        wait_until(lambda: sweep(project)["state"] == "finished", what="its end")


def test_a_mistake_is_shown_and_leaving_is_asked_for(project):
    with opened(project) as screen:
        screen.wait("No sweeps here yet")
        screen.press("n").wait("500 trials")
        screen.press("G", "Up", "Enter", "C-u").type("1.0..0.5").press("Enter")
        screen.wait("must be below max")
        screen.press("F5").wait("1 mistake to be mended first")
        screen.press("Escape").wait("lose what was typed?")
        screen.press("n").wait("New sweep", gone="lose what")
        screen.press("Escape").wait("lose what was typed?")
        screen.press("y").wait("No sweeps here yet")


def test_the_form_is_left_after_a_yes_and_written_to_a_file(project):
    with opened(project) as screen:
        screen.wait("No sweeps here yet")
        screen.press("Enter").wait("500 trials")
        screen.press("j", "j", "j", "7", "Enter").wait("--parallel 7")
        screen.press("w").wait("write to toy.yaml")
        screen.press("Enter").wait("toy.yaml is written")
        screen.press("w").press("Enter").wait("toy.yaml cannot be written: File exists")
        screen.press("q").wait("lose what was typed?")
        screen.press("n").wait("New sweep")
        screen.press("G", "1").wait("lose what was typed?")
        screen.press("n").wait("New sweep")
        screen.press("q").wait("lose what was typed?")
        screen.press("y").expect_end()
    assert "trials         500" in (plan := project.winnow("plan", "toy.yaml").stdout)
    assert "7 at once" in plan


def test_a_trial_is_put_in_again_with_other_values(project):
    project.write("go", "")
    project.winnow("run", "--quiet", "sweep.yaml", "--trials", "2").check_returncode()
    with opened(project, "top", "--screen", "trial", "toy", "1") as screen:
        screen.wait("toy", "#1")
        screen.press("e").wait("trial 1 again", "0.0..1.0")
        screen.press("Enter", "C-u").type("7").press("Enter").wait("--like 1 x=7")
        screen.press("F5")
        screen.wait("7 is outside 0 to 1")
        screen.press("k", "Enter", "C-u").type("0.5").press("Enter").wait("--like 1 x=0.5")
        screen.press("F5").wait("trial 2 waits", "Resume it now?")
        screen.press("y").wait("toy")
        wait_until(lambda: sweep(project)["trials"]["finished"] == 3, what="the trial")


def test_one_trial_is_tried_and_the_plan_is_shown(project):
    project.write("go", "")
    with opened(project) as screen:
        screen.wait("No sweeps here yet")
        screen.press("n").wait("500 trials")
        screen.press("t").wait("winnow try sweep.yaml", "objective  loss = ")
        screen.press("Escape").wait("New sweep")
        screen.press("p").wait("winnow plan sweep.yaml", "configurations infinitely many")
    assert sweeps(project) == []


def test_the_mouse_chooses_and_starts(project):
    with opened(project) as screen:
        screen.wait("No sweeps here yet")
        screen.press("n").wait("500 trials")

        def click(text):
            row, line = next(found for found in enumerate(screen.lines()) if text in found[1])
            return screen.click(line.index(text) + 2, row)

        click("random").wait("‹ random ›")
        click("random").wait("Esc leave it")
        click("│ grid").wait("‹ grid ›", gone="Esc leave it")
        click("grid").wait("Esc leave it")
        click("│ sobol").wait("‹ sobol ›", "500 trials")
        click("Start").wait("toy runs by itself")


# ---- the line behind the colon ------------------------------------------------------------------

def test_a_command_is_completed_and_runs_beside_the_dashboard(project):
    with opened(project) as screen:
        screen.wait("No sweeps here yet")
        screen.press(":").press("Tab").wait("go on with a sweep", "of ")
        screen.type("run s").press("Tab").wait(":run sweep.yaml")
        screen.type("--tri").press("Tab").wait(":run sweep.yaml --trials")
        screen.type("6").press("Enter").wait("toy runs by itself")
        wait_until(lambda: sweep(project)["state"] == "running", what="a runner")
        screen.press(":").type("set parallel=1").press("Enter").wait("1 at once")
        screen.press(":").type("stop toy --").press("Tab", "Tab").wait("now")
        screen.press("C-u").type("ask-tell sweep.yaml").press("Enter").wait("is not run here")
        screen.press(":").type("logs toy 0 --follow").press("Enter").wait("it would not end")
        screen.press(":").type("stop --now").press("Enter")
        wait_until(lambda: sweep(project)["state"] == "stopped", what="its end")


def test_tab_goes_through_what_could_stand_there(project):
    with opened(project) as screen:
        screen.wait("No sweeps here yet")
        screen.press(":").type("re").press("Tab").wait("resume", "retry")
        screen.press("Tab").wait(":resume")
        screen.press("Tab").wait(":retry")
        screen.press("BTab").wait(":resume")
        screen.type(" x").wait(":resume x", gone="retry")
        screen.press("Escape").wait("? help")
