// SPDX-License-Identifier: GPL-3.0-or-later
// Which way of writing a metric a line follows. A line is either one JSON object or text with
// captures and words, never both.
#include "sweep/reader.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "sweep/reader/internal.h"

enum wn_status wn_reader_new(const char *const *captures, size_t count, struct wn_reader **reader,
                             struct wn_err *err) {
    struct wn_reader *made = wn_calloc(1, sizeof *made);
    *reader = NULL;
    made->numbers.c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    enum wn_status status = WN_OK;
    if (!made->numbers.c_locale)
        status = wn_fail(err, WN_ENVIRONMENT, "the C locale cannot be loaded");
    else
        status = wn_captures_compile(made, captures, count, err);
    if (status == WN_OK)
        *reader = made;
    else
        wn_reader_free(made);
    return status;
}

void wn_reader_free(struct wn_reader *reader) {
    if (!reader)
        return;
    wn_captures_free(reader);
    wn_points_free(&reader->points);
    wn_str_free(&reader->numbers.scratch);
    wn_str_free(&reader->plain);
    if (reader->numbers.c_locale)
        freelocale(reader->numbers.c_locale);
    free(reader->levels);
    free(reader);
}

static void hand_out(const struct wn_points *points,
                     void (*each)(void *context, const struct wn_reading *reading), void *context) {
    for (size_t i = 0; i < points->count; i++) {
        const struct wn_point_found *point = &points->items[i];
        each(context, &(struct wn_reading){
                          .name = points->names.text + point->name,
                          .has_step = point->step.rank != WN_STEP_NONE,
                          .step = point->step.value,
                          .value = point->value,
                      });
    }
}

size_t wn_reader_line(struct wn_reader *reader, const char *line, size_t length,
                      void (*each)(void *context, const struct wn_reading *reading),
                      void *context) {
    struct wn_points *points = &reader->points;
    wn_points_cut(points, 0);
    if (!length || length > WN_LINE_MAX)
        return 0;
    if (memchr(line, '\033', length)) {
        wn_strip_escapes(&reader->plain, line, length);
        line = wn_str_text(&reader->plain);
        length = reader->plain.length;
    }
    if (!wn_read_json(reader, line, length)) {
        wn_read_captures(reader, line, length);
        wn_read_words(reader, line, length);
    }
    wn_points_stamp(points, 0);
    hand_out(points, each, context);
    return points->count;
}
