// SPDX-License-Identifier: GPL-3.0-or-later
// Failures are modelled as numbers: 1 where a trial failed and 0 where it did not, standardised; a
// point is likely to fail where the process is likely to be above the middle.
#include "sweep/bayes/model.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "sweep/gp/fit.h"
#include "sweep/gp/yeojohnson.h"

enum {
    DRAWS = 64, // of the function, where it is uncertain at the points themselves
    FIT_STEPS = 40,
    MOST_FITTED = 200, // points
    FIRST = 20,        // observations that stand for random ones
};
static const double least_gain = 1e-3;
static const double failing_quantile = 0.9, failing_variance = 0.1; // of failures as observations

struct process { // what a Gaussian process is fitted to, and what comes of it
    double *x, *y, *variance;
    struct wn_gp_data data;
    struct wn_gp *gp;
};

struct wn_belief {
    struct process objective, failure;
    struct wn_posterior *objective_posterior, *failure_posterior;
    struct wn_acquisition acquisition;
};

// ---- a process ----------------------------------------------------------------------------------

static void add_points(struct process *process, const double *points, size_t count, size_t first) {
    size_t n = process->data.points.count, d = process->data.points.dimensions;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < d; k++)
            process->x[k * n + first + i] = points[i * d + k];
}

static void open_process(struct process *process, const struct wn_belief_data *data, size_t count) {
    process->x = wn_calloc(count * data->dimensions + 1, sizeof *process->x);
    process->y = wn_calloc(count, sizeof *process->y);
    process->data = (struct wn_gp_data){
        .points = {.count = count,
                   .dimensions = data->dimensions,
                   .x = process->x,
                   .nominal = data->nominal},
        .y = process->y,
    };
}

static void close_process(struct process *process) {
    free(process->x);
    free(process->y);
    free(process->variance);
    wn_gp_free(process->gp);
}

// Of many points every so-manyth will do for the hyperparameters.
static void thin_out(struct process *thin, const struct process *process) {
    const struct wn_points *points = &process->data.points;
    size_t d = points->dimensions;
    thin->x = wn_calloc(MOST_FITTED * d + 1, sizeof *thin->x);
    thin->y = wn_calloc(MOST_FITTED, sizeof *thin->y);
    thin->variance = wn_calloc(MOST_FITTED, sizeof *thin->variance);
    for (size_t i = 0; i < MOST_FITTED; i++) {
        size_t from = i * points->count / MOST_FITTED;
        for (size_t k = 0; k < d; k++)
            thin->x[k * MOST_FITTED + i] = process->x[k * points->count + from];
        thin->y[i] = process->y[from];
        thin->variance[i] = process->variance ? process->variance[from] : 0;
    }
    thin->data = (struct wn_gp_data){.points = *points, .y = thin->y, .variance = thin->variance};
    thin->data.points.count = MOST_FITTED;
    thin->data.points.x = thin->x;
}

static bool fit_process(struct process *process) {
    size_t d = process->data.points.dimensions;
    double *theta = wn_calloc(wn_theta_count(d), sizeof *theta);
    struct process thin = {0};
    bool many = process->data.points.count > MOST_FITTED;
    if (many)
        thin_out(&thin, process);
    wn_gp_start(d, theta);
    wn_gp_fit(many ? &thin.data : &process->data, theta, FIT_STEPS);
    process->gp = wn_gp_new(&process->data, theta);
    close_process(&thin);
    free(theta);
    return process->gp;
}

// ---- the objective ------------------------------------------------------------------------------

// How much better than the best a configuration must be to be worth a trial, as the process sees
// it: a thousandth of what the best is ahead of a typical one of the first. Without it, a search
// spends its trials on polishing the first optimum it meets.
static double worthwhile(const struct wn_belief_data *data, const struct wn_yeojohnson *transform) {
    size_t count = data->count < FIRST ? data->count : FIRST;
    double first[FIRST], best = INFINITY;
    memcpy(first, data->values, count * sizeof *first);
    double typical = gsl_stats_median(first, 1, count);
    for (size_t i = 0; i < data->count; i++)
        best = fmin(best, data->values[i]);
    double margin = wn_yeojohnson_apply(transform, best) -
                    wn_yeojohnson_apply(transform, best - least_gain * (typical - best));
    return isfinite(margin) ? fmax(margin, 0) : 0;
}

