// SPDX-License-Identifier: GPL-3.0-or-later
// Braces in command lines.
#include "core/braces.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"

bool wn_is_macro(const char *text) {
    static const char *const macros[] = {
        "${env}",
        "${interpreter}",
        "${program}",
        "${args}",
        "${args_no_hyphens}",
        "${args_no_boolean_flags}",
        "${args_no_equals}",
        "${args_append_hydra}",
        "${args_override_hydra}",
        "${args_json}",
        "${args_json_file}",
    };
    for (size_t i = 0; i < sizeof macros / sizeof *macros; i++)
        if (strcmp(text, macros[i]) == 0)
            return true;
    return false;
}

enum part { PART_TEXT, PART_BRACE, PART_PARAM, PART_SEED, PART_TRIAL, PART_UNKNOWN };

struct piece {
    enum part part;
    const char *start; // the text, or the name in braces
    size_t length;
    size_t param;
};

static bool is_name(const char *name, size_t length) {
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/";
    return length && strspn(name, letters) >= length;
}

static bool is_word(const struct piece *piece, const char *word) {
    return piece->length == strlen(word) && memcmp(piece->start, word, piece->length) == 0;
}

static void identify(const struct wn_space *space, struct piece *piece) {
    char *name = wn_strndup(piece->start, piece->length);
    int param = wn_space_index(space, name);
    free(name);
    piece->part = PART_UNKNOWN;
    if (param >= 0) {
        piece->part = PART_PARAM;
        piece->param = (size_t)param;
    } else if (is_word(piece, "seed")) {
        piece->part = PART_SEED;
    } else if (is_word(piece, "trial")) {
        piece->part = PART_TRIAL;
    }
}

// Takes the next piece off *text; false at its end. ${...} is never a brace.
static bool next_piece(const struct wn_space *space, const char **text, struct piece *piece) {
    const char *at = *text;
    if (!*at)
        return false;
    if ((at[0] == '{' || at[0] == '}') && at[1] == at[0]) {
        *piece = (struct piece){.part = PART_BRACE, .start = at, .length = 2};
    } else if (at[0] == '{' && at[1 + strcspn(at + 1, "{}")] == '}' &&
               is_name(at + 1, strcspn(at + 1, "{}"))) {
        *piece = (struct piece){.start = at + 1, .length = strcspn(at + 1, "{}")};
        identify(space, piece);
        *text = piece->start + piece->length + 1;
        return true;
    } else {
        size_t length = at[0] == '$' && at[1] == '{' ? strcspn(at, "}") : 1;
        while (at[length] && !strchr("{}$", at[length]))
            length++;
        *piece = (struct piece){.part = PART_TEXT, .start = at, .length = length};
    }
    *text = piece->start + piece->length;
    return true;
}

bool wn_braces_used(const struct wn_space *space, const char *text) {
    struct piece piece;
    while (next_piece(space, &text, &piece))
        if (piece.part == PART_PARAM || piece.part == PART_SEED || piece.part == PART_TRIAL)
            return true;
    return false;
}

void wn_braces_mark(const struct wn_space *space, const char *text, bool *used) {
    struct piece piece;
    while (next_piece(space, &text, &piece))
        if (piece.part == PART_PARAM)
            used[piece.param] = true;
}

char *wn_braces_unknown(const struct wn_space *space, const char **text) {
    struct piece piece;
    while (next_piece(space, text, &piece))
        if (piece.part == PART_UNKNOWN)
            return wn_strndup(piece.start, piece.length);
    return NULL;
}

static void fill_param(const struct wn_braces *braces, size_t param, struct wn_str *out) {
    if (!braces->config->active[param])
        return; // an inactive parameter has no value: nothing stands for it
    struct wn_value value = wn_space_leaf(braces->space, braces->config, param);
    wn_value_python(out, &value);
    wn_value_clear(&value);
}

void wn_braces_fill(const struct wn_braces *braces, const char *text, struct wn_str *out) {
    struct piece piece;
    while (next_piece(braces->space, &text, &piece))
        switch (piece.part) {
        case PART_TEXT:
            wn_str_add_bytes(out, piece.start, piece.length);
            break;
        case PART_BRACE:
            wn_str_add_char(out, *piece.start);
            break;
        case PART_PARAM:
            fill_param(braces, piece.param, out);
            break;
        case PART_SEED:
            wn_str_addf(out, "%llu", (unsigned long long)braces->seed);
            break;
        case PART_TRIAL:
            wn_str_addf(out, "%lld", (long long)braces->trial);
            break;
        case PART_UNKNOWN:
            wn_str_addf(out, "{%.*s}", (int)piece.length, piece.start);
            break;
        }
}
