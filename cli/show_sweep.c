// SPDX-License-Identifier: GPL-3.0-or-later
// A sweep on one page.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/failures.h"
#include "cli/labels.h"
#include "cli/progress.h"
#include "cli/show.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "sweep/disk.h"

enum { GROUPS_SHOWN = 10 };

// ---- JSON ---------------------------------------------------------------------------------------

static void emit_failures(struct wn_emit *emit, const struct wn_failures *failures) {
    wn_emit_open(emit, "failures", '[');
    for (size_t i = 0; i < failures->count; i++) {
        wn_emit_open(emit, NULL, '{');
        wn_failure_emit(emit, &failures->groups[i]);
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
                                 const struct wn_trial_row *best,
                                 const struct wn_failures *failures, struct wn_output *out,
                                 struct wn_err *err) {
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
    emit_failures(&emit, failures);
    enum wn_status status = wn_emit_labels(&emit, store, row->id, WN_WHOLE_SWEEP, err);
    if (status == WN_OK)
        status = wn_emit_versions(&emit, store, row->id, err);
    wn_emit_close(&emit, '}');
    wn_print_json(out, &emit);
    return status;
}

// ---- for people ---------------------------------------------------------------------------------

static void print_line(struct wn_output *out, const char *label, const char *text) {
    enum { LABEL = 11 };
    wn_printf(out, "%-*s", LABEL, label);
    wn_print_folded(out, text, LABEL, LABEL);
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

static void print_failures(const struct wn_failures *failures, struct wn_output *out) {
    if (failures->count)
        wn_printf(out, "\n%sfailures%s\n", wn_role(out, WN_ROLE_HEAD), wn_role(out, WN_ROLE_PLAIN));
    for (size_t i = 0; i < failures->count && i < GROUPS_SHOWN; i++) {
        const struct wn_failure_group *group = &failures->groups[i];
        struct wn_str text = {0};
        wn_failure_headline(&text, group);
        for (size_t k = 0; k < wn_failure_named(group); k++)
            wn_str_addf(&text, k ? ", %lld" : " (trial %lld", (long long)group->trials[k]);
        wn_str_add(&text, group->count > WN_TRIALS_NAMED ? ", ...)" : ")");
        wn_print_folded(out, text.text, 0, WN_HEADLINE_INDENT);
        wn_print(out, "\n");
        wn_str_free(&text);
    }
    if (failures->count > GROUPS_SHOWN)
        wn_printf(out, "       and %zu more reasons; --failures tells of all\n",
                  failures->count - GROUPS_SHOWN);
}

static enum wn_status print_page(struct wn_store *store, const struct wn_sweep_row *row,
                                 const struct wn_trial_row *best,
                                 const struct wn_failures *failures, struct wn_output *out,
                                 struct wn_err *err) {
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
    enum wn_status status = wn_print_versions(store, row->id, out, err);
    if (status == WN_OK)
        status = wn_print_labels(store, row->id, WN_WHOLE_SWEEP, out, err);
    print_failures(failures, out);
    wn_printf(out, "\n%sspec%s %s\n", wn_role(out, WN_ROLE_HEAD), wn_role(out, WN_ROLE_PLAIN),
              row->spec_file ? row->spec_file : "(from the command line)");
    wn_print_text(out, row->spec, strlen(row->spec));
    if (row->spec[0] && row->spec[strlen(row->spec) - 1] != '\n')
        wn_print(out, "\n");
    return status;
}

enum wn_status wn_show_sweep(struct wn_store *store, const struct wn_sweep_row *row, bool json,
                             struct wn_output *out, struct wn_err *err) {
    struct wn_failures failures;
    struct wn_trial_row best = {.se = NAN};
    enum wn_status status = wn_failures_load(store, row, &failures, err);
    if (status == WN_OK && row->has_best)
        status = wn_store_get_trial(store, row->id, row->best_trial, &best, err);
    struct wn_sweep_row shown = *row;
    char why[80];
    if (!row->reason && strcmp(wn_sweep_shown_state(store, row), "paused") == 0)
        shown.reason = wn_disk_text(wn_store_dir(store), why, sizeof why);
    if (status == WN_OK && json)
        status = print_json(store, &shown, &best, &failures, out, err);
    else if (status == WN_OK)
        status = print_page(store, &shown, &best, &failures, out, err);
    wn_trial_row_clear(&best);
    wn_failures_clear(&failures);
    return status;
}
