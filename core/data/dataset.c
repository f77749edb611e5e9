// SPDX-License-Identifier: GPL-3.0-or-later
// Files one after the other. Invariant: `csv` reads file number `at`, whose column i is column
// `map[i]` of the whole.
#include "core/data/dataset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/data/input.h"

enum { PROBLEMS_TOLD = 5 };

struct wn_dataset {
    const char *const *paths;
    size_t path_count, at;
    enum wn_ragged ragged;
    struct wn_input *input;
    struct wn_csv *csv;
    char **names;
    size_t count;
    size_t *map;
    bool in_order; // map[i] is i for all
    struct wn_csv_cell *cells;
    int64_t rows, bad, line;
    struct wn_str problems;
    enum wn_status status;
    struct wn_err err;
};

static const struct wn_csv_cell nothing = {"", false};

// ---- headers ------------------------------------------------------------------------------------

static char *name_of(const struct wn_csv_cell *cell, size_t index) {
    const char *text = cell->text + strspn(cell->text, " \t");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t", text[length - 1]))
        length--;
    return length ? wn_strndup(text, length) : wn_format("column %zu", index + 1);
}

static size_t index_of(const struct wn_dataset *data, const char *name) {
    size_t index = 0;
    while (index < data->count && strcmp(data->names[index], name) != 0)
        index++;
    return index;
}

static enum wn_status take_names(struct wn_dataset *data, const struct wn_csv_row *head,
                                 struct wn_err *err) {
    data->names = wn_calloc(head->count, sizeof *data->names);
    data->map = wn_calloc(head->count, sizeof *data->map);
    data->cells = wn_calloc(head->count, sizeof *data->cells);
    for (size_t i = 0; i < head->count; i++) {
        char *name = name_of(&head->cells[i], i);
        bool twice = index_of(data, name) < data->count;
        data->names[data->count++] = name;
        data->map[i] = i;
        if (twice)
            return wn_fail(err, WN_BAD_INPUT, "%s: the header has %s twice", data->paths[data->at],
                           name);
    }
    data->in_order = true;
    return WN_OK;
}

// Of a further file: the same names, in any order.
static enum wn_status map_names(struct wn_dataset *data, const struct wn_csv_row *head,
                                struct wn_err *err) {
    const char *path = data->paths[data->at];
    bool *seen = wn_calloc(data->count, sizeof *seen);
    enum wn_status status = WN_OK;
    if (head->count != data->count)
        status = wn_fail(err, WN_BAD_INPUT, "%s has %zu columns, %s has %zu", path, head->count,
                         data->paths[0], data->count);
    data->in_order = true;
    for (size_t i = 0; i < head->count && status == WN_OK; i++) {
        char *name = name_of(&head->cells[i], i);
        size_t index = index_of(data, name);
        if (index == data->count || seen[index])
            status = wn_fail(err, WN_BAD_INPUT, "%s has a column %s, %s has %s", path, name,
                             data->paths[0], index == data->count ? "not" : "it once");
        else
            seen[data->map[i] = index] = true;
        data->in_order &= index == i;
        free(name);
    }
    free(seen);
    return status;
}

static enum wn_status read_header(struct wn_dataset *data, struct wn_err *err) {
    struct wn_csv_row head;
    const char *path = data->paths[data->at];
    wn_csv_detect(data->csv);
    if (!wn_csv_next(data->csv, &head)) {
        enum wn_status status = wn_input_end(data->input, err);
        return status == WN_OK ? wn_fail(err, WN_BAD_INPUT, "%s is empty", path) : status;
    }
    if (head.wrong)
        return wn_fail(err, WN_BAD_INPUT, "%s: line %lld %s", path, (long long)head.line,
                       head.wrong);
    return data->names ? map_names(data, &head, err) : take_names(data, &head, err);
}

static void close_file(struct wn_dataset *data) {
    wn_csv_free(data->csv);
    wn_input_close(data->input);
    data->csv = NULL;
    data->input = NULL;
}

static enum wn_status open_file(struct wn_dataset *data, struct wn_err *err) {
    if (wn_input_open(data->paths[data->at], &data->input, err) != WN_OK)
        return WN_BAD_INPUT;
    data->csv = wn_csv_new(&(struct wn_csv_source){wn_input_read, data->input});
    return read_header(data, err);
}

