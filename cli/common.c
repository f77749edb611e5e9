// SPDX-License-Identifier: GPL-3.0-or-later
// Opening stores, finding sweeps, telling states.
#include "cli/common.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/value.h"
#include "sweep/session.h"

static const char *named_store(const struct wn_invocation *invocation) {
    const char *variable = getenv("WINNOW_STORE");
    return wn_args_text(invocation, "store", variable && *variable ? variable : NULL);
}

char *wn_store_folder(const struct wn_invocation *invocation) {
    return wn_store_locate(named_store(invocation));
}

static bool is_store(const char *folder) {
    char *file = wn_format("%s/winnow.db", folder);
    bool exists = access(file, F_OK) == 0;
    free(file);
    return exists;
}

bool wn_has_store(const struct wn_invocation *invocation) {
    if (named_store(invocation))
        return true;
    char *folder = wn_store_folder(invocation);
    bool exists = is_store(folder);
    free(folder);
    return exists;
}

// A cron job or `su` has no XDG_RUNTIME_DIR, but should meet those who have.
char *wn_slots_folder(void) {
    const char *named = getenv("WINNOW_SLOTS"), *runtime = getenv("XDG_RUNTIME_DIR");
    if (getenv("WINNOW_TRIAL_KEY") || (named && strcmp(named, "off") == 0))
        return NULL;
    if (named && *named)
        return wn_strdup(named);
    if (runtime && *runtime)
        return wn_format("%s/winnow", runtime);
    char *usual = wn_format("/run/user/%lu", (unsigned long)geteuid());
    char *folder = access(usual, W_OK) == 0
                       ? wn_format("%s/winnow", usual)
                       : wn_format("/tmp/winnow-%lu", (unsigned long)geteuid());
    free(usual);
    return folder;
}

enum wn_status wn_open_store(const struct wn_invocation *invocation, enum wn_store_mode mode,
                             struct wn_store **store, struct wn_err *err) {
    char *folder = wn_store_folder(invocation);
    enum wn_status status;
    if (mode != WN_STORE_CREATE && !is_store(folder))
        status = wn_fail(err, WN_BAD_INPUT,
                         "there is no store at %s: winnow run makes one, --store DIR names another",
                         folder);
    else
        status = wn_store_open(folder, mode, store, err);
    free(folder);
    return status;
}

enum wn_status wn_open_sweep(const struct wn_invocation *invocation, enum wn_store_mode mode,
                             struct wn_store **store, struct wn_sweep_row *row,
                             struct wn_err *err) {
    enum wn_status status = wn_open_store(invocation, mode, store, err);
    if (status != WN_OK)
        return status;
    status = wn_store_find_sweep(*store, invocation->operands[0], row, err);
    if (status != WN_OK)
        wn_store_close(*store);
    return status;
}

enum wn_status wn_read_trial(const char *text, int64_t *number, struct wn_err *err) {
    char *end;
    errno = 0;
    *number = strtoll(text, &end, 10);
    if (errno || end == text || *end || *number < 0)
        return wn_fail(err, WN_BAD_INPUT, "a trial is named by its number, 0 or more (found %s)",
                       text);
    return WN_OK;
}

enum wn_role wn_sweep_state_role(const char *shown) {
    if (strcmp(shown, "running") == 0)
        return WN_ROLE_GOOD;
    if (strcmp(shown, "failed") == 0)
        return WN_ROLE_BAD;
    return strcmp(shown, "finished") == 0 ? WN_ROLE_PLAIN : WN_ROLE_WARN;
}

enum wn_role wn_trial_state_role(enum wn_trial_state state) {
    if (state == WN_TRIAL_RUNNING)
        return WN_ROLE_GOOD;
    if (!wn_trial_ended(state))
        return WN_ROLE_DIM;
    return wn_trial_counts(state) ? WN_ROLE_PLAIN : WN_ROLE_BAD;
}

