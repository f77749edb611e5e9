// SPDX-License-Identifier: GPL-3.0-or-later
// What is asked in the middle of things: a line of text, a yes, one of several. While it is open it
// gets every key.
#ifndef WN_MODAL_H
#define WN_MODAL_H

#include "tui/tui.h"
#include "tui/widgets/edit.h"

enum wn_modal_kind { WN_MODAL_NONE, WN_MODAL_PROMPT, WN_MODAL_COMMAND, WN_MODAL_YES, WN_MODAL_ONE };

struct wn_modal {
    enum wn_modal_kind kind;
    char *title;
    struct wn_edit edit;
    char *first; // the text before it was edited
    bool live;   // each key is told
    wn_tui_entered *entered;
    uint64_t serial; // of the screen that asked
    char **words;    // items to choose from, candidates, or the command that a yes runs
    size_t word_count, word_capacity;
    size_t cursor;
    size_t start;   // of the word that the candidates are for
    bool cycling;   // Tab has put one of them there
    char **history; // lines of commands, oldest first
    size_t history_count, history_capacity, history_at;
    size_t history_kept; // of them, from dashboards before
};

void wn_modal_open(struct wn_tui *tui, enum wn_modal_kind kind, const char *title,
                   const char *text);
void wn_modal_close(struct wn_modal *modal);
void wn_modal_free(struct wn_modal *modal);
void wn_modal_key(struct wn_tui *tui, const struct wn_key *key);
void wn_modal_draw(const struct wn_modal *modal, const struct wn_pane *whole);
void wn_modal_forget(struct wn_modal *modal); // the words

// ---- the command line: commandline.c ------------------------------------------------------------

void wn_commandline_run(struct wn_tui *tui, const char *line); // and closes it
// Adds a line to those that the arrows bring back, unless it is the last one.
void wn_commandline_remember(struct wn_modal *modal, const char *line);
bool wn_commandline_key(struct wn_tui *tui, const struct wn_key *key);
void wn_commandline_draw(const struct wn_modal *modal, const struct wn_pane *whole);
// A line of words to hand to winnow, quoted as in a shell; NULL-ended, the caller frees all of it.
char **wn_split_words(const char *line);

#endif
