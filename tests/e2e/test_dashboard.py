# SPDX-License-Identifier: GPL-3.0-or-later
"""The dashboard in a terminal, with real sweeps: what it shows, its keys, and how it is left."""
import os
import pty
import select
import shutil
import signal
import subprocess
import time

import pytest

from conftest import PROGRAM, clean_environment, end_runners
from screen import PATIENCE, alive, opened
from sweeps import wait_until, words

# A trial that waits for a file of its own, so that a test says when it ends.
WAITING = ["sh", "-c", "echo score={x}; while [ ! -e go ]; do sleep 0.02; done"]


def finished(project, name="s", **options):
    project.winnow(*words("--quiet", **options), "").check_returncode()
    assert name == "s" or project.winnow("ls").stdout


def started(project, trials=8, parallel=2, **options):
    """A sweep whose trials wait for the file `go`."""
    runner = project.start(*words("--quiet", trials=trials, parallel=parallel, command=WAITING,
                                  **options))
    wait_until(lambda: "running" in project.winnow("ls").stdout, what="a running sweep")
    return runner


def read_until(master, text):
    seen = b""
    deadline = time.monotonic() + PATIENCE
    while text not in seen and time.monotonic() < deadline:
        if select.select([master], [], [], 0.1)[0]:
            seen += os.read(master, 65536)
    assert text in seen, seen


# ---- looking ------------------------------------------------------------------------------------

def test_without_sweeps_it_says_what_to_do(project):
    with opened(project) as screen:
        screen.wait("No sweeps here yet", "winnow run sweep.yaml", "? help")
        screen.press("q").expect_end()
    assert not (project.path / ".winnow").exists()


def test_progress_is_seen_live(project):
    runner = started(project)
    with opened(project) as screen:
        screen.wait("s ", "running", "0%")
        (project.path / "go").touch()
        screen.wait("finished", "100%")
        screen.press("q").expect_end()
    assert runner.wait(20) == 0


def test_a_store_that_appears_is_shown_and_followed(project):
    with opened(project) as screen:
        screen.wait("No sweeps here yet")
        runner = started(project)
        screen.wait("running", gone="No sweeps here yet")
        (project.path / "go").touch()
        screen.wait("finished")
        assert runner.wait(20) == 0


def test_a_store_that_is_removed_is_left(project):
    finished(project)
    with opened(project) as screen:
        screen.wait("finished")
        shutil.rmtree(project.path / ".winnow")
        screen.wait("the store was removed", "No sweeps here yet")
        finished(project)
        screen.press("j").wait("finished", gone="No sweeps here yet")


def test_a_runner_that_dies_is_noticed(project):
    started(project)
    with opened(project) as screen:
        screen.wait("running")
        end_runners(project.path)
        screen.wait("interrupted")


def test_several_look_at_one_store(project):
    started(project)
    with opened(project) as one, opened(project) as two, opened(project, "top", "--read-only") as three:
        for screen in (one, two, three):
            screen.wait("running")
        one.press("p")
        for screen in (one, two, three):
            screen.wait("paused")
        two.press("q").expect_end()
        one.press("p").wait("running")
        three.wait("running")


def test_nothing_is_written_while_nothing_changes(project):
    finished(project)
    with opened(project) as screen:
        screen.wait("finished")
        screen.calm()
        screen.tmux("pipe-pane", f"cat > {project.path}/written")
        time.sleep(2.5)  # the one sleep here: a look at the store every two seconds writes nothing
        screen.press("?").wait("Keys of")
        first = (project.path / "written").read_bytes()
        assert b"Keys of" in first
        assert first.index(b"Keys of") < 400


# ---- steering -----------------------------------------------------------------------------------

def test_a_sweep_is_paused_stopped_resumed_and_deleted(project):
    started(project)
    with opened(project) as screen:
        screen.wait("running").index("s ")
        screen.press("p").wait("paused")
        screen.press("p").wait("running", "goes on")
        screen.press("s").wait("Stop s?", "y: yes")
        screen.press("n").wait("? help", gone="Stop s?")
        screen.press("s").wait("Stop s?")
        screen.press("y").wait("starts no new trials")
        (project.path / "go").touch()
        screen.wait("stopped")
        screen.press("r").wait("finished")
        screen.press("d").wait("Delete s with its")
        screen.press("y").wait("No sweeps here yet")
    assert project.winnow("ls", "--json").stdout == '{"sweeps":[]}\n'


def test_quitting_leaves_sweeps_alone_and_one_comes_back_to_them(project):
    runner = started(project)
    with opened(project) as screen:
        screen.wait("running")
        screen.press("q").expect_end()
    with opened(project) as screen:
        screen.wait("running")
        (project.path / "go").touch()
        screen.wait("finished")
    assert runner.wait(20) == 0


