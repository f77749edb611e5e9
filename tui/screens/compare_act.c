// SPDX-License-Identifier: GPL-3.0-or-later
// What is done from the comparison: another side is picked, fresh repeats are run by `winnow ab`,
// and ended by `winnow stop`.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/numbers.h"
#include "tui/screens/compare_private.h"

void wn_compare_want(struct wn_compare_state *state) {
    state->serial++;
}

// ---- sides --------------------------------------------------------------------------------------

static bool is_number(const char *word) {
    return word && *word && strspn(word, "0123456789") == strlen(word);
}

// What a place says of the two, where both are trials.
static void name_both(struct wn_compare_state *state) {
    free(state->named);
    state->named = is_number(state->words[0]) && is_number(state->words[1])
                       ? wn_format("%s,%s", state->words[0], state->words[1])
                       : NULL;
}

void wn_compare_set_side(struct wn_compare_state *state, int side, char *word) {
    free(state->words[side]);
    state->words[side] = word;
    name_both(state);
    state->skip = 0;
    wn_compare_want(state);
}

static void entered_side(void *context, struct wn_tui *tui, const char *text) {
    struct wn_compare_state *state = context;
    (void)tui;
    text += strspn(text, " ");
    if (*text)
        wn_compare_set_side(state, state->picking, wn_strdup(text));
}

static void prompt_for_side(struct wn_compare_state *state, struct wn_tui *tui) {
    char *title = wn_format("%c: TRIAL, EXPRESSION or @COMMIT", 'A' + state->picking);
    const char *word = state->words[state->picking];
    wn_tui_prompt(tui, title, word ? word : "", entered_side);
    free(title);
}

static const char other[] = "another: type it";

// An item begins with the number of its trial.
static void chose_side(void *context, struct wn_tui *tui, const char *item) {
    struct wn_compare_state *state = context;
    if (strcmp(item, other) == 0)
        prompt_for_side(state, tui);
    else
        wn_compare_set_side(state, state->picking, wn_strndup(item, strspn(item, "0123456789")));
}

static char *item_of(const struct wn_board *board, size_t row) {
    struct wn_str text = {0};
    wn_str_addf(&text, "%lld", (long long)board->rows[row].trial);
    for (size_t i = 0; i < board->column_count; i++) {
        const char *name = board->columns[i].name;
        const struct wn_value *cell = &board->rows[row].cells[i];
        bool told = strcmp(name, "objective") == 0 || wn_starts_with(name, "param.");
        if (!told || !wn_board_shows(board, i) || cell->type == WN_NULL)
            continue;
        wn_str_addf(&text, "  %s ", wn_board_title(board, i));
        wn_value_people(&text, cell);
    }
    return wn_str_take(&text);
}

void wn_compare_pick(struct wn_compare_state *state, struct wn_tui *tui, int side) {
    const struct wn_board *board = state->model ? state->model->board : NULL;
    state->picking = side;
    if (!board || !board->row_count) {
        prompt_for_side(state, tui);
        return;
    }
    char **items = wn_calloc(board->row_count + 2, sizeof *items);
    for (size_t i = 0; i < board->row_count; i++)
        items[i] = item_of(board, i);
    items[board->row_count] = wn_strdup(other);
    wn_tui_choose(tui, side ? "B, of the best trials" : "A, of the best trials",
                  (const char *const *)items, chose_side);
    for (size_t i = 0; items[i]; i++)
        free(items[i]);
    free(items);
}

// ---- fresh repeats ------------------------------------------------------------------------------

// A sweep was begun: its name stands before the blank of "svm-ab runs by itself".
static void tested(void *context, struct wn_tui *tui, int exit_code, const char *text) {
    static const char behind[] = " runs by itself";
    const struct wn_screen *screen = wn_screen_find("compare");
    const char *end = strstr(text, behind);
    (void)context;
    if (exit_code != 0 || !end) {
        wn_tui_say(tui, WN_BAD, "%.*s", (int)strcspn(text, "\n"), text);
        return;
    }
    char *name = wn_strndup(text, (size_t)(end - text));
    const struct wn_place place = {.sweep = wn_tui_find_sweep(tui, name), .trial = -1};
    if (screen && place.sweep)
        wn_tui_go(tui, screen, &place);
    free(name);
}

struct test {
    const char *sweep;
    char sides[2][24];
};

static bool find_test(const struct wn_compare_state *state, struct test *test) {
    const struct wn_comparison *comparison = state->model ? state->model->comparison : NULL;
    if (!comparison || comparison->a.trial < 0 || comparison->b.trial < 0)
        return false;
    test->sweep = state->model->name;
    snprintf(test->sides[0], sizeof test->sides[0], "%lld", (long long)comparison->a.trial);
    snprintf(test->sides[1], sizeof test->sides[1], "%lld", (long long)comparison->b.trial);
    return true;
}

static void entered_effect(void *context, struct wn_tui *tui, const char *text) {
    struct wn_compare_state *state = context;
    struct test test;
    text += strspn(text, " ");
    if (!find_test(state, &test))
        return;
    const char *const words[] = {"ab",          test.sweep, test.sides[0],
                                 test.sides[1], "--detach", *text ? "--min-effect" : NULL,
                                 text,          NULL};
    wn_tui_ask_command(tui, words, tested);
}

// A race that was stopped, or whose runner died, before it was decided.
static void resume(const struct wn_compare_race *race, struct wn_tui *tui) {
    if (!wn_compare_is_halted(race)) {
        wn_tui_say(tui, WN_WARN, race->alive ? "%s runs" : "%s is over", race->name);
        return;
    }
    char *question = wn_format("Go on with %s?", race->name);
    wn_tui_confirm(tui, question, (const char *[]){"resume", race->name, "--detach", NULL});
    free(question);
}

bool wn_compare_is_halted(const struct wn_compare_race *race) {
    return !race->alive && race->record.race && wn_race_end(race->record.race) == WN_RACE_ON;
}

void wn_compare_test(struct wn_compare_state *state, struct wn_tui *tui) {
    struct test test;
    if (state->model && state->model->kind == WN_COMPARE_RACE) {
        resume(state->model->race, tui);
        return;
    }
    if (!find_test(state, &test)) {
        wn_tui_say(tui, WN_WARN, "winnow ab runs two trials of one sweep: a and b pick them");
        return;
    }
    char *line = wn_tui_command_line(
        (const char *[]){"ab", test.sweep, test.sides[0], test.sides[1], "--detach", NULL});
    char *title = wn_format("$ %s --min-effect", line);
    wn_tui_prompt(tui, title, "0", entered_effect);
    free(line);
    free(title);
}

void wn_compare_stop(const struct wn_compare_state *state, struct wn_tui *tui) {
    const struct wn_compare_race *race = state->model ? state->model->race : NULL;
    if (!race || !race->alive) {
        wn_tui_say(tui, WN_WARN, race ? "%s does not run" : "no race of these two runs",
                   race ? race->name : "");
        return;
    }
    char *question = wn_format("Stop %s?", race->name);
    wn_tui_confirm(tui, question, (const char *[]){"stop", race->name, NULL});
    free(question);
}
