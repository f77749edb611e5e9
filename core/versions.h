// SPDX-License-Identifier: GPL-3.0-or-later
// The specs that a sweep had, read from its store. All have the same parameters by name and in the
// same order (sweep/edit.h), so that a configuration of one has the shape of any other; what values
// they may take differs.
#ifndef WN_VERSIONS_H
#define WN_VERSIONS_H

#include "core/spec.h"
#include "core/store/store.h"

struct wn_version {
    struct wn_spec *spec;
    int64_t first_trial;
    double created; // Unix seconds
};

struct wn_versions { // oldest first, at least one once loaded
    struct wn_version *items;
    size_t count, capacity;
};

// Fails where one of them cannot be read by this winnow. Nothing is to be freed then.
enum wn_status wn_versions_load(struct wn_store *store, const struct wn_sweep_row *sweep,
                                struct wn_versions *versions, struct wn_err *err);
void wn_versions_free(struct wn_versions *versions);

const struct wn_spec *wn_versions_newest(const struct wn_versions *versions);
// The version that a trial was made in.
const struct wn_version *wn_versions_of(const struct wn_versions *versions, int64_t trial);
// The one that held at a moment.
const struct wn_version *wn_versions_at(const struct wn_versions *versions, double moment);

#endif
