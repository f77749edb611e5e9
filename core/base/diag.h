// SPDX-License-Identifier: GPL-3.0-or-later
// A collector of mistakes with their places: all that is wrong with a file is told at once, as
// `file:line:column: path: what is wrong (what was found)`. The collector owns its texts.
#ifndef WN_DIAG_H
#define WN_DIAG_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

enum wn_severity { WN_WARNING, WN_ERROR };

struct wn_diag {
    enum wn_severity severity;
    int line, column; // 1-based; 0: no place
    char *path;       // "parameters.lr.min", or ""
    char *text;       // what is wrong, what was found, perhaps "did you mean"
};

struct wn_diags {
    const char *file; // borrowed; shown before each line
    struct wn_diag *items;
    size_t count, capacity;
    size_t errors, warnings; // how many of each were added, also beyond the cap on kept items
};

// Keeps at most 100 items; more are only counted. What was said before is not said again.
void wn_diag_add(struct wn_diags *diags, enum wn_severity severity, int line, int column,
                 const char *path, const char *format, ...) __attribute__((format(printf, 6, 7)));
// True where no more are kept: what costs time to word need not be worded.
bool wn_diags_full(const struct wn_diags *diags);
// Appends all items in file order, one line each, control characters as \xNN;
// warnings carry the word "warning: ".
void wn_diags_print(const struct wn_diags *diags, struct wn_str *out);
void wn_diags_free(struct wn_diags *diags);

#endif
