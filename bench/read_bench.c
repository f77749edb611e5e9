// SPDX-License-Identifier: GPL-3.0-or-later
// How long it takes to read a large store of make_store: leaderboards whole and in part, sorted and
// filtered, and a long curve. Medians over the rounds, the first of which finds the files cached.
// Usage: read_bench DIR
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "core/board_list.h"
#include "core/store/store.h"

enum { ROUNDS = 15, TOP = 50, PAGE = 60 };

struct job {
    struct wn_store *store;
    struct wn_sweep_row sweep;
    struct wn_board_options options;
    struct wn_board_list *list;
    size_t count; // of rows or points in the last round
};

static void check(enum wn_status status, const struct wn_err *err) {
    if (status == WN_OK)
        return;
    fprintf(stderr, "read_bench: %s\n", err->text);
    exit((int)status);
}

static bool count_row(void *context, int64_t number, double score) {
    (void)number, (void)score;
    ((struct job *)context)->count++;
    return true;
}

static void read_ranked(struct job *job) {
    struct wn_err err = {0};
    check(wn_store_each_score(job->store, job->sweep.id, TOP, count_row, job, &err), &err);
}

static void read_board(struct job *job) {
    struct wn_err err = {0};
    struct wn_board *board;
    check(wn_board_load(job->store, &job->sweep, &job->options, &board, &err), &err);
    job->count = board->row_count;
    wn_board_free(board);
}

static void read_order(struct job *job) {
    struct wn_err err = {0};
    wn_board_list_free(job->list);
    job->list = NULL;
    check(wn_board_list_new(job->store, job->sweep.id, &job->options, &job->list, &err), &err);
    job->count = wn_board_list_known(job->list);
}

// From the middle of the order that was read before.
static void read_page(struct job *job) {
    struct wn_err err = {0};
    struct wn_board *page;
    const struct wn_board_span span = {.from = wn_board_list_known(job->list) / 2, .count = PAGE};
    check(wn_board_list_page(job->list, job->store, span, &page, &err), &err);
    job->count = page->row_count;
    wn_board_free(page);
}

static bool count_points(void *context, int64_t trial, const char *name,
                         const struct wn_point *points, size_t count) {
    (void)trial, (void)name, (void)points;
    ((struct job *)context)->count += count;
    return true;
}

// The longest curve there is: of trial 0.
static void read_curve(struct job *job) {
    struct wn_err err = {0};
    check(wn_store_each_chunk(job->store, job->sweep.id, 0, "m0", count_points, job, &err), &err);
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void measure(struct job *job, const char *name, void (*read)(struct job *),
                    struct wn_board_options options) {
    double took[ROUNDS];
    job->options = options;
    for (int i = 0; i < ROUNDS; i++) {
        job->count = 0;
        double begun = wn_monotonic();
        read(job);
        took[i] = wn_monotonic() - begun;
    }
    qsort(took, ROUNDS, sizeof *took, ascending);
    printf("%-44s %10.3f ms %9zu\n", name, took[ROUNDS / 2] * 1e3, job->count);
}

int main(int argc, char **argv) {
    struct wn_err err = {0};
    struct job job = {0};
    if (argc != 2) {
        fprintf(stderr, "usage: read_bench DIR\n");
        return 2;
    }
    check(wn_store_open(argv[1], WN_STORE_READ, &job.store, &err), &err);
    check(wn_store_get_sweep(job.store, 1, &job.sweep, &err), &err);
    measure(&job, "top 50 by the index", read_ranked, (struct wn_board_options){0});
    measure(&job, "a board of 50 rows", read_board, (struct wn_board_options){.top = TOP});
    measure(&job, "  sorted by a parameter", read_board,
            (struct wn_board_options){.top = TOP, .sort = "lr"});
    measure(&job, "  sorted by a metric", read_board,
            (struct wn_board_options){.top = TOP, .sort = "-m0"});
    measure(&job, "  sorted by duration", read_board,
            (struct wn_board_options){.top = TOP, .sort = "duration"});
    measure(&job, "  where lr < 0.001 and optimizer = 'sgd'", read_board,
            (struct wn_board_options){.top = TOP, .where = "lr < 0.001 and optimizer = 'sgd'"});
    measure(&job, "  where m0 > 0.5 and state = 'finished'", read_board,
            (struct wn_board_options){.top = TOP, .where = "m0 > 0.5 and state = 'finished'"});
    measure(&job, "the order of the first 200 rows", read_order,
            (struct wn_board_options){.top = 200});
    measure(&job, "  of all rows", read_order, (struct wn_board_options){0});
    measure(&job, "    a page of 60 of them", read_page, (struct wn_board_options){0});
    measure(&job, "  sorted by a metric", read_order, (struct wn_board_options){.sort = "-m0"});
    measure(&job, "    a page of 60 of them", read_page, (struct wn_board_options){0});
    struct wn_str word = {0};
    wn_board_text_condition(&word, wn_board_list_columns(job.list), "adam");
    measure(&job, "  of rows with the word adam", read_order,
            (struct wn_board_options){.where = word.text});
    wn_str_free(&word);
    wn_board_list_free(job.list);
    measure(&job, "the curve of one trial", read_curve, (struct wn_board_options){0});
    wn_sweep_row_clear(&job.sweep);
    wn_store_close(job.store);
    return 0;
}
