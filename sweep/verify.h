// SPDX-License-Identifier: GPL-3.0-or-later
// Proof from the store alone: each declared point x repeat has exactly one accepted result, and
// each series has the points that its summary counts. Reads; changes nothing.
#ifndef WN_VERIFY_H
#define WN_VERIFY_H

#include "core/spec.h"
#include "core/store/store.h"

#define WN_VERIFY_NAMED 20 // faults that are told in words; all are counted

struct wn_verify {
    int64_t declared;              // points x repeats that the sweep owes
    int64_t accepted;              // of those, how many have their one result
    int64_t missing;               // declared without a result
    int64_t duplicate;             // results beyond the one of their point and repeat
    int64_t torn;                  // series whose points and summary disagree
    char *faults[WN_VERIFY_NAMED]; // sentences
    size_t named;
};

// What a sweep owes: the points of its grid, or as many configurations as its budget and space
// declare; where it ended sooner by a rule of its spec (until, budget.time), those it began.
// `spec` is the stored one. Call wn_verify_clear() afterwards, also on failure.
enum wn_status wn_verify_run(struct wn_store *store, const struct wn_sweep_row *sweep,
                             const struct wn_spec *spec, struct wn_verify *verify,
                             struct wn_err *err);
bool wn_verify_good(const struct wn_verify *verify);
void wn_verify_clear(struct wn_verify *verify);

#endif
