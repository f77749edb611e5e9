# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal with winnow in it: a tmux of its own, which shows what is on the screen as text.

Nothing sleeps: every key is followed by waiting for what it brings.
"""
import contextlib
import os
import pathlib
import shlex
import subprocess
import time
import uuid

import pytest

from conftest import PROGRAM, clean_environment

PATIENCE = 20  # seconds; what takes longer does not come
CALM = 0.4  # seconds in which nothing more was written


class Screen:
    """A window of tmux in which a shell runs one program, and then says how it ended."""

    def __init__(self, project, *args, size=(80, 24), env=None, command=None):
        self.ended = False
        self.socket = "winnow-" + uuid.uuid4().hex[:12]
        environment = clean_environment() | {"TERM": "tmux-256color", "LC_ALL": "C.UTF-8",
                                             "HOME": str(project.path)} | (env or {})
        environment.pop("TMUX", None)
        words = command or shlex.join(["env", "-u", "TMUX", f"TERM={environment['TERM']}",
                                       f"LC_ALL={environment['LC_ALL']}", PROGRAM, *map(str, args)])
        script = f"{words}; echo \"[exit $?]\"; stty -a | grep -q -- ' echo ' && echo '[echo]'; exec sleep 1000"
        subprocess.run(["tmux", "-L", self.socket, "-f", "/dev/null", "-u", "new-session", "-d",
                        "-x", str(size[0]), "-y", str(size[1]), "sh", "-c", script],
                       cwd=project.path, env=environment, check=True)

    def tmux(self, *args):
        return subprocess.run(["tmux", "-L", self.socket, *map(str, args)], check=True, text=True,
                              capture_output=True).stdout

    def text(self, *options):
        return self.tmux("capture-pane", "-p", *options)

    def lines(self):
        return self.text().split("\n")

    def wait(self, *texts, gone=(), seconds=PATIENCE):
        """Waits until all of the texts are on the screen, and none of those that are to go."""
        deadline = time.monotonic() + seconds
        gone = [gone] if isinstance(gone, str) else gone
        while True:
            shown = self.text()
            if all(text in shown for text in texts) and not any(text in shown for text in gone):
                return shown
            if time.monotonic() > deadline or "[exit " in shown and self.ended:
                pytest.fail(f"{texts} without {gone} did not come; the screen is\n{shown}")
            self.ended = "[exit " in shown  # once more, for what is said after it
            time.sleep(0.02)

    def press(self, *keys):
        """Keys as tmux calls them: Enter, Escape, C-c, x."""
        self.tmux("send-keys", *keys)
        return self

    def type(self, text):
        self.tmux("send-keys", "-l", "--", text)
        return self

    def paste(self, text):
        """As terminals paste where a program asked them to mark it."""
        self.tmux("set-buffer", "--", text)
        self.tmux("paste-buffer", "-p")
        return self

    def click(self, column, row):
        """The left button, down and up; places count from 0."""
        place = chr(33 + column) + chr(33 + row)
        return self.type(f"\033[M {place}").type(f"\033[M#{place}")

    def resize(self, columns, rows):
        self.tmux("resize-window", "-x", columns, "-y", rows)
        return self

    def pid(self):
        """Of the program, which runs in the shell of the window."""
        shell = self.tmux("display-message", "-p", "#{pane_pid}").strip()
        found = subprocess.run(["pgrep", "-P", shell], text=True, capture_output=True, check=False)
        return int(found.stdout.split()[0])

    def kill(self, number):
        os.kill(self.pid(), number)
        return self

    def expect_end(self, code=0):
        """It ended, and the terminal is the shell's again."""
        return self.wait(f"[exit {code}]", "[echo]")

    def calm(self):
        """Waits until the screen stays the same for a while; returns it."""
        shown, since = self.text(), time.monotonic()
        deadline = since + PATIENCE
        while time.monotonic() - since < CALM:
            now = self.text()
            if now != shown:
                shown, since = now, time.monotonic()
            assert since < deadline, f"the screen never stays the same:\n{shown}"
            time.sleep(0.02)
        return shown

    def close(self):
        subprocess.run(["tmux", "-L", self.socket, "kill-server"], check=False,
                       stderr=subprocess.DEVNULL)


@contextlib.contextmanager
def opened(project, *args, **options):
    screen = Screen(project, *args, **options)
    try:
        yield screen
    finally:
        screen.close()


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")")[1].split()[0] != "Z"
    except OSError:
        return False
