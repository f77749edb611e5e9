# SPDX-License-Identifier: GPL-3.0-or-later
"""The screen of a trial in a terminal, while its trial runs and after."""
from screen import opened
from sweeps import wait_until, words

# Prints ten epochs, then one more for each line that is put into the file `more`, until there is `go`.
LEARNING = ["sh", "-c", """
n=0
epoch() { n=$((n+1)); echo "epoch $n step=$n score=0.$((n+10)) fit=$n"; }
while [ $n -lt 10 ]; do epoch; done
while [ ! -e go ]; do [ -e more ] && [ "$(wc -l < more)" -gt $((n-10)) ] && epoch; sleep 0.02; done
: {x}"""]


def learning(project, **options):
    runner = project.start(*words("--quiet", command=LEARNING, trials=1, parallel=1, **options))
    wait_until(lambda: "running" in project.winnow("ls").stdout, what="a running sweep")
    return runner


def shown(project, *options, **more):
    return opened(project, "top", "s", "--screen", "trial", *options, **more)


def test_curve_and_log_follow_a_trial_that_runs(project):
    runner = learning(project)
    with shown(project) as screen:
        screen.wait("s › #0", "running", "epoch 10 step=10", "best 0.2 at 10", "› score 0.2 +1")
        for _ in range(3):
            with open(project.path / "more", "a") as more:
                more.write("\n")
        screen.wait("epoch 13 step=13", "best 0.23 at 13", "now 0.23", "following")
        (project.path / "go").touch()
        screen.wait("finished", "exit 0", gone="running")
        assert runner.wait(20) == 0


def test_a_log_without_metrics_is_followed_too(project):
    command = ["sh", "-c", "echo begun; while [ ! -e go ]; do [ -e more ] && echo more came && rm more;"
               " sleep 0.02; done; echo score={x}"]
    project.start(*words("--quiet", command=command, trials=1))
    wait_until(lambda: "running" in project.winnow("ls").stdout, what="a running sweep")
    with shown(project) as screen:
        screen.wait("running", "begun")
        (project.path / "more").touch()
        screen.wait("more came")
        (project.path / "go").touch()
        screen.wait("finished")


def test_what_a_running_trial_uses_is_told(project):
    learning(project)
    with shown(project) as screen:
        screen.wait("running", "memory", " MiB", "pid")
        (project.path / "go").touch()
        screen.wait("finished", "peak", gone="pid")


def test_every_metric_is_reached_by_keys(project):
    (project.path / "go").touch()
    project.winnow(*words("--quiet", command=LEARNING, trials=1)).check_returncode()
    with shown(project) as screen:
        screen.wait("score 1/2", "best 0.2 at 10")
        screen.press("Tab").wait("fit 2/2", "max 10 at 10")
        screen.press("Left", "Left").wait("step 9", "fit 9")
        screen.press("L").wait("fit 2/2").index("step 9")
        screen.press("=").wait("max 10 at 10", "log y")
        screen.press("X").wait("log step").index("along the curve")
        screen.press("j", "Enter").wait("log x, log y")


def test_the_log_is_searched_and_walked(project):
    (project.path / "go").touch()
    command = ["sh", "-c", "i=0; while [ $i -lt 500 ]; do echo line $i of many; i=$((i+1)); done; "
               "printf 'bad \\033[31mred\\033[0m \\033]0;title\\007\\001 line\\n'; echo score={x}"]
    project.winnow(*words("--quiet", command=command, trials=1)).check_returncode()
    with shown(project) as screen:
        screen.wait("bad red \\x01 line", "following")
        screen.press("Enter").wait("line 499 of many", "line 490 of many")
        screen.press("/").type("LINE 77")
        screen.press("Enter").wait("/LINE 77: not found")
        screen.press("/", "C-u").type("line 77 ")
        screen.press("Enter").wait("line 77 of many", "line 78 of many", gone="line 499 of many")
        screen.press("k").wait("line 76 of many")
        screen.press("g").wait("line 0 of many", "at 0%")
        screen.press("G").wait("bad red", "following")
        screen.press("Escape").wait("score", gone="line 480 of many")


def test_a_trial_is_killed_and_runs_again(project):
    learning(project)
    with shown(project) as screen:
        screen.wait("running", "epoch 10")
        screen.press("x").wait("Kill trial 0 of s?")
        screen.press("n").wait("running", gone="Kill trial")
        screen.press("x").wait("Kill trial 0 of s?").index("y: yes")
        screen.press("y").wait("killed", gone="● running")
    assert "trial 0: killed" in project.winnow("show", "s", "0").stdout
    with shown(project, "--read-only") as screen:
        screen.wait("killed", gone="r retry")
        screen.press("r").wait("read only")


def test_other_trials_lie_beside_it_and_one_leads_to_the_next(project):
    (project.path / "go").touch()
    project.winnow(*words("--quiet", command=LEARNING, trials=3)).check_returncode()
    with shown(project) as screen:
        screen.wait("s › #")
        screen.press("o").wait("trials beside it").index("by number")
        screen.type("0,1,2").press("Enter").wait("A #", "B #", "C #")
        screen.press("K").press("K").press("K").wait("s › #0")
        screen.press("J").wait("s › #1")
        screen.press("y").wait("the command line copied")
