// SPDX-License-Identifier: GPL-3.0-or-later
// The failures of a sweep on one page: each group with what its trials have in common and what one
// of them printed at its end.
#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/failures.h"
#include "cli/log_end.h"
#include "cli/show.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/failure.h"

// Rare in others: a quarter of them at most.
enum { GROUPS_WITH_TRAITS = 20, RARE = 4, TAIL_BYTES = 4096, TAIL_LINES = 8 };

// ---- what they have in common -------------------------------------------------------------------

struct page {
    struct wn_store *store;
    const struct wn_sweep_row *sweep;
    struct wn_logs *logs;
    struct wn_failures failures;
};

static struct wn_failure_group *group_of(struct page *page, const struct wn_trial_row *row) {
    if (!wn_trial_ended(row->state) || wn_trial_counts(row->state))
        return NULL;
    char *signature = wn_failure_signature(row->last_line ? row->last_line : "");
    struct wn_failure_group *group = wn_failures_find(&page->failures, row, signature);
    free(signature);
    return group;
}

static void list_traits(struct wn_failure_group *group, const char *path,
                        const struct wn_value *value) {
    bool inner = value->type == WN_MAP && value->list.count;
    for (size_t i = 0; inner && i < value->list.count; i++) {
        const char *key = value->list.keys[i].string.text;
        char *below = *path ? wn_format("%s.%s", path, key) : wn_strdup(key);
        list_traits(group, below, &value->list.items[i]);
        free(below);
    }
    if (!inner)
        *WN_PUSH(group->traits, group->trait_count, group->trait_capacity) =
            (struct wn_trait){.name = wn_strdup(path), .value = wn_value_copy(value)};
}

// A name of the spec may have a dot of its own: the whole first.
static const struct wn_value *value_at(const struct wn_value *params, const char *name) {
    const struct wn_value *whole = wn_value_get(params, name);
    const char *dot = strchr(name, '.');
    if (whole || !dot)
        return whole;
    char *key = wn_strndup(name, (size_t)(dot - name));
    const struct wn_value *below = wn_value_get(params, key);
    free(key);
    return below ? value_at(below, dot + 1) : NULL;
}

static bool has_trait(const struct wn_value *params, const struct wn_trait *trait) {
    const struct wn_value *value = value_at(params, trait->name);
    return value && wn_value_equal(value, &trait->value);
}

// The first trial of a group brings all its parameters; each other one takes away what it has not.
static bool narrow(void *context, const struct wn_trial_row *row) {
    struct page *page = context;
    struct wn_value params = {0};
    struct wn_failure_group *group = group_of(page, row);
    if (!group || group >= page->failures.groups + GROUPS_WITH_TRAITS ||
        (row->number != group->trials[0] && !group->trait_count))
        return true;
    if (wn_value_parse_json(row->params, &params, NULL) != WN_OK)
        return true;
    if (row->number == group->trials[0])
        list_traits(group, "", &params);
    for (size_t i = group->trait_count; i-- > 0;)
        if (!has_trait(&params, &group->traits[i]))
            wn_failure_drop_trait(group, i);
    wn_value_clear(&params);
    return true;
}

static bool count_others(void *context, const struct wn_trial_row *row) {
    struct page *page = context;
    struct wn_value params = {0};
    if (!wn_trial_ended(row->state) || wn_value_parse_json(row->params, &params, NULL) != WN_OK)
        return true;
    const struct wn_failure_group *own = group_of(page, row);
    for (size_t i = 0; i < page->failures.count && i < GROUPS_WITH_TRAITS; i++) {
        struct wn_failure_group *group = &page->failures.groups[i];
        for (size_t k = 0; group != own && k < group->trait_count; k++)
            group->traits[k].others += has_trait(&params, &group->traits[k]);
    }
    wn_value_clear(&params);
    return true;
}

// A value tells something where more than one failed with it, and few others have it.
static enum wn_status find_traits(struct page *page, struct wn_err *err) {
    struct wn_failures *failures = &page->failures;
    int64_t sweep = page->sweep->id;
    enum wn_status status = wn_store_each_trial(page->store, sweep, narrow, page, err);
    if (status == WN_OK)
        status = wn_store_each_trial(page->store, sweep, count_others, page, err);
    for (size_t i = 0; i < failures->count; i++) {
        struct wn_failure_group *group = &failures->groups[i];
        for (size_t k = group->trait_count; k-- > 0;)
            if (group->count < 2 || !group->others ||
                group->traits[k].others * RARE > group->others)
                wn_failure_drop_trait(group, k);
    }
    return status;
}

// ---- the end of a log ---------------------------------------------------------------------------

