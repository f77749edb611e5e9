// SPDX-License-Identifier: GPL-3.0-or-later
// The first screen, drawn from queries made here.
#include "golden.h"

#include <locale.h>

#include "core/base/mem.h"
#include "tui/screens/sweeps.h"

static struct wn_sweeps_query *query_of(size_t count) {
    static const char *const names[] = {
        "svm-rbf", "mlp-wide", "gbt-depth", "mlp-narrow", "\033[31mhostile\033[0m", "数字识别"};
    static const char *const methods[] = {"bayes", "random", "grid", "sobol", "random", "bayes"};
    static const char *const states[] = {"running", "running", "finished",
                                         "paused",  "failed",  "interrupted"};
    struct wn_sweeps_query *query = wn_calloc(1, sizeof *query);
    for (size_t i = 0; i < count; i++) {
        struct wn_sweeps_line *line = WN_PUSH(query->sweeps, query->count, query->capacity);
        line->state = states[i];
        line->row = (struct wn_sweep_row){
            .id = (int64_t)i + 1,
            .name = wn_strdup(names[i]),
            .method = wn_strdup(methods[i]),
            .objective = wn_strdup(i % 2 ? "val_loss" : "accuracy"),
            .declared = 200,
            .created = 1800000000 - 3600,
            .started = 1800000000 - 3600,
            .has_best = i != 4,
            .best = 0.98312345 / (double)(i + 1),
        };
        line->row.counts[WN_TRIAL_FINISHED] = 124 - 20 * (int64_t)i;
        line->row.counts[WN_TRIAL_RUNNING] = 4;
    }
    return query;
}

static void draw(size_t sweeps, struct wn_extent extent, bool ascii, const char *name) {
    void *state = wn_screen_sweeps.open(&(struct wn_place){.trial = -1});
    wn_screen_sweeps.take(state, query_of(sweeps));
    golden_screen(&wn_screen_sweeps, state, extent, ascii, name);
    wn_screen_sweeps.close(state);
}

static void test_list(void **unused) {
    (void)unused;
    draw(6, (struct wn_extent){22, 80}, false, "sweeps");
    draw(6, (struct wn_extent){22, 80}, true, "sweeps");
    draw(6, (struct wn_extent){9, 40}, false, "sweeps");
    draw(6, (struct wn_extent){58, 200}, false, "sweeps");
}

static void test_empty(void **unused) {
    (void)unused;
    draw(0, (struct wn_extent){22, 80}, false, "sweeps-empty");
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_list), cmocka_unit_test(test_empty)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
