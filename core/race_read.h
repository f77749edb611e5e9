// SPDX-License-Identifier: GPL-3.0-or-later
// A race as the store has it: what its runner knows, for whoever looks on.
#ifndef WN_RACE_READ_H
#define WN_RACE_READ_H

#include "core/race.h"
#include "core/spec.h"
#include "core/store/store.h"

struct wn_race_entry { // an arm of it
    int64_t trial;     // its repeat 0
    int64_t params_hash;
    char *params;    // JSON
    double mean, se; // of all its repeats, also those that came too late to be judged; NaN: none
    int64_t results; // that these are of
};

struct wn_race_record {
    struct wn_race *race; // NULL: no trial has begun; of a list it has all arms, begun or not
    struct wn_race_entry entries[WN_RACE_MOST_ARMS];
    int count;
};

struct wn_race_rules wn_race_rules_of(const struct wn_spec *spec);

// `spec` has a race. The caller clears the record.
enum wn_status wn_race_read(struct wn_store *store, int64_t sweep, const struct wn_spec *spec,
                            struct wn_race_record *record, struct wn_err *err);
void wn_race_record_clear(struct wn_race_record *record);

#endif
