// SPDX-License-Identifier: GPL-3.0-or-later
// A board by pages: together they are what the whole board is, in any order and under any filter;
// places of trials; repeats as rows of their own; fronts of several objectives; search by text.
#include "tests/unit/make_board.h"

#include "core/board_list.h"
#include "core/board_private.h"

static const char two_goals[] =
    "method: random\nmetrics: [{name: loss, goal: maximize}, {name: cost, goal: minimize}]\n"
    "parameters: {lr: {min: 0.0, max: 1.0}}\n";

static struct wn_board_list *make_list(struct wn_store *store, const struct wn_sweep_row *sweep,
                                       struct wn_board_options options) {
    struct wn_board_list *list = NULL;
    assert_good(wn_board_list_new(store, sweep->id, &options, &list, &err));
    return list;
}

static struct wn_board *read_page(struct wn_board_list *list, struct wn_store *store, size_t from,
                                  size_t count) {
    struct wn_board *page = NULL;
    assert_good(wn_board_list_page(
        list, store, (struct wn_board_span){.from = from, .count = count}, &page, &err));
    return page;
}

static void assert_listed(struct wn_store *store, const struct wn_sweep_row *sweep,
                          struct wn_board_options options, const char *trials) {
    struct wn_board_list *list = make_list(store, sweep, options);
    struct wn_board *page = read_page(list, store, 0, 100);
    assert_column(page, "trial", trials);
    wn_board_free(page);
    wn_board_list_free(list);
}

// ---- pages --------------------------------------------------------------------------------------

static void assert_pages(struct wn_store *store, const struct wn_sweep_row *sweep,
                         struct wn_board_options options) {
    enum { ROWS = 7 };
    struct wn_board_list *list = make_list(store, sweep, options);
    struct wn_str pages = {0};
    for (size_t from = 0; from == 0 || from < wn_board_list_count(list); from += ROWS) {
        struct wn_board *page = read_page(list, store, from, ROWS);
        struct wn_str text = {0};
        wn_exporter_find("csv")->board(page, &(struct wn_sink){keep_bytes, &text});
        wn_str_add(&pages, from ? strchr(text.text, '\n') + 1 : text.text);
        wn_str_free(&text);
        wn_board_free(page);
    }
    char *whole = written_board(store, sweep, &options, "csv");
    assert_string_equal(wn_str_text(&pages), whole);
    free(whole);
    wn_str_free(&pages);
    wn_board_list_free(list);
}

static void pages_are_the_whole_board_in_parts(void **state) {
    static const char *const sorts[] = {NULL, "rank", "-rank", "lr", "-acc", "it's", "tags"};
    static const char *const wheres[] = {NULL, "rank > 4 AND state <> 'failed'", "\"it's\" = 1"};
    for (int64_t repeats = 1; repeats <= 3; repeats += 2) {
        char folder[256];
        snprintf(folder, sizeof folder, "%s/%d", (char *)*state, (int)repeats);
        struct wn_store *store = open_store(folder, WN_STORE_CREATE);
        struct wn_sweep_row sweep = begin_sweep(store, rich, repeats);
        struct wn_rng rng = wn_rng_new(5, (uint64_t)repeats);
        for (int64_t number = 0; number < 40 * repeats - 1; number++) // the last repeat is to come
            add_any_trial(store, &sweep, number, &rng);
        for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++)
            for (size_t j = 0; j < sizeof wheres / sizeof *wheres; j++)
                for (int trials = 0; trials < 2; trials++)
                    assert_pages(store, &sweep,
                                 (struct wn_board_options){
                                     .sort = sorts[i], .where = wheres[j], .trials = trials});
        wn_sweep_row_clear(&sweep);
        wn_store_close(store);
    }
}

struct fixture {
    struct wn_store *store;
    struct wn_sweep_row sweep;
};

// Ten trials, of which every other one has a result, the later the better.
static struct fixture begin(void **state) {
    struct fixture f = {.store = open_store(*state, WN_STORE_CREATE)};
    f.sweep = begin_sweep(f.store,
                          "method: random\nmetric: {name: loss, goal: minimize}\n"
                          "parameters: {lr: {min: 0.0, max: 1.0}, opt: {values: [adam, sgd]}}\n",
                          1);
    for (int i = 0; i < 10; i++)
        end_trial(f.store, &f.sweep, i, i % 2 ? WN_TRIAL_FINISHED : WN_TRIAL_FAILED,
                  i < 5 ? "{\"lr\":0.5,\"opt\":\"adam\"}" : "{\"lr\":0.25,\"opt\":\"sgd\"}",
                  i % 2 ? 100.0 - i : NAN);
    return f;
}

