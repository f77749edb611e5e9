// SPDX-License-Identifier: GPL-3.0-or-later
// Versions are few and are looked up from the newest, which most trials are of.
#include "core/versions.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

struct loading {
    const struct wn_sweep_row *sweep;
    struct wn_versions *versions;
    enum wn_status status;
    struct wn_err *err;
};

static bool add(void *context, const struct wn_version_row *row) {
    struct loading *loading = context;
    struct wn_diags diags = {0};
    struct wn_spec *spec;
    loading->status = wn_spec_parse("spec", row->spec, strlen(row->spec), &spec, &diags);
    if (loading->status == WN_OK)
        *WN_PUSH(loading->versions->items, loading->versions->count, loading->versions->capacity) =
            (struct wn_version){
                .spec = spec, .first_trial = row->first_trial, .created = row->created};
    else
        wn_fail(loading->err, loading->status, "the stored spec of %s cannot be read: %s",
                loading->sweep->name, diags.count ? diags.items[0].text : "");
    wn_diags_free(&diags);
    return loading->status == WN_OK;
}

enum wn_status wn_versions_load(struct wn_store *store, const struct wn_sweep_row *sweep,
                                struct wn_versions *versions, struct wn_err *err) {
    struct loading loading = {.sweep = sweep, .versions = versions, .err = err};
    *versions = (struct wn_versions){0};
    enum wn_status status = wn_store_each_version(store, sweep->id, add, &loading, err);
    status = status == WN_OK ? loading.status : status;
    if (status == WN_OK && !versions->count)
        status = wn_fail(err, WN_BAD_INPUT, "the store has no spec of %s", sweep->name);
    if (status != WN_OK)
        wn_versions_free(versions);
    return status;
}

void wn_versions_free(struct wn_versions *versions) {
    for (size_t i = 0; i < versions->count; i++)
        wn_spec_free(versions->items[i].spec);
    free(versions->items);
    *versions = (struct wn_versions){0};
}

const struct wn_spec *wn_versions_newest(const struct wn_versions *versions) {
    return versions->items[versions->count - 1].spec;
}

const struct wn_version *wn_versions_of(const struct wn_versions *versions, int64_t trial) {
    size_t i = versions->count - 1;
    while (i && versions->items[i].first_trial > trial)
        i--;
    return &versions->items[i];
}

const struct wn_version *wn_versions_at(const struct wn_versions *versions, double moment) {
    size_t i = versions->count - 1;
    while (i && versions->items[i].created > moment)
        i--;
    return &versions->items[i];
}
