// SPDX-License-Identifier: GPL-3.0-or-later
// The table of tests, and which one a pair gets.
#include "core/drift/test.h"

#include <string.h>

#include "core/base/str.h"

#define X(name) extern const struct wn_drift_test wn_drift_test_##name;
#include "core/drift/tests.def"
#undef X

static const struct wn_drift_test *const all[] = {
#define X(name) &wn_drift_test_##name,
#include "core/drift/tests.def"
#undef X
};

enum { COUNT = sizeof all / sizeof *all };

const struct wn_drift_test *const *wn_drift_tests(size_t *count) {
    *count = COUNT;
    return all;
}

const struct wn_drift_test *wn_drift_test_find(const char *name) {
    for (size_t i = 0; i < COUNT; i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}

const struct wn_drift_test *wn_drift_test_closest(const char *word) {
    const char *names[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        names[i] = all[i]->name;
    const char *close = wn_closest(word, names, COUNT);
    return close ? wn_drift_test_find(close) : NULL;
}

bool wn_drift_test_takes(const struct wn_drift_test *test, enum wn_feature_type type) {
    return test->types >> type & 1;
}

const struct wn_drift_test *wn_drift_test_for(const struct wn_pair *pair) {
    if (pair->ref->type == WN_FREE_TEXT)
        return &wn_drift_test_words;
    if (wn_feature_is_categories(pair->ref))
        return &wn_drift_test_chi_squared;
    if (pair->ref->type != WN_NUMERIC)
        return NULL;
    return wn_pair_few(pair) ? &wn_drift_test_chi_squared : &wn_drift_test_ks;
}
