// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of an answer.
#include "core/stats/answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static struct wn_answer_row *add(struct wn_answer *answer, const char *key,
                                 enum wn_answer_kind kind) {
    struct wn_answer_row *row = WN_PUSH(answer->rows, answer->count, answer->capacity);
    row->key = key;
    row->kind = kind;
    return row;
}

void wn_answer_number(struct wn_answer *answer, const char *key, double number) {
    add(answer, key, WN_ANSWER_NUMBER)->number = number;
}

void wn_answer_count(struct wn_answer *answer, const char *key, size_t count) {
    wn_answer_number(answer, key, (double)count);
}

void wn_answer_none(struct wn_answer *answer, const char *key) {
    add(answer, key, WN_ANSWER_NONE);
}

void wn_answer_maybe(struct wn_answer *answer, const char *key, double number) {
    if (isnan(number))
        wn_answer_none(answer, key);
    else
        wn_answer_number(answer, key, number);
}

void wn_answer_yes(struct wn_answer *answer, const char *key, bool yes) {
    add(answer, key, WN_ANSWER_YES)->yes = yes;
}

void wn_answer_word(struct wn_answer *answer, const char *key, const char *word) {
    add(answer, key, WN_ANSWER_WORD)->word = word;
}

double *wn_answer_list(struct wn_answer *answer, const char *key, size_t count) {
    struct wn_answer_row *row = add(answer, key, WN_ANSWER_LIST);
    row->list = wn_calloc(count ? count : 1, sizeof *row->list);
    row->count = count;
    return row->list;
}

const struct wn_answer_row *wn_answer_get(const struct wn_answer *answer, const char *key) {
    for (size_t i = 0; i < answer->count; i++)
        if (strcmp(answer->rows[i].key, key) == 0)
            return &answer->rows[i];
    return NULL;
}

void wn_answer_free(struct wn_answer *answer) {
    for (size_t i = 0; i < answer->count; i++)
        free(answer->rows[i].list);
    free(answer->rows);
    *answer = (struct wn_answer){0};
}
