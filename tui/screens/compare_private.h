// SPDX-License-Identifier: GPL-3.0-or-later
// Shared by the files of the comparison: compare.c (keys), compare_load.c and compare_race_load.c
// (its query), compare_two.c, compare_spread.c, compare_race.c and compare_many.c (drawing),
// compare_act.c (sides, tests) and compare_export.c.
#ifndef WN_SCREEN_COMPARE_PRIVATE_H
#define WN_SCREEN_COMPARE_PRIVATE_H

#include "tui/screens/compare.h"
#include "tui/tui.h"
#include "tui/widgets/plot.h"

struct wn_compare_state {
    int64_t sweep, trial;
    char *words[2]; // A and B
    char *where;    // of more than two
    size_t many;    // how many these are
    char *named;    // the trials as a place tells them; NULL: none
    bool pair;      // two sides were named
    uint64_t serial;
    struct wn_compare_query *model; // NULL: nothing was loaded yet
    bool all;                       // rows that are the same, of more than two
    bool chart;                     // the curve has the pane
    size_t column;                  // of the cursor: a side, a trial
    size_t row;                     // a metric, an arm, or the first row shown of more than two
    size_t skip;                    // parameters above the first one shown
    int arm;                        // that was chosen; -1: none
    int picking;                    // the side that is being chosen
};

// ---- loading: compare_load.c, compare_race_load.c -----------------------------------------------

enum wn_status wn_compare_load(struct wn_store *store, void *query, struct wn_err *err);
void wn_compare_release(struct wn_compare_query *query); // NULL is fine

// Reads the race of `row`, which has one by its spec, for the query.
enum wn_status wn_compare_race_load(struct wn_store *store, const struct wn_sweep_row *row,
                                    const struct wn_spec *spec, struct wn_compare_query *query,
                                    struct wn_err *err);
// Makes the chart of the arms that are looked at; `arm` -1: of the leader and who follows it.
void wn_compare_race_look(struct wn_compare_race *race, int arm, size_t columns);
void wn_compare_race_free(struct wn_compare_race *race);

// ---- drawing ------------------------------------------------------------------------------------

struct wn_compare_area {
    int top, rows; // rows 0: it is left out
};

struct wn_compare_layout { // of two sides
    int left;              // columns of all but the curves
    int verdict, reason;   // rows
    bool airy;             // empty lines between the parts
    struct wn_compare_area sides, metrics, spread;
    int curves_top, curves_left, curves_rows, curves_columns; // rows 0: none
};

struct wn_compare_layout wn_compare_layout(const struct wn_comparison *comparison,
                                           struct wn_extent extent, bool curves, bool alone);
struct wn_plot wn_compare_plot(const char *metric, const struct wn_plot_curve curves[2]);
void wn_compare_draw_two(const struct wn_compare_state *state, const struct wn_view *view);
// The intervals of a metric, and its values, on one scale.
void wn_compare_draw_spread(const struct wn_compare_metric *metric, const struct wn_pane *pane);

// What a row of the pane shows: an index of a metric, of an arm; -1: none.
int wn_compare_metric_at(const struct wn_compare_state *state, int row);
int wn_compare_arm_at(const struct wn_compare_state *state, int row);

struct wn_compare_area wn_compare_race_plot_area(const struct wn_compare_race *race,
                                                 struct wn_extent extent, bool alone);
size_t wn_compare_race_columns(const struct wn_compare_race *race, struct wn_extent extent,
                               bool alone);
void wn_compare_draw_race(const struct wn_compare_state *state, const struct wn_view *view);

void wn_compare_draw_many(const struct wn_compare_state *state, const struct wn_view *view);
size_t wn_compare_many_rows(const struct wn_compare_state *state);
void wn_compare_copy_many(const struct wn_compare_state *state, struct wn_tui *tui);

// A line that is broken at blanks, on at most `most` rows; returns how many it takes. `pane` NULL:
// nothing is drawn. What a terminal of ASCII has no glyph for is written otherwise.
struct wn_compare_line {
    int row, column, columns, most;
    enum wn_look look;
    unsigned marks;
};
int wn_compare_put_line(const struct wn_pane *pane, struct wn_compare_line line, const char *text);
// The first line of the screen: where it is at the left, `right` at the right; NULL: nothing.
void wn_compare_put_head(const struct wn_pane *pane, const char *place, const char *right);
enum wn_look wn_compare_race_look_of(const struct wn_compare_race *race);

// ---- acting -------------------------------------------------------------------------------------

void wn_compare_want(struct wn_compare_state *state); // what is shown is to be loaded anew
// Takes a word for a side, which the state then owns.
void wn_compare_set_side(struct wn_compare_state *state, int side, char *word);
void wn_compare_pick(struct wn_compare_state *state, struct wn_tui *tui, int side);
// Runs fresh repeats of two sides; of a race that was halted: goes on with it.
void wn_compare_test(struct wn_compare_state *state, struct wn_tui *tui);
bool wn_compare_is_halted(const struct wn_compare_race *race);
void wn_compare_stop(const struct wn_compare_state *state, struct wn_tui *tui);
void wn_compare_export(struct wn_compare_state *state, struct wn_tui *tui);
void wn_compare_copy(const struct wn_compare_state *state, struct wn_tui *tui);

#endif