static void read_tail(const struct page *page, const struct wn_failure_group *group,
                      struct wn_str *tail) {
    char bytes[TAIL_BYTES];
    struct wn_log *log;
    if (wn_log_open(page->logs, group->trials[0], group->attempt, &log, NULL) != WN_OK)
        return;
    size_t length = wn_log_tail(log, bytes, sizeof bytes), start = length, lines = 0;
    wn_log_close(log);
    while (start && (bytes[start - 1] != '\n' || start == length || ++lines < TAIL_LINES))
        start--;
    wn_text_escape(tail, bytes + start, length - start, true);
}

// ---- JSON ---------------------------------------------------------------------------------------

static void emit_group(struct wn_emit *emit, const struct page *page,
                       const struct wn_failure_group *group) {
    struct wn_str tail = {0};
    wn_failure_emit(emit, group);
    wn_emit_text(emit, "signature", group->signature);
    wn_emit_integer(emit, "others", group->others);
    wn_emit_open(emit, "traits", '[');
    for (size_t i = 0; i < group->trait_count; i++) {
        struct wn_str value = {0};
        wn_value_json(&value, &group->traits[i].value, WN_JSON_COMPACT);
        wn_emit_open(emit, NULL, '{');
        wn_emit_text(emit, "name", group->traits[i].name);
        wn_emit_raw(emit, "value", value.text);
        wn_emit_integer(emit, "others", group->traits[i].others);
        wn_emit_close(emit, '}');
        wn_str_free(&value);
    }
    wn_emit_close(emit, ']');
    read_tail(page, group, &tail);
    wn_emit_text(emit, "log_tail", wn_str_text(&tail));
    wn_str_free(&tail);
}

static void print_json(const struct page *page, struct wn_output *out) {
    struct wn_emit emit = {0};
    wn_emit_open(&emit, NULL, '{');
    wn_emit_text(&emit, "sweep", page->sweep->name);
    wn_emit_integer(&emit, "ended", page->failures.ended);
    wn_emit_integer(&emit, "failed", page->failures.failed);
    wn_emit_open(&emit, "failures", '[');
    for (size_t i = 0; i < page->failures.count; i++) {
        wn_emit_open(&emit, NULL, '{');
        emit_group(&emit, page, &page->failures.groups[i]);
        wn_emit_close(&emit, '}');
    }
    wn_emit_close(&emit, ']');
    wn_emit_close(&emit, '}');
    wn_print_json(out, &emit);
}

// ---- for people ---------------------------------------------------------------------------------

static void print_indented(struct wn_output *out, const char *text) {
    for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
        wn_printf(out, "         | %.*s\n", (int)strcspn(text, "\n"), text);
}

static void add_traits(struct wn_str *text, const struct wn_failure_group *group) {
    for (size_t i = 0; i < group->trait_count; i++) {
        const struct wn_trait *trait = &group->traits[i];
        wn_str_addf(text, "       all have %s=", trait->name);
        wn_value_python(text, &trait->value);
        wn_str_addf(text, ", as %lld of the %lld others\n", (long long)trait->others,
                    (long long)group->others);
    }
}

static void print_group(const struct page *page, const struct wn_failure_group *group,
                        struct wn_output *out) {
    struct wn_str text = {0}, tail = {0};
    wn_failure_headline(&text, group);
    wn_print_folded(out, text.text, 0, WN_HEADLINE_INDENT);
    wn_str_clear(&text);
    for (size_t k = 0; k < wn_failure_named(group); k++)
        wn_str_addf(&text, k ? ", %lld" : "\n       trials %lld", (long long)group->trials[k]);
    wn_str_add(&text, group->count > WN_TRIALS_NAMED ? ", ...\n" : "\n");
    add_traits(&text, group);
    read_tail(page, group, &tail);
    if (tail.length)
        wn_str_addf(&text, "       the end of what trial %lld printed\n",
                    (long long)group->trials[0]);
    wn_print_text(out, text.text, text.length);
    print_indented(out, wn_str_text(&tail));
    wn_str_free(&text);
    wn_str_free(&tail);
}

static void print_page(const struct page *page, struct wn_output *out) {
    const struct wn_failures *failures = &page->failures;
    if (!failures->count) {
        wn_say("%s has no failures\n", page->sweep->name);
        return;
    }
    wn_printf(out, "%lld of the %lld trials that ended failed\n", (long long)failures->failed,
              (long long)failures->ended);
    for (size_t i = 0; i < failures->count; i++) {
        wn_print(out, "\n");
        print_group(page, &failures->groups[i], out);
    }
}

enum wn_status wn_show_failures(struct wn_store *store, const struct wn_sweep_row *sweep, bool json,
                                struct wn_output *out, struct wn_err *err) {
    struct page page = {.store = store, .sweep = sweep, .logs = wn_sweep_logs(store, sweep->id)};
    enum wn_status status = wn_failures_load(store, sweep, &page.failures, err);
    if (status == WN_OK)
        status = find_traits(&page, err);
    if (status == WN_OK && json)
        print_json(&page, out);
    else if (status == WN_OK)
        print_page(&page, out);
    wn_failures_clear(&page.failures);
    wn_logs_free(page.logs);
    return status;
}
