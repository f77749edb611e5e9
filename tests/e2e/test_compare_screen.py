# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison in a terminal: two sides, sides that are picked, and a race that is begun from it."""
import json

import pytest

from screen import opened
from sweeps import query, wait_until

# score = 10 x plus noise of deviation 1 that the seed and x decide; it waits while there is a file
# "hold", once the first rounds are over.
NOISY = """#!/bin/sh
while [ -e hold ] && [ "$(ls begun 2> /dev/null | wc -l)" -ge 4 ]; do sleep 0.02; done
[ -d begun ] && mktemp begun/XXXXXXXX > /dev/null
s=$(printf '%s-%s' "$2" "$1" | cksum | cut -d' ' -f1)
awk -v s="$s" -v x="$1" 'BEGIN { srand(s % 1000003); rand(); u = rand(); v = rand()
    score = 10 * x + sqrt(-2 * log(u)) * cos(6.2831853 * v)
    for (i = 1; i <= 20; i++) print "score=" score - 5 / i
    print "score=" score; print "latency=" 5 - x }'
"""
SWEEP = """
name: noisy
method: grid
metric: {name: score, goal: maximize}
parameters: {x: {values: [0.1, 0.5, 0.52, 0.9]}, kind: {values: [plain]}}
seed: 5
parallel: 4
command: [sh, noisy.sh, "{x}", "{seed}"]
"""


def begin(project, *changes):
    spec = SWEEP
    for old, new in changes:
        spec = spec.replace(old, new)
    project.write("noisy.sh", NOISY)
    project.write("sweep.yaml", spec)
    assert project.winnow("run", "sweep.yaml", "-q").returncode == 0


REPEATS = ("seed: 5", "seed: 5\nrepeats: 6")


def once(project, *words, size="80x24"):
    done = project.winnow("top", *words, "--once", "--plain", "--size", size)
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    return done.stdout


def test_what_two_sides_come_to_is_what_the_command_says(project):
    begin(project, REPEATS)
    told = json.loads(project.winnow("compare", "noisy", 0, 18, "--json").stdout)
    shown = once(project, "noisy", 0, 18)
    assert told["text"] in shown
    assert "paired t test: both ran the same 6 seeds" in shown
    assert "A  noisy:0" in shown and "B  noisy:18" in shown and "kind" not in shown
    assert "|---" in shown.replace("o", "-")  # a bar
    assert "score ---" in shown  # the curves


@pytest.mark.parametrize("size", ["40x10", "80x24", "200x60"])
def test_any_size_has_the_verdict(project, size):
    begin(project, REPEATS)
    assert "B is better by" in once(project, "noisy", 0, 18, size=size)


def test_a_trial_is_held_against_the_best_and_one_run_is_no_evidence(project):
    begin(project)
    with opened(project, "top", "noisy") as screen:
        screen.wait("best score")
        screen.press("G", "a").wait("A  noisy:3", "B  noisy:0", "one run each is no evidence",
                                    "t test it", "t runs more")
        screen.press("q").expect_end()


def test_sides_are_swapped_and_picked_again(project):
    begin(project, REPEATS)
    with opened(project, "top", "noisy") as screen:
        screen.wait("best score")
        screen.press("Space", "Space").wait("2 marked")
        screen.press("a").wait("A  noisy:18", "B  noisy:6", "A is better by")
        screen.press("s").wait("A  noisy:6", "B  noisy:18", "B is better by")
        screen.press("a").wait("of the best trials", "x 0.52")
        screen.press("G", "k", "Enter").wait("A  noisy:0", gone="of the best trials")
        screen.press("b", "G", "Enter").wait("B: TRIAL, EXPRESSION or @COMMIT")
        screen.press("C-u").type("x > 0.3").press("Enter").wait("B  noisy:x > 0.3", "3 configurations")
        screen.press("b", "G", "Enter", "C-u").type("y > 1").press("Enter").wait("y > 1", "a and b take another")
        screen.press("b", "G", "Enter", "C-u").type("18").press("Enter").wait("B  noisy:18")
        screen.press("l", "Enter").wait("noisy › #18")
        screen.press("Escape").wait("noisy › compare")
        screen.press("h", "Enter").wait("noisy › #0")
        screen.press("q").expect_end()


def test_it_is_exported_as_markdown(project):
    begin(project, REPEATS)
    with opened(project, "top", "noisy", 0, 18) as screen:
        screen.wait("B is better by")
        screen.press("e").wait("Markdown to a file").index("the command line")
        screen.press("Enter").wait("write to noisy-compare.md")
        screen.press("Enter").wait("written to noisy-compare.md")
        written = (project.path / "noisy-compare.md").read_text()
        assert written == project.winnow("compare", "noisy", 0, 18, "--md").stdout
        screen.press("e", "Enter", "Enter").wait("cannot write noisy-compare.md")
        screen.press("y").wait("the comparison")
        screen.press("q").expect_end()