// Known standard errors become variances of what the process sees.
static void add_values(struct process *process, const struct wn_belief_data *data,
                       const struct wn_yeojohnson *transform) {
    add_points(process, data->points, data->count, 0);
    for (size_t i = 0; i < data->count; i++) {
        double error = data->errors[i] * wn_yeojohnson_slope(transform, data->values[i]);
        process->y[i] = wn_yeojohnson_apply(transform, data->values[i]);
        process->variance[i] = isfinite(error) ? error * error : 0;
    }
}

// A failure counts as a bad value, vaguely: otherwise what seems good next to it stays tempting
// however sure its failure is.
static void add_failures(struct process *process, const struct wn_belief_data *data) {
    double *sorted = wn_calloc(data->count, sizeof *sorted);
    memcpy(sorted, process->y, data->count * sizeof *sorted);
    gsl_sort(sorted, 1, data->count);
    double bad = gsl_stats_quantile_from_sorted_data(sorted, 1, data->count, failing_quantile);
    free(sorted);
    add_points(process, data->failures, data->failure_count, data->count);
    for (size_t i = data->count; i < process->data.points.count; i++) {
        process->y[i] = bad;
        process->variance[i] = failing_variance;
    }
}

static bool believe_objective(struct wn_belief *belief, const struct wn_belief_data *data,
                              struct wn_rng rng) {
    struct process *process = &belief->objective;
    open_process(process, data, data->count + data->failure_count);
    process->variance = wn_calloc(process->data.points.count, sizeof *process->variance);
    process->data.variance = process->variance;
    struct wn_yeojohnson transform = wn_yeojohnson_fit(data->values, data->count);
    add_values(process, data, &transform);
    add_failures(process, data);
    if (!fit_process(process))
        return false;
    belief->objective_posterior =
        wn_posterior_new(process->gp, data->pending, data->pending_count, DRAWS, rng);
    if (!belief->objective_posterior)
        return false;
    double margin = worthwhile(data, &transform);
    for (size_t i = 0; i < belief->objective_posterior->draws; i++)
        belief->objective_posterior->best[i] -= margin;
    return true;
}

// ---- failures -----------------------------------------------------------------------------------

static bool believe_failure(struct wn_belief *belief, const struct wn_belief_data *data,
                            struct wn_rng rng) {
    struct process *process = &belief->failure;
    size_t count = data->count + data->failure_count;
    double share = (double)data->failure_count / (double)count,
           deviation = sqrt(share * (1 - share));
    open_process(process, data, count);
    add_points(process, data->points, data->count, 0);
    add_points(process, data->failures, data->failure_count, data->count);
    for (size_t i = 0; i < count; i++)
        process->y[i] = ((i < data->count ? 0 : 1) - share) / deviation;
    if (!fit_process(process))
        return false;
    belief->failure_posterior = wn_posterior_new(process->gp, NULL, 0, 0, rng);
    belief->acquisition.most = (0.5 - share) / deviation;
    belief->acquisition.noise = process->gp->noise;
    return belief->failure_posterior;
}

// ---- both ---------------------------------------------------------------------------------------

struct wn_belief *wn_belief_new(const struct wn_belief_data *data, struct wn_rng rng) {
    if (data->count < 2)
        return NULL;
    struct wn_belief *belief = wn_calloc(1, sizeof *belief);
    bool believed = believe_objective(belief, data, rng) &&
                    (!data->failure_count || believe_failure(belief, data, rng));
    if (!believed) {
        wn_belief_free(belief);
        return NULL;
    }
    belief->acquisition.objective = belief->objective_posterior;
    belief->acquisition.failure = belief->failure_posterior;
    return belief;
}

const struct wn_acquisition *wn_belief_acquisition(const struct wn_belief *belief) {
    return &belief->acquisition;
}

void wn_belief_free(struct wn_belief *belief) {
    if (!belief)
        return;
    wn_posterior_free(belief->objective_posterior);
    wn_posterior_free(belief->failure_posterior);
    close_process(&belief->objective);
    close_process(&belief->failure);
    free(belief);
}