static void end(struct fixture *f) {
    wn_sweep_row_clear(&f->sweep);
    wn_store_close(f->store);
}

static void a_trial_is_found_at_its_place(void **state) {
    struct fixture f = begin(state);
    struct wn_board_list *list = make_list(f.store, &f.sweep, (struct wn_board_options){0});
    assert_int_equal(wn_board_list_count(list), 10);
    assert_int_equal(wn_board_list_known(list), 10);
    assert_int_equal(wn_board_list_place(list, 9), 0);
    assert_int_equal(wn_board_list_place(list, 0), 5); // the first without a result
    assert_int_equal(wn_board_list_place(list, 10), -1);
    assert_int_equal(wn_board_list_trial(list, 5), 0);
    assert_int_equal(wn_board_list_trial(list, 10), -1);
    struct wn_board *page = read_page(list, f.store, 8, 60);
    assert_column(page, "trial", "6 8");
    wn_board_free(page);
    page = read_page(list, f.store, 99, 60);
    assert_int_equal(page->row_count, 0);
    assert_true(page->column_count > 0);
    wn_board_free(page);
    wn_board_list_free(list);
    end(&f);
}

static void the_first_places_are_enough_for_a_first_page(void **state) {
    struct fixture f = begin(state);
    struct wn_board_list *list = make_list(f.store, &f.sweep, (struct wn_board_options){.top = 3});
    assert_int_equal(wn_board_list_count(list), 10); // and yet all are counted
    assert_int_equal(wn_board_list_known(list), 3);
    assert_int_equal(wn_board_list_place(list, 1), -1);
    struct wn_board *page = read_page(list, f.store, 0, 60);
    assert_column(page, "trial", "9 7 5");
    assert_column(page, "rank", "1 2 3");
    wn_board_free(page);
    wn_board_list_free(list);
    // A filter must look at all rows anyway.
    list = make_list(f.store, &f.sweep,
                     (struct wn_board_options){.top = 1, .where = "state = 'failed'"});
    assert_int_equal(wn_board_list_count(list), 5);
    assert_int_equal(wn_board_list_known(list), 5);
    wn_board_list_free(list);
    end(&f);
}

static void rows_are_read_by_their_trials_too(void **state) {
    static const uint32_t trials[] = {0, 9, 77, 1};
    struct fixture f = begin(state);
    struct wn_board_options options[] = {{0}, {.sort = "trial", .where = "trial < 9"}, {.top = 2}};
    for (size_t i = 0; i < 3; i++) {
        struct wn_board_list *list = make_list(f.store, &f.sweep, options[i]);
        struct wn_board *page;
        assert_good(wn_board_list_page(
            list, f.store, (struct wn_board_span){.count = 4, .trials = trials}, &page, &err));
        assert_column(page, "trial", "0 9 1"); // 77 is not there
        assert_column(page, "rank", i == 2 ? "- 1 -" : "- 1 5");
        wn_board_free(page);
        wn_board_list_free(list);
    }
    end(&f);
}

static void of_very_many_metrics_a_page_has_the_first(void **state) {
    enum { METRICS = WN_BOARD_LIST_METRICS + 50 };
    struct fixture f = begin(state);
    assert_good(wn_store_begin(f.store, &err));
    for (int i = 0; i < METRICS; i++) {
        char name[16];
        snprintf(name, sizeof name, "m%03d", i);
        report(f.store, &f.sweep, 9, name, i);
    }
    assert_good(wn_store_commit(f.store, &err));
    struct wn_board_list *list =
        make_list(f.store, &f.sweep, (struct wn_board_options){.where = "m249 = 249"});
    struct wn_board *page = read_page(list, f.store, 0, 10);
    assert_column(page, "trial", "9");
    assert_column(page, "m199", "199.0");
    assert_column(page, "duration", "19.0");
    assert_int_equal(wn_board_column(page, "m200"), -1);
    assert_true(wn_board_column(wn_board_list_columns(list), "m249") > 0);
    wn_board_free(page);
    page = read_page(list, f.store, 0, 10); // and again
    assert_column(page, "m199", "199.0");
    wn_board_free(page);
    wn_board_list_free(list);
    end(&f);
}

