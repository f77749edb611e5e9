// SPDX-License-Identifier: GPL-3.0-or-later
// Groups by an expression, which is the board's: parameters and metrics, state and rank.
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/board_list.h"
#include "core/compare/naming.h"
#include "core/expr_scan.h"

// ---- the expression -----------------------------------------------------------------------------

static bool is_number(const char *text) {
    char *end;
    strtod(text, &end);
    return end > text && !*end && strspn(text, "+-0123456789.eE") == strlen(text);
}

static void add_quoted(struct wn_str *out, const char *text, size_t length, char quote) {
    wn_str_add_char(out, quote);
    for (size_t i = 0; i < length; i++) {
        wn_str_add_char(out, text[i]);
        if (text[i] == quote)
            wn_str_add_char(out, quote);
    }
    wn_str_add_char(out, quote);
}

// "optimizer=adam" becomes an expression of SQLite's: a bare word is a text, and a number where it
// reads as one, for 16 may be either. Other expressions stay as they are.
static char *expression_of(const char *rest) {
    static const char special[] = "=<>!'\"()|& \t,;";
    size_t length = strcspn(rest, "=");
    const char *value = rest + length + (rest[length] == '=');
    if (!length || strcspn(rest, special) != length || strcspn(rest, "+*/%") < length || !*value ||
        strpbrk(value, special))
        return wn_strdup(rest);
    bool truth = strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
    struct wn_str out = {0};
    add_quoted(&out, rest, length, '"');
    wn_str_add(&out, " IN (");
    add_quoted(&out, value, strlen(value), '\'');
    if (is_number(value) || truth)
        wn_str_addf(&out, ", %s", value);
    wn_str_add_char(&out, ')');
    return wn_str_take(&out);
}

// ---- what it speaks of --------------------------------------------------------------------------

static bool names_param(const struct wn_ident *ident, const char *column) {
    char *whole =
        ident->group ? wn_format("%s.%s", ident->group, ident->name) : wn_strdup(ident->name);
    bool same = strcasecmp(whole, column) == 0 || strcasecmp(whole, strchr(column, '.') + 1) == 0;
    free(whole);
    return same;
}

static bool is_mentioned(const struct wn_idents *idents, const char *column) {
    for (size_t i = 0; i < idents->count; i++)
        if (names_param(&idents->items[i], column))
            return true;
    return false;
}

static void find_conditions(struct wn_compare_side *side, const struct wn_board *board) {
    struct wn_idents idents = {0};
    struct wn_err ignored; // the board has read it already
    if (wn_expr_scan(side->where, &idents, &ignored) == WN_OK)
        for (size_t i = 0; i < board->column_count; i++)
            if (board->columns[i].group == WN_BOARD_PARAM &&
                is_mentioned(&idents, board->columns[i].name))
                *WN_PUSH(side->conditions, side->condition_count, side->condition_capacity) =
                    wn_strdup(strchr(board->columns[i].name, '.') + 1);
    wn_idents_free(&idents);
}

// ---- which configurations -----------------------------------------------------------------------

static void choose(struct wn_compare_side *side, const struct wn_board_list *list) {
    int64_t last = -1, trial;
    size_t count = wn_board_list_known(list);
    for (size_t i = 0; i < count; i++)
        if ((trial = wn_board_list_trial(list, i)) > last)
            last = trial;
    side->chosen_count = (size_t)(last / side->sweep.repeats + 1);
    side->chosen = wn_calloc(side->chosen_count, sizeof *side->chosen);
    for (size_t i = 0; i < count; i++)
        side->chosen[wn_board_list_trial(list, i) / side->sweep.repeats] = true;
}

enum wn_status wn_side_name_group(struct wn_store *store, struct wn_compare_side *side,
                                  const char *rest, struct wn_err *err) {
    struct wn_board_list *list;
    side->where = expression_of(rest);
    side->title = wn_format("%s:%s", side->sweep.name, rest);
    const struct wn_board_options options = {.where = side->where};
    enum wn_status status = wn_board_list_new(store, side->sweep.id, &options, &list, err);
    if (status != WN_OK)
        return status;
    if (wn_board_list_known(list) == 0)
        status =
            wn_fail(err, WN_BAD_INPUT, "no configuration of %s fits %s", side->sweep.name, rest);
    else
        choose(side, list);
    find_conditions(side, wn_board_list_columns(list));
    wn_board_list_free(list);
    return status;
}
