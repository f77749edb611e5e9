// SPDX-License-Identifier: GPL-3.0-or-later
// The language of man pages: what both kinds of page are written with. All of it appends to `out`.
#ifndef WN_CLI_MDOC_H
#define WN_CLI_MDOC_H

#include "core/base/str.h"

// The lines that open a page, and its NAME section.
void wn_mdoc_title(struct wn_str *out, const char *name, int section);
void wn_mdoc_name(struct wn_str *out, const char *name, const char *summary);

// The words of `text`, without a newline at the end; an empty line parts paragraphs.
void wn_mdoc_text(struct wn_str *out, const char *text);
// An argument of a macro: quoted, so that words such as "No" or "Ar" are no macros.
void wn_mdoc_argument(struct wn_str *out, const char *text);
// An item of a tagged list: a word to be typed, and a sentence without its full stop.
void wn_mdoc_term(struct wn_str *out, const char *term, const char *meaning);
// A line that is shown as it is, indented and not filled.
void wn_mdoc_display(struct wn_str *out, const char *line);

#endif
