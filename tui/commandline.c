// SPDX-License-Identifier: GPL-3.0-or-later
// The line behind the colon: any command of winnow, completed by Tab and remembered. What could
// stand next is listed above it; each further Tab puts the next one there.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "tui/app.h"

#define MOST_LISTED 8
#define LIST_FROM 12 // rows; below, candidates share one

// ---- words --------------------------------------------------------------------------------------

static const char *add_word(const char *c, struct wn_str *word) {
    for (char quote = 0; *c && (quote || *c != ' '); c++) {
        if (quote ? *c == quote : *c == '\'' || *c == '"')
            quote = quote ? 0 : *c;
        else if (*c == '\\' && quote != '\'' && c[1])
            wn_str_add_char(word, *++c);
        else
            wn_str_add_char(word, *c);
    }
    return c;
}

char **wn_split_words(const char *line) {
    char **words = NULL;
    size_t count = 0, capacity = 0;
    for (const char *c = line + strspn(line, " "); *c; c += strspn(c, " ")) {
        struct wn_str word = {0};
        c = add_word(c, &word);
        *WN_PUSH(words, count, capacity) = wn_str_take(&word);
    }
    (void)WN_PUSH(words, count, capacity);
    return words;
}

static void free_words(char **words) {
    for (char **word = words; word && *word; word++)
        free(*word);
    free(words);
}

// The words so far, of which the last one goes on: an empty one behind a blank. *start: where it
// begins.
static char **words_to_complete(const char *line, size_t *start) {
    char **words = NULL;
    size_t count = 0, capacity = 0;
    const char *c = line;
    do {
        struct wn_str word = {0};
        c += strspn(c, " ");
        *start = (size_t)(c - line);
        c = add_word(c, &word);
        *WN_PUSH(words, count, capacity) = wn_str_take(&word);
    } while (*c);
    (void)WN_PUSH(words, count, capacity);
    return words;
}

// ---- running ------------------------------------------------------------------------------------

void wn_commandline_remember(struct wn_modal *modal, const char *line) {
    size_t count = modal->history_count;
    if (count == 0 || strcmp(modal->history[count - 1], line) != 0)
        *WN_PUSH(modal->history, modal->history_count, modal->history_capacity) = wn_strdup(line);
}

// The sweep and the trial that are looked at; the caller clears the row.
static struct wn_tui_subject subject_of(struct wn_tui *tui, struct wn_sweep_row *row) {
    const struct wn_open_screen *top = wn_tui_top(tui);
    struct wn_place place = top->screen->place ? top->screen->place(top->state) : top->place;
    struct wn_store *store = place.sweep ? wn_tui_front(tui) : NULL;
    struct wn_err err = {0};
    struct wn_tui_subject subject = {.trial = place.trial};
    if (store && wn_store_get_sweep(store, place.sweep, row, &err) == WN_OK)
        subject.sweep = row->name;
    return subject;
}

static void run_words(struct wn_tui *tui, char **words) {
    const struct wn_tui_host *host = &tui->options->host;
    struct wn_sweep_row row = {0};
    const char *refusal = NULL;
    const struct wn_tui_subject subject = subject_of(tui, &row);
    char **fit = host->adapt ? host->adapt((const char *const *)words, &subject, &refusal) : NULL;
    if (refusal)
        wn_tui_say(tui, WN_WARN, "%s is not run here: %s", words[0], refusal);
    else
        wn_tui_command(tui, (const char *const *)(fit ? fit : words));
    free_words(fit);
    wn_sweep_row_clear(&row);
}

void wn_commandline_run(struct wn_tui *tui, const char *line) {
    char **words = wn_split_words(line);
    if (words[0])
        wn_commandline_remember(&tui->modal, line);
    wn_modal_close(&tui->modal);
    if (words[0] && (strcmp(words[0], "q") == 0 || strcmp(words[0], "quit") == 0))
        wn_tui_act(tui, WN_APP_QUIT, NULL);
    else if (words[0])
        run_words(tui, words);
    free_words(words);
}

// ---- completion ---------------------------------------------------------------------------------

static size_t word_length(const char *candidate) { // without its note
    return strcspn(candidate, "\t");
}

static size_t common_length(char *const *words, size_t count) {
    size_t length = word_length(words[0]);
    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; j < length; j++)
            if (words[i][j] != words[0][j])
                length = j;
    return length;
}

static void add_candidates(struct wn_modal *modal, const char *lines) {
    while (*lines) {
        size_t length = strcspn(lines, "\n");
        char **word = WN_PUSH(modal->words, modal->word_count, modal->word_capacity);
        *word = wn_strndup(lines, length);
        lines += length + (lines[length] == '\n');
    }
}

// Puts the first bytes of a candidate in the place of the word; `done`: the next word follows,
// unless this one asks for more.
static void put_word(struct wn_modal *modal, const char *candidate, size_t length, bool done) {
    struct wn_str line = {0};
    char *word = wn_strndup(candidate, length);
    wn_str_add_bytes(&line, wn_str_text(&modal->edit.text), modal->start);
    wn_text_quote(&line, word);
    if (done && length && !strchr("=/", word[length - 1]))
        wn_str_add_char(&line, ' ');
    wn_edit_set(&modal->edit, wn_str_text(&line));
    wn_str_free(&line);
    free(word);
}

