// SPDX-License-Identifier: GPL-3.0-or-later
// A board that is looked at a page at a time: the order of its rows as numbers of trials, from
// which only what is on the screen is read. 100,000 rows are 400 kB, 800 kB where they are sorted
// or filtered. A list is of one moment of the store; when the store changed, make a new one. It
// borrows nothing, and belongs to one thread at a time.
#ifndef WN_BOARD_LIST_H
#define WN_BOARD_LIST_H

#include "core/board.h"

struct wn_board_list;

// Pages have columns for so many metrics at most, the first ones by name. Filters and orders may
// speak of all.
enum { WN_BOARD_LIST_METRICS = 200 };

// `options` as for wn_board_load(), but for columns: a page has all of them. With options->top and
// in order of rank only so many places are looked up, which costs no more than a page does.
enum wn_status wn_board_list_new(struct wn_store *store, int64_t sweep,
                                 const struct wn_board_options *options,
                                 struct wn_board_list **list, struct wn_err *err);
void wn_board_list_free(struct wn_board_list *list);

// The sweep at that moment; the columns, a board without rows.
const struct wn_sweep_row *wn_board_list_sweep(const struct wn_board_list *list);
const struct wn_board *wn_board_list_columns(const struct wn_board_list *list);
// How many rows there are, and how many of them have a known place: the first ones.
size_t wn_board_list_count(const struct wn_board_list *list);
size_t wn_board_list_known(const struct wn_board_list *list);
// The (first) trial at a known place, -1 beyond; the place of the row that a trial is in, -1: none
// that is known.
int64_t wn_board_list_trial(const struct wn_board_list *list, size_t place);
ptrdiff_t wn_board_list_place(const struct wn_board_list *list, int64_t trial);

struct wn_board_span {
    size_t from, count; // places
    const uint32_t
        *trials; // or the (first) trials of `count` rows, wherever they are; NULL: places
};
// The rows at the known ones of these places as they are now, or those of the trials, which have a
// rank where their place is known. `store` may be another handle than
// the list was made with. The caller frees the board.
enum wn_status wn_board_list_page(struct wn_board_list *list, struct wn_store *store,
                                  struct wn_board_span span, struct wn_board **board,
                                  struct wn_err *err);

// Appends the expression that keeps rows with `text` in the number of their trial, their state,
// objective, parameters, exit, host or tags, where these differ at all; case does not matter.
void wn_board_text_condition(struct wn_str *where, const struct wn_board *board, const char *text);

#endif
