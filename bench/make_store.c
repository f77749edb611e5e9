// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a store with one finished sweep of made-up trials, to measure reading: leaderboards, lists,
// exports. Usage: make_store DIR TRIALS [POINTS [METRICS]]; POINTS and METRICS are per trial, and a
// metric has POINTS points.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/base/str.h"
#include "core/store/store.h"

enum { TRANSACTION = 1000 }; // trials

struct job {
    struct wn_store *store;
    int64_t sweep, trials, points, metrics;
    struct wn_point *curve; // WN_CHUNK of them
    int64_t *metric_ids;
};

static void check(enum wn_status status, const struct wn_err *err) {
    if (status == WN_OK)
        return;
    fprintf(stderr, "make_store: %s\n", err->text);
    exit((int)status);
}

static int64_t add_sweep(struct wn_store *store, int64_t trials) {
    static const char spec[] = "program: train.py\nmethod: random\n"
                               "metric: {name: m0, goal: minimize}\nparameters:\n"
                               "  lr: {distribution: log_uniform_values, min: 1e-5, max: 0.1}\n"
                               "  layers: {min: 1, max: 8}\n"
                               "  optimizer: {values: [adam, sgd]}\n";
    struct wn_err err = {0};
    struct wn_sweep_row row = {.name = wn_strdup("bench"),
                               .state = WN_SWEEP_FINISHED,
                               .method = wn_strdup("random"),
                               .spec = wn_strdup(spec),
                               .spec_file = wn_strdup("sweep.yaml"),
                               .parallel = 8,
                               .repeats = 1,
                               .declared = trials,
                               .objective = wn_strdup("m0"),
                               .cwd = wn_strdup("/project"),
                               .user = wn_strdup("user"),
                               .host = wn_strdup("host"),
                               .version = wn_strdup("0"),
                               .created = 1.7e9,
                               .started = 1.7e9,
                               .ended = 1.7e9 + (double)trials};
    check(wn_store_add_sweep(store, &row, &err), &err);
    int64_t id = row.id;
    wn_sweep_row_clear(&row);
    return id;
}

// A curve that falls towards `floor`; returns its last value.
static double add_series(struct job *job, int64_t trial, size_t metric, double floor) {
    struct wn_err err = {0};
    struct wn_series_tail tail = {.sweep = job->sweep,
                                  .trial = trial,
                                  .metric = job->metric_ids[metric],
                                  .points = job->curve};
    double value = floor;
    for (int64_t i = 0; i < job->points; i++) {
        value = floor + 1 / (double)(i + 1);
        job->curve[tail.count++] = (struct wn_point){(double)(i + 1), value};
        if (tail.count < WN_CHUNK && i + 1 < job->points)
            continue;
        check(wn_store_put_tail(job->store, &tail, &err), &err);
        tail.chunk++;
        tail.count = 0;
    }
    const struct wn_summary summary = {
        .count = job->points, .last = value, .min = value, .max = floor + 1};
    check(wn_store_put_summary(job->store, job->sweep, trial, tail.metric, &summary, &err), &err);
    return value;
}

// One trial in sixteen failed.
static void add_trial(struct job *job, int64_t number, struct wn_rng *rng) {
    struct wn_err err = {0};
    bool failed = wn_rng_below(rng, 16) == 0;
    double objective = NAN;
    for (size_t i = 0; i < (size_t)job->metrics && !failed; i++) {
        double value = add_series(job, number, i, wn_rng_uniform(rng));
        objective = i == 0 ? value : objective;
    }
    double began = 1.7e9 + (double)number;
    struct wn_trial_row row = {
        .sweep = job->sweep,
        .number = number,
        .state = failed ? WN_TRIAL_FAILED : WN_TRIAL_FINISHED,
        .params = wn_format("{\"lr\":%.17g,\"layers\":%d,\"optimizer\":\"%s\"}",
                            pow(10, -5 + 4 * wn_rng_uniform(rng)), (int)wn_rng_below(rng, 8) + 1,
                            wn_rng_below(rng, 2) ? "adam" : "sgd"),
        .seed = number,
        .reason = wn_strdup(failed ? "exit code 1" : ""),
        .has_exit = true,
        .exit_code = failed,
        .created = began,
        .started = began,
        .ended = began + 10 * wn_rng_uniform(rng),
        .user_cpu = 9,
        .system_cpu = 0.5,
        .peak_memory = 100 << 20,
        .host = wn_strdup("host"),
        .objective = objective,
        .mean = objective,
        .se = NAN,
    };
    check(wn_store_put_trial(job->store, &row, objective, &err), &err);
    wn_trial_row_clear(&row);
}

static void fill(struct job *job) {
    struct wn_err err = {0};
    struct wn_rng rng = wn_rng_new(1, 0);
    for (int64_t i = 0; i < job->trials; i++) {
        if (i % TRANSACTION == 0)
            check(wn_store_begin(job->store, &err), &err);
        for (size_t m = 0; i == 0 && m < (size_t)job->metrics; m++) {
            char *name = wn_format("m%zu", m);
            check(wn_store_metric(job->store, job->sweep, name, &job->metric_ids[m], &err), &err);
            free(name);
        }
        add_trial(job, i, &rng);
        if (i % TRANSACTION == TRANSACTION - 1 || i + 1 == job->trials)
            check(wn_store_commit(job->store, &err), &err);
    }
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: make_store DIR TRIALS [POINTS [METRICS]]\n");
        return 2;
    }
    struct wn_err err = {0};
    struct job job = {.trials = atoll(argv[2]),
                      .points = argc > 3 ? atoll(argv[3]) : 10,
                      .metrics = argc > 4 ? atoll(argv[4]) : 3};
    check(wn_store_open(argv[1], WN_STORE_CREATE, &job.store, &err), &err);
    job.curve = wn_calloc(WN_CHUNK, sizeof *job.curve);
    job.metric_ids = wn_calloc((size_t)job.metrics, sizeof *job.metric_ids);
    job.sweep = add_sweep(job.store, job.trials);
    fill(&job);
    wn_store_close(job.store);
    free(job.curve);
    free(job.metric_ids);
    return 0;
}
