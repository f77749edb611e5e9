# SPDX-License-Identifier: GPL-3.0-or-later
"""A monkey at the dashboard: random keys, clicks, pastes, rubbish and sizes, on a store with running
and finished sweeps whose names, parameters and logs are hostile.

WINNOW_MONKEY=100000 sends so many events, WINNOW_MONKEY_SEED=N repeats a run. Under `make asan` each
time that it quits is a search for leaks. Whatever is deleted or launched is within a scratch folder,
and PATH leads nowhere.
"""
import fcntl
import json
import os
import pty
import random
import select
import signal
import struct
import termios
import time

import pytest

from conftest import PROGRAM, clean_environment
from sweeps import wait_until

EVENTS = int(os.environ.get("WINNOW_MONKEY", 2000))
PATIENCE = 60  # seconds; a dashboard that shows nothing for so long hangs
EVIL = "\033]0;owned\007\033[2J\033[?1049l\x9b31m\u202e\u0301数字é"
ENDLESS = ("i=0; while :; do i=$((i+1)); echo loss=$i acc=0.$i; printf '\\033]0;owned\\007\\033[2J\\n'; "
           "/bin/sleep 0.2; done")

MOVES = ["j", "k", "h", "l", "g", "G", " ", "\t", "\033[Z", "\r", "\r", "\033", "\033", "\033OA", "\033OB",
         "\033OC", "\033OD", "\033[5~", "\033[6~", "\033OH", "\033OF", "1", "2", "3", "4", "5", "?", "/",
         "n", "y", "\177", "\033[3~", "\033OP", "+", "-"]
LINES = ["ls", "show evil", "board evil --csv", "board finished --json", "ls --json", "help run", "nonsense",
         "pause running", "unpause running", "'", "\\", "", "top", "logs finished 0", "verify finished"]


def run(project, name, command, *options):
    done = project.winnow("run", "--quiet", "--minimize", "loss", "--method", "random", "--name", name, *options,
                          "--", "/bin/sh", "-c", command)
    assert done.returncode in (0, 1), done.stderr  # 1: nothing finished


def populate(project):
    """Sweeps that ended, failed and run, as far as they are not there."""
    there = [sweep["name"] for sweep in json.loads(project.winnow("ls", "--json").stdout or "{}").get("sweeps", [])]
    if "finished" not in there:
        run(project, "finished", "for i in 1 2 3 4 5; do echo loss=0.$i acc={x}; done", "-p", "x=0.0..1.0",
            "-p", "lr=log(1e-5,0.1)", "--trials", "40")
    if "evil" not in there:
        run(project, "evil", f"printf '{EVIL}\\n'; echo loss={{x}}; [ {{y}} != b ]", "-p", "x=0.0..1.0",
            "-p", f"y={EVIL}|b", "--trials", "12")
        run(project, EVIL, "exit 3", "-p", "x=1..3", "--trials", "3")
    if "running" not in there:
        project.start("run", "--quiet", "--minimize", "loss", "--method", "random", "--name", "running", "-p",
                      "x=0.0..1.0", "--trials", "500", "--parallel", "3", "--", "/bin/sh", "-c", ENDLESS)
        wait_until(lambda: "running" in project.winnow("ls").stdout, what="a running sweep")


