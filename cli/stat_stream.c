// SPDX-License-Identifier: GPL-3.0-or-later
// Detectors over a file. Missing values are skipped and keep their row numbers.
#include "cli/stat_stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/stat_args.h"
#include "core/base/mem.h"
#include "core/csv_column.h"
#include "core/stats/sample.h"
#include "core/stream/detector.h"

struct stream {
    const struct wn_detector_type *type;
    void *state;
    struct wn_output *out;
    bool json;
    const char *column; // asked for; NULL: none
    size_t index;       // of it
    int64_t row, values, missing;
    size_t baseline_count; // values that scale the others; 0: they are taken as they are
    double *baseline;
    struct wn_moments scale;
    int64_t *alarms;
    size_t alarm_count, alarm_capacity;
};

// ---- values -------------------------------------------------------------------------------------

static void raise(struct stream *stream, int64_t row) {
    *WN_PUSH(stream->alarms, stream->alarm_count, stream->alarm_capacity) = row;
    if (stream->json)
        return;
    wn_printf(stream->out, "%lld\n", (long long)row);
    wn_print_flush(stream->out);
}

static void detect(struct stream *stream, int64_t row, double value) {
    double spread = sqrt(stream->scale.variance);
    if (stream->baseline_count)
        value = (value - stream->scale.mean) / (spread > 0 ? spread : 1e-9);
    if (stream->type->add(stream->state, value))
        raise(stream, row);
}

// The first values scale themselves, too: they are held back until there are enough. Deviations
// are by n.
static void scale(struct stream *stream) {
    size_t count = stream->baseline_count;
    stream->scale = wn_moments_of(stream->baseline, count);
    stream->scale.variance *= (double)(count - 1) / (double)count;
    for (size_t i = 0; i < count; i++)
        detect(stream, (int64_t)stream->baseline[count + i], stream->baseline[i]);
}

static enum wn_status take(struct stream *stream, double value, struct wn_err *err) {
    int64_t row = stream->row++;
    size_t held = (size_t)stream->values;
    if (!isfinite(value)) {
        stream->missing++;
        return WN_OK;
    }
    if (stream->type->shares && value != 0 && value != 1)
        return wn_fail(err, WN_BAD_INPUT, "row %lld: %s takes zeros and ones (found %g)",
                       (long long)row, stream->type->name, value);
    stream->values++;
    if (held >= stream->baseline_count) {
        detect(stream, row, value);
        return WN_OK;
    }
    stream->baseline[held] = value;
    stream->baseline[stream->baseline_count + held] = (double)row;
    if (held + 1 == stream->baseline_count)
        scale(stream);
    return WN_OK;
}

// ---- rows ---------------------------------------------------------------------------------------

static bool names(const struct wn_csv_row *head, const char *column, size_t *index) {
    for (*index = 0; *index < head->count; ++*index)
        if (strcmp(head->cells[*index].text, column) == 0)
            return true;
    return false;
}

// Finds the column by the first row, which is data where it has a number there.
static enum wn_status begin(struct stream *stream, const struct wn_csv_row *head,
                            struct wn_err *err) {
    const char *column = stream->column;
    double value;
    char *end;
    if (!head->count)
        return wn_fail(err, WN_BAD_INPUT, "there is no column");
    if (names(head, column ? column : "value", &stream->index))
        return WN_OK;
    stream->index = head->count - 1;
    if (column) {
        unsigned long number = strtoul(column, &end, 10);
        if (*end || end == column || number < 1 || number > head->count)
            return wn_fail(err, WN_BAD_INPUT, "there is no column %s", column);
        stream->index = number - 1;
    }
    return wn_cell_number(head->cells[stream->index].text, &value) ? take(stream, value, err)
                                                                   : WN_OK;
}

