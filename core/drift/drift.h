// SPDX-License-Identifier: GPL-3.0-or-later
// Two profiles compared: each column by its test, all p-values corrected together, what is missing
// tested apart, and changes of the schema beside it. A column drifted where the corrected p is
// below alpha and the effect is at least the test's threshold: with many rows everything is
// significant, with few everything looks large.
#ifndef WN_DRIFT_DRIFT_H
#define WN_DRIFT_DRIFT_H

#include "core/data/profile.h"
#include "core/drift/test.h"
#include "core/stats/adjust.h"

// What somebody asked for about one column, or all.
struct wn_drift_wish {
    const char *column;               // NULL: all that have no wish of their own
    const struct wn_drift_test *test; // NULL: as the column needs
    double threshold;                 // NaN: the test's
};

struct wn_drift_setup {
    double alpha;
    enum wn_adjustment correction;
    bool uncorrected; // each test by itself
    bool all_tests;   // every test that takes the type, beside the one that decides
    const struct wn_drift_wish *wishes;
    size_t wish_count;
};

enum { WN_DRIFT_REASONS = 8, WN_DRIFT_TESTS = 16 };

// How often values are missing.
struct wn_drift_missing {
    double ref, cur; // shares of rows
    double z, p;     // NaN: not tested, nothing is missing
    double p_adjusted;
    bool drift;
};

struct wn_drift_column {
    char *name;
    enum wn_feature_type type;
    const struct wn_drift_test *test; // NULL: not tested
    bool computed;                    // it has a result
    struct wn_drift_result result;
    double threshold, p_adjusted;
    struct wn_drift_missing missing;
    bool by_missing; // what is missing says more than the values do
    bool drift;
    double severity; // effect over its threshold
    char *reasons[WN_DRIFT_REASONS];
    size_t reason_count;
    double bars_ref[WN_PAIR_BARS], bars_cur[WN_PAIR_BARS]; // shares of rows
    struct wn_drift_other {                                // with all_tests
        const struct wn_drift_test *test;
        struct wn_drift_result result;
    } others[WN_DRIFT_TESTS];
    size_t other_count;
};

enum wn_change_kind {
    WN_CHANGE_MISSING_COLUMN,
    WN_CHANGE_NEW_COLUMN,
    WN_CHANGE_TYPE,
    WN_CHANGE_UNIT,
    WN_CHANGE_MISSING,
    WN_CHANGE_INVALID,
    WN_CHANGE_CATEGORIES,
};
extern const char *const wn_change_names[]; // "missing column", ...

struct wn_change {
    char *column;
    enum wn_change_kind kind;
    char *detail;
    bool breaking; // whoever relies on the schema will fail; others are worth knowing
};

struct wn_drift {
    struct wn_drift_column *columns; // the worst first
    size_t count;
    struct wn_change *changes; // the breaking ones first
    size_t change_count, change_capacity;
    size_t drifted, breaking;
};

// Settles the types of both before their cells are gathered: the same for the same name. The
// reference decides where they disagree; boolean against numbers becomes numeric, numbers against
// texts categorical. Either may be settled already.
void wn_drift_agree(struct wn_profile *ref, bool ref_settled, struct wn_profile *cur,
                    bool cur_settled);
// WN_BAD_INPUT: a wish names a column that is not there, or a test that does not take its type.
enum wn_status wn_drift_run(const struct wn_profile *ref, const struct wn_profile *cur,
                            const struct wn_drift_setup *setup, struct wn_drift *drift,
                            struct wn_err *err);
void wn_drift_free(struct wn_drift *drift);

#endif
