# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the end-to-end tests: the built program in a fresh project folder.

The program is $WINNOW, else build/winnow of this checkout.
"""
import atexit
import os
import pathlib
import pty
import shutil
import signal
import subprocess
import tempfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.path.abspath(os.environ.get("WINNOW", ROOT / "build" / "winnow"))
# Sweeps of tests do not wait for the slots of others that run on this machine.
os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="winnow-runtime-")
atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)
LIMIT = 120  # seconds; nothing here takes that long unless it hangs


def clean_environment():
    """What the tests were started with must not change what winnow does."""
    dropped = ("NO_COLOR", "COLUMNS", "CUDA_VISIBLE_DEVICES")
    return {name: value for name, value in os.environ.items()
            if name not in dropped and not name.startswith("WINNOW")}


def on_a_terminal(args, cwd, env, stream="stdout"):
    """Runs winnow with a terminal as its stdout, or stderr; returns what it wrote there."""
    master, slave = pty.openpty()
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: slave}
    process = subprocess.Popen([PROGRAM, *args], cwd=cwd, env=env, stdin=subprocess.DEVNULL,
                               **streams)
    os.close(slave)
    written = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        written += piece
    os.close(master)
    process.wait(20)
    return written.decode()


class Background:
    """A winnow that runs while the test goes on; its stdout and stderr are kept in files."""

    def __init__(self, folder, number, args, env):
        self.paths = [folder / f"background-{number}.{name}" for name in ("out", "err")]
        with open(self.paths[0], "wb") as out, open(self.paths[1], "wb") as err:
            self.process = subprocess.Popen([PROGRAM, *args], cwd=folder, env=env, stdout=out,
                                            stderr=err, stdin=subprocess.DEVNULL)

    def send_signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()

    def wait(self, seconds):
        return self.process.wait(seconds)

    def stdout_text(self):
        return self.paths[0].read_text()

    def stderr_text(self):
        return self.paths[1].read_text()


class Project:
    """A folder of its own, and winnow in it."""

    def __init__(self, path):
        self.path = path
        self.started = []

    def write(self, name, text):
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        return target

    def winnow(self, *args, env=None, stdin=""):
        """Runs to the end; the result has returncode, stdout and stderr."""
        return subprocess.run([PROGRAM, *map(str, args)], cwd=self.path, input=stdin, text=True,
                              env=env or clean_environment(), capture_output=True, timeout=LIMIT,
                              check=False)

    def start(self, *args, env=None):
        runner = Background(self.path, len(self.started), [str(arg) for arg in args],
                            env or clean_environment())
        self.started.append(runner)
        return runner


def end_trials(folder):
    """Ends the shims that a test left in its folder: they outlive their runner by design."""
    key = f"WINNOW_TRIAL_KEY={folder}/".encode()
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if (process / "comm").read_text() == "winnow-shim\n" and key in (
                    process / "environ").read_bytes():
                os.kill(int(process.name), signal.SIGUSR1)
        except OSError:
            continue  # it ended meanwhile


def end_runners(folder):
    """Ends the runners of its sweeps as if the machine had failed; a dashboard leaves them behind."""
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            here = os.readlink(process / "cwd") == str(folder)
            if here and len(words) > 1 and words[1] in (b"run", b"resume"):
                os.kill(int(process.name), signal.SIGKILL)
        except OSError:
            continue  # it ended meanwhile


@pytest.fixture
def project(tmp_path):
    made = Project(tmp_path)
    yield made
    for runner in made.started:
        if runner.process.poll() is None:
            runner.kill()
            runner.wait(LIMIT)
    end_runners(tmp_path)
    end_trials(tmp_path)


@pytest.fixture
def winnow(project):
    """winnow(*args): runs in a fresh project folder."""
    return project.winnow
