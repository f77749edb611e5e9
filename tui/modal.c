// SPDX-License-Identifier: GPL-3.0-or-later
// Prompts take the row of the keys; a choice of several is a box in the middle.
#include "tui/modal.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/app.h"
#include "tui/widgets/box.h"

#define WIDEST_BOX 60

// ---- opening and closing ------------------------------------------------------------------------

void wn_modal_forget(struct wn_modal *modal) {
    for (size_t i = 0; i < modal->word_count; i++)
        free(modal->words[i]);
    modal->word_count = 0;
    modal->cursor = 0;
    modal->cycling = false;
}

static void set_words(struct wn_modal *modal, const char *const *words) {
    wn_modal_forget(modal);
    for (; *words; words++)
        *WN_PUSH(modal->words, modal->word_count, modal->word_capacity) = wn_strdup(*words);
}

void wn_modal_open(struct wn_tui *tui, enum wn_modal_kind kind, const char *title,
                   const char *text) {
    struct wn_modal *modal = &tui->modal;
    wn_modal_close(modal);
    modal->kind = kind;
    modal->title = wn_strdup(title);
    modal->first = wn_strdup(text ? text : "");
    modal->serial = wn_tui_top(tui)->serial;
    modal->history_at = modal->history_count;
    wn_edit_set(&modal->edit, modal->first);
    tui->dirty = true;
}

void wn_modal_close(struct wn_modal *modal) {
    modal->kind = WN_MODAL_NONE;
    free(modal->title);
    free(modal->first);
    modal->title = modal->first = NULL;
    modal->live = false;
    modal->entered = NULL;
    wn_modal_forget(modal);
}

void wn_modal_free(struct wn_modal *modal) {
    wn_modal_close(modal);
    wn_edit_free(&modal->edit);
    free(modal->words);
    for (size_t i = 0; i < modal->history_count; i++)
        free(modal->history[i]);
    free(modal->history);
}

void wn_tui_prompt(struct wn_tui *tui, const char *title, const char *text,
                   wn_tui_entered *entered) {
    wn_modal_open(tui, WN_MODAL_PROMPT, title, text);
    tui->modal.entered = entered;
}

void wn_tui_prompt_live(struct wn_tui *tui, const char *title, const char *text,
                        wn_tui_entered *entered) {
    wn_tui_prompt(tui, title, text, entered);
    tui->modal.live = true;
}

void wn_tui_choose(struct wn_tui *tui, const char *title, const char *const *items,
                   wn_tui_entered *entered) {
    wn_modal_open(tui, WN_MODAL_ONE, title, NULL);
    set_words(&tui->modal, items);
    tui->modal.entered = entered;
}

void wn_tui_confirm(struct wn_tui *tui, const char *question, const char *const *words) {
    if (wn_tui_read_only(tui)) {
        wn_tui_say(tui, WN_WARN, "this dashboard is read only");
        return;
    }
    wn_modal_open(tui, WN_MODAL_YES, question, NULL);
    set_words(&tui->modal, words);
}

void wn_tui_ask(struct wn_tui *tui, const char *question, wn_tui_entered *entered) {
    wn_modal_open(tui, WN_MODAL_YES, question, NULL);
    tui->modal.entered = entered;
}

// ---- keys ---------------------------------------------------------------------------------------

// To the screen that asked, where it is still the one shown.
static void tell(struct wn_tui *tui, const char *text) {
    struct wn_open_screen *top = wn_tui_top(tui);
    if (tui->modal.entered && tui->modal.serial == top->serial)
        tui->modal.entered(top->state, tui, text);
}

// The modal is closed first, for the screen may open another one.
static void hand_over(struct wn_tui *tui, const char *text) {
    struct wn_modal *modal = &tui->modal;
    struct wn_open_screen *top = wn_tui_top(tui);
    wn_tui_entered *entered = modal->serial == top->serial ? modal->entered : NULL;
    wn_modal_close(modal);
    if (entered)
        entered(top->state, tui, text);
}

static void enter(struct wn_tui *tui) {
    struct wn_modal *modal = &tui->modal;
    bool one = modal->kind == WN_MODAL_ONE;
    if (one && modal->word_count == 0) {
        wn_modal_close(modal);
        return;
    }
    char *text = wn_strdup(one ? modal->words[modal->cursor] : wn_str_text(&modal->edit.text));
    if (modal->kind == WN_MODAL_COMMAND)
        wn_commandline_run(tui, text);
    else
        hand_over(tui, text);
    free(text);
}

static void cancel(struct wn_tui *tui) {
    if (tui->modal.live)
        tell(tui, tui->modal.first);
    wn_modal_close(&tui->modal);
}

static void type_key(struct wn_tui *tui, const struct wn_key *key) {
    struct wn_modal *modal = &tui->modal;
    bool command = modal->kind == WN_MODAL_COMMAND;
    if (command && wn_commandline_key(tui, key))
        return;
    if (key->code == WN_KEY_BACKSPACE && command && modal->edit.text.length == 0) {
        cancel(tui);
    } else if (wn_edit_key(&modal->edit, key)) {
        if (command)
            wn_modal_forget(modal);
        if (modal->live)
            tell(tui, wn_str_text(&modal->edit.text));
    }
}

