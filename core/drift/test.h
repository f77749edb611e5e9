// SPDX-License-Identifier: GPL-3.0-or-later
// A test of one column is a row: what it is called, which types it takes, how it is run on a pair,
// and from which effect on a difference matters. A new test is one entry in core/drift/tests/ and
// one line in tests.def; the command, its help and docs/drift.md's table name no test themselves.
#ifndef WN_DRIFT_TEST_H
#define WN_DRIFT_TEST_H

#include "core/base/err.h"
#include "core/drift/pair.h"

struct wn_drift_result {
    double statistic, p, effect; // NaN: not defined
    const char *effect_name;     // "W1/sd": what the effect is
    const char *method;          // how p was computed; NULL: there is one way
    double error;                // by how much the statistic may be off; 0: exact
    char note[160];              // where the difference is, or ""
};

struct wn_drift_test {
    const char *name, *summary;
    unsigned types;   // 1u << type of those that it takes
    double threshold; // effect from which on a difference matters
    // WN_NO with a reason: not computable from this pair.
    enum wn_status (*run)(struct wn_pair *pair, struct wn_drift_result *result, struct wn_err *err);
};

const struct wn_drift_test *const *wn_drift_tests(size_t *count);    // in the order of tests.def
const struct wn_drift_test *wn_drift_test_find(const char *name);    // NULL: none
const struct wn_drift_test *wn_drift_test_closest(const char *word); // for "did you mean", or NULL
bool wn_drift_test_takes(const struct wn_drift_test *test, enum wn_feature_type type);
// What a pair is tested by where nobody says; NULL: ids and datetimes are not.
const struct wn_drift_test *wn_drift_test_for(const struct wn_pair *pair);

#endif