void wn_emit_sweep(struct wn_emit *emit, const struct wn_sweep_row *row) {
    wn_emit_text(emit, "sweep", row->name);
    wn_emit_text(emit, "name", row->name);
    wn_emit_integer(emit, "id", row->id);
}

void wn_emit_counts(struct wn_emit *emit, const int64_t *counts) {
    wn_emit_open(emit, "trials", '{');
    for (int i = 0; i < WN_TRIAL_STATES; i++)
        wn_emit_integer(emit, wn_trial_state_name((enum wn_trial_state)i), counts[i]);
    wn_emit_close(emit, '}');
}

void wn_emit_best(struct wn_emit *emit, const struct wn_sweep_row *row) {
    if (!row->has_best) {
        wn_emit_null(emit, "best");
        return;
    }
    wn_emit_open(emit, "best", '{');
    wn_emit_integer(emit, "trial", row->best_trial);
    wn_emit_real(emit, "objective", row->best);
    wn_emit_close(emit, '}');
}

void wn_print_json(struct wn_output *out, struct wn_emit *emit) {
    wn_str_add_char(&emit->text, '\n');
    wn_print_bytes(out, emit->text.text, emit->text.length);
    wn_str_free(&emit->text);
    emit->comma = false;
}

char *wn_params_json(const struct wn_space *space, const struct wn_config *config) {
    struct wn_value value = wn_space_config_value(space, config);
    struct wn_str json = {0};
    wn_value_json(&json, &value, WN_JSON_COMPACT);
    wn_value_clear(&value);
    return wn_str_take(&json);
}

enum wn_status wn_new_searcher(const struct wn_spec *spec, uint64_t seed,
                               struct wn_searcher **searcher, struct wn_err *err) {
    if (!wn_searcher_find(spec->method))
        return wn_fail(
            err, WN_BAD_INPUT,
            "method %s is not there yet: use bayes, tpe, cmaes, random, sobol, grid or list",
            spec->method);
    struct wn_diags diags = {0};
    const struct wn_searcher_setup setup = {.spec = spec, .seed = seed};
    enum wn_status status = wn_searcher_new(&setup, searcher, &diags);
    wn_say_diags(&diags);
    wn_diags_free(&diags);
    if (status != WN_OK)
        return wn_fail(err, status, "method %s cannot search these parameters", spec->method);
    return WN_OK;
}

bool wn_print_text(struct wn_output *out, const char *text, size_t length) {
    if (!out->terminal)
        return wn_print_bytes(out, text, length);
    struct wn_str clean = {0};
    wn_text_escape(&clean, text, length, true);
    bool good = wn_print_bytes(out, wn_str_text(&clean), clean.length);
    wn_str_free(&clean);
    return good;
}

bool wn_print_folded(struct wn_output *out, const char *text, int column, int indent) {
    if (!out->terminal)
        return wn_print(out, text);
    struct wn_str clean = {0}, folded = {0};
    wn_text_escape(&clean, text, strlen(text), false);
    const struct wn_fold fold = {.column = column, .indent = indent, .width = out->width};
    wn_text_fold(&folded, wn_str_text(&clean), fold);
    bool good = wn_print(out, wn_str_text(&folded));
    wn_str_free(&clean);
    wn_str_free(&folded);
    return good;
}

const char *wn_environment_value(const char *name) {
    return getenv(name);
}

bool wn_locale_is_ascii(void) {
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *locale = "";
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !*locale; i++) {
        const char *value = getenv(names[i]);
        locale = value ? value : "";
    }
    const char *codeset = strchr(locale, '.');
    if (codeset)
        return !strcasestr(codeset, "utf");
    return strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0;
}

size_t wn_read_fd(void *context, char *bytes, size_t room) {
    ssize_t got;
    do
        got = read(*(const int *)context, bytes, room);
    while (got < 0 && errno == EINTR);
    return got > 0 ? (size_t)got : 0;
}
