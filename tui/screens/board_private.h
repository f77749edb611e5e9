// SPDX-License-Identifier: GPL-3.0-or-later
// Shared by the files of the leaderboard: board.c (keys), board_load.c (its query), board_sheet.c
// (how cells are written), board_setup.c (which columns, in which order), board_table.c and
// board_head.c (drawing), board_pick.c (the list of columns), board_export.c, board_remember.c and
// board_side.c (the pane of the trial under the cursor).
#ifndef WN_SCREEN_BOARD_PRIVATE_H
#define WN_SCREEN_BOARD_PRIVATE_H

#include "sweep/standing.h"
#include "tui/screens/board.h"
#include "tui/tui.h"
#include "tui/widgets/columns.h"

// ---- cells as text: board_sheet.c ---------------------------------------------------------------

// One precision per column, taken from all rows of a page; texts are made when they are first
// asked for, and kept. Borrows both boards; `pinned` may be NULL.
struct wn_board_sheet *wn_board_sheet_new(const struct wn_board *page,
                                          const struct wn_board *pinned);
void wn_board_sheet_free(struct wn_board_sheet *sheet);
// Rows of the page first, then those of the pinned.
const struct wn_board_row *wn_board_sheet_row(const struct wn_board_sheet *sheet, size_t row);
// Whether the cell is the objective of a trial that runs: then its text is the last value so far.
bool wn_board_sheet_is_live(const struct wn_board_sheet *sheet, size_t row, size_t column);
const char *wn_board_sheet_text(struct wn_board_sheet *sheet, size_t row, size_t column);
int wn_board_sheet_width(struct wn_board_sheet *sheet, size_t column);

// ---- columns: board_setup.c ---------------------------------------------------------------------

struct wn_board_item { // a column in the order of the screen
    char *name;        // of the board's column, or "age"
    int width;         // that was asked for; 0: what its cells need
    int grown;         // the widest that its cells needed so far: columns do not shrink again
    bool chosen;       // whoever looks has said whether it is
    bool hidden;
};

struct wn_board_setup {
    struct wn_board_item *items;
    size_t count, capacity;
    size_t known;  // columns of the board that were taken in
    bool arranged; // by hand: what is to be remembered
    size_t focus;  // the item that < > + - and S are about
    size_t first;  // the first one shown after those that stay; 0: as many as fit, by importance
};

void wn_board_setup_free(struct wn_board_setup *setup);
bool wn_board_setup_knows(const struct wn_board_setup *setup, const char *name);
// Takes in columns that are new.
void wn_board_setup_merge(struct wn_board_setup *setup, const struct wn_board *columns);
bool wn_board_item_shown(const struct wn_board_item *item, const struct wn_board *columns);
// Moves the focus to the next shown item to the left (-1) or right (1).
void wn_board_focus(struct wn_board_setup *setup, const struct wn_board *columns, int by);
// Lets the focused item change places with its neighbour.
void wn_board_move_item(struct wn_board_setup *setup, const struct wn_board *columns, int by);
// "accuracy", "STATE", "#"
const char *wn_board_item_title(const struct wn_board_item *item, const struct wn_board *columns,
                                const struct wn_canvas *canvas);
// What to sort by so that an item comes first in a direction; the caller frees.
char *wn_board_item_sort(const struct wn_board_item *item, bool descending);

enum { WN_BOARD_MOST_SHOWN = 64 };

struct wn_board_shown {
    size_t item;
    ptrdiff_t column; // of the board; -1: the age
    struct wn_span span;
};

struct wn_board_layout {
    struct wn_board_shown shown[WN_BOARD_MOST_SHOWN];
    size_t count;
};

// ---- the state ----------------------------------------------------------------------------------

struct wn_board_change { // a cell that is new
    int64_t trial;
    size_t column;
    double moment; // when; Unix seconds. It is marked for WN_BOARD_MARKED seconds
};
#define WN_BOARD_MARKED 1.0

struct wn_board_drawn { // where things stood, for the mouse and for scrolling
    int head_row, first_row;
    size_t top, rows; // of the table, without the pinned ones
    struct wn_board_layout layout;
};

