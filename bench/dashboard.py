# SPDX-License-Identifier: GPL-3.0-or-later
"""The dashboard through a pseudo-terminal, beside other terminal programs and the smallest curses table.

usage: dashboard.py BUILD [ROUNDS]

Programs run interleaved (A B C, A B C, ...), each time anew; medians are shown. A first frame is there when
nothing more was written for 60 ms.
"""
import fcntl
import os
import pathlib
import pty
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

SIZES = ((80, 24), (200, 60))
QUIET = 0.06  # seconds without output: the frame is complete
KEYS = {"up": "\033OA", "down": "\033OB", "pgup": "\033[5~", "pgdn": "\033[6~"}
CURSOR_KEYS, SCROLLED_LINES, IDLE_SECONDS, LIVE_SECONDS = 40, 30, 6, 5
# Trials that end at once, but for the last ones, which report ten times a second until they are killed.
LIVE = ("if [ $WINNOW_TRIAL -ge {keep} ]; then i=1; while :; do i=$((i+1)); echo loss=0.$i; sleep 0.1; done; fi; "
        "echo loss={{x}}")
FLOOD = "while :; do " + "echo loss={x}; " * 25 + "sleep 0.1; done"


class Terminal:
    """One program in a terminal of its own."""

    def __init__(self, words, size, folder):
        self.began = time.perf_counter()
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            self._size(0, size)
            os.chdir(folder)
            os.execvpe(words[0], words, dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8", HOME=folder,
                                             XDG_CONFIG_HOME=folder))
        self._size(self.master, size)

    @staticmethod
    def _size(fd, size):
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def read(self, seconds):
        ready, _, _ = select.select([self.master], [], [], max(0, seconds))
        try:
            return len(os.read(self.master, 1 << 16)) if ready else 0
        except OSError:
            return 0

    def burst(self, patience, quiet=QUIET, key=None):
        """Seconds to the first and to the last byte, after a key, and how many; until it is quiet."""
        start, first, last, count = time.perf_counter(), None, None, 0
        if key:
            self.press(key)
        while (got := self.read(quiet if first else patience)) > 0:
            last = time.perf_counter() - start
            first = first or last
            count += got
        return first, last, count

    def first_frame(self):
        """Seconds from its start on."""
        before = time.perf_counter() - self.began
        count, last = 0, 0
        while count < 200:
            first, end, got = self.burst(10)
            if not first:
                raise SystemExit("a program shows nothing")
            count, last = count + got, before + end
            before = time.perf_counter() - self.began
        return last

    def press(self, name):
        os.write(self.master, KEYS.get(name, name).encode())

    def drain(self, seconds):
        end, count = time.perf_counter() + seconds, 0
        while (left := end - time.perf_counter()) > 0:
            count += self.read(left)
        return count

    def cpu(self):
        """Seconds of all of its threads."""
        return time.clock_gettime((~self.pid << 3) | 2)

    def memory(self):
        """MB that are resident, and those that are of no file."""
        lines = pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text().split("\n")
        kilobytes = {line.split()[0]: int(line.split()[1]) for line in lines[1:] if line}
        return kilobytes["Rss:"] / 1024, kilobytes["Anonymous:"] / 1024

    def close(self):
        os.kill(self.pid, signal.SIGTERM)
        end = time.perf_counter() + 3
        while os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            self.read(0.02)
            if time.perf_counter() > end:
                os.kill(self.pid, signal.SIGKILL)
        os.close(self.master)


# ---- what is measured ---------------------------------------------------------------------------

def keys(terminal, names, count):
    """Milliseconds from a key to its first byte, and the bytes of what it changed."""
    delays, sizes = [], []
    for i in range(count):
        terminal.drain(0.03 + 0.013 * (i % 5))  # at any phase of what else it does
        first, _, written = terminal.burst(1.5, 0.012, names[i % len(names)])
        if first:
            delays.append(1000 * first)
            sizes.append(written)
    return delays, sizes


def start(words, size, folder):
    terminal = Terminal(words, size, folder)
    frame = terminal.first_frame()
    terminal.close()
    return {"first frame ms": 1000 * frame}


def use(words, size, folder):
    """Cursor keys within the page, then lines that scroll, then nothing."""
    terminal = Terminal(words, size, folder)
    terminal.first_frame()
    terminal.drain(0.5)
    delays, sizes = keys(terminal, ["down", "up"], CURSOR_KEYS)
    terminal.press("pgdn")
    terminal.press("pgdn")
    terminal.drain(0.5)
    _, scrolled = keys(terminal, ["down"], SCROLLED_LINES)
    terminal.drain(1)  # what comes later, beside the table
    before, began = terminal.cpu(), time.perf_counter()
    idle = terminal.drain(IDLE_SECONDS)
    seconds = time.perf_counter() - began
    used = terminal.cpu() - before
    memory, anonymous = terminal.memory()
    terminal.close()
    return {"key ms": statistics.median(delays), "p95": sorted(delays)[int(0.95 * len(delays))],
            "cursor B": statistics.median(sizes), "scroll B": statistics.median(scrolled) if scrolled else 0,
            "idle B/s": idle / seconds, "idle CPU %": 100 * used / seconds, "RSS MB": memory,
            "of no file": anonymous}


