// SPDX-License-Identifier: GPL-3.0-or-later
// The rate is that of the newest trials: what was before a break says nothing of how it goes now.
#include "sweep/pace.h"

#include <math.h>

enum { NEWEST = 24 }; // trials by which a rate is told

int64_t wn_sweep_ended(const struct wn_sweep_row *row) {
    int64_t ended = 0;
    for (int state = 0; state < WN_TRIAL_STATES; state++)
        ended += wn_trial_ended((enum wn_trial_state)state) ? row->counts[state] : 0;
    return ended;
}

// When the runner of now began: a break before it says nothing of the rate.
static double began(struct wn_store *store, int64_t sweep) {
    struct wn_run_row run = {0};
    struct wn_err err;
    int64_t id = 0;
    double started = 0;
    if (wn_store_last_run(store, sweep, &id, &err) == WN_OK && id &&
        wn_store_get_run(store, id, &run, &err) == WN_OK) {
        started = run.started;
        wn_run_row_clear(&run);
    }
    return started;
}

struct ends { // of the newest trials
    double first, last;
    int count;
};

static void add_end(struct ends *ends, double moment) {
    ends->first = ends->count == 0 || moment < ends->first ? moment : ends->first;
    ends->last = ends->count == 0 || moment > ends->last ? moment : ends->last;
    ends->count++;
}

// From one end to the next, on the average; where the next one is late, so much longer.
static double rate_of(const struct ends *ends, double now) {
    double span = ends->last - ends->first;
    if (ends->count < 2)
        return 0;
    double each = span / (ends->count - 1);
    if (now - ends->last > each)
        span += now - ends->last - each;
    return span > 0 ? (ends->count - 1) / span : 0;
}

double wn_sweep_rate(struct wn_store *store, const struct wn_sweep_row *row, double now) {
    int64_t last = -1;
    struct ends ends = {0};
    struct wn_err err;
    double since = began(store, row->id);
    if (wn_store_last_trial(store, row->id, &last, &err) != WN_OK)
        return 0;
    for (int64_t i = last; i >= 0 && i > last - NEWEST - row->counts[WN_TRIAL_RUNNING]; i--) {
        struct wn_trial_row trial = {0};
        if (wn_store_get_trial(store, row->id, i, &trial, &err) != WN_OK)
            continue;
        if (wn_trial_ended(trial.state) && trial.ended >= since)
            add_end(&ends, trial.ended);
        wn_trial_row_clear(&trial);
    }
    return rate_of(&ends, now);
}

double wn_sweep_share(const struct wn_sweep_row *row) {
    return row->declared > 0 ? fmin(1, (double)wn_sweep_ended(row) / (double)row->declared) : NAN;
}

double wn_sweep_left(const struct wn_sweep_row *row, double rate) {
    int64_t left = row->declared - wn_sweep_ended(row);
    return rate > 0 && row->declared > 0 && left > 0 ? (double)left / rate : 0;
}
