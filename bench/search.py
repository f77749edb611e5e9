# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark of searchers: winnow's methods beside Optuna's samplers, in regret and in milliseconds.

search.py run [NAME...]      adds the runs that the cache lacks; NAME is a method of winnow or optuna-SAMPLER
search.py table [NAME...]    prints what the cache says
search.py drop NAME...       forgets the runs of contestants
search.py references         computes what a random draw reaches on the problems, and the best known

To compare two builds: search.py run bayes --winnow PATH --name before, another one with --name after, then
search.py table before after --against before.
"""
import argparse
import fnmatch
import os
import pathlib

# For the problems and the contestants alike, and before numpy is loaded: threads would cost CPU that no
# matrix of this size gives back.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import problems
import search_references
import search_runs
import search_table

DEFAULT = ("bayes", "tpe", "cmaes", "sobol", "random", "optuna-tpe", "optuna-cmaes", "optuna-random")
ROOT = pathlib.Path(__file__).resolve().parent.parent


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("run", "table", "drop", "references"))
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--winnow", type=pathlib.Path, default=ROOT / "build" / "winnow", metavar="PATH")
    parser.add_argument("--name", help="cache and show the runs of winnow under this name")
    parser.add_argument("--problems", default="*", metavar="GLOB,...", help="default: all")
    parser.add_argument("--seeds", type=int, default=4, metavar="N", help="seeds 0 to N-1 (default: 4)")
    parser.add_argument("--workers", default="1", metavar="N,...", help="trials open at a time (default: 1)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="runs at a time (default: 2)")
    parser.add_argument("--cache", default=ROOT / "build" / "bench" / "search", metavar="DIR")
    parser.add_argument("--against", default="optuna-tpe", metavar="NAME")
    parser.add_argument("--each", action="store_true", help="a whole table for each problem as well")
    return parser.parse_args()


def main():
    options = parse()
    patterns = options.problems.split(",")
    known = {name: problem for name, problem in problems.table().items()
             if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)}
    workers = [int(count) for count in options.workers.split(",")]
    cache = search_runs.Cache(options.cache)
    new = [name for name, problem in known.items() if problem.median is None]
    if options.command == "references":
        search_references.store(known)
    elif new:
        raise SystemExit(f"{', '.join(new)}: no references yet; see search.py references --problems")
    elif options.command == "drop":
        for name in options.names:
            cache.drop(name)
    elif options.command == "run":
        contestants = [search_runs.contestant(name, options.winnow.resolve(), options.name)
                       for name in options.names or DEFAULT]
        search_runs.run_all(cache, contestants, known, options.seeds, workers, jobs=options.jobs,
                            report=lambda line: print(line, flush=True))
    else:
        for count in workers:
            search_table.print_tables(cache, options.names or cache.names(), known, count, options.against, options.each)


if __name__ == "__main__":
    main()
