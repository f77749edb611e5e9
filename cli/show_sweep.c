// SPDX-License-Identifier: GPL-3.0-or-later
// A sweep on one page. Failures are grouped by why they ended and by the last line that they
// printed, the most frequent first.
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/labels.h"
#include "cli/log_end.h"
#include "cli/progress.h"
#include "cli/show.h"
#include "cli/text.h"
#include "core/base/mem.h"
#include "sweep/disk.h"

enum { GROUPS_SHOWN = 10, TRIALS_NAMED = 5, GROUPS_MAX = 200, LOGS_READ = 1000 };

struct group { // failures that ended alike
    enum wn_trial_state state;
    char *reason;
    char *line; // the last one of the first trial's log, escaped; "": none, or it does not tell why
    char *mark; // the same without its numbers: what tells groups apart
    int64_t count;
    int64_t trials[TRIALS_NAMED]; // the first of them
};

struct groups {
    struct wn_logs *of_trials;
    struct group *items;
    size_t count, capacity;
    int logs; // that were read
};

// ---- failures -----------------------------------------------------------------------------------

// Of very many failures only the first logs are read.
static char *telling_line(struct groups *groups, const struct wn_trial_row *row) {
    if (!wn_log_tells_why(row) || groups->logs++ >= LOGS_READ)
        return wn_strdup("");
    return wn_log_last_line(groups->of_trials, row);
}

// Each number, also 0x7f3a, becomes one #, so that addresses, sizes and times tell nothing apart.
static char *mark_of(const char *line) {
    struct wn_str mark = {0};
    for (; *line; line++) {
        char before = mark.length ? mark.text[mark.length - 1] : ' ';
        bool hex = mark.length > 1 && before == 'x' && mark.text[mark.length - 2] == '#';
        bool goes_on = before == '#' || hex;
        if (!isdigit((unsigned char)*line) && !(goes_on && isxdigit((unsigned char)*line)))
            wn_str_add_char(&mark, *line);
        else if (before != '#')
            wn_str_add_char(&mark, '#');
    }
    return wn_str_take(&mark);
}

static bool ended_alike(const struct group *group, const struct wn_trial_row *row,
                        const char *mark) {
    return group->state == row->state && strcmp(group->mark, mark) == 0 &&
           strcmp(group->reason, row->reason ? row->reason : "") == 0;
}

static struct group *find_group(struct groups *groups, const struct wn_trial_row *row) {
    char *line = telling_line(groups, row), *mark = mark_of(line);
    struct group *group = NULL;
    for (size_t i = 0; i < groups->count && !group; i++)
        if (ended_alike(&groups->items[i], row, mark))
            group = &groups->items[i];
    if (!group && groups->count < GROUPS_MAX) {
        group = WN_PUSH(groups->items, groups->count, groups->capacity);
        *group = (struct group){.state = row->state,
                                .reason = wn_strdup(row->reason ? row->reason : ""),
                                .line = wn_strdup(line),
                                .mark = wn_strdup(mark)};
    }
    free(line);
    free(mark);
    return group;
}

static bool group_failure(void *context, const struct wn_trial_row *row) {
    if (!wn_trial_ended(row->state) || wn_trial_counts(row->state))
        return true;
    struct group *group = find_group(context, row);
    if (!group)
        return true;
    if (group->count < TRIALS_NAMED)
        group->trials[group->count] = row->number;
    group->count++;
    return true;
}

static int by_count(const void *a, const void *b) {
    const struct group *left = a, *right = b;
    if (left->count != right->count)
        return left->count < right->count ? 1 : -1;
    return left->trials[0] < right->trials[0] ? -1 : 1;
}

static size_t named(const struct group *group) {
    return group->count < TRIALS_NAMED ? (size_t)group->count : TRIALS_NAMED;
}

static void free_groups(struct groups *groups) {
    for (size_t i = 0; i < groups->count; i++) {
        free(groups->items[i].reason);
        free(groups->items[i].line);
        free(groups->items[i].mark);
    }
    free(groups->items);
    wn_logs_free(groups->of_trials);
}

// ---- JSON ---------------------------------------------------------------------------------------

static void emit_groups(struct wn_emit *emit, const struct groups *groups) {
    wn_emit_open(emit, "failures", '[');
    for (size_t i = 0; i < groups->count; i++) {
        const struct group *group = &groups->items[i];
        wn_emit_open(emit, NULL, '{');
        wn_emit_text(emit, "state", wn_trial_state_name(group->state));
        wn_emit_text(emit, "reason", group->reason);
        wn_emit_text(emit, "last_line", group->line[0] ? group->line : NULL);
        wn_emit_integer(emit, "count", group->count);
        wn_emit_open(emit, "trials", '[');
        for (size_t k = 0; k < named(group); k++)
            wn_emit_integer(emit, NULL, group->trials[k]);
        wn_emit_close(emit, ']');
        wn_emit_close(emit, '}');
    }
    wn_emit_close(emit, ']');
}

