// SPDX-License-Identifier: GPL-3.0-or-later
// The screen of a trial, as people see it: a store and a log are made here, read by the screen's
// own queries, and what it draws is in tests/data/screens.
#include "tests/unit/make_store.h"

#include <cjson/cJSON.h>
#include <locale.h>

#include "core/base/rng.h"
#include "golden.h"
#include "sweep/folder.h"
#include "sweep/logs.h"
#include "tui/screens/trial.h"

static const char spec[] = "program: train.py\nmethod: random\n"
                           "metric: {name: accuracy, goal: maximize}\nparameters:\n"
                           "  C: {distribution: log_uniform_values, min: 0.001, max: 1000}\n"
                           "  gamma: {distribution: log_uniform_values, min: 1.0e-6, max: 10}\n"
                           "  kernel: {values: [rbf, poly]}\n";

struct world {
    char *folder;
    struct wn_store *store;
    int64_t sweep;
    void *state; // of the screen
    struct wn_extent extent;
};

// ---- making a sweep -----------------------------------------------------------------------------

static struct world begin(void **state) {
    struct world world = {.folder = *state, .store = open_store(*state, WN_STORE_CREATE)};
    struct wn_sweep_row row = {.name = (char[]){"svm-rbf"},
                               .state = WN_SWEEP_RUNNING,
                               .method = (char[]){"bayes"},
                               .spec = wn_strdup(spec),
                               .repeats = 3,
                               .objective = (char[]){"accuracy"},
                               .maximize = true,
                               .cwd = (char[]){"/somewhere"},
                               .user = (char[]){"me"},
                               .host = (char[]){"here"},
                               .version = (char[]){"1.2.3"}};
    assert_good(wn_store_add_sweep(world.store, &row, &err));
    world.sweep = row.id;
    struct wn_version_row version = {.sweep = row.id, .spec = row.spec, .user = row.user};
    assert_good(wn_store_add_version(world.store, &version, &err));
    free(row.spec);
    return world;
}

static struct wn_trial_row running_trial(const struct world *world, int64_t number) {
    static char params[] = "{\"C\":31.622776601683793,\"gamma\":0.0178,\"kernel\":\"rbf\"}";
    static char host[] = "node-7";
    struct wn_trial_row row = made_trial(world->sweep, number, WN_TRIAL_RUNNING);
    row.params = params;
    row.repeat = number % 3;
    row.seed = 7200 + number;
    row.created = 1799999900;
    row.started = 1800000000 - 65;
    row.host = host;
    return row;
}

static void put_row(const struct world *world, const struct wn_trial_row *row) {
    double score = row->repeat ? NAN : -row->mean;
    assert_good(wn_store_put_trial(world->store, row, score, &err));
}

static void put_curve(const struct world *world, int64_t trial, const char *name, double from,
                      double to) {
    struct wn_point points[WN_CHUNK];
    struct wn_rng rng = wn_rng_new((uint64_t)trial, (uint64_t)name[0]);
    struct wn_series_tail tail = {.sweep = world->sweep, .trial = trial, .points = points};
    struct wn_summary summary = {.min = INFINITY, .max = -INFINITY};
    for (; tail.count < 200; tail.count++) {
        double share = 1 - 1 / (1 + (double)tail.count * 0.08);
        double value = from + (to - from) * (share + (wn_rng_uniform(&rng) - 0.5) * 0.05);
        points[tail.count] = (struct wn_point){(double)tail.count + 1, value};
        summary.min = fmin(summary.min, value);
        summary.max = fmax(summary.max, value);
        summary.last = value;
    }
    summary.count = (int64_t)tail.count;
    assert_good(wn_store_metric(world->store, world->sweep, name, &tail.metric, &err));
    assert_good(wn_store_put_tail(world->store, &tail, &err));
    assert_good(
        wn_store_put_summary(world->store, world->sweep, trial, tail.metric, &summary, &err));
}