def live(words, size, folder):
    terminal = Terminal(words, size, folder)
    terminal.first_frame()
    terminal.drain(1)
    before, began = terminal.cpu(), time.perf_counter()
    count = terminal.drain(LIVE_SECONDS)
    seconds = time.perf_counter() - began
    used = terminal.cpu() - before
    terminal.close()
    return {"live B/s": count / seconds, "live CPU %": 100 * used / seconds}


def busy(words, size, folder):
    terminal = Terminal(words, size, folder)
    terminal.first_frame()
    terminal.drain(1)
    delays, _ = keys(terminal, ["down", "up"], CURSOR_KEYS)
    terminal.press("pgdn")
    terminal.press("pgdn")
    terminal.drain(0.5)
    scrolled, _ = keys(terminal, ["down"], SCROLLED_LINES)
    terminal.close()
    return {"key ms": statistics.median(delays), "p95": sorted(delays)[int(0.95 * len(delays))],
            "scroll ms": statistics.median(scrolled), "its p95": sorted(scrolled)[int(0.95 * len(scrolled))]}


# ---- contestants and tables ---------------------------------------------------------------------

def table(title, measure, contestants, rounds, folder):
    """A row per contestant; `contestants` are (name, words by size)."""
    print(f"\n{title}\n")
    results = {}
    for _ in range(rounds):
        for size in SIZES:
            for name, words in contestants:
                got = measure(words(size), size, folder)
                for column, value in got.items():
                    results.setdefault(name, {}).setdefault(column, {}).setdefault(size, []).append(value)
    columns = list(next(iter(results.values())))
    width = max(map(len, results))
    print(" " * width, *(f"{column:>15}" for column in columns))
    for name, row in results.items():
        cells = (" / ".join(f"{statistics.median(row[column][size]):.3g}" for size in SIZES) for column in columns)
        print(f"{name:<{width}}", *(f"{cell:>15}" for cell in cells))


def fixed(*words):
    return lambda size: [str(word) for word in words]


def peers(repository):
    found = [("htop", fixed("htop")), ("btop", fixed("btop")),
             ("tig", fixed("tig", "-C", repository))]
    return [(name, words) for name, words in found if shutil.which(name)]


class Running:
    """A sweep that runs while something is measured."""

    def __init__(self, winnow, store, name, trials, parallel, command):
        self.winnow, self.store, self.name = winnow, store, name
        self.process = subprocess.Popen(
            [winnow, "run", "--store", store, "--quiet", "--minimize", "loss", "-p", "x=0.5..1.0", "--method", "random",
             "--trials", str(trials), "--parallel", str(parallel), "--name", name, "--", "/bin/sh", "-c", command],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        time.sleep(2)  # until the short trials have ended
        return self

    def __exit__(self, *_):
        subprocess.run([self.winnow, "stop", "--store", self.store, "--now", self.name], check=False,
                       capture_output=True)
        self.process.wait(60)
        subprocess.run([self.winnow, "rm", "--store", self.store, "--yes", self.name], check=False,
                       capture_output=True)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    winnow, repository = str(build / "winnow"), build.parent
    floor = ("floor", fixed(build / "bench" / "table"))
    stores = [(f"winnow, {trials:,} trials",
               fixed(winnow, "top", "bench", "--store", build / "bench" / f"store-{trials}"))
              for trials in (10_000, 100_000)]
    large = str(build / "bench" / "store-100000")
    with tempfile.TemporaryDirectory(dir=build) as folder:
        print("80x24 / 200x60")
        table("First frame", start, [floor, *stores, *peers(repository)], 3 * rounds, folder)
        table("Keys, and nothing to do", use, [floor, *stores, *peers(repository)], rounds, folder)
        store = folder + "/.winnow"
        with Running(winnow, store, "small", 20, 3, LIVE.format(keep=17)), \
                Running(winnow, store, "large", 56, 8, LIVE.format(keep=48)):
            table("A live table, one row in seven", live, [
                ("floor", fixed(build / "bench" / "table", "live")),
                ("winnow", lambda size: [winnow, "top", "small" if size == SIZES[0] else "large", "--store", store]),
                ("htop -d 1", fixed("htop", "-d", "1"))], rounds, folder)
        with Running(winnow, large, "flood", 4, 4, FLOOD):
            table("Keys while 1,000 points/s arrive", busy, [stores[1]], rounds, folder)


if __name__ == "__main__":
    main()
