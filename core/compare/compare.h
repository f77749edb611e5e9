// SPDX-License-Identifier: GPL-3.0-or-later
// Is B better than A? Everything that there is to say about two sides, once, for the command line
// and the dashboard to show. A comparison is of one moment of the store and owns what it holds.
#ifndef WN_COMPARE_H
#define WN_COMPARE_H

#include "core/compare/sides.h"
#include "core/compare/verdict.h"

struct wn_compare_options {
    const char *sweep; // that `a` and `b` are about, or NULL: they name their sweeps themselves
    const char *a, *b; // see sides.h
    bool alone;        // the number of a trial means it alone
    const char *const *metrics; // only these
    size_t metric_count;        // 0: all that both sides have
    const char *const *guardrails;
    size_t guardrail_count;
    double confidence; // between 0 and 1; 0: 0.95, or that of the race
    double least;      // the smallest difference that matters; 0: any, or that of the race
};

struct wn_compare_metric {
    char *name;
    struct wn_contrast contrast;
    // A value per unit, NaN where one has none. In pairs both have the same count, and partners the
    // same index.
    double *a, *b;
    size_t a_count, b_count;
};

struct wn_param_difference {
    const char *name;                    // borrowed from the sides, as are these:
    const struct wn_param_values *a, *b; // NULL: no configuration of the side has it
};

struct wn_comparison {
    struct wn_compare_side a, b;
    double confidence, least;
    bool paired;                       // units of A and B are partners
    bool raced;                        // they were looked at as they came: `winnow ab` ran them
    struct wn_compare_metric *metrics; // the first one decides, the others are in order of name
    size_t metric_count, metrics_left_out;
    struct wn_param_difference *params; // in order of name
    size_t param_count;
    struct wn_guardrail *guardrails;
    size_t guardrail_count;
    struct wn_compare_verdict verdict;
};

// WN_BAD_INPUT says which word is not understood. The caller frees.
enum wn_status wn_compare(struct wn_store *store, const struct wn_compare_options *options,
                          struct wn_comparison **comparison, struct wn_err *err);
void wn_comparison_free(struct wn_comparison *comparison);

// Appends it as Markdown, for a pull request: markdown.c.
void wn_compare_markdown(const struct wn_comparison *comparison, struct wn_str *out);

// ---- in words: describe.c -----------------------------------------------------------------------

// "8 runs", "12 configurations, 24 runs", "7 of 8 runs (1 failed), 3 of them stopped early".
void wn_side_size_text(const struct wn_compare_side *side, struct wn_str *out);
// What a side is beyond its title: "trials 8 to 15", "commit 1a2b3c4..., with changes that were not
// committed"; nothing where the title says it all.
void wn_side_about_text(const struct wn_compare_side *side, struct wn_str *out);
// Which test decided, and why this one; or why none.
void wn_compare_reason_text(const struct wn_comparison *comparison, struct wn_str *out);
// That the p of other metrics are adjusted, where they are; nothing else.
void wn_compare_adjusted_text(const struct wn_comparison *comparison, struct wn_str *out);
// What was seen of a guardrail: "+12 % (+8.1 to +16)".
void wn_guardrail_text(const struct wn_guardrail *guardrail, struct wn_str *out);
// "0.032", "<0.001"; "-" of NaN.
const char *wn_probability_text(double p, char *out);
const char *wn_contrast_test_name(enum wn_contrast_test test);      // "welch", as JSON has it
const char *wn_contrast_doubt_name(enum wn_contrast_doubt doubt);   // "single"; NULL: none
const char *wn_side_kind_name(enum wn_side_kind kind);              // "configuration"
const char *wn_guardrail_state_name(enum wn_guardrail_state state); // "holds"

#endif
