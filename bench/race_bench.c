// SPDX-License-Identifier: GPL-3.0-or-later
// What races promise, tried out: how often a winner is named where there is none, however often one
// looks, and how many repeats stopping early saves against a test of a fixed size.
// usage: race_bench [EXPERIMENTS]
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/rng.h"
#include "core/race.h"
#include "core/stats/power.h"

enum noise { NORMAL, HEAVY, SKEWED, COARSE, NOISES };

static const char *const noise_names[] = {"normal", "heavy tails (t with 3 df)",
                                          "skewed (exponential)", "rounded to whole deviations"};

// One value of mean 0 and standard deviation 1.
static double draw(struct wn_rng *rng, enum noise noise) {
    double u = wn_rng_uniform(rng);
    switch (noise) {
    case HEAVY:
        return gsl_cdf_tdist_Pinv(u, 3) / sqrt(3);
    case SKEWED:
        return -log(u) - 1;
    case COARSE:
        return round(gsl_cdf_ugaussian_Pinv(u));
    default:
        return gsl_cdf_ugaussian_Pinv(u);
    }
}

struct setting {
    int arms;
    double most, min_effect;
    double effect; // of the last arm over all others, in deviations of a single value
    enum noise noise;
};

struct outcome {
    int winners, right; // right: the last arm won
    double rounds;      // on average
};

static struct outcome run(const struct setting *setting, int experiments) {
    struct outcome outcome = {0};
    const struct wn_race_rules rules = {.most = (int64_t)setting->most,
                                        .confidence = 0.95,
                                        .min_effect = setting->min_effect,
                                        .maximize = true};
    for (int i = 0; i < experiments; i++) {
        struct wn_race *race = wn_race_new(&rules, setting->arms);
        struct wn_rng rng = wn_rng_new((uint64_t)i, 1);
        int arm;
        int64_t repeat;
        while (wn_race_next(race, &arm, &repeat))
            wn_race_tell(race, arm, repeat,
                         draw(&rng, setting->noise) +
                             (arm == setting->arms - 1 ? setting->effect : 0));
        bool won = wn_race_end(race) == WN_RACE_WON;
        outcome.winners += won;
        outcome.right += won && wn_race_leader(race) == setting->arms - 1;
        outcome.rounds += (double)wn_race_rounds(race) / experiments;
        wn_race_free(race);
    }
    return outcome;
}

// A paired t test at the ordinary level after each pair: what peeking does.
static double peek(int most, int experiments) {
    int alarms = 0;
    for (int i = 0; i < experiments; i++) {
        struct wn_rng rng = wn_rng_new((uint64_t)i, 1);
        struct wn_moments moments = {0};
        bool alarm = false;
        for (int n = 0; n < most && !alarm; n++) {
            wn_moments_add(&moments, draw(&rng, NORMAL) - draw(&rng, NORMAL));
            double t = fabs(moments.mean) / sqrt(moments.variance / (n + 1));
            alarm = n >= 4 && t > gsl_cdf_tdist_Pinv(0.975, n);
        }
        alarms += alarm;
    }
    return (double)alarms / experiments;
}

static void show_false_winners(int experiments) {
    printf("where nothing differs, %d experiments of 50 rounds, looked at after every one:\n",
           experiments);
    for (int noise = 0; noise < NOISES; noise++)
        for (int arms = 2; arms <= 5; arms += 3) {
            const struct setting setting = {.arms = arms, .most = 50, .noise = (enum noise)noise};
            printf("  %d configurations, %-28s a winner in %4.1f %% (promised: at most 5)\n", arms,
                   noise_names[noise], 100.0 * run(&setting, experiments).winners / experiments);
        }
    printf("  an ordinary paired t test, looked at as often      a winner in %4.1f %%\n",
           100 * peek(50, experiments));
}

// `d` is the smallest effect that matters, in deviations of the difference of a pair.
static void show_savings(double d, int experiments) {
    double fixed;
    struct wn_err err;
    if (wn_paired_size(0.05, d, 0.9, &fixed, &err) != WN_OK)
        exit(1);
    fixed = ceil(fixed);
    for (int times = 1; times <= 2; times++) {
        double effect = times * d * sqrt(2); // in deviations of a single value
        const struct setting setting = {
            .arms = 2, .most = 2 * fixed, .min_effect = d * sqrt(2), .effect = effect};
        struct outcome outcome = run(&setting, experiments);
        printf("  smallest effect %.2f: fixed test %3.0f pairs (power 90 %%); effect %.2f: race "
               "%5.1f pairs on average (power %5.1f %%), saves %3.0f %%\n",
               d, fixed, times * d, outcome.rounds, 100.0 * outcome.right / experiments,
               100 * (1 - outcome.rounds / fixed));
    }
}

int main(int argc, char **argv) {
    int experiments = argc > 1 ? atoi(argv[1]) : 2000;
    show_false_winners(experiments);
    printf("where B is better, by the smallest effect that matters and by twice that:\n");
    show_savings(0.25, experiments);
    show_savings(0.5, experiments);
    show_savings(1, experiments);
    return 0;
}
