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
    char delimiter;
    struct wn_str text; // of the cells of a row that does not stay in the piece, each with a NUL
    struct cell *starts;
    struct wn_csv_cell *cells;
    size_t count, start_capacity, cell_capacity;
    const char *wrong;
};

// ---- bytes --------------------------------------------------------------------------------------

static const int no_more = -1;

// Adds what the source yields next behind what is left, which moves to the front of the piece.
static bool fill(struct wn_csv *csv) {
    size_t left = csv->length - csv->at;
    if (csv->ended || left == PIECE)
        return false;
    memmove(csv->piece, csv->piece + csv->at, left);
    csv->at = 0;
    size_t got = csv->source.read(csv->source.context, csv->piece + left, PIECE - left);
    csv->length = left + got;
    csv->ended = got == 0;
    return got > 0;
}

static int peek(struct wn_csv *csv) {
    return csv->at < csv->length || fill(csv) ? (unsigned char)csv->piece[csv->at] : no_more;
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
    while (csv->length < 3 && fill(csv))
        continue;
    if (csv->length >= 3 && memcmp(csv->piece, mark, 3) == 0)
        csv->at = 3;
}

struct wn_csv *wn_csv_new(const struct wn_csv_source *source) {
    struct wn_csv *csv = wn_calloc(1, sizeof *csv);
    csv->source = *source;
    csv->piece = wn_malloc(PIECE);
    csv->line = 1;
    csv->delimiter = ',';
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

static size_t room_in_cell(const struct wn_csv *csv) {
    return WN_CSV_CELL_MAX - (csv->text.length - csv->starts[csv->count - 1].start);
}

static void keep(struct wn_csv *csv, const char *bytes, size_t length) {
    if (memchr(bytes, '\0', length))
        spoil(csv, "has a NUL byte");
    else if (length > room_in_cell(csv))
        spoil(csv, "has a cell of more than a MiB");
    else
        wn_str_add_bytes(&csv->text, bytes, length);
}

// Takes the `length` bytes of the piece that come next.
static void keep_run(struct wn_csv *csv, size_t length) {
    const char *run = csv->piece + csv->at, *end = run + length;
    keep(csv, run, length);
    for (const char *at = run; (at = memchr(at, '\n', (size_t)(end - at))); at++)
        csv->line++;
    csv->at += length;
}

// After the opening quote, to behind the closing one.
static void read_quoted(struct wn_csv *csv) {
    while (peek(csv) != no_more) {
        const char *from = csv->piece + csv->at;
        const char *quote = memchr(from, '"', csv->length - csv->at);
        keep_run(csv, quote ? (size_t)(quote - from) : csv->length - csv->at);
        if (!quote)
            continue;
        take(csv);
        if (peek(csv) != '"')
            return;
        keep_run(csv, 1);
    }
    spoil(csv, "has a quote that is never closed");
}

// Bytes from here on that surely belong to a cell without quotes.
static size_t plain_run(const struct wn_csv *csv) {
    size_t end = csv->at;
    while (end < csv->length && csv->piece[end] != csv->delimiter && csv->piece[end] != '\n' &&
           csv->piece[end] != '\r')
        end++;
    return end - csv->at;
}

// To behind what ends the cell, and tells that: the delimiter, '\n' or the end of all. A carriage
// return belongs to the end of the line where one follows it.
static int read_plain(struct wn_csv *csv) {
    for (;;) {
        keep_run(csv, plain_run(csv));
        int byte = peek(csv);
        if (byte == csv->delimiter || byte == '\n' || byte == no_more)
            return take(csv);
        if (byte != '\r') // there was more to read
            continue;
        take(csv);
        if (peek(csv) == '\n' || peek(csv) == no_more)
            return take(csv);
        keep(csv, "\r", 1);
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
    size_t length = csv->text.length;
    int end = read_plain(csv);
    if (quoted && csv->text.length > length) {
        spoil(csv, "has something behind a closing quote");
        csv->text.length = length;
    }
    wn_str_add_bytes(&csv->text, "", 1);
    return end;
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
    } while (end == csv->delimiter);
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

// Most rows lie within the piece and have no quotes: their cells are parted where they stand.

// The next line's length without its '\n', if all of it fits into the piece and is plain.
static bool find_line(struct wn_csv *csv, size_t *length) {
    size_t seen = 0;
    const char *end;
    while (!(end = memchr(csv->piece + csv->at + seen, '\n', csv->length - csv->at - seen))) {
        seen = csv->length - csv->at;
        if (!fill(csv))
            return false;
    }
    *length = (size_t)(end - (csv->piece + csv->at));
    return !memchr(csv->piece + csv->at, '"', *length) &&
           !memchr(csv->piece + csv->at, '\0', *length);
}

static bool is_ascii(const char *bytes, size_t length) {
    uint64_t all = 0, eight;
    for (; length >= sizeof eight; length -= sizeof eight, bytes += sizeof eight) {
        memcpy(&eight, bytes, sizeof eight);
        all |= eight;
    }
    while (length-- > 0)
        all |= (unsigned char)*bytes++;
    return !(all & UINT64_C(0x8080808080808080));
}

static void split_line(struct wn_csv *csv, char *line, size_t length) {
    if (length > 0 && line[length - 1] == '\r')
        length--;
    line[length] = '\0';
    if (!is_ascii(line, length) && !wn_is_utf8(line))
        spoil(csv, "is not UTF-8");
    for (char *end = line + length, *at = line; at; csv->count++) {
        wn_grow(&csv->cells, &csv->cell_capacity, csv->count + 1, sizeof *csv->cells);
        csv->cells[csv->count] = (struct wn_csv_cell){at, false};
        at = memchr(at, csv->delimiter, (size_t)(end - at));
        if (at)
            *at++ = '\0';
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
    size_t length;
    if (find_line(csv, &length)) {
        char *text = csv->piece + csv->at;
        csv->at += length + 1;
        csv->line++;
        split_line(csv, text, length);
    } else {
        read_row(csv);
        point_at_cells(csv);
    }
    *row = (struct wn_csv_row){
        .line = line, .cells = csv->cells, .count = csv->count, .wrong = csv->wrong};
    return true;
}

// ---- the delimiter ------------------------------------------------------------------------------

char wn_csv_detect(struct wn_csv *csv) {
    static const char known[] = ",;\t|";
    size_t counts[sizeof known] = {0}, best = 0, length = 0;
    bool quoted = false;
    skip_blank_lines(csv);
    while (csv->length - csv->at < PIECE &&
           !memchr(csv->piece + csv->at, '\n', csv->length - csv->at))
        if (!fill(csv))
            break;
    for (; csv->at + length < csv->length; length++) {
        char byte = csv->piece[csv->at + length];
        const char *found = byte ? strchr(known, byte) : NULL;
        if (byte == '\n' && !quoted)
            break;
        quoted ^= byte == '"';
        if (found && !quoted)
            counts[found - known]++;
    }
    for (size_t i = 1; known[i]; i++)
        if (counts[i] > counts[best])
            best = i;
    return csv->delimiter = known[best];
}
