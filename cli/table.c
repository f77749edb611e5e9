// SPDX-License-Identifier: GPL-3.0-or-later
// Laying a table out: widths from the cells, then narrowed to the terminal.
#include "cli/table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>

#include "cli/text.h"
#include "core/base/mem.h"

enum { GAP = 2, NARROWEST = 4 };

void wn_table_add(struct wn_table *table, enum wn_role role, const char *format, ...) {
    struct wn_str raw = {0}, clean = {0};
    va_list args;
    va_start(args, format);
    wn_str_vaddf(&raw, format, args);
    va_end(args);
    wn_text_escape(&clean, wn_str_text(&raw), raw.length, false);
    *WN_PUSH(table->cells, table->count, table->capacity) =
        (struct wn_cell){.text = wn_str_take(&clean), .role = role};
    wn_str_free(&raw);
}

static size_t column_count(const struct wn_table *table) {
    size_t count = 0;
    while (table->columns[count].title)
        count++;
    return count;
}

static int *measure(const struct wn_table *table, size_t columns) {
    assert(columns > 0);
    int *widths = wn_calloc(columns, sizeof *widths);
    for (size_t i = 0; i < columns; i++)
        widths[i] = wn_text_width(table->columns[i].title);
    for (size_t i = 0; i < table->count; i++) {
        int width = wn_text_width(table->cells[i].text);
        if (width > widths[i % columns])
            widths[i % columns] = width;
    }
    return widths;
}

static void narrow(int *widths, size_t columns, int room) {
    int total = GAP * ((int)columns - 1);
    for (size_t i = 0; i < columns; i++)
        total += widths[i];
    while (total > room) {
        size_t widest = 0;
        for (size_t i = 1; i < columns; i++)
            if (widths[i] > widths[widest])
                widest = i;
        if (widths[widest] <= NARROWEST)
            return;
        widths[widest]--;
        total--;
    }
}

static void add_padded(struct wn_str *line, const char *text, int width, bool right) {
    struct wn_str fitted = {0};
    int pad = width - wn_text_fit(&fitted, text, width);
    wn_str_addf(line, "%*s%s%*s", right ? pad : 0, "", wn_str_text(&fitted), right ? 0 : pad, "");
    wn_str_free(&fitted);
}

static void trim(struct wn_str *line) {
    while (line->length > 0 && line->text[line->length - 1] == ' ')
        line->text[--line->length] = '\0';
}

static bool print_row(const struct wn_table *table, const struct wn_cell *cells, const int *widths,
                      struct wn_output *out) {
    struct wn_str line = {0};
    for (size_t i = 0; table->columns[i].title; i++) {
        enum wn_role role = cells ? cells[i].role : WN_ROLE_HEAD;
        const char *text = cells ? cells[i].text : table->columns[i].title;
        if (role != WN_ROLE_PLAIN)
            wn_str_add(&line, wn_role(out, role));
        add_padded(&line, text, widths[i], table->columns[i].right);
        if (role != WN_ROLE_PLAIN)
            wn_str_add(&line, wn_role(out, WN_ROLE_PLAIN));
        if (table->columns[i + 1].title)
            wn_str_addf(&line, "%*s", GAP, "");
    }
    trim(&line);
    wn_str_add_char(&line, '\n');
    bool good = wn_print_bytes(out, line.text, line.length);
    wn_str_free(&line);
    return good;
}

void wn_table_print(const struct wn_table *table, struct wn_output *out) {
    size_t columns = column_count(table);
    int *widths = measure(table, columns);
    if (out->width)
        narrow(widths, columns, out->width);
    bool good = print_row(table, NULL, widths, out);
    for (size_t i = 0; good && i + columns <= table->count; i += columns)
        good = print_row(table, &table->cells[i], widths, out);
    free(widths);
}

void wn_table_free(struct wn_table *table) {
    for (size_t i = 0; i < table->count; i++)
        free(table->cells[i].text);
    free(table->cells);
    table->cells = NULL;
    table->count = table->capacity = 0;
}
