// SPDX-License-Identifier: GPL-3.0-or-later
// The screen of one trial: its parts share the query here. trial.c is the row and the keys,
// trial_load.c reads what the store knows, trial_log.c what the trial printed, trial_facts.c words
// it as lines, trial_layout.c says what goes where, trial_draw.c draws.
#ifndef WN_SCREEN_TRIAL_H
#define WN_SCREEN_TRIAL_H

#include "core/chart.h"
#include "sweep/usage.h"
#include "tui/screen.h"
#include "tui/widgets/plot.h"

enum wn_trial_part { // what the pane is given to
    WN_TRIAL_ALL,
    WN_TRIAL_CHART,
    WN_TRIAL_LOG,
    WN_TRIAL_FACTS,
};

enum { WN_TRIAL_OTHERS = WN_PLOT_CURVES - 1, WN_TRIAL_SMALL = 4 };

// ---- what is asked for --------------------------------------------------------------------------

struct wn_trial_log_wish {
    int64_t top;  // the place of the first line (sweep/logview.h); -1: the last ones are shown
    int64_t move; // lines down from there, or up
    int64_t from; // where searching begins
    char *sought; // or NULL
    int seek;     // 1: the next place where it is found, -1: the one before, 0: none
};

struct wn_trial_wish {
    int64_t sweep, trial; // trial -1: the best one, else the last one
    int64_t others[WN_TRIAL_OTHERS];
    size_t other_count;
    bool mean; // of all repeats of its configuration, beside it
    enum wn_trial_part part;
    struct wn_extent extent;
    char *metric; // NULL: the objective
    char *x;      // another metric; NULL: the step
    double from, to;
    bool log_x;
    enum wn_smoothing smoothing;
    double width;
    struct wn_trial_log_wish log;
    uint64_t serial; // of the state's wishes
    // What is shown of the log, while the trial runs; NULL: nothing will be added to it.
    char *log_path;
    int64_t log_size;
};

// ---- what is there ------------------------------------------------------------------------------

struct wn_trial_fact { // a line of what is known
    char *name;        // NULL: the value is a heading
    char *value, *note;
    enum wn_look look; // of the value
};

struct wn_trial_facts {
    struct wn_trial_fact *items;
    size_t count, capacity;
};

struct wn_trial_metric {
    char *name;
    struct wn_summary summary;
};

struct wn_trial_line { // of the log
    int64_t at;
    char *text;
    char *metrics; // what became of it, "accuracy 0.9831"; NULL: nothing
};

struct wn_trial_log {
    bool looked; // it has a place on the screen
    bool exists;
    int64_t size, top;
    bool at_end;     // the last line is shown
    int64_t found;   // where the sought text is, -1: nowhere
    bool none_there; // nothing was found in that direction
    struct wn_trial_line *lines;
    size_t count, capacity;
};

struct wn_trial_query { // on the heap; the screen frees it
    struct wn_trial_wish wish;
    bool found; // there is such a trial
    struct wn_sweep_row sweep;
    struct wn_trial_row row;
    char *code;    // "3a9f1c2*"; NULL: not known
    char *command; // as a shell takes it; NULL: not known
    char *tags;    // or NULL
    struct wn_trial_facts params, facts;
    struct wn_trial_metric *metrics; // the objective first
    size_t metric_count, metric_capacity;
    size_t metric;                          // the one that is shown
    struct wn_chart charts[WN_PLOT_CURVES]; // of the trial and of the others
    char *names[WN_PLOT_CURVES];            // "#97"
    size_t chart_count;
    struct wn_chart small[WN_TRIAL_SMALL]; // of the metrics that come next
    size_t small_metrics[WN_TRIAL_SMALL];
    size_t small_count;
    struct wn_trial_log log;
    char *log_path;
    struct wn_usage usage; // of one that runs here; pid 0: it does not
};

// ---- the parts ----------------------------------------------------------------------------------

struct wn_trial_box {
    int top, left, rows, columns; // without rows it is not shown
};

struct wn_trial_layout {
    int param_rows;
    bool has_third_row, has_reason;
    struct wn_trial_box head, chart, small, log, facts;
};

struct wn_trial_layout wn_trial_lay_out(const struct wn_trial_query *query, enum wn_trial_part part,
                                        struct wn_extent extent);
// Rows that the parameters take in so many columns, and drawing them (pane NULL: only counts).
int wn_trial_params_flow(const struct wn_trial_query *query, int columns, int rows,
                         const struct wn_pane *pane);
// The i-th of the small charts within its box.
struct wn_trial_box wn_trial_small_box(const struct wn_trial_layout *layout, size_t count,
                                       size_t i);

enum wn_status wn_trial_load(struct wn_store *store, void *query, struct wn_err *err);
void wn_trial_release(struct wn_trial_query *query);
// `dir` is the folder of the sweep; captures of the spec make points of lines.
struct wn_spec;
void wn_trial_load_log(struct wn_trial_query *query, const char *dir, const struct wn_spec *spec,
                       int rows);
// After all else was loaded.
enum wn_status wn_trial_word_facts(struct wn_store *store, struct wn_trial_query *query,
                                   const char *dir, struct wn_err *err);
struct wn_trial_fact *wn_trial_add_fact(struct wn_trial_facts *facts, const char *name,
                                        char *value);

struct wn_trial_shown { // how the state wants it drawn
    enum wn_trial_part part;
    const char *x;
    bool log_x, log_y, whole;
    const char *smoothing; // "mean over 5%"; NULL: none
    int cursor;
    const char *sought;
    bool follow;
    bool waits; // for what takes longer to be read
    size_t facts_top;
};

// The plot of the metric that is shown; curves has room for WN_PLOT_CURVES.
struct wn_plot wn_trial_plot(const struct wn_trial_query *query, const struct wn_trial_shown *shown,
                             struct wn_plot_curve *curves);
void wn_trial_draw(const struct wn_trial_query *query, const struct wn_trial_shown *shown,
                   const struct wn_view *view);

#endif
