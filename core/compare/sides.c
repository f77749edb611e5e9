// SPDX-License-Identifier: GPL-3.0-or-later
// What the words mean that name a side.
#include "core/compare/sides.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/compare/naming.h"

// ---- trials -------------------------------------------------------------------------------------

static bool is_trial(const char *rest) {
    return *rest && strspn(rest, "0123456789") == strlen(rest);
}

static enum wn_status name_trial(struct wn_store *store, struct wn_compare_side *side,
                                 const char *rest, struct wn_err *err) {
    struct wn_trial_row row = {0};
    char *end;
    errno = 0;
    side->trial = strtoll(rest, &end, 10);
    enum wn_status status = errno || side->trial > UINT32_MAX ? WN_NO : WN_OK;
    if (status == WN_OK)
        status = wn_store_get_trial(store, side->sweep.id, side->trial, &row, err);
    wn_trial_row_clear(&row);
    side->title = wn_format("%s:%s", side->sweep.name, rest);
    if (status == WN_NO)
        return wn_fail(err, WN_BAD_INPUT, "%s has no trial %s", side->sweep.name, rest);
    return status;
}

// ---- commits ------------------------------------------------------------------------------------

enum { LEAST_DIGITS = 4 };

static bool is_commit(const char *rest) {
    return *rest == '@';
}

struct finding {
    struct wn_compare_side *side;
    const char *prefix;
    size_t found, all;
};

// Most runs of a sweep have the same one.
static bool see_commit(void *context, const char *commit, bool patched) {
    struct finding *finding = context;
    struct wn_compare_side *side = finding->side;
    finding->all++;
    if (strncasecmp(commit, finding->prefix, strlen(finding->prefix)) != 0)
        return true;
    bool same = side->commit && strcmp(side->commit, commit) == 0;
    finding->found += !same;
    side->patched = (same && side->patched) || patched;
    free(side->commit);
    side->commit = wn_strdup(commit);
    return true;
}

static enum wn_status name_commit(struct wn_store *store, struct wn_compare_side *side,
                                  const char *rest, struct wn_err *err) {
    struct finding finding = {side, rest + 1, 0, 0};
    size_t length = strlen(rest + 1);
    if (length < LEAST_DIGITS || strspn(rest + 1, "0123456789abcdefABCDEF") != length)
        return wn_fail(err, WN_BAD_INPUT,
                       "a commit is named by at least %d of its hexadecimal digits (found %s)",
                       LEAST_DIGITS, rest);
    enum wn_status status = wn_store_each_commit(store, side->sweep.id, see_commit, &finding, err);
    if (status != WN_OK)
        return status;
    if (finding.found > 1)
        return wn_fail(err, WN_BAD_INPUT, "%zu commits of %s begin with %s: write more of it",
                       finding.found, side->sweep.name, rest + 1);
    if (!finding.found)
        return wn_fail(err, WN_BAD_INPUT, "no run of %s was made with a commit %s%s",
                       side->sweep.name, rest + 1,
                       finding.all ? "" : ": none was made inside of a git repository");
    side->title = wn_format("%s@%.7s", side->sweep.name, side->commit);
    return WN_OK;
}

// ---- groups -------------------------------------------------------------------------------------

static bool is_anything(const char *rest) {
    return *rest;
}

// ---- sweeps -------------------------------------------------------------------------------------

static bool is_nothing(const char *rest) {
    return !*rest;
}

static enum wn_status name_sweep(struct wn_store *store, struct wn_compare_side *side,
                                 const char *rest, struct wn_err *err) {
    (void)store, (void)rest, (void)err;
    side->title = wn_strdup(side->sweep.name);
    return WN_OK;
}

// ---- the table ----------------------------------------------------------------------------------

// By what follows the name of the sweep, the first that fits.
static const struct naming {
    enum wn_side_kind kind;
    bool (*fits)(const char *rest);
    enum wn_status (*name)(struct wn_store *store, struct wn_compare_side *side, const char *rest,
                           struct wn_err *err);
} namings[] = {
    {WN_SIDE_SWEEP, is_nothing, name_sweep},
    {WN_SIDE_COMMIT, is_commit, name_commit},
    {WN_SIDE_CONFIGURATION, is_trial, name_trial},
    {WN_SIDE_GROUP, is_anything, wn_side_name_group},
};

static enum wn_status name_rest(struct wn_store *store, struct wn_compare_side *side,
                                const char *rest, struct wn_err *err) {
    const struct naming *naming = namings;
    while (!naming->fits(rest))
        naming++;
    side->kind = naming->kind;
    return naming->name(store, side, rest, err);
}

// Where the name of the sweep may end: before "@" and digits at the end of the word, or at a colon,
// the last one first, for a name may have one of its own. NULL: nowhere before `limit`.
static const char *last_mark(const char *word, const char *limit) {
    for (const char *at = limit; at-- > word;)
        if (*at == ':' || (*at == '@' && at[1] && !strpbrk(at, ":'\" ")))
            return at;
    return NULL;
}

static enum wn_status find_sweep(struct wn_store *store, const char *word,
                                 struct wn_compare_side *side, const char **rest,
                                 struct wn_err *err) {
    enum wn_status status = wn_store_find_sweep(store, word, &side->sweep, err);
    const char *mark = word + strlen(word);
    *rest = mark;
    while (status == WN_BAD_INPUT && (mark = last_mark(word, mark))) {
        char *name = wn_strndup(word, (size_t)(mark - word));
        status = wn_store_find_sweep(store, name, &side->sweep, err);
        *rest = *mark == ':' ? mark + 1 : mark;
        free(name);
    }
    return status;
}

enum wn_status wn_side_name(struct wn_store *store, const char *in, const char *word, bool alone,
                            struct wn_compare_side *side, struct wn_err *err) {
    const char *rest = word;
    *side = (struct wn_compare_side){.trial = -1};
    enum wn_status status = in ? wn_store_find_sweep(store, in, &side->sweep, err)
                               : find_sweep(store, word, side, &rest, err);
    if (status == WN_OK)
        status = name_rest(store, side, rest, err);
    if (side->kind == WN_SIDE_CONFIGURATION && (alone || side->sweep.repeats == 1))
        side->kind = WN_SIDE_TRIAL;
    return status;
}

void wn_compare_side_clear(struct wn_compare_side *side) {
    wn_sweep_row_clear(&side->sweep);
    free(side->title);
    free(side->where);
    free(side->commit);
    free(side->chosen);
    free(side->trials);
    free(side->units);
    wn_param_table_free(&side->params);
    for (size_t i = 0; i < side->condition_count; i++)
        free(side->conditions[i]);
    free(side->conditions);
    *side = (struct wn_compare_side){0};
}
