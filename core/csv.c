// SPDX-License-Identifier: GPL-3.0-or-later
// The reader of CSV. Invariant: between rows, `at` is the first byte of a line.
#include "core/csv.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/value.h"

enum { PIECE = 65536 };

struct cell { // where its text begins in `text`
    size_t start;
    bool quoted;
};

struct wn_csv {
    struct wn_csv_source source;
    char *piece;
    size_t at, length;
    bool ended;
    int64_t line;
    struct wn_str text; // of the row's cells, each with a NUL
    struct cell *starts;
    struct wn_csv_cell *cells;
    size_t count, start_capacity, cell_capacity;
    const char *wrong;
};

// ---- bytes --------------------------------------------------------------------------------------

static const int no_more = -1;

static int peek(struct wn_csv *csv) {
    if (csv->at == csv->length && !csv->ended) {
        csv->length = csv->source.read(csv->source.context, csv->piece, PIECE);
        csv->at = 0;
        csv->ended = csv->length == 0;
    }
    return csv->at < csv->length ? (unsigned char)csv->piece[csv->at] : no_more;
}

static int take(struct wn_csv *csv) {
    int byte = peek(csv);
    if (byte != no_more)
        csv->at++;
    csv->line += byte == '\n';
    return byte;
}

static void skip_mark(struct wn_csv *csv) {
    static const char mark[] = "\xef\xbb\xbf";
    if (peek(csv) != no_more && csv->length >= 3 && memcmp(csv->piece, mark, 3) == 0)
        csv->at = 3;
}

struct wn_csv *wn_csv_new(const struct wn_csv_source *source) {
    struct wn_csv *csv = wn_calloc(1, sizeof *csv);
    csv->source = *source;
    csv->piece = wn_malloc(PIECE);
    csv->line = 1;
    skip_mark(csv);
    return csv;
}

void wn_csv_free(struct wn_csv *csv) {
    if (!csv)
        return;
    free(csv->piece);
    free(csv->starts);
    free(csv->cells);
    wn_str_free(&csv->text);
    free(csv);
}

// ---- cells --------------------------------------------------------------------------------------

static void spoil(struct wn_csv *csv, const char *why) {
    if (!csv->wrong)
        csv->wrong = why;
}

static void keep(struct wn_csv *csv, int byte) {
    if (byte == '\0')
        spoil(csv, "has a NUL byte");
    else if (csv->text.length - csv->starts[csv->count - 1].start >= WN_CSV_CELL_MAX)
        spoil(csv, "has a cell of more than a MiB");
    else
        wn_str_add_char(&csv->text, (char)byte);
}

// A carriage return belongs to the end of the line where one follows it.
static bool ends_cell(struct wn_csv *csv, int byte) {
    return byte == ',' || byte == '\n' || byte == no_more ||
           (byte == '\r' && (peek(csv) == '\n' || peek(csv) == no_more));
}

// Reads the byte that ends the cell, and tells it: ',' or the end of the row.
static int end_of(struct wn_csv *csv, int byte) {
    return byte == '\r' ? take(csv) : byte;
}

// After the opening quote, to behind the closing one.
static void read_quoted(struct wn_csv *csv) {
    for (;;) {
        int byte = take(csv);
        if (byte == no_more) {
            spoil(csv, "has a quote that is never closed");
            return;
        }
        if (byte != '"')
            keep(csv, byte);
        else if (peek(csv) == '"')
            keep(csv, take(csv));
        else
            return;
    }
}

static int read_cell(struct wn_csv *csv) {
    wn_grow(&csv->starts, &csv->start_capacity, csv->count + 1, sizeof *csv->starts);
    bool quoted = peek(csv) == '"';
    csv->starts[csv->count++] = (struct cell){csv->text.length, quoted};
    if (quoted) {
        take(csv);
        read_quoted(csv);
    }
    int byte = take(csv);
    for (; !ends_cell(csv, byte); byte = take(csv))
        if (quoted)
            spoil(csv, "has something behind a closing quote");
        else
            keep(csv, byte);
    wn_str_add_bytes(&csv->text, "", 1);
    return end_of(csv, byte);
}

// ---- rows ---------------------------------------------------------------------------------------

static void skip_blank_lines(struct wn_csv *csv) {
    while (peek(csv) == '\n' || peek(csv) == '\r')
        take(csv);
}

static void read_row(struct wn_csv *csv) {
    int end;
    do {
        if (csv->count == WN_CSV_CELLS_MAX) { // the others are read into one, and no more
            spoil(csv, "has more than 65536 cells");
            csv->text.length = csv->starts[--csv->count].start;
        }
        end = read_cell(csv);
    } while (end == ',');
}

static void point_at_cells(struct wn_csv *csv) {
    wn_grow(&csv->cells, &csv->cell_capacity, csv->count, sizeof *csv->cells);
    for (size_t i = 0; i < csv->count; i++) {
        const char *text = csv->text.text + csv->starts[i].start;
        csv->cells[i] = (struct wn_csv_cell){text, csv->starts[i].quoted};
        if (!wn_is_utf8(text))
            spoil(csv, "is not UTF-8");
    }
}

bool wn_csv_next(struct wn_csv *csv, struct wn_csv_row *row) {
    skip_blank_lines(csv);
    if (peek(csv) == no_more)
        return false;
    csv->count = 0;
    csv->wrong = NULL;
    wn_str_clear(&csv->text);
    int64_t line = csv->line;
    read_row(csv);
    point_at_cells(csv);
    *row = (struct wn_csv_row){
        .line = line, .cells = csv->cells, .count = csv->count, .wrong = csv->wrong};
    return true;
}
