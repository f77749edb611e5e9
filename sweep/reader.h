// SPDX-License-Identifier: GPL-3.0-or-later
// Turns the lines that a trial prints into metric points. No I/O inside; each line is read once:
// a JSON object; else the captures (PCRE2, named groups) and `name=value` words. The rest is log.
// Escape sequences of terminals (colours) are taken out before.
//
// JSON   The line is one valid object, perhaps with blanks around it. Numbers are points, also
//        Python's bare NaN, Infinity and -Infinity; objects inside are flattened to a.b; strings,
//        booleans, null and all that is in an array are log. A key that occurs twice: two points.
// Words  name=value between white space, with at most one `,` or `;` behind. A name is made of
//        letters, digits and _ . / - and begins with a letter or _. Brackets, quotes and units
//        belong to the word: [loss=0.3], "loss=0.3", loss=1,5 and acc=95% are log.
// Names  1 to 256 bytes of UTF-8 without control characters. Those that begin with _ are W&B's own
//        and no points.
// Steps  A finite number called step (or _step, where there is no step) is no point: it is the step
//        of all points of its line; the latest counts. Captures: of the points of its match first.
// Values Decimal, the nearest double in any locale; nan, inf and infinity in any case; 1e400 is
//        infinite. Hexadecimal numbers are log.
#ifndef WN_READER_H
#define WN_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "core/base/str.h"

struct wn_reader;

struct wn_reading { // one point; `name` is valid until the next call
    const char *name;
    bool has_step;
    double step, value; // value may be NaN or infinite (NaN, inf, Infinity, 1e400)
};

// `captures` are PCRE2 patterns; each needs at least one named group. A group called step gives the
// step. The patterns are compiled (JIT) here; a bad one fails with its position. They match bytes,
// all matches of a line count, and a group gives a point if its text is a number (blanks aside).
// Lines over WN_CAPTURE_LINE_MAX bytes are not matched, so that no pattern can hang.
#define WN_CAPTURE_LINE_MAX ((size_t)1 << 14)
enum wn_status wn_reader_new(const char *const *captures, size_t count, struct wn_reader **reader,
                             struct wn_err *err);
void wn_reader_free(struct wn_reader *reader);

// Reads one line (without what ends it; may hold any bytes) and calls `each` per point, in order of
// the line; points of captures come before those of words, which give no name that a capture gave.
// Lines over WN_LINE_MAX bytes are log. Returns how many points there were.
#define WN_LINE_MAX ((size_t)1 << 20)
size_t wn_reader_line(struct wn_reader *reader, const char *line, size_t length,
                      void (*each)(void *context, const struct wn_reading *reading), void *context);

// Replaces `plain` by the line without the escape sequences of terminals (colours, titles, links).
void wn_strip_escapes(struct wn_str *plain, const char *line, size_t length);

#endif
