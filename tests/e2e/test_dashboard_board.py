# SPDX-License-Identifier: GPL-3.0-or-later
"""The leaderboard in a terminal, with real sweeps: it fills while one looks, and does what is asked."""
import csv
import io
import json

from screen import opened
from sweeps import query, rows_of, trial_states, wait_until

# The trial's number is its score; every third one fails, and those from 6 on wait for a file.
TRIAL = ["sh", "-c", "echo score={trial} loss=0.{trial}; "
         "[ {trial} -ge 6 ] && while [ ! -e go ]; do sleep 0.02; done; [ $(({trial} % 3)) != 2 ]"]


def started(project, *options, trials=8):
    runner = project.start("run", "--quiet", "--maximize", "score", "-p", "x=0.0..1.0", "-p", "kind=a|b",
                           "--method", "random", "--seed", "1", "--trials", trials, "--parallel", 2,
                           "--name", "s", *options, "--", *TRIAL)
    wait_until(lambda: (project.path / ".winnow" / "winnow.db").exists()
               and trial_states(project).count("running") == 2
               and len(trial_states(project)) == 8, what="the trials that wait")
    return runner


def finish(project, runner):
    (project.path / "go").touch()
    assert runner.wait(20) == 0


def numbers(shown):
    """Of the trials, in the order of the screen."""
    rows = [line for line in shown.split("\n")
            if any(glyph in line for glyph in ("✓ ", "✗ ", "● run", "⊘ "))]
    rows = [line[1:].replace("◆", " ").replace("▴", " ").split() for line in rows[1:]]
    return [int(row[1] if row[1].isdigit() else row[0]) for row in rows]


def enter(screen, key, text):
    """Opens a prompt, and types into it in place of what stands there."""
    return screen.press(key, "C-u").type(text).press("Enter")


def test_the_board_fills_while_one_looks(project):
    runner = started(project)
    with opened(project, "top", "s") as screen:
        shown = screen.wait("● running", "75%", "6/8", "best score 4 (#4)", "failed 2", "running 2")
        assert numbers(shown)[:4] == [4, 3, 1, 0]
        finish(project, runner)
        shown = screen.wait("✓ finished  100%", "best score 7 (#7)", "1-8/8", gone="running")
        assert numbers(shown) == [7, 6, 4, 3, 1, 0, 2, 5]


def test_rows_are_ordered_filtered_and_searched(project):
    finish(project, started(project))
    with opened(project, "top", "s") as screen:
        screen.wait("best score 7")
        assert numbers(screen.press("S").wait("sort: +objective")) == [0, 1, 3, 4, 6, 7, 2, 5]
        screen.press("S").wait("sort: rank")
        enter(screen, "f", "loss < 0.3 and state = 'finished'")
        assert numbers(screen.wait("1-2/2")) == [1, 0]
        enter(screen, "f", "los < 1")
        screen.wait("did you mean loss?", "1-8/8")
        screen.press("f", "C-u", "Enter").wait("1-8/8", gone="did you mean")
        screen.press("/").type("fail")
        assert numbers(screen.wait("1-2/2")) == [2, 5]  # while it is typed
        screen.press("Escape").wait("1-8/8")
        screen.press("o", "j", "Enter").wait("sort: +trial")


def test_columns_are_chosen_moved_and_widened(project):
    finish(project, started(project))
    with opened(project, "top", "s") as screen:
        screen.wait("loss", "kind")
        screen.press("c").wait("Columns", "[x] param.kind", "[ ] ended")
        screen.press("G", "Space").wait("[x] ended")
        screen.press("Escape").wait(gone="Columns")
        titles = screen.lines()[4].split()
        screen.press("l", ">")
        wait_until(lambda: screen.lines()[4].split().index("loss") == titles.index("loss") + 1)


def test_marked_trials_are_compared_and_tagged(project):
    finish(project, started(project))
    with opened(project, "top", "s") as screen:
        screen.wait("best score 7")
        screen.press("Space", "Space").wait("2 marked")
        enter(screen, "t", "good one")
        wait_until(lambda: query(project, "SELECT count(*) FROM tag WHERE trial IN (6, 7)") == [(4,)])
        screen.wait("TAGS", "good one")
        enter(screen, "n", "look at it")
        wait_until(lambda: query(project, "SELECT text FROM note") == [("look at it",)])
        screen.press("a").wait("compare", "A  s:7", "B  s:6")
        screen.press("Escape").wait("2 marked")
        screen.press("u").wait(gone="marked")


