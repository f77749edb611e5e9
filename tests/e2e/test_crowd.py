# SPDX-License-Identifier: GPL-3.0-or-later
"""Eight runners, four readers, two writers of requests and two of notes on one store: nobody is told
of an error, no request and no note is lost, every sweep is whole. WINNOW_CROWD is for how many
seconds (60 for a soak).
"""
import os
import threading
import time

from sweeps import query, wait_until

SECONDS = float(os.environ.get("WINNOW_CROWD", "2"))
RUNNERS, READERS, WRITERS = 8, 4, 2


class Crowd:
    def __init__(self, project):
        self.project, self.complaints, self.done = project, [], 0
        self.until = time.monotonic() + SECONDS

    def loop(self, *args):
        while time.monotonic() < self.until:
            done = self.project.winnow(*args)
            self.done += 1  # under the interpreter's lock; only told
            if done.returncode != 0:
                self.complaints.append((args, done.stderr))

    def ask(self, sweep, accepted):
        """Enqueues a configuration of its own each time."""
        while time.monotonic() < self.until:
            x = 1000 + len(accepted)
            done = self.project.winnow("enqueue", sweep, f"x={x}")
            accepted.append(x)
            if done.returncode != 0:
                self.complaints.append((sweep, done.stderr))

    def note(self, sweep, accepted):
        """Writes a note of its own each time, on the sweep and on its first trial in turn."""
        while time.monotonic() < self.until:
            trial = len(accepted) % 2 - 1
            text = f"note {len(accepted)} on {sweep}"
            done = self.project.winnow("note", sweep, *([0] if trial == 0 else []), text)
            accepted.append((trial, text))
            if done.returncode != 0:
                self.complaints.append((text, done.stderr))


def test_a_crowd_on_one_store_disturbs_nobody(project):
    def start(number):
        return project.start("run", "--minimize", "loss", "-p", "x=1..1000000000000", "--method", "random",
                             "--trials", 10 ** 6, "--parallel", 1, "--name", f"s{number}", "--quiet",
                             "--", "sh", "-c", "echo loss={x}; echo loss=$(( {x} + 1 )); echo b=2")

    runners = [start(number) for number in range(RUNNERS)]
    wait_until(lambda: query(project, "SELECT count(DISTINCT id >> 32) FROM trial") == [(RUNNERS,)],
               what="a trial of each sweep")
    crowd = Crowd(project)
    wanted, notes = [[] for _ in range(WRITERS)], [[] for _ in range(WRITERS)]
    threads = [threading.Thread(target=crowd.loop, args=("board", f"s{n}", "--json"))
               for n in range(READERS)]
    threads += [threading.Thread(target=crowd.ask, args=(f"s{n}", wanted[n])) for n in range(WRITERS)]
    threads += [threading.Thread(target=crowd.note, args=(f"s{n}", notes[n])) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, runner in enumerate(runners):
        assert runner.process.poll() is None, runner.stderr_text()
        assert project.winnow("stop", f"s{number}").returncode == 0
    for runner in runners:
        assert runner.wait(60) == 0, runner.stderr_text()
        assert "lock" not in runner.stderr_text()
    assert crowd.complaints == [] and crowd.done > READERS
    for number, xs in enumerate(wanted):
        stored = {row[0] for row in query(
            project, "SELECT params ->> '$.x' FROM trial JOIN sweep ON sweep.id = trial.id >> 32 "
                     f"WHERE name = 's{number}'")}
        open_requests = query(project, "SELECT count(*) FROM request WHERE answered = 0")[0][0]
        assert xs and set(xs) <= stored and not open_requests
    for number, written in enumerate(notes):
        assert written and sorted(written) == sorted(query(
            project, "SELECT trial, text FROM note JOIN sweep ON sweep.id = note.sweep "
                     f"WHERE name = 's{number}'"))
    assert query(project, "SELECT count(*) FROM trial JOIN summary ON trial = trial.id "
                 "WHERE state = 'finished' AND count <> 2 AND metric IN "
                 "(SELECT id FROM metric WHERE name = 'loss')") == [(0,)]
    assert query(project, "SELECT sum(count) FROM summary") == query(
        project, "SELECT sum(length(points)) / 16 FROM chunk")
    assert query(project, "PRAGMA integrity_check") == [("ok",)]
