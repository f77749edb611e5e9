// SPDX-License-Identifier: GPL-3.0-or-later
// Failures are modelled as numbers: 1 where a trial failed and 0 where it did not, standardised; a
// point is likely to fail where the process is likely to be above the middle.
#include "sweep/bayes/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "sweep/gp/fit.h"
#include "sweep/gp/yeojohnson.h"

enum { DRAWS = 64, FIT_STEPS = 40 };

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

static bool fit_process(struct process *process) {
    size_t d = process->data.points.dimensions;
    double *theta = wn_calloc(d + 2, sizeof *theta);
    wn_gp_start(d, theta);
    wn_gp_fit(&process->data, theta, FIT_STEPS);
    process->gp = wn_gp_new(&process->data, theta);
    free(theta);
    return process->gp;
}

static void close_process(struct process *process) {
    free(process->x);
    free(process->y);
    free(process->variance);
    wn_gp_free(process->gp);
}

// ---- the objective ------------------------------------------------------------------------------

// Known standard errors become variances of what the process sees; false where none is known.
static void set_variances(struct process *process, const struct wn_belief_data *data,
                          const struct wn_yeojohnson *transform) {
    process->variance = wn_calloc(data->count, sizeof *process->variance);
    process->data.variance = process->variance;
    for (size_t i = 0; i < data->count; i++) {
        double error = data->errors[i] * wn_yeojohnson_slope(transform, data->values[i]);
        process->variance[i] = isfinite(error) ? error * error : 0;
    }
}

static bool believe_objective(struct wn_belief *belief, const struct wn_belief_data *data,
                              struct wn_rng rng) {
    struct process *process = &belief->objective;
    open_process(process, data, data->count);
    add_points(process, data->points, data->count, 0);
    struct wn_yeojohnson transform = wn_yeojohnson_fit(data->values, data->count);
    for (size_t i = 0; i < data->count; i++)
        process->y[i] = wn_yeojohnson_apply(&transform, data->values[i]);
    set_variances(process, data, &transform);
    if (!fit_process(process))
        return false;
    belief->objective_posterior =
        wn_posterior_new(process->gp, data->pending, data->pending_count, DRAWS, rng);
    return belief->objective_posterior;
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
