// SPDX-License-Identifier: GPL-3.0-or-later
// A trial on one page: what it was, what it reported, how it ended, and the end of its log.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/labels.h"
#include "cli/progress.h"
#include "cli/show.h"
#include "cli/table.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/value.h"
#include "sweep/folder.h"
#include "sweep/logs.h"
#include "sweep/session.h"

enum { TAIL_BYTES = 8192, TAIL_LINES = 10, LABEL = 11 };

struct page {
    struct wn_store *store;
    const struct wn_sweep_row *sweep;
    struct wn_trial_row row;
    struct wn_emit metrics, attempts; // JSON, filled by the walks over the store
    struct wn_table metric_table;
    struct wn_str earlier; // attempts, as lines
    char *log_path;        // of its file, which may be packed by now
    char *archive;         // NULL: it is not
    struct wn_str tail;    // end of the log, escaped
};

static const struct wn_column metric_columns[] = {
    {.title = "METRIC"},
    {.title = "POINTS", .right = true},
    {.title = "LAST", .right = true},
    {.title = "MIN", .right = true},
    {.title = "MAX", .right = true},
    {0},
};

// ---- reading ------------------------------------------------------------------------------------

static bool take_summary(void *context, int64_t trial, const char *name,
                         const struct wn_summary *summary) {
    struct page *page = context;
    char last[32], min[32], max[32];
    (void)trial;
    wn_emit_open(&page->metrics, name, '{');
    wn_emit_integer(&page->metrics, "count", summary->count);
    wn_emit_real(&page->metrics, "last", summary->last);
    wn_emit_real(&page->metrics, "min", summary->min);
    wn_emit_real(&page->metrics, "max", summary->max);
    wn_emit_close(&page->metrics, '}');
    wn_table_add(&page->metric_table, WN_ROLE_PLAIN, "%s", name);
    wn_table_add(&page->metric_table, WN_ROLE_DIM, "%lld", (long long)summary->count);
    wn_table_add(&page->metric_table, WN_ROLE_PLAIN, "%s", wn_number_text(summary->last, last));
    wn_table_add(&page->metric_table, WN_ROLE_PLAIN, "%s", wn_number_text(summary->min, min));
    wn_table_add(&page->metric_table, WN_ROLE_PLAIN, "%s", wn_number_text(summary->max, max));
    return true;
}

static void emit_end(struct wn_emit *emit, const struct wn_trial_row *row) {
    wn_emit_text(emit, "state", wn_trial_state_name(row->state));
    wn_emit_text(emit, "reason", row->reason);
    if (row->has_exit) {
        wn_emit_integer(emit, "exit_code", row->exit_code);
        wn_emit_integer(emit, "exit_signal", row->exit_signal);
    } else {
        wn_emit_null(emit, "exit_code");
        wn_emit_null(emit, "exit_signal");
    }
    wn_emit_time(emit, "created", row->created);
    wn_emit_time(emit, "started", row->started);
    wn_emit_time(emit, "ended", row->ended);
}

static bool take_attempt(void *context, const struct wn_trial_row *row) {
    struct page *page = context;
    char moment[32];
    wn_emit_open(&page->attempts, NULL, '{');
    wn_emit_integer(&page->attempts, "attempt", row->attempt);
    emit_end(&page->attempts, row);
    wn_emit_close(&page->attempts, '}');
    wn_str_addf(&page->earlier, "attempt %lld: %s at %s%s%s\n", (long long)row->attempt,
                wn_trial_state_name(row->state), wn_moment_text(row->ended, moment),
                row->reason ? ": " : "", row->reason ? row->reason : "");
    return true;
}

// Where the last TAIL_LINES lines of `text` begin.
static size_t tail_start(const char *text, size_t length) {
    size_t lines = 0;
    for (size_t i = length; i > 0; i--)
        if (text[i - 1] == '\n' && i < length && ++lines == TAIL_LINES)
            return i;
    return 0;
}