static void emit_settings(struct wn_emit *emit, const struct wn_sweep_row *row) {
    wn_emit_text(emit, "method", row->method);
    wn_emit_text(emit, "objective", row->objective);
    wn_emit_text(emit, "goal", row->maximize ? "maximize" : "minimize");
    wn_emit_integer(emit, "seed", row->seed);
    wn_emit_integer(emit, "parallel", row->parallel);
    wn_emit_integer(emit, "repeats", row->repeats);
    wn_emit_integer(emit, "declared", row->declared);
    wn_emit_time(emit, "created", row->created);
    wn_emit_time(emit, "started", row->started);
    wn_emit_time(emit, "ended", row->ended);
    wn_emit_real(emit, "active_seconds", row->active);
}

static void emit_origin(struct wn_emit *emit, const struct wn_sweep_row *row) {
    wn_emit_text(emit, "user", row->user);
    wn_emit_text(emit, "host", row->host);
    wn_emit_text(emit, "cwd", row->cwd);
    wn_emit_text(emit, "version", row->version);
    wn_emit_text(emit, "git_commit", row->git_commit);
    wn_emit_bool(emit, "git_dirty", row->git_dirty);
    wn_emit_text(emit, "spec_file", row->spec_file);
    char hash[20];
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)row->spec_hash);
    wn_emit_text(emit, "spec_hash", hash);
    wn_emit_text(emit, "spec", row->spec);
}

static enum wn_status print_json(struct wn_store *store, const struct wn_sweep_row *row,
                                 const struct wn_trial_row *best, const struct groups *groups,
                                 struct wn_output *out, struct wn_err *err) {
    struct wn_emit emit = {0};
    wn_emit_open(&emit, NULL, '{');
    wn_emit_sweep(&emit, row);
    wn_emit_text(&emit, "state", wn_sweep_shown_state(store, row));
    wn_emit_text(&emit, "reason", row->reason);
    wn_emit_counts(&emit, row->counts);
    if (row->has_best) {
        wn_emit_open(&emit, "best", '{');
        wn_emit_integer(&emit, "trial", row->best_trial);
        wn_emit_real(&emit, "objective", row->best);
        wn_emit_real(&emit, "se", best->se);
        wn_emit_raw(&emit, "params", best->params);
        wn_emit_close(&emit, '}');
    } else {
        wn_emit_null(&emit, "best");
    }
    emit_settings(&emit, row);
    emit_origin(&emit, row);
    emit_groups(&emit, groups);
    enum wn_status status = wn_emit_labels(&emit, store, row->id, WN_WHOLE_SWEEP, err);
    wn_emit_close(&emit, '}');
    wn_print_json(out, &emit);
    return status;
}

// ---- for people ---------------------------------------------------------------------------------

static void print_line(struct wn_output *out, const char *label, const char *text) {
    wn_printf(out, "%-11s", label);
    wn_print_text(out, text, strlen(text));
    wn_print(out, "\n");
}

static void print_counts(const struct wn_sweep_row *row, struct wn_output *out) {
    struct wn_str text = {0};
    for (int i = 0; i < WN_TRIAL_STATES; i++)
        if (row->counts[i])
            wn_str_addf(&text, "%s%lld %s", text.length ? ", " : "", (long long)row->counts[i],
                        wn_trial_state_name((enum wn_trial_state)i));
    if (!text.length)
        wn_str_add(&text, "none yet");
    if (row->declared)
        wn_str_addf(&text, " (%lld declared)", (long long)row->declared);
    print_line(out, "trials", text.text);
    wn_str_free(&text);
}

static void print_best(const struct wn_sweep_row *row, const struct wn_trial_row *best,
                       struct wn_output *out) {
    if (!row->has_best) {
        print_line(out, "best", "no trial has a result yet");
        return;
    }
    char number[32], error[32];
    struct wn_str text = {0};
    wn_str_addf(&text, "%s %s", row->objective, wn_number_text(row->best, number));
    if (!isnan(best->se))
        wn_str_addf(&text, " +- %s", wn_number_text(best->se, error));
    wn_str_addf(&text, " (trial %lld) with", (long long)row->best_trial);
    print_line(out, "best", text.text);
    wn_str_free(&text);
    wn_show_params(best->params, out);
}

static void print_settings(const struct wn_sweep_row *row, struct wn_output *out) {
    char *text =
        wn_format("%s, %s %s, seed %lld, %lld at once, %lld repeat%s", row->method,
                  row->maximize ? "maximize" : "minimize", row->objective, (long long)row->seed,
                  (long long)row->parallel, (long long)row->repeats, row->repeats == 1 ? "" : "s");
    print_line(out, "settings", text);
    free(text);
}

