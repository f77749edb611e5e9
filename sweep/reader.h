// SPDX-License-Identifier: GPL-3.0-or-later
// Turns the lines that a trial prints into metric points. No I/O inside; each line is read once:
// a JSON object; else the captures (PCRE2, named groups) and `name=value` words. The rest is log.
#ifndef WN_READER_H
#define WN_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"

struct wn_reader;

struct wn_reading { // one point; `name` is valid until the next call
    const char *name;
    bool has_step;
    double step, value; // value may be NaN or infinite (NaN, inf, Infinity, 1e400)
};

// `captures` are PCRE2 patterns; each needs at least one named group. A group called step gives the
// step. The patterns are compiled (JIT) here; a bad one fails with its position.
enum wn_status wn_reader_new(const char *const *captures, size_t count, struct wn_reader **reader,
                             struct wn_err *err);
void wn_reader_free(struct wn_reader *reader);

// Reads one line (no newline; may hold any bytes) and calls `each` per point, in order of the line.
// Lines over WN_LINE_MAX bytes are log. Returns how many points there were.
#define WN_LINE_MAX ((size_t)1 << 20)
size_t wn_reader_line(struct wn_reader *reader, const char *line, size_t length,
                      void (*each)(void *context, const struct wn_reading *reading), void *context);

#endif