static void put_log(const struct world *world, int64_t trial, const char *bytes, size_t length) {
    char *dir = wn_sweep_folder(world->store, world->sweep);
    char *above = wn_format("%s/sweeps", world->folder), *logs = wn_format("%s/logs", dir);
    char *path = wn_log_file(dir, trial, 0);
    mkdir(above, 0755);
    mkdir(dir, 0755);
    mkdir(logs, 0755);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
    free(dir);
    free(above);
    free(logs);
    free(path);
}

// Three metrics, and a log of 200 epochs with what programs print in between.
static void put_training(const struct world *world, int64_t trial) {
    struct wn_str log = {0};
    wn_str_add(&log, "reading data \033[32m...\033[0m done\n");
    for (int i = 1; i <= 200; i++) {
        wn_str_addf(&log, "epoch %d of 200 accuracy=%.4f fit_s=%.2f\n", i,
                    0.5 + 0.48 * (1 - 1 / (1 + i * 0.08)), 1.2 + i * 0.001);
        if (i % 40 == 0)
            wn_str_add(&log, "\r  0%|     |\r 50%|##   |\r100%|#####| 数据 ok\n");
        if (i == 198)
            wn_str_add(&log, "warning: \033]0;title\007\033[2J\x01 \xff "
                             "and a line that goes on and on, well beyond what a terminal of any "
                             "usual width could ever show in one of its rows, be it a wide one\n");
    }
    put_log(world, trial, log.text, log.length);
    wn_str_free(&log);
    put_curve(world, trial, "accuracy", 0.5, 0.97 - 0.02 * (double)(trial % 3));
    put_curve(world, trial, "loss", 2, 0.1);
    put_curve(world, trial, "fit_s", 1.2, 1.4);
}

// ---- the screen ---------------------------------------------------------------------------------

static void open_screen(struct world *world, int64_t trial, const char *others) {
    char *text = others ? wn_strdup(others) : NULL;
    const struct wn_place place = {.sweep = world->sweep, .trial = trial, .text = text};
    world->state = wn_screen_trial.open(&place);
    free(text);
    world->extent = (struct wn_extent){22, 80};
}

// What was loaded is the screen's until the next load.
static const struct wn_trial_query *shown_query(struct world *world) {
    struct wn_trial_query *query = wn_screen_trial.ask(world->state, world->extent);
    assert_good(wn_screen_trial.load(world->store, query, &err));
    wn_screen_trial.take(world->state, query);
    return query;
}

static void load(struct world *world) {
    shown_query(world);
    assert_false(wn_screen_trial.stale(world->state, world->extent));
}

// As the dashboard does: the key's action, and what it wants is loaded.
static void press(struct world *world, int code) {
    const struct wn_key key = {.code = code};
    int action = wn_binding_action(wn_screen_trial.bindings, &key);
    if (!action)
        action = wn_binding_action(wn_motion_bindings, &key);
    assert_true(wn_screen_trial.act(world->state, NULL, action, &key));
    if (wn_screen_trial.stale(world->state, world->extent))
        load(world);
}

static void show(struct world *world, int rows, int columns, bool ascii, const char *name) {
    world->extent = (struct wn_extent){rows, columns};
    load(world);
    golden_screen(&wn_screen_trial, world->state, world->extent, ascii, name);
}

static void end(struct world *world) {
    wn_screen_trial.close(world->state);
    wn_store_close(world->store);
}

// ---- what it shows ------------------------------------------------------------------------------

static struct world training(void **state, const char *others) {
    struct world world = begin(state);
    for (int64_t trial = 96; trial < 99; trial++) {
        struct wn_trial_row row = running_trial(&world, trial);
        put_row(&world, &row);
        put_training(&world, trial);
    }
    open_screen(&world, 97, others);
    return world;
}

static void a_running_trial_at_every_size(void **state) {
    struct world world = training(state, NULL);
    show(&world, 22, 80, false, "trial");
    show(&world, 22, 80, true, "trial");
    show(&world, 9, 40, false, "trial");
    show(&world, 9, 40, true, "trial");
    show(&world, 58, 200, false, "trial");
    end(&world);
}

