// SPDX-License-Identifier: GPL-3.0-or-later
// Laying a table out: widths from the cells, then fitted to the terminal.
#include "cli/table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/text.h"

enum { GAP = 2, LEAST = 6, LEAST_TITLE = 16 };

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

struct layout { // of one column
    int width;  // 0: left out
    int least;  // below this it may not be cut
};

static struct layout *measure(const struct wn_table *table, size_t columns) {
    assert(columns > 0);
    struct layout *layout = wn_calloc(columns, sizeof *layout);
    for (size_t i = 0; i < table->count; i++) {
        struct layout *column = &layout[i % columns];
        int width = wn_text_width(table->cells[i].text);
        column->width = width > column->width ? width : column->width;
    }
    for (size_t i = 0; i < columns; i++) {
        const struct wn_column *column = &table->columns[i];
        int title = wn_text_width(column->title), cells = layout[i].width;
        int most = column->spare ? LEAST : LEAST_TITLE;
        layout[i].least = title < most ? title : most;
        int uncut = column->right || cells < LEAST ? cells : LEAST;
        layout[i].least = uncut > layout[i].least ? uncut : layout[i].least;
        layout[i].width = title > cells ? title : cells;
    }
    return layout;
}

static int room_of(const struct layout *layout, size_t columns, bool cut) {
    int total = -GAP;
    for (size_t i = 0; i < columns; i++)
        if (layout[i].width)
            total += (cut ? layout[i].least : layout[i].width) + GAP;
    return total;
}

// The column to leave out next: the sparest, from the right among equals; 0: the first one always
// stays.
static size_t find_sparest(const struct wn_table *table, const struct layout *layout,
                           size_t columns) {
    size_t sparest = 0;
    for (size_t i = 1; i < columns; i++)
        if (layout[i].width &&
            (!sparest || table->columns[i].spare >= table->columns[sparest].spare))
            sparest = i;
    return sparest;
}

// Leaves out columns until the others fit when cut. Very spare ones go before anything is cut.
static size_t leave_out(const struct wn_table *table, struct layout *layout, size_t columns,
                        int room) {
    enum { VERY_SPARE = 2 };
    for (size_t dropped = 0;; dropped++) {
        size_t sparest = find_sparest(table, layout, columns);
        bool very = table->columns[sparest].spare >= VERY_SPARE;
        if (!sparest || room_of(layout, columns, !very) <= room)
            return dropped;
        layout[sparest] = (struct layout){0};
    }
}

static void narrow(struct layout *layout, size_t columns, int room) {
    int total = room_of(layout, columns, false);
    while (total > room) {
        struct layout *widest = NULL;
        for (size_t i = 0; i < columns; i++)
            if (layout[i].width > layout[i].least && (!widest || layout[i].width > widest->width))
                widest = &layout[i];
        if (!widest)
            return;
        widest->width--;
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

static bool print_row(const struct wn_table *table, const struct wn_cell *cells,
                      const struct layout *layout, struct wn_output *out) {
    struct wn_str line = {0};
    for (size_t i = 0; table->columns[i].title; i++) {
        if (!layout[i].width)
            continue;
        enum wn_role role = cells ? cells[i].role : WN_ROLE_HEAD;
        const char *text = cells ? cells[i].text : table->columns[i].title;
        if (i)
            wn_str_addf(&line, "%*s", GAP, "");
        if (role != WN_ROLE_PLAIN)
            wn_str_add(&line, wn_role(out, role));
        add_padded(&line, text, layout[i].width, table->columns[i].right);
        if (role != WN_ROLE_PLAIN)
            wn_str_add(&line, wn_role(out, WN_ROLE_PLAIN));
    }
    trim(&line);
    wn_str_add_char(&line, '\n');
    bool good = wn_print_bytes(out, line.text, line.length);
    wn_str_free(&line);
    return good;
}

size_t wn_table_print(const struct wn_table *table, struct wn_output *out) {
    size_t columns = column_count(table), dropped = 0;
    struct layout *layout = measure(table, columns);
    if (out->width) {
        dropped = leave_out(table, layout, columns, out->width);
        narrow(layout, columns, out->width);
    }
    bool good = print_row(table, NULL, layout, out);
    for (size_t i = 0; good && i + columns <= table->count; i += columns)
        good = print_row(table, &table->cells[i], layout, out);
    free(layout);
    return dropped;
}

void wn_table_free(struct wn_table *table) {
    for (size_t i = 0; i < table->count; i++)
        free(table->cells[i].text);
    free(table->cells);
    table->cells = NULL;
    table->count = table->capacity = 0;
}
