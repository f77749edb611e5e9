// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of a trial as lines: a name, a value and a note each, under headings.
#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/mem.h"
#include "core/numbers.h"
#include "core/spec.h"
#include "tui/screens/trial.h"

static void head(struct wn_trial_facts *facts, const char *text) {
    wn_trial_add_fact(facts, NULL, wn_strdup(text))->look = WN_HEAD;
}

static void text_fact(struct wn_trial_facts *facts, const char *name, const char *text) {
    if (text && *text)
        wn_trial_add_fact(facts, name, wn_strdup(text));
}

static void moment_fact(struct wn_trial_facts *facts, const char *name, double moment) {
    char text[32];
    if (moment > 0)
        text_fact(facts, name, wn_moment_text(moment, text));
}

// ---- sections -----------------------------------------------------------------------------------

static void word_params(struct wn_trial_query *query) {
    struct wn_trial_facts *facts = &query->facts;
    head(facts, "parameters");
    for (size_t i = 0; i < query->params.count; i++) {
        const struct wn_trial_fact *param = &query->params.items[i];
        struct wn_trial_fact *fact = wn_trial_add_fact(facts, param->name, wn_strdup(param->value));
        fact->note = param->note ? wn_strdup(param->note) : NULL;
    }
}

static void word_metrics(struct wn_trial_query *query) {
    char last[32], min[32], max[32];
    if (query->metric_count)
        head(&query->facts, "metrics");
    for (size_t i = 0; i < query->metric_count; i++) {
        const struct wn_trial_metric *metric = &query->metrics[i];
        const struct wn_summary *summary = &metric->summary;
        struct wn_trial_fact *fact = wn_trial_add_fact(
            &query->facts, metric->name, wn_strdup(wn_number_text(summary->last, last)));
        fact->note = summary->count == 1
                         ? wn_strdup("1 point")
                         : wn_format("%s to %s, %lld points", wn_number_text(summary->min, min),
                                     wn_number_text(summary->max, max), (long long)summary->count);
    }
}

static void word_end(struct wn_trial_query *query) {
    const struct wn_trial_row *row = &query->row;
    struct wn_trial_facts *facts = &query->facts;
    if (row->has_exit && row->exit_signal)
        wn_trial_add_fact(facts, "exit", wn_format("signal %d", row->exit_signal))->note =
            wn_strdup(strsignal(row->exit_signal));
    else if (row->has_exit)
        wn_trial_add_fact(facts, "exit", wn_format("%d", row->exit_code));
    text_fact(facts, "reason", row->reason);
    text_fact(facts, "last line", row->last_line);
    text_fact(facts, "told to stop", row->condemned);
    text_fact(facts, "killed by", row->killed_by);
}

static void word_resources(struct wn_trial_query *query) {
    const struct wn_trial_row *row = &query->row;
    struct wn_trial_facts *facts = &query->facts;
    char size[32], time[32];
    if (row->user_cpu + row->system_cpu > 0) {
        wn_trial_duration_text(row->user_cpu + row->system_cpu, time, sizeof time);
        wn_trial_add_fact(facts, "cpu", wn_strdup(time))->note =
            wn_format("%.2fs user, %.2fs system", row->user_cpu, row->system_cpu);
    }
    if (row->peak_memory)
        text_fact(facts, "peak memory", wn_size_text((double)row->peak_memory, size));
    if (query->usage.pid) {
        wn_trial_add_fact(facts, "pid", wn_format("%lld", (long long)query->usage.pid))->note =
            wn_format("%d processes", query->usage.processes);
        text_fact(facts, "memory now", wn_size_text((double)query->usage.memory, size));
        wn_trial_duration_text(query->usage.cpu, time, sizeof time);
        text_fact(facts, "cpu so far", time);
    }
}

static void word_run(struct wn_trial_query *query) {
    const struct wn_trial_row *row = &query->row;
    struct wn_trial_facts *facts = &query->facts;
    head(facts, "run");
    text_fact(facts, "state", wn_trial_state_name(row->state));
    word_end(query);
    moment_fact(facts, "queued", row->created);
    moment_fact(facts, "started", row->started);
    moment_fact(facts, "ended", row->ended);
    word_resources(query);
    text_fact(facts, "host", row->host);
    text_fact(facts, "code", query->code);
    wn_trial_add_fact(facts, "seed", wn_format("%lld", (long long)row->seed));
    if (query->sweep.repeats > 1)
        wn_trial_add_fact(
            facts, "repeat",
            wn_format("%lld of %lld", (long long)row->repeat + 1, (long long)query->sweep.repeats));
    text_fact(facts, "enqueued by", row->enqueued_by);
    text_fact(facts, "imported from", row->imported_from);
    text_fact(facts, "tags", query->tags);
    text_fact(facts, "command", query->command);
}

// ---- from the store and the disk ----------------------------------------------------------------

static bool word_attempt(void *context, const struct wn_trial_row *row) {
    struct wn_trial_facts *facts = context;
    char name[32], moment[32];
    snprintf(name, sizeof name, "attempt %lld", (long long)row->attempt + 1);
    struct wn_trial_fact *fact =
        wn_trial_add_fact(facts, name, wn_strdup(wn_trial_state_name(row->state)));
    fact->look = WN_BAD;
    fact->note = wn_format("%s%s%s", wn_moment_text(row->ended, moment), row->reason ? ": " : "",
                           row->reason ? row->reason : "");
    return true;
}

static bool word_note(void *context, const struct wn_label *note) {
    struct wn_trial_facts *facts = context;
    char moment[32];
    wn_trial_add_fact(facts, note->user, wn_strdup(note->text))->note =
        wn_strdup(wn_moment_text(note->created, moment));
    return true;
}

static int is_shown(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static void word_artifacts(struct wn_trial_query *query, const char *dir) {
    struct dirent **entries = NULL;
    char *folder = wn_format("%s/artifacts/%lld", dir, (long long)query->row.number);
    int count = scandir(folder, &entries, is_shown, alphasort);
    if (count > 0) {
        head(&query->facts, "artifacts");
        wn_trial_add_fact(&query->facts, "folder", wn_strdup(folder));
    }
    for (int i = 0; i < count; i++) {
        char size[32], *path = wn_format("%s/%s", folder, entries[i]->d_name);
        struct stat about;
        if (lstat(path, &about) == 0)
            wn_trial_add_fact(&query->facts, entries[i]->d_name,
                              wn_strdup(S_ISDIR(about.st_mode)
                                            ? "folder"
                                            : wn_size_text((double)about.st_size, size)));
        free(path);
        free(entries[i]);
    }
    free(entries);
    free(folder);
}

// A heading, and what `each` adds below it; without anything, no heading.
static void drop_empty_heading(struct wn_trial_facts *facts, size_t before) {
    if (facts->count != before + 1)
        return;
    free(facts->items[before].value);
    facts->count = before;
}

enum wn_status wn_trial_word_facts(struct wn_store *store, struct wn_trial_query *query,
                                   const char *dir, struct wn_err *err) {
    struct wn_trial_facts *facts = &query->facts;
    word_params(query);
    word_metrics(query);
    word_run(query);
    size_t before = facts->count;
    head(facts, "earlier attempts");
    enum wn_status status =
        wn_store_each_attempt(store, query->sweep.id, query->row.number, word_attempt, facts, err);
    drop_empty_heading(facts, before);
    before = facts->count;
    head(facts, "notes");
    if (status == WN_OK)
        status =
            wn_store_each_note(store, query->sweep.id, query->row.number, word_note, facts, err);
    drop_empty_heading(facts, before);
    word_artifacts(query, dir);
    return status;
}