static void collect(struct wn_tui *tui) {
    struct wn_modal *modal = &tui->modal;
    const struct wn_tui_host *host = &tui->options->host;
    struct wn_str candidates = {0};
    wn_modal_forget(modal);
    char **words = words_to_complete(wn_str_text(&modal->edit.text), &modal->start);
    if (host->complete)
        host->complete(wn_tui_front(tui), (const char *const *)words, &candidates);
    add_candidates(modal, wn_str_text(&candidates));
    wn_str_free(&candidates);
    if (modal->word_count == 1) {
        put_word(modal, modal->words[0], word_length(modal->words[0]), true);
        wn_modal_forget(modal);
    } else if (modal->word_count) {
        size_t typed = 0, length = common_length(modal->words, modal->word_count);
        for (char **word = words; *word; word++)
            typed = strlen(*word);
        if (length > typed)
            put_word(modal, modal->words[0], length, false);
    }
    free_words(words);
}

static void cycle(struct wn_modal *modal, bool back) {
    size_t count = modal->word_count;
    if (!modal->cycling)
        modal->cursor = back ? count - 1 : 0;
    else
        modal->cursor = (modal->cursor + (back ? count - 1 : 1)) % count;
    modal->cycling = true;
    put_word(modal, modal->words[modal->cursor], word_length(modal->words[modal->cursor]), false);
}

static void recall(struct wn_modal *modal, bool older) {
    size_t count = modal->history_count, at = modal->history_at;
    if (older ? at == 0 : at >= count)
        return;
    at = older ? at - 1 : at + 1;
    modal->history_at = at;
    wn_edit_set(&modal->edit, at < count ? modal->history[at] : modal->first);
}

bool wn_commandline_key(struct wn_tui *tui, const struct wn_key *key) {
    struct wn_modal *modal = &tui->modal;
    bool back = key->code == WN_KEY_BACK_TAB;
    if (key->code == WN_KEY_TAB || back) {
        if (modal->word_count > 1)
            cycle(modal, back);
        else
            collect(tui);
        return true;
    }
    bool up = key->code == WN_KEY_UP || key->code == 16;     // ^P
    bool down = key->code == WN_KEY_DOWN || key->code == 14; // ^N
    if (!up && !down)
        return false;
    wn_modal_forget(modal);
    recall(modal, up);
    return true;
}

// ---- drawing ------------------------------------------------------------------------------------

static char *word_of(const char *candidate) {
    return wn_strndup(candidate, word_length(candidate));
}

static void draw_in_a_row(const struct wn_modal *modal, const struct wn_pane *whole) {
    int row = whole->rows - 2, column = 1;
    wn_put_blanks(whole, row);
    size_t from = modal->cycling ? modal->cursor : 0;
    for (size_t i = from; i < modal->word_count && column < whole->columns - 1; i++) {
        char *word = word_of(modal->words[i]);
        int used = wn_put(whole, row, column, WN_DIM, word);
        if (modal->cycling && i == modal->cursor)
            wn_mark(whole, (struct wn_span){.row = row, .column = column, .columns = used},
                    WN_PLAIN, WN_REVERSE);
        column += used + 2;
        free(word);
    }
}

static void draw_candidate(const struct wn_modal *modal, const struct wn_pane *whole, int row,
                           int wide, size_t index) {
    const char *candidate = modal->words[index];
    size_t length = word_length(candidate);
    char *word = word_of(candidate);
    wn_put_blanks(whole, row);
    wn_put_span(whole, (struct wn_span){.row = row, .column = 1, .columns = wide}, WN_PLAIN, word);
    if (candidate[length] && whole->columns - wide > 12)
        wn_put_span(
            whole,
            (struct wn_span){.row = row, .column = wide + 3, .columns = whole->columns - wide - 4},
            WN_DIM, candidate + length + 1);
    if (modal->cycling && index == modal->cursor)
        wn_mark(whole, (struct wn_span){.row = row, .columns = whole->columns}, WN_PLAIN,
                WN_REVERSE);
    free(word);
}

static int widest(const struct wn_modal *modal, const struct wn_pane *whole) {
    int wide = 8;
    for (size_t i = 0; i < modal->word_count; i++) {
        char *word = word_of(modal->words[i]);
        int width = wn_canvas_width(whole->canvas, word);
        wide = width > wide ? width : wide;
        free(word);
    }
    return wide < whole->columns - 2 ? wide : whole->columns - 2;
}

void wn_commandline_draw(const struct wn_modal *modal, const struct wn_pane *whole) {
    size_t count = modal->word_count;
    if (count < 2 || whole->rows < 2)
        return;
    if (whole->rows < LIST_FROM) {
        draw_in_a_row(modal, whole);
        return;
    }
    size_t shown = count < MOST_LISTED ? count : MOST_LISTED;
    size_t from = modal->cursor >= shown ? modal->cursor - shown + 1 : 0;
    int wide = widest(modal, whole), top = whole->rows - 2 - (int)shown;
    wn_put_blanks(whole, top);
    wn_put_rule(whole, top);
    if (count > shown)
        wn_putf(whole, top, 2, WN_DIM, " %zu of %zu ", shown, count);
    for (size_t i = 0; i < shown; i++)
        draw_candidate(modal, whole, top + 1 + (int)i, wide, from + i);
}