class Monkey:
    def __init__(self, project, seed):
        self.project, self.random = project, random.Random(seed)
        self.pid = self.master = None
        self.sent, self.tail = [], b""
        self.quits = self.written = 0
        self.log = project.path / "sanitizer"
        self.environment = clean_environment() | {
            "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "HOME": str(project.path), "PATH": "/nowhere",
            "NCURSES_GPM_TERMS": "none",  # libgpm leaks
            "ASAN_OPTIONS": f"log_path={self.log}:fast_unwind_on_malloc=0",
            "UBSAN_OPTIONS": f"log_path={self.log}:print_stacktrace=1"}

    def start(self):
        populate(self.project)
        self.environment["TERM"] = self.random.choice(["xterm-256color", "tmux-256color", "linux", "vt100"])
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(self.project.path)
            os.execve(PROGRAM, [PROGRAM, *self.random.choice([["top"], ["top", "evil"], ["top", "finished"]])],
                      self.environment)
        self.resize(80, 24)
        self.read(PATIENCE)  # before that, ^C is not a key yet

    def ended(self, wait=False):
        """Whether it did; a suspended one is woken."""
        pid, status = os.waitpid(self.pid, os.WUNTRACED | (0 if wait else os.WNOHANG))
        if pid and os.WIFSTOPPED(status):
            os.kill(self.pid, signal.SIGCONT)
            return self.ended(True) if wait else False
        if not pid:
            return False
        os.close(self.master)
        self.quits += 1
        reports = "".join(path.read_text(errors="replace") for path in
                          self.project.path.glob("sanitizer.*"))
        code = os.waitstatus_to_exitcode(status)
        # Once the terminal is left, ^C is a signal again.
        assert not reports, self.story(reports[:20000])
        assert code in (0, -signal.SIGINT), self.story(f"ended with {code}: {self.tail}")
        return True

    def story(self, what):
        return f"{what}\nthe last events were {self.sent[-200:]}"

    def read(self, seconds):
        """Takes what was written; False: nothing was."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return False
        try:
            output = os.read(self.master, 65536)
        except OSError:
            return False
        assert b"owned" not in output or b"]0;owned\x07" not in output, self.story("an escape got through")
        self.written += len(output)
        self.tail = (self.tail + output)[-500:]
        return bool(output)

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def event(self):
        chance, r = self.random.random(), self.random
        if chance < 0.60:
            return r.choice(MOVES)
        if chance < 0.78:
            return chr(r.randrange(32, 127)).replace("q", "Q")
        if chance < 0.85:
            return "\033" * r.randrange(2) + chr(r.choice([c for c in range(1, 32) if c not in (3, 26, 28)]))
        if chance < 0.92:
            end = r.choice("Mm")
            return f"\033[<{r.choice([0, 0, 0, 1, 2, 64, 65])};{r.randrange(1, 210)};{r.randrange(1, 70)}{end}"
        if chance < 0.94:
            return "".join(r.choice(EVIL + "abc ='\n") for _ in range(r.randrange(1, 60))).replace("q", "")
        if chance < 0.96:
            return bytes(r.randrange(1, 256) for _ in range(r.randrange(1, 12))).replace(b"\x03", b"").replace(
                b"\x1c", b"").replace(b"q", b"")
        if chance < 0.97:
            return "\033\033:" + r.choice(LINES) + "\r"
        if chance < 0.995:
            return (r.choice([1, 20, 40, 80, 100, 200]) + r.randrange(3), r.choice([1, 5, 10, 24, 60]) + r.randrange(3))
        return r.choice(["\x03", "\x1a", "\x1a", "\033\033q", "\033\033:q\r"])

    def send(self):
        event = self.event()
        self.sent.append(event)
        if isinstance(event, tuple):
            self.resize(*event)
            return
        data = event if isinstance(event, bytes) else event.encode("utf-8", "surrogatepass")
        try:
            os.write(self.master, data)
        except OSError:
            pass  # it ended

    def expect_life(self):
        """It draws when it is told to, whatever was sent before."""
        while self.read(0):
            pass
        deadline = time.monotonic() + PATIENCE
        for size in [(90, 30), (80, 24)] * PATIENCE:
            self.resize(*size)
            if self.read(0.5) or self.ended():
                return
        assert time.monotonic() < deadline, self.story("it hangs")

    def play(self, events):
        self.start()
        alive = True
        for i in range(events):
            self.send()
            # Mostly it draws what a key did before the next one comes, sometimes many come at once.
            while self.random.random() < 0.8 and self.read(0.004):
                pass
            if i % 20 == 19 and self.ended():
                self.start()
            if i % 500 == 499:
                self.expect_life()
                alive = not self.gone()
                if not alive:
                    self.start()
        self.leave()

    def gone(self):
        try:
            os.kill(self.pid, 0)
            return False
        except ProcessLookupError:
            return True

    def leave(self):
        """The end that users choose; it must not take long either."""
        deadline = time.monotonic() + PATIENCE
        while not self.ended():
            assert time.monotonic() < deadline, self.story("it does not quit")
            try:
                os.write(self.master, b"\x03")
            except OSError:
                pass
            while self.read(0.05):
                pass


@pytest.fixture
def jungle(project):
    """Sweeps of all kinds, and a file to launch more from."""
    populate(project)
    project.write("small.yaml", "command: [/bin/sh, -c, 'echo loss=${x}']\nmethod: grid\nmetric: {name: loss}\n"
                                "parameters: {x: {values: [1, 2, 3]}}\n")
    return project


def test_nothing_that_is_typed_breaks_it(jungle):
    seed = int(os.environ.get("WINNOW_MONKEY_SEED", random.SystemRandom().randrange(1 << 31)))
    print(f"WINNOW_MONKEY_SEED={seed} repeats this")
    monkey = Monkey(jungle, seed)
    try:
        monkey.play(EVENTS)
    finally:
        if not monkey.gone():
            os.kill(monkey.pid, signal.SIGKILL)
    print(f"it quit {monkey.quits} times and wrote {monkey.written} bytes")
    assert monkey.written > EVENTS  # most keys do something
