// SPDX-License-Identifier: GPL-3.0-or-later
// Foreign texts in mdoc. Every one of them goes through here, so that no word of it is taken for a
// macro or a request.
#include "cli/mdoc.h"

#include <ctype.h>
#include <string.h>

// Fixed, so that the same sources give the same pages.
static const char page_date[] = "November 23, 2026";

enum { TEXT_COLUMNS = 60 };

// Text lines: short, each sentence on lines of its own, and nothing in them taken for a request.
static void add_word(struct wn_str *out, const char *word, size_t length, bool line_start) {
    if (line_start && (*word == '.' || *word == '\''))
        wn_str_add(out, "\\&");
    for (size_t i = 0; i < length; i++) {
        if (word[i] == '\\')
            wn_str_add(out, "\\e");
        else
            wn_str_add_char(out, word[i]);
    }
}

void wn_mdoc_text(struct wn_str *out, const char *text) {
    size_t column = 0;
    while (*text) {
        size_t length = strcspn(text, " \n");
        add_word(out, text, length, column == 0);
        column += length + 1;
        text += length;
        bool sentence_ends = length && strchr(".?!", text[-1]);
        if (wn_starts_with(text, "\n\n"))
            wn_str_add(out, "\n.Pp");
        bool breaks = sentence_ends || *text == '\n' || column > TEXT_COLUMNS;
        size_t space = strspn(text, " \n");
        text += space;
        if (*text)
            wn_str_add_char(out, breaks ? '\n' : ' ');
        if (breaks)
            column = 0;
    }
}

void wn_mdoc_argument(struct wn_str *out, const char *text) {
    wn_str_add(out, " \"\\&"); // else a punctuation mark alone would be none of its words
    for (; *text; text++) {
        if (*text == '"')
            wn_str_add(out, "\\(dq");
        else if (*text == '\\')
            wn_str_add(out, "\\e");
        else
            wn_str_add_char(out, *text);
    }
    wn_str_add_char(out, '"');
}

void wn_mdoc_term(struct wn_str *out, const char *term, const char *meaning) {
    wn_str_add(out, ".It Cm");
    wn_mdoc_argument(out, term);
    wn_str_add_char(out, '\n');
    wn_mdoc_text(out, meaning);
    wn_str_add(out, ".\n");
}

void wn_mdoc_title(struct wn_str *out, const char *name, int section) {
    wn_str_addf(out, ".Dd %s\n.Dt ", page_date);
    for (; *name; name++)
        wn_str_add_char(out, (char)toupper((unsigned char)*name));
    wn_str_addf(out, " %d\n.Os winnow " WN_VERSION "\n", section);
}

void wn_mdoc_name(struct wn_str *out, const char *name, const char *summary) {
    wn_str_addf(out, ".Sh NAME\n.Nm %s\n.Nd", name);
    wn_mdoc_argument(out, summary);
    wn_str_add_char(out, '\n');
}

void wn_mdoc_display(struct wn_str *out, const char *line) {
    wn_str_add(out, ".Bd -literal -offset indent\n");
    add_word(out, line, strlen(line), true);
    wn_str_add(out, "\n.Ed\n");
}
