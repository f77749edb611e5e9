# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs contestants side by side: A B C, A B C, ... and takes medians, ratios round by round.

Rates depend on what else the machine does; the ratios of neighbouring runs, and CPU time per unit, much
less so.
"""
import atexit
import ctypes
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field

PR_SET_CHILD_SUBREAPER = 36


@dataclass
class Contestant:
    name: str
    command: list  # {dir} stands for a fresh folder
    units: int  # trials, points, ... of one run
    walls: list = field(default_factory=list)
    cpus: list = field(default_factory=list)
    peaks: list = field(default_factory=list)

    def rates(self):
        return [self.units / wall for wall in self.walls]

    def rate(self):
        return statistics.median(self.rates())

    def cpu_per_unit(self):
        return statistics.median(self.cpus) / self.units

    def peak_mib(self):
        return statistics.median(self.peaks) / 1024

    def ratio_to(self, other):
        return statistics.median(a / b for a, b in zip(self.rates(), other.rates()))


def peak_kib(pid):
    """VmHWM: ru_maxrss of a child begins at the size of its parent."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            return next((int(line.split()[1]) for line in status if line.startswith("VmHWM")), 0)
    except OSError:
        return 0


def children_cpu():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def reap_orphans():
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


def run_once(contestant, folder):
    command = [word.replace("{dir}", folder) for word in contestant.command]
    cpu, wall = children_cpu(), time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, cwd=folder,
                               env={**os.environ, "WINNOW_STORE": folder + "/.winnow"})
    peak, over = [0], threading.Event()

    def watch():
        while not over.wait(0.02):
            peak[0] = max(peak[0], peak_kib(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    complaint = process.communicate()[1]
    wall = time.perf_counter() - wall
    over.set()
    watcher.join()
    reap_orphans()
    if process.returncode != 0:
        sys.exit(f"{contestant.name} failed: {complaint.decode(errors='replace')[-500:]}")
    contestant.walls.append(wall)
    contestant.cpus.append(children_cpu() - cpu)
    contestant.peaks.append(peak[0])


def hold(contestants, rounds, base):
    """`base` is the folder in which each run gets a fresh one.

    All are removed at the very end: for minutes after a deletion ext4 passes over the inodes set
    free, one by one, which would charge one contestant's deletions to the next one's new files.
    """
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for _ in range(rounds):
        for contestant in contestants:
            folder = tempfile.mkdtemp(prefix="contest-", dir=base)
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            run_once(contestant, folder)


def print_table(title, unit, contestants, reference):
    """`reference` is the contestant that the column of ratios is relative to."""
    print(f"\n{title}\n")
    wide = max(len(contestant.name) for contestant in contestants)
    print(f"{'':{wide}}  {unit + '/s':>12}  {'x ' + reference.name:>12}  {'CPU us/' + unit:>14}"
          f"  {'peak MiB':>8}")
    for contestant in contestants:
        print(f"{contestant.name:{wide}}  {contestant.rate():12,.0f}"
              f"  {contestant.ratio_to(reference):12.3f}"
              f"  {contestant.cpu_per_unit() * 1e6:14,.1f}  {contestant.peak_mib():8.1f}")
