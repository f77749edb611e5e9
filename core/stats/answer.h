// SPDX-License-Identifier: GPL-3.0-or-later
// What a statistic answers: rows of a key and a value, in the order they were added. Keys are those
// of docs/stats.md; keys and words are borrowed, lists are owned. "Not defined" is a value of its
// own; a NaN that nobody meant is caught by wn_stat_run().
#ifndef WN_STATS_ANSWER_H
#define WN_STATS_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

enum wn_answer_kind {
    WN_ANSWER_NUMBER,
    WN_ANSWER_NONE,
    WN_ANSWER_YES,
    WN_ANSWER_WORD,
    WN_ANSWER_LIST
};

struct wn_answer_row {
    const char *key;
    enum wn_answer_kind kind;
    bool yes;
    double number;
    const char *word;
    double *list; // NaN: not defined
    size_t count;
};

struct wn_answer {
    struct wn_answer_row *rows;
    size_t count, capacity;
};

void wn_answer_number(struct wn_answer *answer, const char *key, double number);
void wn_answer_count(struct wn_answer *answer, const char *key, size_t count);
void wn_answer_none(struct wn_answer *answer, const char *key);
// The number, or "not defined" where it is NaN and may be.
void wn_answer_maybe(struct wn_answer *answer, const char *key, double number);
void wn_answer_yes(struct wn_answer *answer, const char *key, bool yes);
void wn_answer_word(struct wn_answer *answer, const char *key, const char *word);
// A list to be filled by the caller; valid as long as the answer.
double *wn_answer_list(struct wn_answer *answer, const char *key, size_t count);

const struct wn_answer_row *wn_answer_get(const struct wn_answer *answer, const char *key);
void wn_answer_free(struct wn_answer *answer);

#endif
