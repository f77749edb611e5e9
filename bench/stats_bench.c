// SPDX-License-Identifier: GPL-3.0-or-later
// The CPU time of one statistic on two files of doubles, with what it answered: "SECONDS VALUE".
// usage: stats_bench NAME X Y RESAMPLES
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/mem.h"
#include "core/stats/ks.h"
#include "core/stats/ranks.h"
#include "core/stats/resample.h"

static struct wn_sample read_sample(const char *path) {
    struct wn_sample sample = {0};
    size_t capacity = 0;
    double value;
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(3);
    }
    while (fread(&value, sizeof value, 1, file) == 1)
        *WN_PUSH(sample.values, sample.count, capacity) = value;
    fclose(file);
    return sample;
}

static double mann_whitney(struct wn_sample *samples, size_t resamples) {
    (void)resamples;
    struct wn_mann_whitney test;
    wn_sort(samples[0].values, samples[0].count);
    wn_sort(samples[1].values, samples[1].count);
    wn_mann_whitney(&samples[0], &samples[1], &test, NULL);
    return test.p;
}

static double ks(struct wn_sample *samples, size_t resamples) {
    (void)resamples;
    struct wn_ks test;
    wn_sort(samples[0].values, samples[0].count);
    wn_sort(samples[1].values, samples[1].count);
    wn_ks(&samples[0], &samples[1], &test, NULL);
    return test.p_one_sample;
}

static double bootstrap(struct wn_sample *samples, size_t resamples) {
    struct wn_boot_setup setup = {WN_BOOT_MEAN_DIFF, resamples, 0.95, 1};
    struct wn_bootstrap out;
    wn_bootstrap(samples, 2, &setup, &out, NULL);
    return out.percentile_low;
}

static double permutation(struct wn_sample *samples, size_t resamples) {
    struct wn_permutation test;
    wn_permutation(&samples[0], &samples[1], resamples, 1, &test, NULL);
    return test.p;
}

static const struct {
    const char *name;
    double (*run)(struct wn_sample *samples, size_t resamples);
} contests[] = {{"mann_whitney", mann_whitney},
                {"ks", ks},
                {"bootstrap", bootstrap},
                {"permutation", permutation}};

static double cpu_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
    gsl_set_error_handler_off();
    for (size_t i = 0; argc == 5 && i < sizeof contests / sizeof *contests; i++) {
        if (strcmp(contests[i].name, argv[1]) != 0)
            continue;
        struct wn_sample samples[] = {read_sample(argv[2]), read_sample(argv[3])};
        double begin = cpu_seconds();
        double value = contests[i].run(samples, strtoul(argv[4], NULL, 10));
        printf("%.9f %.17g\n", cpu_seconds() - begin, value);
        free(samples[0].values);
        free(samples[1].values);
        return 0;
    }
    fputs("usage: stats_bench mann_whitney|ks|bootstrap|permutation X Y RESAMPLES\n", stderr);
    return 2;
}
