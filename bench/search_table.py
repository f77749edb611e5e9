# SPDX-License-Identifier: GPL-3.0-or-later
"""What the runs in the cache say: how far from the best each contestant is after 25, 50 and 100 trials.

Regret is that of the configuration that looked best so far, by its loss without noise: 0 at the best known,
1 at the median of a random draw. Means are over seeds, then over problems.
"""
from dataclasses import dataclass

import numpy as np

MARKS, FLOOR, CLEAR = (25, 50, 100), 1e-4, 2.0  # CLEAR: standard errors of a difference that is one


@dataclass
class Figures:
    """Of one contestant on one problem: regret is [seed, mark]."""
    regret: np.ndarray
    logs: np.ndarray
    answers_ms: np.ndarray
    cpu_ms: float
    peak_kib: int

    @property
    def seeds(self):
        return len(self.logs)

    def log_error(self):
        return self.logs.std(ddof=1) / np.sqrt(self.seeds) if self.seeds > 1 else 0.0


def recommended(record, marks):
    """The noise-free loss of what looked best after each mark; None where nothing had worked."""
    best, at, values = None, None, []
    for seen, loss in zip(record["seen"], record["losses"]):
        if seen is not None and (best is None or seen < best):
            best, at = seen, loss
        values.append(at)
    return [values[min(mark, len(values)) - 1] for mark in marks]


def figures(problem, records, best):
    losses = [recommended(record, MARKS) for record in records]
    scale = problem.median - best
    # Who has seen nothing but failures knows as little as a random draw.
    regret = np.array([[1.0 if loss is None else max(loss - best, 0) / scale for loss in row] for row in losses])
    answers = np.concatenate([record["answers_ms"] for record in records])
    return Figures(regret, np.log10(np.maximum(regret[:, -1], FLOOR)), answers,
                   1000 * sum(record["cpu_s"] for record in records) / len(answers),
                   max(record["peak_kib"] for record in records))


def best_known(problem, records):
    """The stored one, or what a run found beyond it, which is said."""
    losses = [loss for record in records for loss in record["losses"] if loss is not None]
    found = min(losses, default=problem.best)
    if found < problem.best - 1e-6 * (problem.median - problem.best):
        print(f"{problem.name}: {found:.8g} was found, better than the best known {problem.best:.8g}")
    return min(found, problem.best)


def gather(cache, names, known, workers):
    """{problem: {contestant: Figures}}, and what there is to say of runs that broke."""
    results, notes = {name: {} for name in known}, []
    working = {}
    for who in names:
        records = [record for record in cache.records(who, known).values() if record["workers"] == workers]
        working[who] = [record for record in records if "error" not in record]
        broken = [record for record in records if "error" in record]
        if broken:
            what = f"{len(broken)} runs broke" if working[who] else "cannot run"
            notes.append(f"{who}: {what}: {broken[-1]['error']}")
        builds = {record["build"] for record in working[who]}
        if len(builds) > 1:
            notes.append(f"{who}: runs of {len(builds)} builds; search.py drop {who} forgets them all")
    for name, problem in known.items():
        everybody = {who: [record for record in records if record["problem"] == name]
                     for who, records in working.items()}
        best = best_known(problem, sum(everybody.values(), []))
        results[name] = {who: figures(problem, records, best) for who, records in everybody.items() if records}
    return results, notes


def verdict(mine, theirs):
    """+1 if clearly better, -1 if clearly worse, 0 if the seeds do not say."""
    if min(mine.seeds, theirs.seeds) < 2:
        return 0
    difference = theirs.logs.mean() - mine.logs.mean()
    error = np.hypot(mine.log_error(), theirs.log_error())
    return 0 if abs(difference) <= max(CLEAR * error, 0.01) else int(np.sign(difference))


def rank(who, row):
    """1 is the best: how many others a random run of each would be behind of, ties counted by half."""
    mine = row[who].regret[:, -1][:, None]
    behind = 1.0
    for other, theirs in row.items():
        if other != who:
            difference = mine - theirs.regret[:, -1][None, :]
            behind += np.mean((difference > 1e-9) + 0.5 * (np.abs(difference) <= 1e-9))
    return behind