static void read_log(struct wn_store *store, struct page *page) {
    char bytes[TAIL_BYTES];
    const struct wn_trial_row *row = &page->row;
    char *dir = wn_sweep_folder(store, row->sweep);
    struct wn_logs *logs = wn_logs_new(dir);
    struct wn_log *log;
    page->log_path = wn_log_file(dir, row->number, row->attempt);
    if (wn_log_open(logs, row->number, row->attempt, &log, NULL) == WN_OK) {
        size_t length = wn_log_tail(log, bytes, sizeof bytes), start = tail_start(bytes, length);
        wn_text_escape(&page->tail, bytes + start, length - start, true);
        page->archive = wn_log_packed(log) ? wn_log_archive(dir) : NULL;
        wn_log_close(log);
    }
    wn_logs_free(logs);
    free(dir);
}

static enum wn_status read_page(struct wn_store *store, int64_t number, struct page *page,
                                struct wn_err *err) {
    int64_t sweep = page->sweep->id;
    enum wn_status status = wn_store_get_trial(store, sweep, number, &page->row, err);
    if (status == WN_NO)
        return wn_fail(err, WN_BAD_INPUT, "%s has no trial %lld", page->sweep->name,
                       (long long)number);
    if (status == WN_OK)
        status = wn_store_each_summary(store, sweep, number, take_summary, page, err);
    if (status == WN_OK)
        status = wn_store_each_attempt(store, sweep, number, take_attempt, page, err);
    if (status != WN_OK)
        return status;
    read_log(store, page);
    return WN_OK;
}

static void clear_page(struct page *page) {
    wn_trial_row_clear(&page->row);
    wn_str_free(&page->metrics.text);
    wn_str_free(&page->attempts.text);
    wn_table_free(&page->metric_table);
    wn_str_free(&page->earlier);
    wn_str_free(&page->tail);
    free(page->log_path);
    free(page->archive);
}

// ---- JSON ---------------------------------------------------------------------------------------

static enum wn_status print_json(struct page *page, struct wn_output *out, struct wn_err *err) {
    const struct wn_trial_row *row = &page->row;
    struct wn_emit emit = {0};
    wn_emit_close(&page->metrics, '}');
    wn_emit_close(&page->attempts, ']');
    wn_emit_open(&emit, NULL, '{');
    wn_emit_text(&emit, "sweep", page->sweep->name);
    wn_emit_integer(&emit, "trial", row->number);
    emit_end(&emit, row);
    wn_emit_real(&emit, "objective", row->objective);
    wn_emit_raw(&emit, "params", row->params);
    wn_emit_raw(&emit, "metrics", page->metrics.text.text);
    wn_emit_integer(&emit, "seed", row->seed);
    wn_emit_integer(&emit, "repeat", row->repeat);
    wn_emit_integer(&emit, "attempt", row->attempt);
    wn_emit_real(&emit, "user_cpu", row->user_cpu);
    wn_emit_real(&emit, "system_cpu", row->system_cpu);
    wn_emit_integer(&emit, "peak_memory", row->peak_memory);
    wn_emit_text(&emit, "host", row->host);
    wn_emit_text(&emit, "condemned", row->condemned);
    wn_emit_text(&emit, "imported_from", row->imported_from);
    wn_emit_raw(&emit, "attempts", page->attempts.text.text);
    wn_emit_text(&emit, "log", page->log_path);
    wn_emit_text(&emit, "log_archive", page->archive);
    wn_emit_text(&emit, "log_tail", wn_str_text(&page->tail));
    enum wn_status status = wn_emit_labels(&emit, page->store, page->sweep->id, row->number, err);
    wn_emit_close(&emit, '}');
    wn_print_json(out, &emit);
    return status;
}

// ---- for people ---------------------------------------------------------------------------------

static void print_value(const char *path, const struct wn_value *value, struct wn_output *out) {
    for (size_t i = 0; value->type == WN_MAP && i < value->list.count; i++) {
        const char *key = value->list.keys[i].string.text;
        char *below = *path ? wn_format("%s.%s", path, key) : wn_strdup(key);
        print_value(below, &value->list.items[i], out);
        free(below);
    }
    if (value->type == WN_MAP && value->list.count)
        return;
    struct wn_str text = {0}, clean = {0};
    wn_str_addf(&text, "%s = ", path);
    wn_value_python(&text, value);
    wn_text_escape(&clean, text.text, text.length, false);
    wn_printf(out, "  %s\n", clean.text);
    wn_str_free(&clean);
    wn_str_free(&text);
}

