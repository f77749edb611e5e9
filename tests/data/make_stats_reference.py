#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints stats.json: what SciPy, and definitions tried out by brute force, say of what core/stats
computes.

    tests/data/make_stats_reference.py > tests/data/stats.json      (python3-scipy)

Each case is one that `winnow stat --cases` reads, with what is expected: {"key": number}, within
`within` of the number's size (1e-9 where not said).
"""
import itertools
import json
import math

import numpy as np
from scipy import integrate, stats

rng = np.random.default_rng(20260101)
cases = []


def case(fn, expect, inputs, params=None, within=None, **more):
    cases.append({"fn": fn, "id": f"{fn}/{len(cases)}", "inputs": inputs, "params": params or {},
                  "expect": {key: float(value) if not isinstance(value, list) else value
                             for key, value in expect.items()},
                  **({"within": within} if within else {}), **more})


def draw(kind, n):
    values = {"normal": lambda: rng.normal(3, 2, n), "skewed": lambda: rng.exponential(1.5, n),
              "shifted": lambda: rng.normal(3.8, 1, n), "counts": lambda: rng.poisson(2, n)}[kind]()
    return [round(float(value), 6) for value in values]


# ---- means ---------------------------------------------------------------------------------------

for kinds, sizes in ((("normal", "shifted"), (6, 9)), (("skewed", "normal"), (31, 12)),
                     (("counts", "counts"), (20, 20))):
    x, y = draw(kinds[0], sizes[0]), draw(kinds[1], sizes[1])
    welch, pooled = stats.ttest_ind(x, y, equal_var=False), stats.ttest_ind(x, y)
    one_sided = [stats.ttest_ind(x, y, equal_var=False, alternative=way).pvalue
                 for way in ("less", "greater")]
    case("welch_t", {"t": welch.statistic, "p_two_sided": welch.pvalue, "p_less": one_sided[0],
                     "p_greater": one_sided[1], "t_pooled": pooled.statistic,
                     "p_pooled": pooled.pvalue}, {"x": x, "y": y})
    n = min(sizes)
    paired = stats.ttest_rel(x[:n], y[:n])
    case("paired_t", {"t": paired.statistic, "p_two_sided": paired.pvalue},
         {"x": x[:n], "y": y[:n]})

# ---- ranks ---------------------------------------------------------------------------------------


def split_share(x, y, statistic):
    """The share of all splits whose statistic is as far out as that of the one seen."""
    pool, far, count = np.array(x + y), 0, 0
    seen = statistic(np.array(x), np.array(y))
    for chosen in itertools.combinations(range(len(pool)), len(x)):
        mask = np.zeros(len(pool), bool)
        mask[list(chosen)] = True
        far += statistic(pool[mask], pool[~mask]) >= seen - 1e-9
        count += 1
    return far / count


def u_distance(x, y):
    above = (x[:, None] > y[None, :]).sum() + (x[:, None] == y[None, :]).sum() / 2
    return abs(above - len(x) * len(y) / 2)


def ks_gap(x, y):
    at = np.concatenate([x, y])
    return max(abs((x <= value).mean() - (y <= value).mean()) for value in at)


for kinds, sizes in ((("normal", "shifted"), (7, 5)), (("skewed", "normal"), (40, 33))):
    x, y = draw(kinds[0], sizes[0]), draw(kinds[1], sizes[1])
    exact = stats.mannwhitneyu(x, y, method="exact")
    near = stats.mannwhitneyu(x, y, method="asymptotic")
    case("mann_whitney", {"u1": exact.statistic, "p_exact": exact.pvalue,
                          "p_asymptotic_cc": near.pvalue}, {"x": x, "y": y})
x, y = draw("counts", 6), draw("counts", 7)
case("mann_whitney", {"p_exact_ties": split_share(x, y, u_distance)}, {"x": x, "y": y})
x, y = draw("counts", 300), draw("counts", 200)
near = stats.mannwhitneyu(x, y, method="asymptotic")
case("mann_whitney", {"p_asymptotic_cc": near.pvalue, "p": near.pvalue}, {"x": x, "y": y})

x, y = draw("normal", 14), draw("shifted", 14)
exact = stats.wilcoxon(x, y, mode="exact")
case("wilcoxon_signed_rank", {"w_min": exact.statistic, "p_exact": exact.pvalue}, {"x": x, "y": y})
x, y = draw("counts", 9), draw("counts", 9)
difference = np.array(x) - np.array(y)
difference = difference[difference != 0]
ranks = stats.rankdata(abs(difference))
middle = ranks.sum() / 2
sums = [abs(np.dot(signs, ranks) - middle)
        for signs in itertools.product((0, 1), repeat=len(ranks))]
seen = abs(ranks[difference > 0].sum() - middle)
case("wilcoxon_signed_rank", {"p_exact_ties": np.mean(np.array(sums) >= seen - 1e-9)},
     {"x": x, "y": y})

# ---- distributions -------------------------------------------------------------------------------

for kinds, sizes in ((("normal", "shifted"), (9, 14)), (("skewed", "normal"), (60, 81)),
                     (("normal", "normal"), (350, 420))):
    x, y = draw(kinds[0], sizes[0]), draw(kinds[1], sizes[1])
    exact, near = stats.ks_2samp(x, y, mode="exact"), stats.ks_2samp(x, y, mode="asymp")
    case("ks_2samp", {"d": exact.statistic, "p_exact": exact.pvalue,
                      "p_asymp_kstwo": near.pvalue}, {"x": x, "y": y})
    cramer = stats.cramervonmises_2samp(x, y, method="asymptotic")
    case("cvm_2samp", {"t": cramer.statistic, "p_asymptotic": cramer.pvalue}, {"x": x, "y": y},
         within=1e-7)
    case("wasserstein", {"w1": stats.wasserstein_distance(x, y),
                         "energy": stats.energy_distance(x, y)}, {"ref": x, "cur": y})
x, y = draw("counts", 7), draw("counts", 6)
case("ks_2samp", {"p_exact_ties": split_share(x, y, ks_gap)}, {"x": x, "y": y})
x, y = draw("normal", 12), draw("shifted", 15)
case("cvm_2samp", {"p_exact": stats.cramervonmises_2samp(x, y, method="exact").pvalue},
     {"x": x, "y": y})
samples = [draw("normal", 15), draw("shifted", 12), draw("normal", 20)]
anderson = stats.anderson_ksamp(samples)
case("anderson_ksamp", {"a2_norm_midrank": anderson.statistic,
                        "p_scipy_interp": anderson.significance_level}, {"samples": samples})

# ---- counts --------------------------------------------------------------------------------------

for a, b in (([12, 30, 8], [20, 22, 15]), ([9, 41], [17, 28])):
    chi2, p, df, expected = stats.chi2_contingency([a, b], correction=False)
    g = stats.chi2_contingency([a, b], correction=False, lambda_="log-likelihood")
    case("chi2_homogeneity", {"chi2": chi2, "df": df, "p": p, "g": g[0], "p_g": g[1],
                              "min_expected": expected.min()}, {"counts_a": a, "counts_b": b})
for x1, n1, x2, n2 in ((3, 20, 11, 25), (0, 8, 3, 9), (900, 2000, 1010, 2100)):
    table = [[x1, n1 - x1], [x2, n2 - x2]]
    fisher = [stats.fisher_exact(table, alternative=way)[1]
              for way in ("two-sided", "less", "greater")]
    case("two_proportions", {"p_fisher": fisher[0], "p_fisher_less": fisher[1],
                             "p_fisher_greater": fisher[2]},
         {"x1": x1, "n1": n1, "x2": x2, "n2": n2}, within=1e-8)

# Miettinen and Nurminen's limits for (7/34, 1/34), as R's PropCIs has them to five digits.
case("two_proportions", {"ci_low_miettinen": 0.02704, "ci_high_miettinen": 0.34529},
     {"x1": 7, "n1": 34, "x2": 1, "n2": 34}, within=2e-4)

# ---- several tests: closed testing, tried out ----------------------------------------------------


def simes(p):
    return min(len(p) * value / (i + 1) for i, value in enumerate(sorted(p)))


def closed(p, local):
    """The largest p-value of all families that a hypothesis is in."""
    families = [family for size in range(1, len(p) + 1)
                for family in itertools.combinations(range(len(p)), size)]
    return [min(1, max(local([p[i] for i in family]) for family in families if k in family))
            for k in range(len(p))]


for count in (2, 3, 6, 9):
    p = [round(float(value), 4) for value in rng.beta(0.4, 2, count)]
    case("p_adjust", {"hommel": closed(p, simes),
                      "holm": closed(p, lambda family: len(family) * min(family))}, {"p": p})

# ---- power and posteriors ------------------------------------------------------------------------

for d, n1, ratio in ((0.3, 40, 1), (1.2, 5, 2.5), (0.05, 900, 1)):
    n2 = n1 * ratio
    df, shift = n1 + n2 - 2, d / math.sqrt(1 / n1 + 1 / n2)
    critical = stats.t.isf(0.025, df)
    case("power_t2", {"power": stats.nct.sf(critical, df, shift) + stats.nct.cdf(-critical, df, shift)},
         {"d": d, "n1": n1, "ratio": ratio, "alpha": 0.05}, within=1e-8)

a, b = stats.beta(1 + 12, 1 + 40), stats.beta(1 + 20, 1 + 33)
case("beta_binomial", {
    "p_b_gt_a": integrate.quad(lambda x: b.pdf(x) * a.cdf(x), 0, 1, epsabs=1e-13)[0],
    "loss_if_choose_b": integrate.quad(lambda x: b.cdf(x) * a.sf(x), 0, 1, epsabs=1e-13)[0],
    "a_ci_low": a.ppf(0.025), "b_ci_high": b.ppf(0.975)},
     {"x_a": 12, "n_a": 52, "x_b": 20, "n_b": 53}, within=1e-8)

x, y = draw("normal", 8), draw("shifted", 11)
a = stats.t(7, np.mean(x), stats.sem(x))
b = stats.t(10, np.mean(y), stats.sem(y))
case("bayes_means", {
    "p_b_gt_a": integrate.quad(lambda v: b.pdf(v) * a.cdf(v), -60, 60, epsabs=1e-12, limit=500)[0],
    "loss_if_choose_b": integrate.quad(lambda v: b.cdf(v) * a.sf(v), -200, 200, epsabs=1e-12,
                                       limit=2000, points=[0, 3, 6])[0]}, {"x": x, "y": y}, within=1e-6)

# ---- resampling ----------------------------------------------------------------------------------

x, y = draw("normal", 7), draw("shifted", 6)
test = stats.permutation_test((x, y), lambda a, b, axis: np.mean(a, axis) - np.mean(b, axis),
                              vectorized=True, n_resamples=np.inf, alternative="two-sided")
far = split_share(x, y, lambda a, b: abs(a.mean() - b.mean()))
case("permutation", {"diff": test.statistic, "p_two_sided": far, "splits": math.comb(13, 6)},
     {"x": x, "y": y})

# ---- always valid --------------------------------------------------------------------------------


def bayes_factor(x, spread):
    """Of a normal mixture of effects against none, both by the distribution of t."""
    n = len(x)
    t = np.mean(x) / np.std(x, ddof=1) * math.sqrt(n)
    mixture, _ = integrate.quad(lambda d: stats.nct.pdf(t, n - 1, d * math.sqrt(n)) *
                                stats.norm.pdf(d, 0, math.sqrt(spread)), -9, 9, limit=500,
                                epsabs=1e-13, epsrel=1e-12)
    return mixture / stats.t.pdf(t, n - 1)


for n, spread in ((2, 1), (5, 1), (12, 0.5), (30, 2)):
    x, y = draw("normal", n), draw("shifted", n)
    factors = [bayes_factor(np.subtract(y[:k], x[:k]), spread) for k in range(2, n + 1)]
    case("anytime_t", {"diff": np.mean(y) - np.mean(x), "log_evidence": math.log(factors[-1]),
                       "p": min(1, 1 / max(factors))},
         {"x": x, "y": y}, {"spread": spread}, within=1e-8)

print(json.dumps({"cases": cases}, indent=None).replace('{"fn"', '\n{"fn"'))