def test_a_pinned_trial_stays_on_top(project):
    finish(project, started(project))
    with opened(project, "top", "s") as screen:
        screen.wait("best score 7")
        screen.press("G", "P").wait("▴")
        shown = screen.press("g").wait("1-8/8").split("\n")
        assert shown[5].startswith(" ▴") and "✗ failed" in shown[5]


def test_a_trial_is_killed_after_a_yes(project):
    runner = started(project)
    with opened(project, "top", "s") as screen:
        screen.wait("best score 4")
        enter(screen, "f", "state = 'running'").wait("1-2/2")
        screen.press("x").wait("Kill trial 6 of s?")
        screen.press("n")
        screen.wait(gone="Kill trial")
        assert trial_states(project)[6] == "running"
        screen.press("x").wait("Kill trial 6 of s?")
        screen.press("y")
        wait_until(lambda: trial_states(project)[6] == "killed")
        screen.wait("1-1/1")
        screen.press("p").wait("paused")
        screen.press("p").wait("● running")
        finish(project, runner)


def test_what_is_done_to_a_trial_is_done_to_all_that_are_marked(project):
    runner = started(project, trials=12)
    with opened(project, "top", "s") as screen:
        screen.wait("best score 4")
        enter(screen, "f", "state = 'running'").wait("1-2/2")
        screen.press("Space", "Space").wait("2 marked")
        screen.press("x").wait("Kill the 2 marked trials of s?")
        screen.press("y")
        wait_until(lambda: trial_states(project)[6:8] == ["killed", "killed"])
        screen.press("r").wait("Retry the 2 marked trials of s?")
        screen.press("y")
        wait_until(lambda: trial_states(project)[6:8] == ["queued", "queued"])
        finish(project, runner)


def test_what_is_shown_is_exported(project):
    finish(project, started(project))
    with opened(project, "top", "s") as screen:
        screen.wait("best score 7")
        enter(screen, "f", "kind = 'a'").wait("filter: kind")
        screen.press("e").wait("Export what is shown as")
        screen.press("Enter").wait("write to")
        screen.press("Enter")
        path = project.path / "s.csv"
        wait_until(path.exists)
        rows = list(csv.DictReader(io.StringIO(path.read_text())))
        assert {row["param.kind"] for row in rows} == {"a"}
        assert len(rows) == sum(row["param.kind"] == "a" for row in rows_of(project))
        screen.press("e", "j", "Enter").wait("write to")
        screen.press("Enter")
        path = project.path / "s.json"
        wait_until(path.exists)
        assert len(json.loads(path.read_text())["trials"]) == len(rows)
        screen.tmux("set-option", "-s", "set-clipboard", "on")
        screen.press("e", "G", "Enter").wait("the table copied")
        copied = wait_until(lambda: screen.tmux("list-buffers") and screen.tmux("show-buffer"))
        assert copied.startswith("| rank | trial | score |")


def test_repeats_are_parted_and_gathered(project):
    finish(project, started(project, "--repeats", "2", trials=4))
    with opened(project, "top", "s") as screen:
        screen.wait("1-4/4", "±")
        screen.press("v").wait("1-8/8", "repeats apart")
        screen.press("v").wait("1-4/4", gone="repeats apart")


def test_a_wide_terminal_has_the_trial_beside(project):
    finish(project, started(project))
    with opened(project, "top", "s", size=(200, 60)) as screen:
        screen.wait("#7  score 7", "─ log ", "score=7 loss=0.7")
        screen.press("j").wait("#6  score 6", "score=6 loss=0.6")
        screen.press("w").wait(gone="─ log ")


def test_read_only_it_offers_nothing_that_writes(project):
    finish(project, started(project))
    with opened(project, "top", "s", "--read-only") as screen:
        screen.wait("best score 7", gone="x kill")
        for key in "xrtnps":
            screen.press(key).wait("this dashboard is read only")
            screen.press("j").wait(gone="this dashboard is read only")
