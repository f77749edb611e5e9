// SPDX-License-Identifier: GPL-3.0-or-later
// The words are laid over the stored spec here, to tell all mistakes at once, and again by whoever
// carries the request out, for there may have been another edit meanwhile.
#include "cli/edit_sweep.h"

#include <stdlib.h>
#include <string.h>

#include "cli/request.h"
#include "cli/spec_args.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "sweep/edit.h"

// ---- without a runner ---------------------------------------------------------------------------

// A finished sweep may have more to do now.
static enum wn_status edit_still(struct wn_store *store, const struct wn_sweep_row *sweep,
                                 const struct wn_request_row *request, struct wn_str *answer,
                                 struct wn_err *err) {
    struct wn_edited edited;
    enum wn_status status = wn_edit_lay_request(store, request, &edited, err);
    if (status != WN_OK)
        return status;
    bool other = (int64_t)edited.spec->hash != sweep->spec_hash;
    status = wn_edit_store(store, request, &edited, answer, err);
    if (status == WN_OK && other) {
        status = wn_store_set_sweep_state(store, sweep->id, WN_SWEEP_STOPPED, "its spec was edited",
                                          wn_now(), err);
        wn_str_addf(answer, "; winnow resume %s goes on with it", sweep->name);
    }
    wn_spec_free(edited.spec);
    return status;
}

// ---- the command --------------------------------------------------------------------------------

// All that is wrong, on stderr.
static enum wn_status check(const struct wn_sweep_row *sweep, const struct wn_edit *edit,
                            struct wn_err *err) {
    struct wn_diags diags = {.file = sweep->name};
    struct wn_edited edited;
    enum wn_status status = wn_edit_lay(sweep, edit, &edited, &diags);
    wn_say_diags(&diags);
    if (status != WN_OK)
        wn_fail(err, WN_BAD_INPUT, "%s stays as it is: %zu mistake%s", sweep->name, diags.errors,
                diags.errors == 1 ? "" : "s");
    wn_diags_free(&diags);
    wn_spec_free(edited.spec);
    return status;
}

static enum wn_status ask(struct wn_invocation *invocation, const struct wn_edit *edit,
                          struct wn_err *err) {
    struct wn_store *store;
    struct wn_sweep_row sweep;
    enum wn_status status = wn_open_sweep(invocation, WN_STORE_WRITE, &store, &sweep, err);
    if (status != WN_OK)
        return status;
    status = check(&sweep, edit, err);
    if (status == WN_OK) {
        char *argument = wn_edit_argument(edit);
        const struct wn_wish wish = {.verb = edit->settings ? "set" : "edit",
                                     .trial = -1,
                                     .argument = argument,
                                     .still = edit_still};
        status = wn_ask_sweep(invocation, store, &sweep, &wish, err);
        free(argument);
    }
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
    return status;
}

enum wn_status wn_edit_sweep(struct wn_invocation *invocation, bool settings, struct wn_err *err) {
    size_t count = invocation->many_count;
    char **words = wn_calloc(count, sizeof *words);
    for (size_t i = 0; i < count; i++)
        words[i] = settings ? wn_spec_setting(invocation->many[i]) : wn_strdup(invocation->many[i]);
    const struct wn_edit edit = {
        .words = (const char *const *)words, .count = count, .settings = settings};
    enum wn_status status = ask(invocation, &edit, err);
    for (size_t i = 0; i < count; i++)
        free(words[i]);
    free(words);
    return status;
}

// ---- hooks --------------------------------------------------------------------------------------

static bool same_hooks(const struct wn_spec *a, const struct wn_spec *b) {
    for (int event = 0; event < WN_EVENTS; event++) {
        const char *one = a->hooks[event], *other = b->hooks[event];
        if (!one != !other || (one && strcmp(one, other) != 0))
            return false;
    }
    return true;
}

// on_event={...}, or on_event= where there are none.
static char *hooks_word(const struct wn_spec *spec) {
    struct wn_value map = {.type = WN_MAP};
    struct wn_str word = {0};
    wn_str_add(&word, "on_event=");
    for (int event = 0; event < WN_EVENTS; event++) {
        if (!spec->hooks[event])
            continue;
        struct wn_value command = wn_value_string(spec->hooks[event]);
        command.quoted = true;
        wn_value_put(&map, wn_event_name((enum wn_event)event), command);
    }
    if (map.list.count)
        wn_value_json(&word, &map, WN_JSON_YAML);
    wn_value_clear(&map);
    return wn_str_take(&word);
}

enum wn_status wn_edit_hooks(struct wn_invocation *invocation, struct wn_store *store,
                             const struct wn_sweep_row *sweep, const struct wn_spec *spec,
                             struct wn_err *err) {
    struct wn_spec *stored;
    enum wn_status status = wn_spec_stored(sweep, &stored, err);
    if (status != WN_OK)
        return status;
    if (!same_hooks(stored, spec) && !wn_sweep_alive(store, sweep->id)) {
        char *word = hooks_word(spec);
        const char *const words[] = {word};
        const struct wn_edit edit = {.words = words, .count = 1, .settings = true};
        char *argument = wn_edit_argument(&edit);
        const struct wn_wish wish = {
            .verb = "set", .trial = -1, .argument = argument, .quiet = true, .still = edit_still};
        wn_say("on_event is as the file has it from now on\n");
        status = wn_ask_sweep(invocation, store, sweep, &wish, err);
        free(argument);
        free(word);
    }
    wn_spec_free(stored);
    return status;
}
