// SPDX-License-Identifier: GPL-3.0-or-later
// Collecting and printing mistakes in file order.
#include "core/base/diag.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

enum { MOST_KEPT = 100 };

// What concerns a whole group is found once for each of its members.
static bool was_said(const struct wn_diags *diags, const struct wn_diag *diag) {
    for (size_t i = 0; i < diags->count; i++) {
        const struct wn_diag *old = &diags->items[i];
        if (old->line == diag->line && old->column == diag->column &&
            strcmp(old->path, diag->path) == 0 && strcmp(old->text, diag->text) == 0)
            return true;
    }
    return false;
}

void wn_diag_add(struct wn_diags *diags, enum wn_severity severity, int line, int column,
                 const char *path, const char *format, ...) {
    struct wn_str text = {0};
    va_list args;
    va_start(args, format);
    wn_str_vaddf(&text, format, args);
    va_end(args);
    struct wn_diag diag = {severity, line, column, wn_strdup(path ? path : ""), wn_str_take(&text)};
    bool said = was_said(diags, &diag);
    if (!said)
        *(severity == WN_ERROR ? &diags->errors : &diags->warnings) += 1;
    if (!said && diags->count < MOST_KEPT) {
        *WN_PUSH(diags->items, diags->count, diags->capacity) = diag;
    } else {
        free(diag.path);
        free(diag.text);
    }
}

bool wn_diags_full(const struct wn_diags *diags) {
    return diags->count >= MOST_KEPT;
}

static int by_place(const void *left, const void *right) {
    const struct wn_diag *const *a = left, *const *b = right;
    if ((*a)->line != (*b)->line)
        return (*a)->line < (*b)->line ? -1 : 1;
    if ((*a)->column != (*b)->column)
        return (*a)->column < (*b)->column ? -1 : 1;
    return *a < *b ? -1 : *a > *b;
}

// A line per mistake, whatever the file holds, and nothing that a terminal would obey.
static void add_shown(struct wn_str *out, const char *text) {
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            wn_str_addf(out, "\\x%02x", (unsigned char)*text);
        else
            wn_str_add_char(out, *text);
}

static void print_one(const struct wn_diag *diag, const char *file, struct wn_str *out) {
    add_shown(out, file ? file : "");
    if (diag->line)
        wn_str_addf(out, ":%d", diag->line);
    if (diag->line && diag->column)
        wn_str_addf(out, ":%d", diag->column);
    wn_str_add(out, file || diag->line ? ": " : "");
    wn_str_add(out, diag->severity == WN_WARNING ? "warning: " : "");
    add_shown(out, diag->path);
    wn_str_add(out, diag->path[0] ? ": " : "");
    add_shown(out, diag->text);
    wn_str_add_char(out, '\n');
}

void wn_diags_print(const struct wn_diags *diags, struct wn_str *out) {
    const struct wn_diag **order = wn_calloc(diags->count, sizeof *order);
    for (size_t i = 0; i < diags->count; i++)
        order[i] = &diags->items[i];
    qsort(order, diags->count, sizeof *order, by_place);
    for (size_t i = 0; i < diags->count; i++)
        print_one(order[i], diags->file, out);
    size_t all = diags->errors + diags->warnings;
    if (all > diags->count)
        wn_str_addf(out, "%s: and %zu more\n", diags->file ? diags->file : "", all - diags->count);
    free(order);
}

void wn_diags_free(struct wn_diags *diags) {
    for (size_t i = 0; i < diags->count; i++) {
        free(diags->items[i].path);
        free(diags->items[i].text);
    }
    free(diags->items);
    *diags = (struct wn_diags){.file = diags->file};
}