def test_a_race_is_begun_watched_and_its_end_seen(project):
    begin(project)
    (project.path / "begun").mkdir()
    (project.path / "hold").touch()
    with opened(project, "top", "noisy", 0, 3) as screen:
        screen.wait("one run each is no evidence")
        screen.press("t").wait("$ winnow ab noisy 0 3 --detach --min-effect 0")
        screen.press("BSpace").type("0.5").press("Enter")
        screen.wait("noisy-ab › race", "running", "x stop", "noisy:0", "noisy:3", "x 0.9")
        (project.path / "hold").unlink()
        shown = screen.wait("B is better than A by", "finished", "out, beaten by B", "won",
                            gone="x stop")
        assert "score of B minus A" in shown
        screen.press("r").wait("noisy-ab › compare", "always-valid paired t test")
        screen.press("Escape").wait("noisy-ab › race")
        screen.press("Escape").wait("noisy › compare", "noisy-ab ran them again: B is better than A")
        screen.press("r").wait("noisy-ab › race")
        screen.press("e").wait("Markdown to a file")
        screen.press("Enter", "Enter").wait("written to noisy-ab-compare.md")
        screen.press("q").expect_end()
    assert "**B is better than A by" in (project.path / "noisy-ab-compare.md").read_text()
    assert query(project, "SELECT count(*) FROM sweep WHERE examines = 1") == [(1,)]


def test_a_race_that_runs_is_stopped_after_a_yes(project):
    begin(project)
    (project.path / "begun").mkdir()
    (project.path / "hold").touch()
    assert project.winnow("ab", "noisy", 1, 2, "--detach", "--max-repeats", 12).returncode == 0
    with opened(project, "top", "noisy", 1, 2) as screen:
        screen.wait("noisy-ab: running")
        screen.press("r").wait("noisy-ab › race", "x stop")
        screen.press("x").wait("Stop noisy-ab?")
        screen.press("n").wait(gone="Stop noisy-ab?")
        screen.press("x").wait("Stop noisy-ab?")
        screen.press("y")
        (project.path / "hold").unlink()
        wait_until(lambda: query(project, "SELECT state FROM sweep WHERE id = 2") == [("stopped",)],
                   what="the end of the race")
        screen.wait("stopped", "cannot tell A and B apart yet")
        screen.press("k").wait("t go on")
        screen.press("t").wait("Go on with noisy-ab?")
        screen.press("y").wait("cannot tell A and B apart, after 12 rounds")
        screen.press("q").expect_end()


def test_a_metric_is_looked_at_by_a_click(project):
    begin(project, REPEATS)
    with opened(project, "top", "noisy", 0, 18) as screen:
        lines = screen.wait("▌score", " latency").split("\n")
        row = next(row for row, line in enumerate(lines) if line.startswith(" latency"))
        screen.click(3, row).wait("▌latency", " score")
        screen.press("k").wait("▌score")
        screen.press("q").expect_end()


def test_read_only_it_begins_nothing(project):
    begin(project)
    with opened(project, "top", "noisy", 0, 3, "--read-only") as screen:
        shown = screen.wait("one run each is no evidence", "s swap")
        assert "test it" not in shown and "t runs more" not in shown
        screen.press("t", "s").wait("A  noisy:3")
        screen.press("q").expect_end()
    assert query(project, "SELECT count(*) FROM sweep") == [(1,)]


def test_the_keys_are_in_the_help_and_in_the_manual(project):
    begin(project)
    with opened(project, "top", "noisy", 0, 3) as screen:
        screen.wait("one run each")
        screen.press("?").wait("run fresh repeats of both until it is clear; go on", "let A and B change places")
        screen.press("q").expect_end()


def test_more_than_two_stand_side_by_side(project):
    begin(project, REPEATS)
    shown = once(project, "noisy", 0, 6, 18)
    assert all(f"#{number}" in shown for number in (0, 6, 18))
    assert "the rest is the same in all of them" in shown
    alone = once(project, "noisy", 0, 1, 18)  # 1 is a repeat of 0
    assert all(f"#{number}" in alone for number in (0, 1, 18))


@pytest.mark.parametrize("trials", [(), (0,), (0, 18), (0, 6, 18)])
def test_keys_in_a_terminal_of_one_row_do_no_harm(project, trials):
    begin(project, REPEATS)
    with opened(project, "top", "noisy", *trials) as screen:
        screen.wait("? help")
        screen.resize(201, 1).press("j", "k")
        screen.wait("winnow needs 40x10")
        screen.press("4", "j", "3", "2", "j")
        screen.resize(80, 24).wait("noisy", "? help")