static void each_part_may_have_the_pane(void **state) {
    struct world world = training(state, NULL);
    load(&world);
    press(&world, WN_KEY_ENTER);
    show(&world, 22, 80, false, "trial-log");
    press(&world, 'c');
    press(&world, 'm');
    show(&world, 22, 80, false, "trial-chart");
    press(&world, 'i');
    show(&world, 22, 80, false, "trial-facts");
    press(&world, WN_KEY_ESC);
    press(&world, WN_KEY_TAB);
    press(&world, 'L');
    press(&world, WN_KEY_LEFT);
    press(&world, WN_KEY_LEFT);
    show(&world, 22, 80, false, "trial-crosshair");
    end(&world);
}

static void other_trials_lie_beside_it(void **state) {
    struct world world = training(state, "96,98,");
    show(&world, 22, 80, false, "trial-overlay");
    show(&world, 22, 80, true, "trial-overlay");
    struct wn_place place = wn_screen_trial.place(world.state);
    assert_string_equal(place.text, "97,96,98"); // it is one of them
    end(&world);
}

static void repeats_are_shown_as_their_mean_then_each(void **state) {
    struct world world = training(state, NULL);
    load(&world);
    press(&world, 'R');
    show(&world, 22, 80, false, "trial-mean");
    show(&world, 22, 80, true, "trial-mean");
    assert_int_equal(shown_query(&world)->chart_count, 2);
    press(&world, 'R');
    assert_int_equal(shown_query(&world)->chart_count, 3);
    assert_string_equal(shown_query(&world)->names[2], "#98");
    press(&world, 'R');
    assert_int_equal(shown_query(&world)->chart_count, 1);
    end(&world);
}

static void a_failed_trial_says_why(void **state) {
    struct world world = begin(state);
    struct wn_trial_row row = running_trial(&world, 57);
    row.state = WN_TRIAL_FAILED;
    row.has_exit = true;
    row.exit_signal = 11;
    row.ended = row.started + 3.5;
    row.user_cpu = 2.5;
    row.peak_memory = 48 << 20;
    row.attempt = 0;
    row.reason = (char[]){"signal 11 (Segmentation fault)"};
    row.last_line = (char[]){"CUDA error: out of memory"};
    put_row(&world, &row);
    put_log(&world, 57, "loading\nCUDA error: out of memory\n", 34);
    open_screen(&world, 57, NULL);
    show(&world, 22, 80, false, "trial-failed");
    show(&world, 9, 40, false, "trial-failed");
    end(&world);
}

static void a_trial_that_waits_has_nothing_yet(void **state) {
    struct world world = begin(state);
    struct wn_trial_row row = running_trial(&world, 99);
    row.state = WN_TRIAL_QUEUED;
    row.started = 0;
    row.host = NULL;
    put_row(&world, &row);
    open_screen(&world, 99, NULL);
    show(&world, 22, 80, false, "trial-queued");
    end(&world);
    world.store = open_store(*state, WN_STORE_READ);
    open_screen(&world, 12345, NULL);
    show(&world, 22, 80, false, "trial-missing");
    end(&world);
}

static void without_a_number_it_is_the_best_one(void **state) {
    struct world world = begin(state);
    for (int64_t i = 0; i < 4; i++) {
        struct wn_trial_row row = running_trial(&world, i * 3);
        row.state = WN_TRIAL_FINISHED;
        row.objective = row.mean = i == 2 ? 0.99 : 0.5;
        put_row(&world, &row);
    }
    open_screen(&world, -1, NULL);
    load(&world);
    assert_int_equal(wn_screen_trial.place(world.state).trial, 6);
    press(&world, 'J');
    assert_int_equal(wn_screen_trial.place(world.state).trial, 7);
    end(&world);
}