struct wn_board_state {
    int64_t sweep;
    struct wn_board_look look;
    uint64_t looks, moves;
    struct wn_board_query *model; // NULL: nothing was loaded yet
    struct wn_board_setup setup;
    size_t cursor, top;
    int64_t chosen;   // the trial under the cursor; -1: not known
    uint32_t *marked; // trials, in the order in which they were marked
    size_t marked_count, marked_capacity;
    char *marked_text; // the same for a place; NULL: none
    uint32_t *pins;
    size_t pin_count, pin_capacity;
    struct wn_board_change *changes;
    size_t change_count, change_capacity;
    double moment; // that ages and the rate are told for: of an answer that said anything new
    double rate;   // trials that end in a second
    bool picking;  // the list of columns is open
    size_t pick;
    bool side_hidden;
    char *export_format;
    struct wn_board_cache *cache;
    struct wn_board_drawn *drawn;
};

// The row under the cursor, or NULL.
const struct wn_board_row *wn_board_chosen(const struct wn_board_state *state);
// The row at a place, or NULL where it is not loaded.
const struct wn_board_row *wn_board_at(const struct wn_board_state *state, size_t place);
bool wn_board_is_among(const uint32_t *trials, size_t count, int64_t trial);

// ---- loading: board_load.c ----------------------------------------------------------------------

void wn_board_look_clear(struct wn_board_look *look);
void *wn_board_ask(const void *state, struct wn_extent extent);
enum wn_status wn_board_load_query(struct wn_store *store, void *query, struct wn_err *err);
void wn_board_take(void *state, void *query);
void wn_board_release(struct wn_board_query *query);
struct wn_board_cache *wn_board_cache_new(void);
void wn_board_cache_drop(struct wn_board_cache *cache); // NULL is fine

// ---- drawing ------------------------------------------------------------------------------------

struct wn_board_areas { // rows of the pane
    int head;           // lines of vital signs above the table: 1 to 3
    int table;          // rows for trials, below the titles
    int detail;         // 0 or 1
    int left;           // columns of the table; the rest is the side pane
};
struct wn_board_areas wn_board_areas(const struct wn_board_state *state, struct wn_extent extent);
// Rows for pinned trials, with the rule below them.
size_t wn_board_pinned_rows(const struct wn_board_state *state, int table);

void wn_board_draw_head(const struct wn_board_state *state, const struct wn_pane *pane, int lines);
void wn_board_draw_detail(const struct wn_board_state *state, const struct wn_pane *pane, int row);
void wn_board_draw_table(const struct wn_board_state *state, const struct wn_view *view,
                         const struct wn_pane *pane);
// Whether Welch's test cannot tell a row from the best one (0.05).
bool wn_board_is_tied(const struct wn_board_query *model, const struct wn_board_row *row);

// ---- the list of columns, and export ------------------------------------------------------------

void wn_board_draw_pick(const struct wn_board_state *state, const struct wn_pane *pane);
// True: the list took the key.
bool wn_board_pick_key(struct wn_board_state *state, const struct wn_key *key);
void wn_board_widen(struct wn_board_state *state, size_t item, int by);
// Asks for a format and a file, and has `winnow board` write what is shown.
void wn_board_export(struct wn_board_state *state, struct wn_tui *tui);
// The filter of all parts of the look; NULL: none. The caller frees.
char *wn_board_look_where(const struct wn_board_look *look, const struct wn_board *columns);

// ---- from one dashboard to the next: board_remember.c -------------------------------------------

struct cJSON *wn_board_remember(const void *state);
void wn_board_restore(void *state, const struct cJSON *view);

// ---- the side pane: board_side.c ----------------------------------------------------------------

struct wn_board_side *wn_board_side_ask(struct wn_extent extent);
// What it says is of this moment, and stays until it is loaded for another trial.
void wn_board_side_load(struct wn_board_side *side, struct wn_store *store, int64_t sweep,
                        const struct wn_board *page, const struct wn_board_row *row);
void wn_board_side_free(struct wn_board_side *side);
void wn_board_side_draw(const struct wn_board_side *side, const struct wn_pane *pane);

#endif