void wn_show_params(const char *json, struct wn_output *out) {
    struct wn_value params = {0};
    if (!json || wn_value_parse_json(json, &params, NULL) != WN_OK)
        return;
    if (params.type == WN_MAP && params.list.count)
        print_value("", &params, out);
    wn_value_clear(&params);
}

static void print_end(const struct wn_trial_row *row, struct wn_output *out) {
    char began[32], took[32];
    if (row->has_exit && row->exit_signal)
        wn_printf(out, "exit       signal %d (%s)\n", row->exit_signal,
                  strsignal(row->exit_signal));
    else if (row->has_exit)
        wn_printf(out, "exit       %d\n", row->exit_code);
    if (row->started <= 0)
        return;
    struct wn_str times = {0};
    wn_str_addf(&times, "times      started %s", wn_moment_text(row->started, began));
    if (row->ended > 0) {
        wn_trial_duration_text(row->ended - row->started, took, sizeof took);
        wn_str_addf(&times, ", took %s (CPU %.2fs user, %.2fs system)", took, row->user_cpu,
                    row->system_cpu);
    }
    wn_print_folded(out, times.text, 0, LABEL);
    wn_print(out, "\n");
    wn_str_free(&times);
    if (row->peak_memory)
        wn_printf(out, "memory     %.1f MiB at most\n", (double)row->peak_memory / 1048576);
}

static enum wn_status print_page(const struct page *page, struct wn_output *out,
                                 struct wn_err *err) {
    const struct wn_trial_row *row = &page->row;
    char number[32];
    wn_print_text(out, page->sweep->name, strlen(page->sweep->name));
    wn_printf(out, " trial %lld: %s%s%s", (long long)row->number,
              wn_role(out, wn_trial_state_role(row->state)), wn_trial_state_name(row->state),
              wn_role(out, WN_ROLE_PLAIN));
    if (row->reason && *row->reason) {
        char head[64];
        int before = snprintf(head, sizeof head, " trial %lld: %s: ", (long long)row->number,
                              wn_trial_state_name(row->state));
        wn_print(out, ": ");
        wn_print_folded(out, row->reason, wn_text_width(page->sweep->name) + before, LABEL);
    }
    wn_print(out, "\nobjective  ");
    wn_print_text(out, page->sweep->objective, strlen(page->sweep->objective));
    wn_printf(out, " %s\n", isnan(row->objective) ? "-" : wn_number_text(row->objective, number));
    wn_printf(out, "seed       %lld, repeat %lld, attempt %lld\n", (long long)row->seed,
              (long long)row->repeat, (long long)row->attempt);
    if (row->imported_from) {
        wn_print(out, "imported   from ");
        wn_print_text(out, row->imported_from, strlen(row->imported_from));
        wn_print(out, "\n");
    }
    print_end(row, out);
    enum wn_status status = wn_print_labels(page->store, page->sweep->id, row->number, out, err);
    wn_print(out, "parameters\n");
    wn_show_params(row->params, out);
    wn_print_text(out, wn_str_text(&page->earlier), page->earlier.length);
    if (page->metric_table.count) {
        wn_print(out, "\n");
        wn_table_print(&page->metric_table, out);
    }
    wn_printf(out, "\n%slog%s %s%s\n", wn_role(out, WN_ROLE_HEAD), wn_role(out, WN_ROLE_PLAIN),
              page->archive ? "in " : "", page->archive ? page->archive : page->log_path);
    wn_print(out, wn_str_text(&page->tail));
    if (page->tail.length && page->tail.text[page->tail.length - 1] != '\n')
        wn_print(out, "\n");
    return status;
}

enum wn_status wn_show_trial(struct wn_store *store, const struct wn_sweep_row *row, int64_t number,
                             bool json, struct wn_output *out, struct wn_err *err) {
    struct page page = {.store = store, .sweep = row, .metric_table.columns = metric_columns};
    wn_emit_open(&page.metrics, NULL, '{');
    wn_emit_open(&page.attempts, NULL, '[');
    enum wn_status status = read_page(store, number, &page, err);
    if (status == WN_OK && json)
        status = print_json(&page, out, err);
    else if (status == WN_OK)
        status = print_page(&page, out, err);
    clear_page(&page);
    return status;
}
