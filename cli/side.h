// SPDX-License-Identifier: GPL-3.0-or-later
// One side of `winnow diff`: a trial or a sweep as a list of facts, each a name and a value, sorted
// so that two lists can be walked side by side; and texts that are compared line by line.
#ifndef WN_CLI_SIDE_H
#define WN_CLI_SIDE_H

#include "core/store/store.h"
#include "core/value.h"

enum wn_fact_group { // in the order in which they are shown
    WN_FACT_PARAM,
    WN_FACT_SETTING,
    WN_FACT_RESULT,
    WN_FACT_METRIC,
    WN_FACT_COMMAND,
    WN_FACT_CODE,
    WN_FACT_VARIABLE,
};

struct wn_fact {
    enum wn_fact_group group;
    bool minor; // differs as a matter of course: shown only where all is shown
    char *name; // "param.lr", "metric.loss", "argv 3", "env.HOME"
    struct wn_value value;
};

struct wn_side {
    struct wn_sweep_row sweep;
    int64_t trial; // or WN_WHOLE_SWEEP
    struct wn_trial_row row;
    struct wn_run_row run; // that started the trial, or the sweep's last one; id 0: none
    struct wn_fact *facts;
    size_t count, capacity;
};

// Finds "SWEEP" or "SWEEP:TRIAL"; or trial `trial` of the sweep where that is not NULL.
enum wn_status wn_side_find(struct wn_store *store, const char *which, const char *trial,
                            struct wn_side *side, struct wn_err *err);
// Lists its facts, sorted. `runs`: also those of its run.
enum wn_status wn_side_list(struct wn_store *store, struct wn_side *side, bool runs,
                            struct wn_err *err);
void wn_side_clear(struct wn_side *side);
int wn_fact_compare(const struct wn_fact *a, const struct wn_fact *b); // their order

#endif