def summary(who, rows, against):
    """One line of a table over the problems in `rows`: [{contestant: Figures}]."""
    mine = [row[who] for row in rows]
    verdicts = [verdict(row[who], row[against]) for row in rows if against in row]
    answers = np.concatenate([one.answers_ms for one in mine])
    return {"who": who, "seeds": min(one.seeds for one in mine),
            "regret": np.mean([one.regret.mean(axis=0) for one in mine], axis=0),
            "log": np.mean([one.logs.mean() for one in mine]),
            "log error": np.sqrt(np.sum([one.log_error() ** 2 for one in mine])) / len(mine),
            "rank": np.mean([rank(who, row) for row in rows]),
            "verdicts": [verdicts.count(sign) for sign in (1, 0, -1)] if who != against else None,
            "cpu": np.mean([one.cpu_ms for one in mine]), "median": np.median(answers),
            "late": np.quantile(answers, 0.95), "peak": max(one.peak_kib for one in mine) / 1024}


def print_block(title, summaries, against):
    wide = max(len(one["who"]) for one in summaries)
    print(f"\n{title}\n\n{'':{wide}} seeds " + "".join(f"{'at ' + str(mark):>8}" for mark in MARKS)
          + f"  {'log10':>6} {'+-':>4}  rank  {'+/=/- ' + against:>16}  CPU ms  answer ms, 95 %  peak MiB")
    for one in summaries:
        regrets = "".join(f"{value:8.4f}" for value in one["regret"])
        verdicts = "/".join(map(str, one["verdicts"])) if one["verdicts"] else ""
        print(f"{one['who']:{wide}} {one['seeds']:5} {regrets}  {one['log']:6.2f} {one['log error']:4.2f}  {one['rank']:4.2f}"
              f"  {verdicts:>16}  {one['cpu']:6.2f}  {one['median']:9.2f} {one['late']:5.1f}  {one['peak']:8.1f}")


def ordered(names, rows, against):
    return sorted((summary(who, rows, against) for who in names), key=lambda one: one["rank"])


def print_matrix(results, names, against):
    """log10 regret at the end; + and - say where it is clearly better and worse than `against`."""
    print(f"\nMean log10 regret at {MARKS[-1]} trials; + and - are clear against {against}\n")
    wide = max(map(len, results))
    columns = [max(len(name), 7) for name in names]
    print(f"{'':{wide}}  " + "  ".join(f"{name:>{width}}" for name, width in zip(names, columns)))
    for problem, row in results.items():
        cells = []
        for who, width in zip(names, columns):
            sign = verdict(row[who], row[against]) if who in row and against in row else 0
            cells.append(f"{row[who].logs.mean():{width - 1}.2f}{' +-'[sign]}" if who in row else f"{'':{width}}")
        print(f"{problem:{wide}}  " + "  ".join(cells))


def print_ratios(summaries, against):
    reference = next((one for one in summaries if one["who"] == against), None)
    for one in summaries if reference else []:
        if one is not reference:
            ratios = one["regret"] / reference["regret"][-1]
            print(f"{one['who']} to {against} at {MARKS[-1]}: regret {ratios[-1]:.2f}x ({ratios[-2]:.2f}x after {MARKS[-2]}), "
                  f"log10 {one['log'] - reference['log']:+.2f}, CPU {one['cpu'] / reference['cpu']:.3f}x")


def print_tables(cache, names, known, workers, against, each=False):
    results, notes = gather(cache, names, known, workers)
    results = {name: row for name, row in results.items() if row}
    there = [who for who in names if any(who in row for row in results.values())]
    if each:
        for name, row in results.items():
            print_block(f"{name}, {len(known[name].space)} parameters, workers {workers}", ordered(row, [row], against), against)
    common = [row for row in results.values() if all(who in row for who in there)]
    if there:
        print_matrix(results, there, against)
    if common:
        summaries = ordered(there, common, against)
        print_block(f"{len(common)} problems of {len(known)}, workers {workers}: mean normalised regret", summaries, against)
        print()
        print_ratios(summaries, against)
    for note in notes:
        print(note)
