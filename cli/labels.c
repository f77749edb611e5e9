// SPDX-License-Identifier: GPL-3.0-or-later
// Showing tags and notes.
#include "cli/labels.h"

#include <string.h>

static bool add_word(void *context, const struct wn_label *tag) {
    struct wn_str *text = context;
    wn_str_addf(text, "%s%s", text->length ? " " : "", tag->text);
    return true;
}

enum wn_status wn_tags_text(struct wn_store *store, int64_t sweep, int64_t trial,
                            struct wn_str *text, struct wn_err *err) {
    return wn_store_each_tag(store, sweep, trial, add_word, text, err);
}

// ---- for people ---------------------------------------------------------------------------------

static bool print_note(void *context, const struct wn_label *note) {
    struct wn_output *out = context;
    char moment[32];
    wn_printf(out, "%-11s", "note");
    if (note->trial != WN_WHOLE_SWEEP)
        wn_printf(out, "trial %lld: ", (long long)note->trial);
    wn_print_text(out, note->text, strlen(note->text));
    wn_printf(out, " (%s, %s)\n", note->user, wn_moment_text(note->created, moment));
    return true;
}

enum wn_status wn_print_labels(struct wn_store *store, int64_t sweep, int64_t trial,
                               struct wn_output *out, struct wn_err *err) {
    struct wn_str tags = {0};
    enum wn_status status = wn_tags_text(store, sweep, trial, &tags, err);
    if (tags.length)
        wn_printf(out, "%-11s%s\n", "tags", tags.text);
    wn_str_free(&tags);
    if (status == WN_OK)
        status = wn_store_each_note(store, sweep, trial, print_note, out, err);
    if (status == WN_OK && trial == WN_WHOLE_SWEEP)
        status = wn_store_each_note(store, sweep, WN_EACH_TRIAL, print_note, out, err);
    return status;
}

// ---- JSON ---------------------------------------------------------------------------------------

static bool emit_tag(void *context, const struct wn_label *tag) {
    wn_emit_text(context, NULL, tag->text);
    return true;
}

static bool emit_note(void *context, const struct wn_label *note) {
    struct wn_emit *emit = context;
    wn_emit_open(emit, NULL, '{');
    if (note->trial == WN_WHOLE_SWEEP)
        wn_emit_null(emit, "trial");
    else
        wn_emit_integer(emit, "trial", note->trial);
    wn_emit_text(emit, "text", note->text);
    wn_emit_text(emit, "user", note->user);
    wn_emit_time(emit, "created", note->created);
    wn_emit_close(emit, '}');
    return true;
}

enum wn_status wn_emit_tags(struct wn_emit *emit, struct wn_store *store, int64_t sweep,
                            int64_t trial, struct wn_err *err) {
    wn_emit_open(emit, "tags", '[');
    enum wn_status status = wn_store_each_tag(store, sweep, trial, emit_tag, emit, err);
    wn_emit_close(emit, ']');
    return status;
}

enum wn_status wn_emit_labels(struct wn_emit *emit, struct wn_store *store, int64_t sweep,
                              int64_t trial, struct wn_err *err) {
    enum wn_status status = wn_emit_tags(emit, store, sweep, trial, err);
    wn_emit_open(emit, "notes", '[');
    if (status == WN_OK)
        status = wn_store_each_note(store, sweep, trial, emit_note, emit, err);
    if (status == WN_OK && trial == WN_WHOLE_SWEEP)
        status = wn_store_each_note(store, sweep, WN_EACH_TRIAL, emit_note, emit, err);
    wn_emit_close(emit, ']');
    return status;
}

// ---- what they are about ------------------------------------------------------------------------

bool wn_names_trial(const char *word) {
    return *word && strspn(word, "0123456789") == strlen(word);
}

enum wn_status wn_check_trial(struct wn_store *store, const struct wn_sweep_row *sweep,
                              int64_t trial, struct wn_err *err) {
    struct wn_trial_row row = {0};
    enum wn_status status = wn_store_get_trial(store, sweep->id, trial, &row, err);
    wn_trial_row_clear(&row);
    if (status != WN_NO)
        return status;
    return wn_fail(err, WN_BAD_INPUT, "%s has no trial %lld", sweep->name, (long long)trial);
}