// ---- the curve ----------------------------------------------------------------------------------

static void zooming_and_panning_stay_within_the_data(void **state) {
    struct world world = training(state, NULL);
    const struct wn_trial_query *query = shown_query(&world);
    assert_true(query->charts[0].from == 1 && query->charts[0].to == 200);
    press(&world, '+'); // at the right end
    query = shown_query(&world);
    assert_true(fabs(query->charts[0].from - 100.5) < 1e-9 && query->charts[0].to == 200);
    press(&world, '[');
    query = shown_query(&world);
    assert_true(query->charts[0].from > 50 && query->charts[0].to < 151);
    for (int i = 0; i < 10; i++)
        press(&world, '[');
    query = shown_query(&world);
    assert_true(query->charts[0].from == 1 && fabs(query->charts[0].to - 100.5) < 1e-9);
    for (int i = 0; i < 10; i++)
        press(&world, '-');
    query = shown_query(&world);
    assert_true(query->charts[0].from == 1 && query->charts[0].to == 200);
    for (int i = 0; i < 60; i++) { // closer than numbers go: still a window
        press(&world, '+');
        query = shown_query(&world);
        assert_true(query->charts[0].from < query->charts[0].to);
    }
    press(&world, '=');
    query = shown_query(&world);
    assert_true(query->charts[0].from == 1 && query->charts[0].to == 200);
    end(&world);
}

static void assert_restored(struct world *world, const char *text, double from, double to) {
    cJSON *view = cJSON_Parse(text);
    wn_screen_trial.restore(world->state, view);
    const struct wn_trial_query *query = shown_query(world);
    assert_true(query->charts[0].from == from && query->charts[0].to == to);
    cJSON_Delete(view);
}

static void the_window_is_there_again(void **state) {
    struct world world = training(state, NULL);
    load(&world);
    press(&world, '+');
    press(&world, '[');
    const struct wn_trial_query *query = shown_query(&world);
    double from = query->charts[0].from, to = query->charts[0].to;
    cJSON *view = wn_screen_trial.remember(world.state);
    char *kept = cJSON_Print(view);
    wn_screen_trial.close(world.state);
    open_screen(&world, 97, NULL);
    assert_restored(&world, kept, from, to);
    // One end alone, none, and what is no window.
    assert_restored(&world, "{\"from\":150}", 150, 200);
    assert_restored(&world, "{}", 1, 200);
    assert_restored(&world, "{\"from\":60,\"to\":50}", 1, 200);
    assert_restored(&world, "{\"from\":\"50\",\"to\":[60]}", 1, 200);
    // Of a longer trial: this one is shown whole.
    assert_restored(&world, "{\"from\":500,\"to\":900}", 1, 200);
    assert_restored(&world, "{\"from\":500}", 1, 200);
    free(kept);
    cJSON_Delete(view);
    end(&world);
}

// ---- the log ------------------------------------------------------------------------------------

static void the_log_is_walked_and_followed(void **state) {
    struct world world = training(state, NULL);
    press(&world, WN_KEY_ENTER);
    const struct wn_trial_log *log = &shown_query(&world)->log;
    assert_true(log->at_end);
    assert_string_equal(log->lines[log->count - 1].text, "100%|#####| 数据 ok");
    assert_string_equal(log->lines[log->count - 2].metrics, "accuracy 0.9518 +1");
    press(&world, 'g');
    log = &shown_query(&world)->log;
    assert_int_equal(log->top, 0);
    assert_string_equal(log->lines[0].text, "reading data ... done");
    assert_null(log->lines[0].metrics);
    press(&world, 'j');
    press(&world, 'j');
    press(&world, 'k');
    log = &shown_query(&world)->log;
    assert_true(wn_starts_with(log->lines[0].text, "epoch 1 of"));
    int rows = (int)log->count;
    press(&world, WN_KEY_PAGE_DOWN); // the last line becomes the first one
    log = &shown_query(&world)->log;
    assert_int_equal(atoi(log->lines[0].text + strlen("epoch ")), rows);
    press(&world, 'G');
    assert_true(shown_query(&world)->log.at_end);
    // It goes on at the end only while it is followed.
    put_log(&world, 97, "new\n", 4);
    log = &shown_query(&world)->log;
    assert_string_equal(log->lines[0].text, "new");
    end(&world);
}