def test_read_only_offers_and_does_nothing_that_writes(project):
    started(project)
    with opened(project, "top", "--read-only") as screen:
        shown = screen.wait("read only", "running")
        assert "pause" not in shown and "delete" not in shown
        for key in "psrdn":
            screen.press(key).wait("this dashboard is read only")
            screen.press("j").wait(gone="this dashboard is read only")
        screen.press(":").type("rm --yes s").press("Enter").wait("read only: winnow rm would write")
        screen.press("?").wait("Keys of sweeps").index("remove the sweep")
        screen.press("/").type("remove").wait("remove the sweep", gone="a page up")
        screen.press("Enter").press("Enter").wait("SWEEP", gone="Keys of")
        assert "Delete" not in screen.calm()
    assert "running" in project.winnow("ls").stdout


def test_any_command_can_be_typed(project):
    finished(project)
    with opened(project) as screen:
        screen.wait("finished")
        screen.press(":").type("show s").press("Enter").wait("winnow show s", "/ search")
        screen.press("/").type("no-such-text").press("Enter").wait("no-such-text is not there")
        screen.press("Escape").wait("SWEEP")
        screen.press(":").type("show nothing").press("Enter").wait("nothing")
        screen.press(":").press("Up").wait(":show nothing").index(":")
        screen.press("C-u").type("q").press("Enter")
        screen.expect_end()


def test_while_text_is_typed_no_key_acts(project):
    finished(project)
    with opened(project) as screen:
        screen.wait("finished")
        screen.press(":").type("qd?1y").wait(":qd?1y")
        screen.press("Escape").wait("? help", gone=":qd?1y")
        screen.press("q").expect_end()
    assert "finished" in project.winnow("ls").stdout


def test_help_lists_searches_and_does(project):
    finished(project)
    with opened(project) as screen:
        screen.wait("finished")
        screen.press("?").wait("Keys of sweeps", "remove the sweep and all of its trials")
        screen.press("/").type("remove").wait("remove the sweep", gone="a page up")
        screen.press("Enter").press("Enter").wait("Delete s with its")
        screen.press("Escape").wait("? help")
        screen.press("q").expect_end()


STORY = """\
name: story
command: [sh, -c, "echo score={x}; while [ ! -e go ]; do sleep 0.02; done"]
method: grid
metric: {name: score, goal: maximize}
parallel: 3
parameters: {x: {values: [1, 2, 3, 4, 5, 6]}}
"""


def test_a_sweep_from_the_form_to_the_file_of_its_results(project):
    project.write("story.yaml", STORY)
    with opened(project) as screen:
        screen.press("n").wait("story.yaml", "6 trials, 3 at once")
        screen.press("F5").wait("story › board", "running 3")
        screen.press("x").wait("Kill trial")
        screen.press("y").wait("killed 1")
        screen.press("q").expect_end()
    with opened(project, "top", "story") as screen:
        screen.wait("story › board", "killed 1", "running 3")
        (project.path / "go").touch()
        screen.wait("finished", "100%", "6/6")
        screen.press("g", "Space", "j", "Space").wait("2 marked")
        screen.press("a").wait("story › compare", "score")
        screen.press("Escape").wait("2 marked")
        screen.press("e").wait("CSV to a file").index("Markdown")
        screen.press("Enter").wait(".csv")
        screen.press("Enter").wait("story › board", gone="CSV to a file")
        wait_until(lambda: list(project.path.glob("*.csv")), what="the file")
        screen.press("q").expect_end()
    rows = next(project.path.glob("*.csv")).read_text().splitlines()
    assert len(rows) == 7 and "objective" in rows[0]


# ---- sizes --------------------------------------------------------------------------------------

@pytest.mark.parametrize("size", [(80, 24), (40, 10), (200, 60), (300, 100)])
def test_it_fits_every_size(project, size):
    finished(project)
    with opened(project, size=size) as screen:
        shown = screen.wait("finished", "? help")
        assert shown.split("\n")[size[1] - 1].rstrip().endswith("? help")


def test_a_terminal_that_is_too_small_is_told(project):
    finished(project)
    with opened(project, size=(20, 5)) as screen:
        screen.wait("winnow needs 40x10")
        screen.resize(80, 24).wait("finished", "? help")
        screen.resize(1, 1).resize(60, 12).wait("finished", "? help")
        screen.press("q").expect_end()


def test_sizes_change_hundreds_of_times(project):
    finished(project)
    with opened(project) as screen:
        screen.wait("finished")
        for i in range(150):
            screen.resize(10 + i * 37 % 190, 3 + i * 11 % 60)
        screen.resize(80, 24)
        shown = screen.wait("finished", "? help")
        screen.press("C-l")
        assert screen.calm() == shown  # no rubbish was left
        screen.press("q").expect_end()


# ---- terminals ----------------------------------------------------------------------------------

@pytest.mark.parametrize("term", ["xterm-256color", "screen-256color", "tmux-256color", "screen",
                                  "linux", "vt100"])
def test_terminals_of_all_kinds(project, term):
    finished(project)
    with opened(project, env={"TERM": term}) as screen:
        shown = screen.wait("finished", "? help")
        screen.press("?").wait("Keys of sweeps")
        screen.press("Escape").wait("SWEEP", gone="Keys of")
        assert screen.calm() == shown
        assert ("✓" in shown) == (term not in ("linux", "vt100"))
        screen.press("q").expect_end()


