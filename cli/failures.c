// SPDX-License-Identifier: GPL-3.0-or-later
// Grouping failures, and finding what the trials of a group have in common.
#include "cli/failures.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/failure.h"

enum { GROUPS_MAX = 200 };

// ---- groups -------------------------------------------------------------------------------------

static bool is_failure(const struct wn_trial_row *row) {
    return wn_trial_ended(row->state) && !wn_trial_counts(row->state);
}

static const char *reason_of(const struct wn_trial_row *row) {
    return row->reason ? row->reason : "";
}

struct wn_failure_group *wn_failures_find(const struct wn_failures *failures,
                                          const struct wn_trial_row *row, const char *signature) {
    for (size_t i = 0; i < failures->count; i++) {
        struct wn_failure_group *group = &failures->groups[i];
        if (group->state == row->state && strcmp(group->signature, signature) == 0 &&
            strcmp(group->reason, reason_of(row)) == 0)
            return group;
    }
    return NULL;
}

static struct wn_failure_group *find_or_add(struct wn_failures *failures,
                                            const struct wn_trial_row *row) {
    const char *line = row->last_line ? row->last_line : "";
    char *signature = wn_failure_signature(line);
    struct wn_failure_group *group = wn_failures_find(failures, row, signature);
    if (!group && failures->count < GROUPS_MAX) {
        group = WN_PUSH(failures->groups, failures->count, failures->capacity);
        *group = (struct wn_failure_group){.state = row->state,
                                           .attempt = row->attempt,
                                           .reason = wn_strdup(reason_of(row)),
                                           .line = wn_strdup(line),
                                           .signature = wn_strdup(signature)};
    }
    free(signature);
    return group;
}

static bool group_trial(void *context, const struct wn_trial_row *row) {
    struct wn_failures *failures = context;
    failures->ended += wn_trial_ended(row->state);
    if (!is_failure(row))
        return true;
    failures->failed++;
    struct wn_failure_group *group = find_or_add(failures, row);
    if (!group)
        return true;
    if (group->count < WN_TRIALS_NAMED)
        group->trials[group->count] = row->number;
    group->count++;
    return true;
}

static int by_count(const void *a, const void *b) {
    const struct wn_failure_group *left = a, *right = b;
    if (left->count != right->count)
        return left->count < right->count ? 1 : -1;
    return left->trials[0] < right->trials[0] ? -1 : 1;
}

enum wn_status wn_failures_load(struct wn_store *store, const struct wn_sweep_row *sweep,
                                struct wn_failures *failures, struct wn_err *err) {
    *failures = (struct wn_failures){0};
    enum wn_status status = wn_store_each_trial(store, sweep->id, group_trial, failures, err);
    if (failures->count)
        qsort(failures->groups, failures->count, sizeof *failures->groups, by_count);
    for (size_t i = 0; i < failures->count; i++)
        failures->groups[i].others = failures->ended - failures->groups[i].count;
    return status;
}

void wn_failure_drop_trait(struct wn_failure_group *group, size_t index) {
    free(group->traits[index].name);
    wn_value_clear(&group->traits[index].value);
    group->traits[index] = group->traits[--group->trait_count];
}

void wn_failures_clear(struct wn_failures *failures) {
    for (size_t i = 0; i < failures->count; i++) {
        struct wn_failure_group *group = &failures->groups[i];
        while (group->trait_count)
            wn_failure_drop_trait(group, group->trait_count - 1);
        free(group->traits);
        free(group->reason);
        free(group->line);
        free(group->signature);
    }
    free(failures->groups);
    *failures = (struct wn_failures){0};
}

void wn_failure_headline(struct wn_str *text, const struct wn_failure_group *group) {
    wn_str_addf(text, "%5lld  %s", (long long)group->count, wn_trial_state_name(group->state));
    if (group->reason[0])
        wn_str_addf(text, ": %s", group->reason);
    if (group->line[0])
        wn_str_addf(text, ": %s", group->line);
}

size_t wn_failure_named(const struct wn_failure_group *group) {
    return group->count < WN_TRIALS_NAMED ? (size_t)group->count : WN_TRIALS_NAMED;
}

void wn_failure_emit(struct wn_emit *emit, const struct wn_failure_group *group) {
    wn_emit_text(emit, "state", wn_trial_state_name(group->state));
    wn_emit_text(emit, "reason", group->reason);
    wn_emit_text(emit, "last_line", group->line[0] ? group->line : NULL);
    wn_emit_integer(emit, "count", group->count);
    wn_emit_open(emit, "trials", '[');
    for (size_t i = 0; i < wn_failure_named(group); i++)
        wn_emit_integer(emit, NULL, group->trials[i]);
    wn_emit_close(emit, ']');
}
