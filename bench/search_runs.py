# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of one contestant on one problem, over the protocol of `winnow ask-tell`, and the cache of runs.

A run is a line of JSON in FOLDER/CONTESTANT.jsonl: what was told, what it is worth without the noise, and
what the program used. Runs of another form of the problem, or of another length, are passed over.
"""
import collections
import hashlib
import json
import math
import os
import pathlib
import random
import select
import signal
import subprocess
import tempfile
import time
import zlib
from concurrent import futures
from dataclasses import dataclass

import contest
import problems

HERE = pathlib.Path(__file__).resolve().parent
TRIALS, PATIENCE_S, ERRORS_ENOUGH = 100, 300, 3
METHODS, PEERS = ("bayes", "tpe", "cmaes", "sobol", "random"), ("tpe", "cmaes", "gp", "random")


@dataclass(frozen=True)
class Contestant:
    name: str
    command: tuple  # before `ask-tell SPEC --seed S`
    method: str

    def build(self):
        """Tells one build of a program from another."""
        return hashlib.sha256(pathlib.Path(self.command[-1]).read_bytes()).hexdigest()[:12] \
            if len(self.command) == 1 else None


def contestant(name, winnow, alias=None):
    """`name` is a method of winnow, or optuna-SAMPLER; with an alias it is cached and shown under that."""
    if name.startswith("optuna-") and name[7:] in PEERS:
        return Contestant(name, ("/usr/bin/python3", str(HERE / "optuna_ask_tell.py"), name[7:]), "")
    if name not in METHODS:
        raise SystemExit(f"search.py: {name}: not one of " + ", ".join(METHODS + tuple("optuna-" + p for p in PEERS)))
    return Contestant(alias or name, (str(winnow),), name)


class Program:
    """A program that answers a line of JSON by one."""

    def __init__(self, command, folder):
        self.complaints = open(os.path.join(folder, "stderr"), "w+", encoding="utf-8", errors="replace")
        self.process = subprocess.Popen(command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.complaints, cwd=folder)

    def call(self, message):
        try:
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self.read_line()
        if "error" in answer:
            raise RuntimeError(f"{message['op']} was answered by: {answer['error']}")
        return answer

    def read_line(self):
        line = b""
        while not line.endswith(b"\n"):
            if not select.select([self.process.stdout], [], [], PATIENCE_S)[0]:
                raise RuntimeError(f"no answer within {PATIENCE_S} s")
            part = os.read(self.process.stdout.fileno(), 65536)
            if not part:
                raise RuntimeError("it ended: " + self.last_complaint())
            line += part
        return json.loads(line)

    def last_complaint(self):
        self.complaints.seek(0)
        return (self.complaints.read().strip().splitlines() or ["without a word"])[-1][:200]

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)  # Popen's own would reap it, and lose what it used

    def end(self):
        """CPU seconds of the program and all it started, and its peak memory in KiB."""
        peak = contest.peak_kib(self.process.pid)
        self.process.stdin.close()
        deadline = time.monotonic() + 10
        while True:
            pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid:
                self.process.returncode = os.waitstatus_to_exitcode(status)
                break
            if time.monotonic() > deadline:
                self.kill()
            time.sleep(0.001)
        self.process.stdout.close()
        self.complaints.close()
        return usage.ru_utime + usage.ru_stime, peak


def tell_of(problem, trial, config, rng):
    """The message for a trial that is over, what it told and what that is worth; None twice if it failed."""
    noise = rng.gauss(0, 1) * problem.noise
    if problem.fails(config):
        return {"op": "tell", "id": trial, "status": "failed"}, None, None
    loss = float(problem.loss(config))
    seen = loss + noise
    return {"op": "tell", "id": trial, "metrics": {"score": problem.told(seen)}}, seen, loss


def converse(program, problem, seed, workers, trials):
    """Asks and tells with `workers` trials open at a time, which end in a random order that depends on
    nothing but problem and seed."""
    rng = random.Random(zlib.crc32(problem.name.encode()) + seed)
    waiting, asked, exhausted = [], 0, False
    seen, losses, answers = [], [], []
    while len(losses) < trials:
        while asked < trials and len(waiting) < workers and not exhausted:
            start = time.perf_counter()
            answer = program.call({"op": "ask", "n": 1})
            answers.append(1000 * (time.perf_counter() - start))
            exhausted = answer.get("exhausted", False)
            for one in answer["trials"]:
                wrong = problem.space.objection(one["params"])
                if wrong:
                    raise RuntimeError("outside the space: " + wrong)
                waiting.append(one)
                asked += 1
        if not waiting:
            break  # a finite space, all of it tried
        over = waiting.pop(rng.randrange(len(waiting)))
        message, *values = tell_of(problem, over["id"], over["params"], rng)
        program.call(message)
        seen.append(values[0])
        losses.append(values[1])
    return {"seen": seen, "losses": losses, "answers_ms": [round(one, 3) for one in answers]}


def run(who, problem, seed, workers, trials):
    record = {"problem": problem.name, "signature": problem.signature(), "seed": seed, "workers": workers,
              "trials": trials, "build": who.build()}
    with tempfile.TemporaryDirectory(prefix="search-") as folder:
        spec = pathlib.Path(folder, "spec.json")
        spec.write_text(json.dumps(problem.spec(who.method or "bayes")), encoding="utf-8")
        program = Program([*who.command, "ask-tell", str(spec), "--seed", str(seed)], folder)
        try:
            record.update(converse(program, problem, seed, workers, trials))
        except (RuntimeError, ValueError, KeyError) as error:
            program.kill()
            record["error"] = f"{type(error).__name__}: {error}" if not isinstance(error, RuntimeError) else str(error)
        record["cpu_s"], record["peak_kib"] = program.end()
    return record


def run_by_name(who, name, seed, workers, trials):
    """For another process: problems hold functions, which do not travel."""
    return who, run(who, problems.table()[name], seed, workers, trials)


class Cache:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def names(self):
        return sorted(path.stem for path in self.folder.glob("*.jsonl"))

    def path(self, name):
        return self.folder / f"{name}.jsonl"

    def add(self, name, record):
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.path(name).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(record, separators=(",", ":")) + "\n")

    def records(self, name, known, trials=TRIALS):
        """{(problem, seed, workers): record}, the last one that worked before one that did not; `known`
        are the problems by name."""
        found, signatures = {}, {key: problem.signature() for key, problem in known.items()}
        lines = self.path(name).read_text(encoding="utf-8").splitlines() if self.path(name).exists() else []
        for record in map(json.loads, lines):
            key = record["problem"], record["seed"], record["workers"]
            if record["trials"] != trials or signatures.get(record["problem"]) != record["signature"]:
                continue
            if "error" not in record or "error" in found.get(key, {"error": ""}):
                found[key] = record
        return found

    def drop(self, name):
        self.path(name).unlink(missing_ok=True)


def run_all(cache, contestants, known, seeds, workers, trials=TRIALS, jobs=2, report=print):
    """Adds to the cache the runs that it lacks, seed by seed, the contestants side by side."""
    have = {who: cache.records(who.name, known, trials) for who in contestants}
    lacking = collections.deque(
        (who, name, seed, count) for seed in range(seeds) for count in workers for name in known for who in contestants
        if "error" in have[who].get((name, seed, count), {"error": ""}))
    errors, total, under_way = collections.Counter(), len(lacking), set()
    with futures.ProcessPoolExecutor(jobs) as pool:
        while lacking or under_way:
            while lacking and len(under_way) < jobs:
                task = lacking.popleft()
                if errors[task[0]] < ERRORS_ENOUGH:
                    under_way.add(pool.submit(run_by_name, *task, trials))
            if not under_way:
                break
            done, under_way = futures.wait(under_way, return_when=futures.FIRST_COMPLETED)
            for who, record in (future.result() for future in done):
                cache.add(who.name, record)
                errors[who] += "error" in record
                report(line_of(who, record, total - len(lacking) - len(under_way), total))


def line_of(who, record, count, total):
    losses = [loss for loss in record.get("losses", []) if loss is not None]
    result = record.get("error") or f"best {min(losses, default=math.nan):.6g}  {record['cpu_s']:.2f} s CPU"
    return f"{count}/{total}  {who.name}  {record['problem']}  seed {record['seed']}  {result}"
