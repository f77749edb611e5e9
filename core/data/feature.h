// SPDX-License-Identifier: GPL-3.0-or-later
// All that is kept of a column, gathered in one pass and bounded memory whatever the number of
// rows, and merged with what was gathered elsewhere. What is kept depends on the type:
//
//     numeric, datetime     moments; values counted while few, else all, else a quantile sketch
//     categorical, boolean  how often each value occurs
//     text                  in how many rows each word occurs; moments of the length in bytes
//     id                    nothing
//
// and the number of distinct values of all of them.
#ifndef WN_DATA_FEATURE_H
#define WN_DATA_FEATURE_H

#include "core/data/cell.h"
#include "core/data/counts.h"
#include "core/data/distinct.h"
#include "core/data/few.h"
#include "core/data/quantiles.h"
#include "core/data/running.h"

struct wn_feature {
    char *name;
    enum wn_feature_type type; // as which it is taken
    enum wn_feature_type seen; // as what it looks; of use where it is known
    bool known;                // there was a value to guess from
    bool mixed;                // numbers and texts
    bool digits;               // numbers only, also where it looks like something else
    bool told;                 // somebody said the type
    bool unwanted;
    uint64_t rows, missing, infinite;
    uint64_t invalid; // cells that the type cannot take
    char *odd;        // the first of those; NULL: none
    struct wn_running numbers;
    struct wn_few *few;            // NULL: they were too many
    struct wn_quantiles quantiles; // empty while they are few
    struct wn_distinct distinct;
    struct wn_counts counts;
};

struct wn_feature wn_feature_new(const char *name, enum wn_feature_type type);
void wn_feature_add(struct wn_feature *column, const char *cell); // "" is missing
// Of the same type. What `other` has is copied.
void wn_feature_merge(struct wn_feature *column, const struct wn_feature *other);
void wn_feature_free(struct wn_feature *column);

bool wn_feature_is_numbers(const struct wn_feature *column);    // numeric or datetime
bool wn_feature_is_categories(const struct wn_feature *column); // categorical or boolean
uint64_t wn_feature_values(const struct wn_feature *column);    // neither missing nor of no use
double wn_feature_distinct(const struct wn_feature *column);    // about, where they are many
// The numbers upward, perhaps with weights; wn_sample_free_weighted() releases it.
struct wn_sample wn_feature_sample(const struct wn_feature *column);
// By how much a share of numbers below any may be off; 0: exact.
double wn_feature_error(const struct wn_feature *column);

// Gives up `few`, so that its values go to the quantiles.
void wn_feature_give_up_few(struct wn_feature *column);

#endif
