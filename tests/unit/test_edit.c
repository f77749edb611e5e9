// SPDX-License-Identifier: GPL-3.0-or-later
// What an edit makes of a stored spec, and how much the sweep then runs. Edits of sweeps that run
// are tested end to end (test_edit.py).
#include "tests/unit/check.h"

#include "core/base/mem.h"
#include "sweep/edit.h"
#include "sweep/session.h"

static char text[] = "method: grid\nmetric: {name: loss}\nparallel: 2\ncommand: [echo, '{x}']\n"
                     "parameters: {x: {values: [1, 2, 3]}, g: {parameters: {y: {value: 1}}}}\n";
static const struct wn_sweep_row sweep = {.name = (char[]){"s"}, .spec = text};

static struct wn_edited lay(const char *word, bool settings) {
    struct wn_edited edited;
    struct wn_diags diags = {0};
    const struct wn_edit edit = {.words = &word, .count = 1, .settings = settings};
    enum wn_status status = wn_edit_lay(&sweep, &edit, &edited, &diags);
    assert_true((status == WN_OK) == (edited.spec != NULL));
    assert_true((status == WN_OK) == (diags.errors == 0));
    wn_diags_free(&diags);
    return edited;
}

static void a_range_is_laid_over_the_stored_one(void **state) {
    (void)state;
    struct wn_edited edited = lay("x=1|2|3|4", false);
    assert_true(edited.changed && !edited.parallel);
    assert_int_equal(wn_space_cardinality(edited.spec->space), 4);
    wn_spec_free(edited.spec);
    edited = lay("g.y==1", false);
    assert_false(edited.changed);
    wn_spec_free(edited.spec);
    edited = lay("g.y==1.0", false); // another kind of number
    assert_true(edited.changed);
    wn_spec_free(edited.spec);
}

static void what_runs_at_once_does_not_change_what_is_searched(void **state) {
    (void)state;
    struct wn_edited edited = lay("parallel=2", true);
    assert_true(edited.parallel && !edited.changed);
    uint64_t hash = edited.spec->hash;
    wn_spec_free(edited.spec);
    edited = lay("parallel=5", true);
    assert_true(edited.parallel && edited.changed);
    assert_true(edited.spec->hash == hash);
    assert_int_equal(wn_session_parallel(edited.spec), 5);
    wn_spec_free(edited.spec);
}

static void parameters_are_neither_added_nor_taken_out(void **state) {
    (void)state;
    assert_null(lay("z=1..2", false).spec);
    assert_null(lay("g==1", false).spec);
    assert_null(lay("parameters.g=", true).spec);
    assert_null(lay("parameters={x: {values: [1]}}", true).spec);
}

static void declared_counts_what_lies_outside_and_what_was_enqueued(void **state) {
    (void)state;
    struct wn_spec *spec = lay("x=1|2|3|4", false).spec;
    assert_int_equal(wn_session_declared(spec, &(struct wn_begun){0}), 4);
    assert_int_equal(wn_session_declared(spec, &(struct wn_begun){3, 0, 2}), 6);
    wn_spec_free(spec);
    spec = lay("budget.trials=2", true).spec;
    assert_int_equal(wn_session_declared(spec, &(struct wn_begun){1, 1, 0}), 3);
    assert_int_equal(wn_session_declared(spec, &(struct wn_begun){7, 1, 0}), 7);
    wn_spec_free(spec);
}

static void words_survive_the_way_through_a_request(void **state) {
    (void)state;
    const char *words[] = {"a=\"x\"|y", "b=1..2"};
    char *argument = wn_edit_argument(&(struct wn_edit){.words = words, .count = 2});
    assert_string_equal(argument, "[\"a=\\\"x\\\"|y\",\"b=1..2\"]");
    free(argument);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_is_laid_over_the_stored_one),
        cmocka_unit_test(what_runs_at_once_does_not_change_what_is_searched),
        cmocka_unit_test(parameters_are_neither_added_nor_taken_out),
        cmocka_unit_test(declared_counts_what_lies_outside_and_what_was_enqueued),
        cmocka_unit_test(words_survive_the_way_through_a_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
