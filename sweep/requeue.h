// SPDX-License-Identifier: GPL-3.0-or-later
// Trials that are to run though no searcher asked: an ended one once more, and configurations that
// a person put in. The rows only; a runner that lives keeps its own record of them besides.
#ifndef WN_REQUEUE_H
#define WN_REQUEUE_H

#include "core/spec.h"
#include "core/store/store.h"

// Makes an ended trial wait for its next attempt: the attempt it had becomes history, its points
// are dropped. `row` becomes the queued one; `why` is what it waits for. In the caller's
// transaction.
enum wn_status wn_requeue(struct wn_store *store, struct wn_trial_row *row, const char *why,
                          struct wn_err *err);

// Whether there is anything to try again: WN_NO where it runs, waits or has a result.
enum wn_status wn_requeue_check(const struct wn_trial_row *row, struct wn_err *err);

struct wn_enqueued { // borrowed
    int64_t sweep, sweep_seed;
    int64_t id; // of the configuration: the first one that is free
    const struct wn_spec *spec;
    int64_t outside;    // configurations before it that lie outside of this spec's space
    const char *params; // JSON
    int64_t hash;       // wn_space_hash()
    const char *user;
};

// Stores one queued row per repeat and declares them; *more: by how many trials the sweep grows.
// WN_NO where a trial has these parameters. In the caller's transaction.
enum wn_status wn_enqueue(struct wn_store *store, const struct wn_enqueued *enqueued, int64_t *more,
                          struct wn_err *err);

// Reads parameters (JSON, nested or dotted names) into a configuration, which the caller frees.
// WN_BAD_INPUT says what is unknown, missing, out of range or against a constraint.
enum wn_status wn_enqueue_parse(const struct wn_spec *spec, const char *json,
                                struct wn_config **config, struct wn_err *err);

#endif
