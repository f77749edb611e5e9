// SPDX-License-Identifier: GPL-3.0-or-later
// Text for terminals: how wide it is, foreign text made harmless, paragraphs filled to a width.
#ifndef WN_TEXT_H
#define WN_TEXT_H

#include <stddef.h>

#include "core/base/str.h"

// Columns that valid UTF-8 text takes; bytes that are none count one each.
int wn_text_width(const char *text);
// Appends at most `columns` of `text`, with ".." where something was cut; returns the columns used.
int wn_text_fit(struct wn_str *out, const char *text, int columns);

// Appends foreign text so that a terminal only shows it: control characters (tab and newline stay
// where `keep_lines`) and bytes that are no UTF-8 become \xNN.
void wn_text_escape(struct wn_str *out, const char *text, size_t length, bool keep_lines);

// Appends one line that begins at `column`, broken at spaces where it is wider than `width`, each
// further line after `indent` spaces. All else stays as it is; no newline at the end.
struct wn_fold {
    int column, indent, width;
};
void wn_text_fold(struct wn_str *out, const char *text, struct wn_fold fold);

// Appends words filled to `width` columns, each line but the first after `indent` spaces; the first
// line is taken to begin at column `indent`. Newlines part paragraphs. Ends with a newline.
void wn_text_fill(struct wn_str *out, const char *text, int indent, int width);

// Appends a word so that a shell takes it as it is, in quotes where it needs them.
void wn_text_quote(struct wn_str *out, const char *word);

#endif
