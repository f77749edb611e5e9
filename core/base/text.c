// SPDX-License-Identifier: GPL-3.0-or-later
// Measuring, escaping and filling text by the character type of the locale.
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "core/base/mem.h"

struct glyph {
    size_t bytes;
    int columns; // -1: not printable
};

static struct glyph next_glyph(const char *text, size_t length) {
    mbstate_t fresh = {0};
    wchar_t wide;
    size_t bytes = mbrtowc(&wide, text, length, &fresh);
    if (bytes == 0 || bytes == (size_t)-1 || bytes == (size_t)-2)
        return (struct glyph){.bytes = 1, .columns = -1};
    return (struct glyph){.bytes = bytes, .columns = wcwidth(wide)};
}

static int columns_of(struct glyph glyph) {
    return glyph.columns < 0 ? 1 : glyph.columns;
}

int wn_text_width(const char *text) {
    int width = 0;
    for (size_t left = strlen(text); left > 0;) {
        struct glyph glyph = next_glyph(text, left);
        width += columns_of(glyph);
        text += glyph.bytes;
        left -= glyph.bytes;
    }
    return width;
}

int wn_text_fit(struct wn_str *out, const char *text, int columns) {
    int width = wn_text_width(text);
    if (width <= columns) {
        wn_str_add(out, text);
        return width;
    }
    const char *mark = columns > 2 ? ".." : "";
    int room = columns - (int)strlen(mark), used = 0;
    size_t left = strlen(text);
    for (struct glyph glyph; left > 0; text += glyph.bytes, left -= glyph.bytes) {
        glyph = next_glyph(text, left);
        if (used + columns_of(glyph) > room)
            break;
        wn_str_add_bytes(out, text, glyph.bytes);
        used += columns_of(glyph);
    }
    wn_str_add(out, mark);
    return used + (int)strlen(mark);
}

void wn_text_escape(struct wn_str *out, const char *text, size_t length, bool keep_lines) {
    while (length > 0) {
        struct glyph glyph = next_glyph(text, length);
        bool kept = keep_lines && (*text == '\n' || *text == '\t');
        if (kept || glyph.columns >= 0)
            wn_str_add_bytes(out, text, glyph.bytes);
        else
            for (size_t i = 0; i < glyph.bytes; i++)
                wn_str_addf(out, "\\x%02x", (unsigned char)text[i]);
        text += glyph.bytes;
        length -= glyph.bytes;
    }
}

static void break_line(struct wn_str *out, int indent) {
    wn_str_addf(out, "\n%*s", indent, "");
}

void wn_text_fold(struct wn_str *out, const char *text, struct wn_fold fold) {
    int column = fold.column;
    while (*text) {
        size_t gap = strspn(text, " "), length = gap + strcspn(text + gap, " ");
        char *piece = wn_strndup(text, length);
        int columns = wn_text_width(piece);
        if (gap && column > fold.indent && column + columns > fold.width) {
            break_line(out, fold.indent);
            column = fold.indent + columns - (int)gap;
            wn_str_add(out, piece + gap);
        } else {
            column += columns;
            wn_str_add(out, piece);
        }
        free(piece);
        text += length;
    }
}

void wn_text_fill(struct wn_str *out, const char *text, int indent, int width) {
    int column = indent;
    bool first = true; // word of its line
    while (*text) {
        size_t length = strcspn(text, " \n");
        char *word = wn_format("%.*s", (int)length, text);
        int columns = wn_text_width(word);
        if (!first && column + 1 + columns > width) {
            break_line(out, indent);
            column = indent;
            first = true;
        }
        wn_str_addf(out, "%s%s", first ? "" : " ", word);
        column += columns + !first;
        first = false;
        free(word);
        for (text += length; *text == ' ' || *text == '\n'; text++) {
            if (*text != '\n')
                continue;
            break_line(out, indent);
            column = indent;
            first = true;
        }
    }
    wn_str_add_char(out, '\n');
}

static bool is_plain(const char *word) {
    return *word && strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                 "_-+=./,:@%") == strlen(word);
}

void wn_text_quote(struct wn_str *out, const char *word) {
    if (is_plain(word)) {
        wn_str_add(out, word);
        return;
    }
    wn_str_add_char(out, '\'');
    for (; *word; word++) {
        if (*word == '\'')
            wn_str_add(out, "'\\''");
        else
            wn_str_add_char(out, *word);
    }
    wn_str_add_char(out, '\'');
}