static void numbers_that_were_not_given_are_no_rows(void **state) {
    struct fixture f = begin(state);
    end_trial(f.store, &f.sweep, 13, WN_TRIAL_FAILED, "{\"lr\":0.5,\"opt\":\"adam\"}", NAN);
    assert_listed(f.store, &f.sweep, (struct wn_board_options){0}, "9 7 5 3 1 0 2 4 6 8 13");
    assert_listed(f.store, &f.sweep, (struct wn_board_options){.top = 7}, "9 7 5 3 1 0 2");
    end(&f);
}

static void a_page_shows_its_rows_as_they_are_now(void **state) {
    struct fixture f = begin(state);
    struct wn_store *other = open_store(*state, WN_STORE_READ);
    struct wn_board_list *list = make_list(other, &f.sweep, (struct wn_board_options){0});
    end_trial(f.store, &f.sweep, 9, WN_TRIAL_KILLED, "{\"lr\":0.5,\"opt\":\"adam\"}", NAN);
    struct wn_board *page = read_page(list, f.store, 0, 2);
    assert_column(page, "trial", "9 7");
    assert_column(page, "state", "killed finished");
    assert_column(page, "rank", "- 2");
    wn_board_free(page);
    assert_good(wn_store_remove_sweep(f.store, f.sweep.id, &err));
    page = read_page(list, other, 0, 2);
    assert_int_equal(page->row_count, 0);
    wn_board_free(page);
    wn_board_list_free(list);
    wn_store_close(other);
    end(&f);
}

static void a_list_knows_its_sweep_and_what_is_wrong_with_a_question(void **state) {
    struct fixture f = begin(state);
    struct wn_board_list *list = make_list(f.store, &f.sweep, (struct wn_board_options){0});
    assert_int_equal(wn_board_list_sweep(list)->counts[WN_TRIAL_FAILED], 5);
    assert_true(wn_board_column(wn_board_list_columns(list), "lr") > 0);
    assert_int_equal(wn_board_column(wn_board_list_columns(list), "front"), -1);
    wn_board_list_free(list);
    struct wn_err err = {0};
    assert_int_equal(wn_board_list_new(f.store, f.sweep.id,
                                       &(struct wn_board_options){.where = "lrr < 1"}, &list, &err),
                     WN_BAD_INPUT);
    assert_non_null(strstr(err.text, "did you mean lr?"));
    assert_int_equal(wn_board_list_new(f.store, f.sweep.id,
                                       &(struct wn_board_options){.sort = "los"}, &list, &err),
                     WN_BAD_INPUT);
    end(&f);
}

// ---- repeats apart ------------------------------------------------------------------------------