static void answer(struct wn_tui *tui, bool yes) {
    struct wn_modal *modal = &tui->modal;
    if (yes && modal->entered) {
        hand_over(tui, "y");
        return;
    }
    if (yes) {
        (void)WN_PUSH(modal->words, modal->word_count, modal->word_capacity);
        modal->word_count--;
        wn_tui_command(tui, (const char *const *)modal->words);
    }
    wn_modal_close(modal);
}

// ---- drawing ------------------------------------------------------------------------------------

static void draw_line(const struct wn_modal *modal, const struct wn_pane *whole) {
    int row = whole->rows - 1;
    wn_put_blanks(whole, row);
    int column = 1 + wn_put(whole, row, 1, WN_ACCENT, modal->title);
    if (modal->kind == WN_MODAL_YES) {
        wn_put(whole, row, column + 1, WN_PLAIN, "y: yes   any other key: no");
        return;
    }
    column += modal->kind != WN_MODAL_COMMAND;
    struct wn_span span = {.row = row, .column = column, .columns = whole->columns - column};
    wn_edit_draw(&modal->edit, whole, span, true);
    if (modal->kind == WN_MODAL_COMMAND)
        wn_commandline_draw(modal, whole);
}

static struct wn_pane choice_box(const struct wn_modal *modal, const struct wn_pane *whole) {
    int width = wn_canvas_width(whole->canvas, modal->title) + 8;
    for (size_t i = 0; i < modal->word_count; i++) {
        int needed = wn_canvas_width(whole->canvas, modal->words[i]) + 6;
        width = needed > width ? needed : width;
    }
    width = width < WIDEST_BOX ? width : WIDEST_BOX;
    width = width < whole->columns ? width : whole->columns;
    int rows = (int)modal->word_count + 2;
    rows = rows < whole->rows - 2 ? rows : whole->rows - 2;
    return wn_pane_part(whole, (whole->rows - rows) / 2, (whole->columns - width) / 2, rows, width);
}

static size_t first_choice(const struct wn_modal *modal, const struct wn_pane *box) {
    size_t shown = box->rows > 2 ? (size_t)box->rows - 2 : 1;
    return modal->cursor >= shown ? modal->cursor - shown + 1 : 0;
}

static void draw_choice(const struct wn_modal *modal, const struct wn_pane *whole) {
    struct wn_pane box = choice_box(modal, whole);
    size_t from = first_choice(modal, &box);
    wn_put_box(&box, modal->title);
    for (int row = 1; row < box.rows - 1 && from + (size_t)row - 1 < modal->word_count; row++) {
        size_t i = from + (size_t)row - 1;
        struct wn_span span = {.row = row, .column = 2, .columns = box.columns - 4};
        wn_put_span(&box, span, WN_PLAIN, modal->words[i]);
        if (i == modal->cursor)
            wn_mark(&box, span, WN_PLAIN, WN_REVERSE);
    }
    int row = whole->rows - 1;
    wn_put_blanks(whole, row);
    int column = 1 + wn_put(whole, row, 1, WN_ACCENT, wn_glyph(whole->canvas, WN_GLYPH_ENTER)) + 1;
    column += wn_put(whole, row, column, WN_PLAIN, "choose") + 2;
    column += wn_put(whole, row, column, WN_ACCENT, "Esc") + 1;
    wn_put(whole, row, column, WN_PLAIN, "leave it");
}

// ---- keys of a choice ---------------------------------------------------------------------------

// A click takes what it is on, or leaves it where it is on nothing.
static void click(struct wn_tui *tui, const struct wn_key *key) {
    struct wn_modal *modal = &tui->modal;
    struct wn_pane whole = wn_pane_whole(&tui->canvas), box = choice_box(modal, &whole);
    int row = key->row - box.top, column = key->column - box.left;
    bool inside = row > 0 && row < box.rows - 1 && column >= 0 && column < box.columns;
    size_t at = inside ? first_choice(modal, &box) + (size_t)row - 1 : modal->word_count;
    if (at >= modal->word_count) {
        cancel(tui);
        return;
    }
    modal->cursor = at;
    enter(tui);
}

static void choose_key(struct wn_tui *tui, const struct wn_key *key) {
    struct wn_modal *modal = &tui->modal;
    if (key->code == WN_KEY_CLICK || key->code == WN_KEY_DOUBLE_CLICK)
        click(tui, key);
    else
        wn_move_cursor(wn_binding_action(wn_motion_bindings, key), 8, modal->word_count,
                       &modal->cursor);
}

void wn_modal_draw(const struct wn_modal *modal, const struct wn_pane *whole) {
    if (modal->kind == WN_MODAL_ONE)
        draw_choice(modal, whole);
    else if (modal->kind != WN_MODAL_NONE)
        draw_line(modal, whole);
}

void wn_modal_key(struct wn_tui *tui, const struct wn_key *key) {
    struct wn_modal *modal = &tui->modal;
    tui->dirty = true;
    if (key->code == 3 && modal->kind == WN_MODAL_YES) { // a second ^C asks no more
        cancel(tui);
        tui->quitting = true;
        uv_stop(&tui->loop);
    } else if (key->code == WN_KEY_ESC || key->code == 3 || key->code == 7)
        cancel(tui);
    else if (modal->kind == WN_MODAL_YES)
        answer(tui, !key->alt && (key->code == 'y' || key->code == 'Y'));
    else if (key->code == WN_KEY_ENTER)
        enter(tui);
    else if (modal->kind == WN_MODAL_ONE)
        choose_key(tui, key);
    else
        type_key(tui, key);
}
