// SPDX-License-Identifier: GPL-3.0-or-later
// A statistic is a row: what it is called, what it takes, what it answers. `winnow stat`, its help
// and completion, and the reader of cases read rows only. A new statistic is one file
// core/stats/rows/NAME.c and one line in stats.def.
#ifndef WN_STATS_STAT_H
#define WN_STATS_STAT_H

#include "core/base/err.h"
#include "core/stats/answer.h"
#include "core/stats/sample.h"

enum wn_stat_kind {
    WN_STAT_SAMPLE,  // an array of numbers, some perhaps missing or infinite
    WN_STAT_SAMPLES, // several of those
    WN_STAT_LIST,    // numbers that are all there: counts, weights, p-values
    WN_STAT_NUMBER,
    WN_STAT_WORD,
};

enum wn_stat_range {
    WN_RANGE_REAL,     // any finite number
    WN_RANGE_COUNT,    // a whole number, 0 or more, below 2^53
    WN_RANGE_AMOUNT,   // 0 or more
    WN_RANGE_POSITIVE, // above 0
    WN_RANGE_SHARE,    // from 0 to 1
    WN_RANGE_INSIDE,   // between 0 and 1, neither of them
};

enum { WN_STAT_FIELDS = 8 };

struct wn_stat_field {
    const char *name;
    enum wn_stat_kind kind;
    enum wn_stat_range range; // of a list or a number
    bool optional;            // may be left out; of a number and a word, where there is no default
    bool missing;             // a list that may have gaps (NaN)
    bool sized;               // a sample as long as the one before it
    double fallback;          // default of a number that has one
    bool has_fallback;
    const char *words; // "two-sided|larger|smaller": the first is the default
    const char *help;  // one phrase, no full stop
};

struct wn_stat_arg {
    bool given; // also where a default stands in
    double number;
    const char *word;
    struct wn_sample *samples; // one of a sample or a list
    size_t count;
};

struct wn_stat {
    const char *name;                            // as the reference has it: "welch_t"
    const char *summary;                         // what it answers, one phrase
    struct wn_stat_field fields[WN_STAT_FIELDS]; // those without a name end
    // The args are in the order of the fields and checked against them. They may be overwritten.
    // WN_NO: not computable, WN_BAD_INPUT: bad input, both with a sentence.
    enum wn_status (*run)(struct wn_stat_arg *args, struct wn_answer *answer, struct wn_err *err);
};

size_t wn_stat_field_count(const struct wn_stat *stat);
const struct wn_stat *const *wn_stat_all(size_t *count); // in the order of stats.def
// The name as the command line shows it, with - for _; fills and returns `out`.
enum { WN_STAT_NAME_MAX = 48 };
const char *wn_stat_shown_name(const struct wn_stat *stat, char *out);
// By its name, - and _ alike; NULL: none.
const struct wn_stat *wn_stat_find(const char *name);
const struct wn_stat *wn_stat_closest(const char *word); // for "did you mean", or NULL

// Fills in defaults, checks the args against the fields, runs. Never leaves a NaN in a number.
enum wn_status wn_stat_run(const struct wn_stat *stat, struct wn_stat_arg *args,
                           struct wn_answer *answer, struct wn_err *err);
// "ok", "not_computable" or "error".
const char *wn_stat_status(enum wn_status status);

// Adds an empty sample to an arg.
struct wn_sample *wn_stat_add_sample(struct wn_stat_arg *arg);
void wn_stat_args_free(struct wn_stat_arg *args); // WN_STAT_FIELDS of them; what they own

#endif
