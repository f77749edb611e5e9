// SPDX-License-Identifier: GPL-3.0-or-later
// The versions of a sweep's spec: what was asked for, by whom, and the trials from which it holds.
#include "cli/common.h"
#include "cli/show.h"

static bool emit_version(void *context, const struct wn_version_row *row) {
    struct wn_emit *emit = context;
    wn_emit_open(emit, NULL, '{');
    wn_emit_integer(emit, "version", row->version);
    wn_emit_raw(emit, "change", row->change);
    wn_emit_text(emit, "user", row->user);
    wn_emit_time(emit, "created", row->created);
    wn_emit_integer(emit, "first_trial", row->first_trial);
    wn_emit_text(emit, "spec", row->spec);
    wn_emit_close(emit, '}');
    return true;
}

enum wn_status wn_emit_versions(struct wn_emit *emit, struct wn_store *store, int64_t sweep,
                                struct wn_err *err) {
    wn_emit_open(emit, "versions", '[');
    enum wn_status status = wn_store_each_version(store, sweep, emit_version, emit, err);
    wn_emit_close(emit, ']');
    return status;
}

static void add_words(struct wn_str *text, const char *change) {
    struct wn_value list = {0};
    struct wn_err err;
    if (wn_value_parse_json(change, &list, &err) != WN_OK)
        return;
    for (size_t i = 0; list.type == WN_LIST && i < list.list.count; i++)
        if (list.list.items[i].type == WN_STRING)
            wn_str_addf(text, "%s%s", i ? " " : "", list.list.items[i].string.text);
    wn_value_clear(&list);
}

// The first one is what the others changed, no change itself.
static bool print_version(void *context, const struct wn_version_row *row) {
    struct wn_str text = {0};
    char moment[32];
    if (!row->change)
        return true;
    wn_str_addf(&text, "%-11s%lld, from trial %lld on: ", row->version == 2 ? "versions" : "",
                (long long)row->version, (long long)row->first_trial);
    add_words(&text, row->change);
    wn_str_addf(&text, " (%s, %s)\n", row->user, wn_moment_text(row->created, moment));
    wn_print_text(context, text.text, text.length);
    wn_str_free(&text);
    return true;
}

enum wn_status wn_print_versions(struct wn_store *store, int64_t sweep, struct wn_output *out,
                                 struct wn_err *err) {
    return wn_store_each_version(store, sweep, print_version, out, err);
}