@pytest.mark.parametrize("term", ["dumb", "no-such-terminal"])
def test_terminals_without_screens_are_refused(project, term):
    # What curses keeps of a terminal that it does not know would be called a leak.
    with opened(project, env={"TERM": term, "ASAN_OPTIONS": "detect_leaks=0"}) as screen:
        assert "--once --plain" in screen.expect_end(3)


@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1"])
def test_a_locale_without_utf8_gets_ascii(project, locale):
    finished(project)
    with opened(project, env={"LC_ALL": locale}) as screen:
        assert screen.wait("finished", "? help").isascii()


def test_no_color_is_honoured(project):
    finished(project)
    with opened(project, command=f"NO_COLOR=1 {PROGRAM}") as screen:
        screen.wait("finished", "? help")
        assert "\033[3" not in screen.text("-e").replace("\033[39m", "")


@pytest.mark.parametrize("streams", ["< /dev/null", "| cat"])
def test_it_needs_a_terminal(project, streams):
    with opened(project, command=f"{PROGRAM} top {streams}") as screen:
        screen.wait("the dashboard needs a terminal; --once prints a screen as lines")


def test_names_and_values_cannot_do_harm(project):
    evil = "\033]0;owned\007\033[2J\u202ea"
    project.winnow("run", "--quiet", "--maximize", "score", "-p", f"x={evil}|b", "--method", "grid",
                   "--name", "evil", "--", "sh", "-c", "echo score=1").check_returncode()
    with opened(project) as screen:
        screen.wait("evil", "finished")
        for key in ("Enter", "2", "3", "4"):
            screen.press(key)
            screen.calm()
            assert "owned" not in screen.tmux("display-message", "-p", "#{pane_title}")
        screen.press("q").expect_end()


def test_pasted_text_is_typed_and_never_acts(project):
    finished(project)
    with opened(project) as screen:
        screen.wait("finished")
        screen.paste("dq\ny").wait("pasted text does nothing here")
        screen.press(":").wait(":")
        screen.paste("show\nfirst").wait(":show first")
        screen.press("Escape").wait("? help")


# ---- how it is left -----------------------------------------------------------------------------

def test_suspended_it_leaves_the_terminal_to_the_shell(project):
    finished(project)
    command = f"sh -mc '{PROGRAM} top; echo suspended; touch left; fg; echo done'"
    with opened(project, command=command) as screen:
        screen.wait("finished", "? help")
        screen.press("C-z")
        wait_until((project.path / "left").exists)
        screen.wait("finished", "? help")  # fg
        screen.press("q").wait("suspended", "done")


def test_output_that_was_stopped_meanwhile_goes_on(project):
    finished(project)
    pid, master = pty.fork()
    if pid == 0:
        os.chdir(project.path)
        os.execve(PROGRAM, [PROGRAM, "top"], clean_environment() | {"TERM": "xterm-256color"})
    read_until(master, b"finished")
    os.write(master, b"\x1a")
    assert os.WIFSTOPPED(os.waitpid(pid, os.WUNTRACED)[1])
    os.write(master, b"\x13")  # ^S
    os.kill(pid, signal.SIGCONT)
    read_until(master, b"finished")
    os.write(master, b"q")
    read_until(master, b"1049l")
    assert os.waitpid(pid, 0)[1] == 0
    os.close(master)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_end_it_in_order(project, number):
    finished(project)
    with opened(project) as screen:
        screen.wait("finished")
        screen.kill(number).expect_end()


def test_a_crash_restores_the_terminal(project):
    finished(project)
    with opened(project) as screen:
        screen.wait("finished")
        screen.kill(signal.SIGSEGV)
        shown = screen.wait("[exit 139]", "[echo]")
        assert "finished" not in shown  # the other screen
        assert "1000" not in screen.tmux("display-message", "-p", "#{mouse_standard_flag}000")


def test_a_terminal_that_is_closed_ends_it(project):
    finished(project)
    with opened(project) as screen:
        screen.wait("finished")
        pid = screen.pid()
    wait_until(lambda: not alive(pid), what="its end")


def test_a_terminal_that_vanishes_ends_it(project):
    """The other end is closed without a signal, as when a terminal program is killed."""
    finished(project)
    master, slave = pty.openpty()
    process = subprocess.Popen(["setsid", PROGRAM, "top"], cwd=project.path, stdin=slave, stdout=slave,
                               stderr=subprocess.DEVNULL,
                               env=clean_environment() | {"TERM": "xterm-256color"})
    os.close(slave)
    read_until(master, b"finished")
    os.close(master)
    assert process.wait(20) in (0, 3)


# ---- as lines -----------------------------------------------------------------------------------

@pytest.mark.parametrize("screen", ["sweeps", "board", "trial", "compare", "drift", "launch", "help", "pager"])
def test_every_screen_as_plain_lines(project, screen):
    finished(project)
    done = project.winnow("top", "s", "--once", "--plain", "--screen", screen, "--size", "100x30")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.split("\n")
    assert len(lines) <= 30 and max(map(len, lines)) <= 100
    assert done.stdout.isascii() and "\033" not in done.stdout
