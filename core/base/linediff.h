// SPDX-License-Identifier: GPL-3.0-or-later
// The difference of two texts, line by line, as `diff -u` prints it.
#ifndef WN_LINEDIFF_H
#define WN_LINEDIFF_H

#include "core/base/str.h"

// Appends hunks with three lines around each change, without the two lines of names; nothing where
// the texts have the same lines. Texts that differ in more than a thousand lines are told as one
// change from the first line that differs to the last.
void wn_line_diff(struct wn_str *out, const char *before, const char *after);

#endif