static enum wn_status add_row(struct stream *stream, const struct wn_csv_row *row,
                              struct wn_err *err) {
    double value = NAN;
    if (row->wrong)
        return wn_fail(err, WN_BAD_INPUT, "line %lld: %s", (long long)row->line, row->wrong);
    if (stream->index < row->count && !wn_cell_number(row->cells[stream->index].text, &value))
        return wn_fail(err, WN_BAD_INPUT, "line %lld: %.80s is no number", (long long)row->line,
                       row->cells[stream->index].text);
    return take(stream, value, err);
}

static enum wn_status read_rows(struct stream *stream, int fd, struct wn_err *err) {
    const struct wn_csv_source source = {wn_read_fd, &fd};
    struct wn_csv *csv = wn_csv_new(&source);
    struct wn_csv_row row;
    wn_csv_detect(csv);
    enum wn_status status = wn_csv_next(csv, &row)
                                ? begin(stream, &row, err)
                                : wn_fail(err, WN_BAD_INPUT, "there are no rows");
    while (status == WN_OK && wn_csv_next(csv, &row))
        status = add_row(stream, &row, err);
    wn_csv_free(csv);
    if (status == WN_OK && stream->values < (int64_t)stream->baseline_count)
        status = wn_fail(err, WN_BAD_INPUT, "--baseline %zu is more than the %lld values there are",
                         stream->baseline_count, (long long)stream->values);
    return status;
}

static void print_json(const struct stream *stream) {
    struct wn_emit emit = {0};
    wn_emit_open(&emit, NULL, '{');
    wn_emit_text(&emit, "detector", stream->type->name);
    wn_emit_integer(&emit, "rows", stream->row);
    wn_emit_integer(&emit, "missing", stream->missing);
    wn_emit_open(&emit, "changes", '[');
    for (size_t i = 0; i < stream->alarm_count; i++)
        wn_emit_integer(&emit, NULL, stream->alarms[i]);
    wn_emit_close(&emit, ']');
    wn_emit_close(&emit, '}');
    wn_print_json(stream->out, &emit);
}

// ---- the whole ----------------------------------------------------------------------------------

static enum wn_status unknown(const char *name, struct wn_err *err) {
    size_t count;
    const struct wn_detector_type *const *all = wn_detector_all(&count);
    struct wn_str list = {0};
    for (size_t i = 0; i < count; i++)
        wn_str_addf(&list, "%s%s", i ? ", " : "", all[i]->name);
    wn_fail(err, WN_BAD_INPUT, "there is no detector %s: %s", name, wn_str_text(&list));
    wn_str_free(&list);
    return WN_BAD_INPUT;
}

static enum wn_status run(struct stream *stream, const char *path, struct wn_err *err) {
    int fd;
    enum wn_status status = wn_stat_open(path, &fd, err);
    if (status != WN_OK)
        return status;
    stream->state = stream->type->create();
    stream->baseline = wn_calloc(2 * stream->baseline_count + 1, sizeof *stream->baseline);
    status = read_rows(stream, fd, err);
    wn_stat_close(fd);
    if (status != WN_OK)
        wn_err_prefix(err, "%s", path);
    stream->type->free(stream->state);
    free(stream->baseline);
    return status;
}

enum wn_status wn_stat_stream(struct wn_invocation *invocation, const char *detector,
                              const char *word, struct wn_err *err) {
    const struct wn_detector_type *type = wn_detector_find(detector);
    if (!type)
        return unknown(detector, err);
    const char *colon = strrchr(word, ':');
    bool named = colon && colon != word;
    char *path = named ? wn_strndup(word, (size_t)(colon - word)) : wn_strdup(word);
    struct stream stream = {
        .type = type,
        .out = &invocation->out,
        .json = wn_args_has(invocation, "json"),
        .column = named ? colon + 1 : NULL,
        .baseline_count = (size_t)wn_args_integer(invocation, "baseline", 0),
    };
    enum wn_status status = run(&stream, path, err);
    if (status == WN_OK && stream.json)
        print_json(&stream);
    if (status == WN_OK && !stream.alarm_count)
        status = wn_fail(err, WN_NO, "%s", "");
    free(stream.alarms);
    free(path);
    return status;
}
