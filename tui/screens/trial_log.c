// SPDX-License-Identifier: GPL-3.0-or-later
// The lines of the log that are on the screen, and what the reader makes of them: the same reader
// that made points of them when they were printed.
#include <string.h>

#include "core/base/mem.h"
#include "core/numbers.h"
#include "core/spec.h"
#include "sweep/logview.h"
#include "sweep/reader.h"
#include "tui/screens/trial.h"

enum { SHOWN_BYTES = 4096 };

struct page { // how it is read
    int rows;
    struct wn_reader *reader; // NULL: the spec is not known
    const char *shown;        // name of the metric that is
};

// The metric that is shown stands for all of a line, else its first one.
struct telling {
    const char *shown;
    struct wn_str text;
    int told;
};

static void tell(void *context, const struct wn_reading *reading) {
    struct telling *telling = context;
    char number[32];
    if (telling->told++ && strcmp(reading->name, telling->shown) != 0)
        return;
    wn_str_clear(&telling->text);
    wn_str_addf(&telling->text, "%s %s", reading->name, wn_number_text(reading->value, number));
}

static void add_line(struct wn_trial_log *log, int64_t at, const struct wn_str *plain,
                     const struct page *page) {
    struct wn_trial_line *line = WN_PUSH(log->lines, log->count, log->capacity);
    struct telling telling = {.shown = page->shown};
    line->at = at;
    line->text = wn_strdup(wn_str_text(plain));
    if (page->reader)
        wn_reader_line(page->reader, wn_str_text(plain), plain->length, tell, &telling);
    if (telling.told > 1)
        wn_str_addf(&telling.text, " +%d", telling.told - 1);
    line->metrics = telling.told ? wn_str_take(&telling.text) : NULL;
}

static int64_t forward(struct wn_logview *view, int64_t at, int64_t lines) {
    struct wn_str line = {0};
    for (; lines > 0 && wn_logview_line(view, &at, &line); lines--)
        continue;
    wn_str_free(&line);
    return at;
}

// From the place found last, or from the first line; and on at the other end of the log.
static void seek(struct wn_logview *view, const struct wn_trial_log_wish *wish, int64_t top,
                 struct wn_trial_log *log) {
    bool down = wish->seek > 0;
    int64_t start = wish->from < 0 ? top : down ? forward(view, wish->from, 1) : wish->from;
    log->found = wn_logview_find(view, start, down, wish->sought);
    if (log->found < 0)
        log->found = wn_logview_find(view, down ? 0 : log->size, down, wish->sought);
    log->none_there = log->found < 0;
}

// The first line of the page.
static int64_t find_top(struct wn_logview *view, const struct wn_trial_log_wish *wish, int rows,
                        struct wn_trial_log *log) {
    int64_t last = wn_logview_back(view, log->size, (size_t)rows);
    int64_t top = wish->top < 0 ? last : wn_logview_back(view, wish->top, 0);
    if (wish->move < 0)
        top = wn_logview_back(view, top, (size_t)-wish->move);
    else if (wish->move > 0)
        top = forward(view, top, wish->move);
    log->found = -1;
    if (wish->seek && wish->sought) {
        seek(view, wish, top, log);
        top = log->found < 0 ? top : log->found;
    }
    return top < last ? top : last;
}

static struct wn_reader *new_reader(const struct wn_spec *spec) {
    struct wn_reader *reader = NULL;
    struct wn_err err;
    if (spec)
        wn_reader_new((const char *const *)spec->captures, spec->capture_count, &reader, &err);
    return reader;
}

static void read_page(struct wn_logview *view, const struct page *page, struct wn_trial_log *log) {
    struct wn_str line = {0}, plain = {0};
    int64_t at = log->top, next = at;
    while ((int)log->count < page->rows && wn_logview_line(view, &next, &line)) {
        wn_logview_plain(&line, SHOWN_BYTES, &plain);
        add_line(log, at, &plain, page);
        at = next;
    }
    log->at_end = !wn_logview_line(view, &next, &line);
    wn_str_free(&line);
    wn_str_free(&plain);
}

void wn_trial_load_log(struct wn_trial_query *query, const char *dir, const struct wn_spec *spec,
                       int rows) {
    struct wn_trial_log *log = &query->log;
    struct wn_logs *logs = wn_logs_new(dir);
    struct wn_logview *view;
    struct wn_err err;
    log->found = -1;
    log->looked = rows > 0;
    if (log->looked &&
        wn_logview_open(logs, query->row.number, query->row.attempt, &view, &err) == WN_OK) {
        log->exists = true;
        log->size = wn_logview_size(view);
        log->top = find_top(view, &query->wish.log, rows, log);
        const struct page page = {
            .rows = rows,
            .reader = new_reader(spec),
            .shown = query->metric_count ? query->metrics[query->metric].name : "",
        };
        read_page(view, &page, log);
        wn_reader_free(page.reader);
        wn_logview_close(view);
    }
    wn_logs_free(logs);
}
