// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of the reader share: the points of the line at hand, numbers, and one function per
// way of writing a metric. Points are collected first and handed out when the line is over, because
// a step may stand after the values it belongs to, and a JSON line may turn out not to be one.
#ifndef WN_READER_INTERNAL_H
#define WN_READER_INTERNAL_H

#include <locale.h>
#include <stdint.h>

#include "core/base/str.h"
#include "sweep/reader.h"

#define WN_NAME_MAX ((size_t)256)

// ---- points -------------------------------------------------------------------------------------

struct wn_step {
    enum { WN_STEP_NONE, WN_STEP_UNDERSCORE, WN_STEP_PLAIN } rank; // a lower rank never replaces
    double value;
};

struct wn_point_found {
    size_t name; // offset into wn_points.names
    double value;
    struct wn_step step;
};

struct wn_points { // of one line
    struct wn_point_found *items;
    size_t count, capacity;
    struct wn_str names; // NUL-terminated, one after the other
    struct wn_step step; // the latest that was found
};

// Forgets all points from number `count` on, and the step.
void wn_points_cut(struct wn_points *points, size_t count);
// Takes name and value: as the step if the name says so, as a point if it is a metric's name.
void wn_points_add(struct wn_points *points, const char *name, size_t length, double value);
// Gives the step found, if any, to those points from number `first` on that have none.
void wn_points_stamp(struct wn_points *points, size_t first);
void wn_points_free(struct wn_points *points);

// ---- numbers ------------------------------------------------------------------------------------

struct wn_number {
    double value;
    const char *end; // the first byte behind it
    bool json;       // written as JSON has it (or as Python's json adds: NaN, Infinity, -Infinity)
};

struct wn_numbers { // what reading numbers needs
    locale_t c_locale;
    struct wn_str scratch;
};

// Reads the longest decimal number, nan, inf or infinity (in any case) that starts at `at`; the
// value is the nearest double, whatever the locale. False where there is none.
bool wn_number_read(struct wn_numbers *numbers, const char *at, const char *end,
                    struct wn_number *number);

// ---- ways of writing a metric -------------------------------------------------------------------

struct wn_reader {
    struct wn_points points;
    struct wn_numbers numbers;
    struct wn_capture *captures;
    size_t capture_count;
    struct wn_json_level *levels; // the open containers of a JSON line
    size_t level_capacity;
    struct wn_str plain; // the line at hand without colours, where it had some
};

// True where the line is one valid JSON object; its points were added. Else nothing was.
bool wn_read_json(struct wn_reader *reader, const char *line, size_t length);

// Adds the points of name=value words, except those with a name that a capture gave.
void wn_read_words(struct wn_reader *reader, const char *line, size_t length);

// Adds the points of all matches of all captures.
void wn_read_captures(struct wn_reader *reader, const char *line, size_t length);
// Whether a capture gave this name on the line at hand.
bool wn_captures_gave(const struct wn_reader *reader, const char *name, size_t length);
enum wn_status wn_captures_compile(struct wn_reader *reader, const char *const *patterns,
                                   size_t count, struct wn_err *err);
void wn_captures_free(struct wn_reader *reader);

#endif