enum wn_status wn_dataset_open(const char *const *paths, size_t count, enum wn_ragged ragged,
                               struct wn_dataset **data, struct wn_err *err) {
    *data = wn_calloc(1, sizeof **data);
    (*data)->paths = paths;
    (*data)->path_count = count;
    (*data)->ragged = ragged;
    enum wn_status status = open_file(*data, err);
    if (status != WN_OK) {
        wn_dataset_close(*data);
        *data = NULL;
    }
    return status;
}

// ---- rows ---------------------------------------------------------------------------------------

static void tell_problem(struct wn_dataset *data, const struct wn_csv_row *row) {
    if (data->bad++ >= PROBLEMS_TOLD)
        return;
    wn_str_addf(&data->problems, "%s: line %lld ", data->paths[data->at], (long long)row->line);
    if (row->wrong)
        wn_str_addf(&data->problems, "%s\n", row->wrong);
    else
        wn_str_addf(&data->problems, "has %zu cell%s where the header has %zu\n", row->count,
                    row->count == 1 ? "" : "s", data->count);
}

static const struct wn_csv_cell *cells_of(struct wn_dataset *data, const struct wn_csv_row *row) {
    if (data->in_order && row->count == data->count)
        return row->cells;
    for (size_t i = 0; i < data->count; i++)
        data->cells[data->map[i]] = i < row->count ? row->cells[i] : nothing;
    return data->cells;
}

// Goes on with the next file; false: there is none, or it cannot be read.
static bool next_file(struct wn_dataset *data) {
    data->status = wn_input_end(data->input, &data->err);
    if (data->status != WN_OK || data->at + 1 == data->path_count)
        return false;
    close_file(data);
    data->at++;
    data->status = open_file(data, &data->err);
    return data->status == WN_OK;
}

const struct wn_csv_cell *wn_dataset_next(struct wn_dataset *data) {
    struct wn_csv_row row;
    while (data->status == WN_OK) {
        if (!wn_csv_next(data->csv, &row)) {
            if (!next_file(data))
                return NULL;
            continue;
        }
        bool fits = !row.wrong && row.count == data->count;
        if (!fits)
            tell_problem(data, &row);
        if (fits || (!row.wrong && data->ragged == WN_RAGGED_PAD)) {
            data->rows++;
            data->line = row.line;
            return cells_of(data, &row);
        }
    }
    return NULL;
}

enum wn_status wn_dataset_end(struct wn_dataset *data, struct wn_err *err) {
    if (data->status != WN_OK) {
        *err = data->err;
        return data->status;
    }
    if (data->bad && data->ragged == WN_RAGGED_REFUSE)
        return wn_fail(err, WN_BAD_INPUT,
                       "%lld row%s of %s cannot be used; --ragged skip leaves such rows out, "
                       "--ragged pad fills up what is too short",
                       (long long)data->bad, data->bad == 1 ? "" : "s", data->paths[0]);
    return WN_OK;
}

size_t wn_dataset_columns(const struct wn_dataset *data) {
    return data->count;
}

const char *wn_dataset_name(const struct wn_dataset *data, size_t column) {
    return data->names[column];
}

const char *wn_dataset_path(const struct wn_dataset *data) {
    return data->paths[data->at];
}

int64_t wn_dataset_line(const struct wn_dataset *data) {
    return data->line;
}

int64_t wn_dataset_rows(const struct wn_dataset *data) {
    return data->rows;
}

int64_t wn_dataset_bad(const struct wn_dataset *data) {
    return data->bad;
}

const char *wn_dataset_problems(const struct wn_dataset *data) {
    return wn_str_text(&data->problems);
}

double wn_dataset_share(const struct wn_dataset *data) {
    double here = data->input ? wn_input_share(data->input) : 1;
    return ((double)data->at + here) / (double)data->path_count;
}

void wn_dataset_close(struct wn_dataset *data) {
    if (!data)
        return;
    close_file(data);
    for (size_t i = 0; i < data->count; i++)
        free(data->names[i]);
    free(data->names);
    free(data->map);
    free(data->cells);
    wn_str_free(&data->problems);
    free(data);
}