static void artifacts_and_notes_are_listed(void **state) {
    struct world world = training(state, NULL);
    char *dir = wn_sweep_folder(world.store, world.sweep);
    char *artifacts = wn_format("%s/artifacts", dir), *own = wn_format("%s/97", artifacts);
    char *file = wn_format("%s/model.bin", own);
    mkdir(artifacts, 0755);
    mkdir(own, 0755);
    FILE *out = fopen(file, "w");
    fputs("0123456789", out);
    fclose(out);
    const struct wn_label note = {world.sweep, 97, "looks good", "ann", 5};
    assert_good(wn_store_add_note(world.store, &note, &err));
    const struct wn_trial_facts *facts = &shown_query(&world)->facts;
    bool has_file = false, has_note = false;
    for (size_t i = 0; i < facts->count; i++) {
        const struct wn_trial_fact *fact = &facts->items[i];
        has_file = has_file || (fact->name && strcmp(fact->name, "model.bin") == 0 &&
                                strcmp(fact->value, "10 B") == 0);
        has_note = has_note || (fact->name && strcmp(fact->name, "ann") == 0 &&
                                strcmp(fact->value, "looks good") == 0);
    }
    assert_true(has_file && has_note);
    free(dir);
    free(artifacts);
    free(own);
    free(file);
    end(&world);
}

// ---- keys ---------------------------------------------------------------------------------------

// The footer of each part names keys that do what it says.
static void the_footer_tells_the_keys_of_the_part(void **state) {
    struct world world = training(state, NULL);
    const int parts[] = {WN_KEY_ENTER, 'c', 'i'};
    load(&world);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        bool alone = true;
        press(&world, parts[i]);
        const struct wn_hint *footer = wn_screen_trial.hints(world.state, &alone);
        assert_false(alone);
        assert_non_null(footer);
        for (; footer->action; footer++)
            assert_non_null(wn_screen_binding(&wn_screen_trial, footer->action));
    }
    end(&world);
}

static void the_curve_alone_has_motions_of_its_own(void **state) {
    struct world world = training(state, NULL);
    load(&world);
    press(&world, 'c');
    press(&world, 'j');
    assert_int_equal(shown_query(&world)->metric, 1);
    press(&world, 'k');
    assert_int_equal(shown_query(&world)->metric, 0);
    press(&world, 'g');
    show(&world, 12, 60, false, "trial-first");
    press(&world, 'G');
    show(&world, 12, 60, false, "trial-last");
    press(&world, '+');
    double from = shown_query(&world)->charts[0].from;
    press(&world, WN_KEY_PAGE_UP);
    assert_true(shown_query(&world)->charts[0].from < from);
    end(&world);
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    setenv("TZ", "UTC", 1);
    const struct CMUnitTest tests[] = {
        STORE_TEST(a_running_trial_at_every_size),
        STORE_TEST(each_part_may_have_the_pane),
        STORE_TEST(other_trials_lie_beside_it),
        STORE_TEST(repeats_are_shown_as_their_mean_then_each),
        STORE_TEST(a_failed_trial_says_why),
        STORE_TEST(a_trial_that_waits_has_nothing_yet),
        STORE_TEST(without_a_number_it_is_the_best_one),
        STORE_TEST(zooming_and_panning_stay_within_the_data),
        STORE_TEST(the_window_is_there_again),
        STORE_TEST(the_log_is_walked_and_followed),
        STORE_TEST(artifacts_and_notes_are_listed),
        STORE_TEST(the_footer_tells_the_keys_of_the_part),
        STORE_TEST(the_curve_alone_has_motions_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
