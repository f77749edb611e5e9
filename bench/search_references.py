# SPDX-License-Identifier: GPL-3.0-or-later
"""What a random draw reaches on a problem, and the best there is where nobody has published it."""
import json
import random
import statistics

import problems

DRAWS, STARTS, STEPS, GENERATIONS, POPULATION, ROUNDS = 4001, 16, 2500, 600, 50, 4


def loss_at(problem, point):
    config = problem.space.at(point)
    return float("inf") if problem.fails(config) else problem.loss(config)


def climb(problem, point, loss, rng):
    """Mutation with a shrinking step: a few quantiles at a time, now and then one anew."""
    for step in range(STEPS):
        width = 0.3 * (1e-7 / 0.3) ** (step / STEPS)
        moved = list(point)
        for i in rng.sample(range(len(point)), min(len(point), rng.choice((1, 1, 2, len(point))))):
            fresh = rng.random() < 0.1 or problem.space.parameters[i].kind == "choice"
            moved[i] = rng.random() if fresh else min(max(moved[i] + rng.gauss(0, width), 0), 1 - 1e-12)
        value = loss_at(problem, moved)
        if value <= loss:
            point, loss = moved, value
    return loss


def evolve(problem, population, rng):
    """Differential evolution (Storn and Price 1997), which follows the bent valleys that single steps do not."""
    for _ in range(GENERATIONS):
        leader = min(population)[1]
        for i, (loss, point) in enumerate(population):
            (_, one), (_, other) = rng.sample(population, 2)
            pull, spread, cross = rng.choice((0, 0.5)), rng.uniform(0.4, 0.9), rng.choice((0.3, 0.9))
            moved = [min(max(x + pull * (lead - x) + spread * (a - b), 0), 1 - 1e-12) if rng.random() < cross else x
                     for x, lead, a, b in zip(point, leader, one, other)]
            value = loss_at(problem, moved)
            if value <= loss:
                population[i] = value, moved
    return min(population)


def reference(problem):
    rng = random.Random(1)
    points = [[rng.random() for _ in range(len(problem.space))] for _ in range(DRAWS)]
    drawn = sorted((loss_at(problem, point), point) for point in points)
    median = statistics.median(loss for loss, _ in drawn if loss < float("inf"))
    best = problem.best
    if best is None:
        bred = [evolve(problem, drawn[POPULATION * i:POPULATION * (i + 1)], rng) for i in range(ROUNDS)]
        best = min(climb(problem, point, loss, rng) for loss, point in bred + drawn[:STARTS])
    return {"best": best, "median": median}


def store(names):
    """Computes those of the problems named and stores them, without looking at what was stored before."""
    path, known = problems.REFERENCES, problems.table(with_references=False)
    stored = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for name in names:
        stored[name] = reference(known[name])
        print(f"{name}: best {stored[name]['best']:.8g}, median {stored[name]['median']:.8g}", flush=True)
        lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(stored[key])}" for key in sorted(stored))
        path.write_text("{\n" + lines + "\n}\n", encoding="utf-8")