static void print_origin(const struct wn_sweep_row *row, struct wn_output *out) {
    char created[32], ended[32], worked[32];
    wn_duration_text(row->active, worked, sizeof worked);
    char *times =
        wn_format("created %s, ended %s, worked on for %s", wn_moment_text(row->created, created),
                  wn_moment_text(row->ended, ended), worked);
    char *origin =
        wn_format("%s on %s in %s, winnow %s", row->user, row->host, row->cwd, row->version);
    print_line(out, "times", times);
    print_line(out, "origin", origin);
    free(times);
    free(origin);
    if (row->git_commit)
        wn_printf(out, "%-11s%s%s\n", "git", row->git_commit,
                  row->git_dirty ? ", with changes that are not committed" : "");
}

static void print_groups(const struct groups *groups, struct wn_output *out) {
    if (groups->count)
        wn_printf(out, "\n%sfailures%s\n", wn_role(out, WN_ROLE_HEAD), wn_role(out, WN_ROLE_PLAIN));
    for (size_t i = 0; i < groups->count && i < GROUPS_SHOWN; i++) {
        const struct group *group = &groups->items[i];
        struct wn_str text = {0};
        wn_str_addf(&text, "%5lld  %s", (long long)group->count, wn_trial_state_name(group->state));
        if (group->reason[0])
            wn_str_addf(&text, ": %s", group->reason);
        if (group->line[0])
            wn_str_addf(&text, ": %s", group->line);
        for (size_t k = 0; k < named(group); k++)
            wn_str_addf(&text, k ? ", %lld" : " (trial %lld", (long long)group->trials[k]);
        wn_str_add(&text, group->count > TRIALS_NAMED ? ", ...)\n" : ")\n");
        wn_print_text(out, text.text, text.length);
        wn_str_free(&text);
    }
    if (groups->count > GROUPS_SHOWN)
        wn_printf(out, "       and %zu more reasons; --json lists all\n",
                  groups->count - GROUPS_SHOWN);
}

static enum wn_status print_page(struct wn_store *store, const struct wn_sweep_row *row,
                                 const struct wn_trial_row *best, const struct groups *groups,
                                 struct wn_output *out, struct wn_err *err) {
    const char *state = wn_sweep_shown_state(store, row);
    const char *reason = row->reason ? row->reason : "";
    wn_print(out, wn_role(out, WN_ROLE_HEAD));
    wn_print_text(out, row->name, strlen(row->name));
    wn_printf(out, "%s (sweep %lld) %s%s%s%s", wn_role(out, WN_ROLE_PLAIN), (long long)row->id,
              wn_role(out, wn_sweep_state_role(state)), state, wn_role(out, WN_ROLE_PLAIN),
              *reason ? ": " : "");
    wn_print_text(out, reason, strlen(reason));
    wn_print(out, "\n");
    print_counts(row, out);
    print_best(row, best, out);
    print_settings(row, out);
    print_origin(row, out);
    enum wn_status status = wn_print_labels(store, row->id, WN_WHOLE_SWEEP, out, err);
    print_groups(groups, out);
    wn_printf(out, "\n%sspec%s %s\n", wn_role(out, WN_ROLE_HEAD), wn_role(out, WN_ROLE_PLAIN),
              row->spec_file ? row->spec_file : "(from the command line)");
    wn_print_text(out, row->spec, strlen(row->spec));
    if (row->spec[0] && row->spec[strlen(row->spec) - 1] != '\n')
        wn_print(out, "\n");
    return status;
}

enum wn_status wn_show_sweep(struct wn_store *store, const struct wn_sweep_row *row, bool json,
                             struct wn_output *out, struct wn_err *err) {
    struct groups groups = {.of_trials = wn_sweep_logs(store, row->id)};
    struct wn_trial_row best = {.se = NAN};
    enum wn_status status = wn_store_each_trial(store, row->id, group_failure, &groups, err);
    if (status == WN_OK && row->has_best)
        status = wn_store_get_trial(store, row->id, row->best_trial, &best, err);
    if (groups.count)
        qsort(groups.items, groups.count, sizeof *groups.items, by_count);
    struct wn_sweep_row shown = *row;
    char why[80];
    if (!row->reason && strcmp(wn_sweep_shown_state(store, row), "paused") == 0)
        shown.reason = wn_disk_text(wn_store_dir(store), why, sizeof why);
    if (status == WN_OK && json)
        status = print_json(store, &shown, &best, &groups, out, err);
    else if (status == WN_OK)
        status = print_page(store, &shown, &best, &groups, out, err);
    wn_trial_row_clear(&best);
    free_groups(&groups);
    return status;
}