static void repeats_may_be_rows_of_their_own(void **state) {
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_sweep(store, two_goals, 2);
    for (int i = 0; i < 4; i++) {
        end_trial(store, &sweep, i, i == 2 ? WN_TRIAL_FAILED : WN_TRIAL_FINISHED, "{\"lr\":0.5}",
                  10 - i);
        report(store, &sweep, i, "cost", i);
    }
    struct wn_board_list *list =
        make_list(store, &sweep, (struct wn_board_options){.trials = true});
    struct wn_board *page = read_page(list, store, 0, 10);
    assert_column(page, "trial", "0 1 3 2");
    assert_column(page, "rank", "1 2 3 -");
    assert_column(page, "objective", "10.0 9.0 7.0 -"); // what failed does not count
    assert_column(page, "se", "- - - -");
    assert_column(page, "cost", "0.0 1.0 3.0 2.0");
    assert_column(page, "front", "1 2 3 -");
    assert_int_equal(wn_board_list_place(list, 3), 2);
    wn_board_free(page);
    wn_board_list_free(list);
    list = make_list(store, &sweep, (struct wn_board_options){0});
    page = read_page(list, store, 0, 10);
    assert_column(page, "trial", "0 2");
    assert_int_equal(wn_board_list_place(list, 3), 1); // its configuration's
    wn_board_free(page);
    wn_board_list_free(list);
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

// ---- fronts -------------------------------------------------------------------------------------

static bool is_dominated(const double *values, size_t dimensions, size_t by, size_t point) {
    bool better = false;
    for (size_t d = 0; d < dimensions; d++) {
        if (values[by * dimensions + d] > values[point * dimensions + d])
            return false;
        better = better || values[by * dimensions + d] < values[point * dimensions + d];
    }
    return better;
}

// By the definition: one more than the worst front of those that dominate the point.
static uint32_t front_by_definition(const double *values, size_t dimensions, const uint32_t *fronts,
                                    size_t count, size_t point) {
    uint32_t front = 1;
    for (size_t i = 0; i < count; i++)
        if (is_dominated(values, dimensions, i, point) && fronts[i] >= front)
            front = fronts[i] + 1;
    return front;
}

static void fronts_are_those_of_the_definition(void **state) {
    enum { POINTS = 120, DIMENSIONS = 4 };
    (void)state;
    struct wn_rng rng = wn_rng_new(3, 0);
    double values[POINTS * DIMENSIONS];
    uint32_t fronts[POINTS];
    for (size_t dimensions = 2; dimensions <= DIMENSIONS; dimensions++)
        for (uint32_t grid = 3; grid < 100; grid *= 5) { // coarse ones have ties and twins
            for (size_t i = 0; i < POINTS * dimensions; i++)
                values[i] = (double)wn_rng_below(&rng, grid);
            wn_board_fronts(values, dimensions, fronts, POINTS);
            for (size_t i = 0; i < POINTS; i++)
                assert_int_equal(fronts[i],
                                 front_by_definition(values, dimensions, fronts, POINTS, i));
        }
}

static void several_objectives_have_a_front(void **state) {
    static const struct {
        double loss, cost;
    } trials[] = {{9, 5}, {8, 1}, {8, 6}, {7, 1}, {9, NAN}, {NAN, 0}, {9, 5}};
    struct wn_store *store = open_store(*state, WN_STORE_CREATE);
    struct wn_sweep_row sweep = begin_sweep(store, two_goals, 1);
    for (int i = 0; i < 7; i++) {
        bool failed = isnan(trials[i].loss);
        end_trial(store, &sweep, i, failed ? WN_TRIAL_FAILED : WN_TRIAL_FINISHED, "{\"lr\":0.5}",
                  trials[i].loss);
        report(store, &sweep, i, "cost", trials[i].cost);
    }
    struct wn_board *board = load_board(store, &sweep, &(struct wn_board_options){.sort = "trial"});
    assert_column(board, "front", "1 1 2 2 - - 1"); // what lacks a value loses; twins are alike
    wn_board_free(board);
    assert_listed(store, &sweep, (struct wn_board_options){.where = "front = 1"}, "0 6 1");
    assert_listed(store, &sweep, (struct wn_board_options){.sort = "-front"}, "2 3 0 1 6 4 5");
    assert_pages(store, &sweep, (struct wn_board_options){.sort = "front", .where = "lr < 1"});
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
}

// ---- text ---------------------------------------------------------------------------------------

static void assert_found(struct fixture *f, const char *text, const char *trials) {
    struct wn_board_list *list = make_list(f->store, &f->sweep, (struct wn_board_options){0});
    struct wn_str where = {0};
    wn_board_text_condition(&where, wn_board_list_columns(list), text);
    assert_listed(f->store, &f->sweep, (struct wn_board_options){.where = where.text}, trials);
    wn_str_free(&where);
    wn_board_list_free(list);
}

static void rows_are_found_by_a_word(void **state) {
    struct fixture f = begin(state);
    add_tag(f.store, &f.sweep, 6, "50%_o'clock\\");
    assert_found(&f, "ADAM", "3 1 0 2 4");
    assert_found(&f, "fail", "0 2 4 6 8");
    assert_found(&f, "93", "7"); // its loss
    assert_found(&f, "0.25", "9 7 5 6 8");
    assert_found(&f, "%_o'c", "6");
    assert_found(&f, "\\", "6");
    assert_found(&f, "nowhere", "");
    end(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STORE_TEST(pages_are_the_whole_board_in_parts),
        STORE_TEST(a_trial_is_found_at_its_place),
        STORE_TEST(the_first_places_are_enough_for_a_first_page),
        STORE_TEST(rows_are_read_by_their_trials_too),
        STORE_TEST(of_very_many_metrics_a_page_has_the_first),
        STORE_TEST(numbers_that_were_not_given_are_no_rows),
        STORE_TEST(a_page_shows_its_rows_as_they_are_now),
        STORE_TEST(a_list_knows_its_sweep_and_what_is_wrong_with_a_question),
        STORE_TEST(repeats_may_be_rows_of_their_own),
        cmocka_unit_test(fronts_are_those_of_the_definition),
        STORE_TEST(several_objectives_have_a_front),
        STORE_TEST(rows_are_found_by_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
