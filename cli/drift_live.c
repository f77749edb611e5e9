// SPDX-License-Identifier: GPL-3.0-or-later
// The table so far. It is written into memory first, so that a frame is one write, and as many
// lines are taken back as a terminal that was resized in between made of them.
#include "cli/drift_live.h"

#include <langinfo.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/common.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/text.h"

enum { ROWS_BY_TURNS = 5000, LEAST_HEIGHT = 4 };
static const double quiet_for = 0.12, redraw_every = 0.25; // seconds

struct wn_drift_live wn_drift_live_new(struct wn_output *out) {
    return (struct wn_drift_live){.out = out, .next = wn_monotonic() + quiet_for};
}

static struct winsize size_of(const struct wn_output *out) {
    struct winsize size = {0};
    ioctl(fileno(out->file), TIOCGWINSZ, &size);
    size.ws_col = size.ws_col ? size.ws_col : 80;
    size.ws_row = size.ws_row ? size.ws_row : 24;
    return size;
}

// Takes back what is shown. A terminal that became narrower may have folded its lines.
static void add_erasure(struct wn_drift_live *live, int columns, struct wn_str *frame) {
    int lines = 0;
    for (size_t i = 0; i < live->count; i++)
        lines += live->widths[i] > columns ? (live->widths[i] + columns - 1) / columns : 1;
    live->count = 0;
    if (lines)
        wn_str_addf(frame, "\r\x1b[%dA\x1b[J", lines);
}

// How wide the lines of a text are, escape sequences left out.
static void note_widths(struct wn_drift_live *live, const char *text) {
    struct wn_str line = {0};
    for (; *text; text++) {
        if (*text == '\x1b')
            text += strcspn(text, "m");
        else if (*text != '\n')
            wn_str_add_char(&line, *text);
        else {
            *WN_PUSH(live->widths, live->count, live->capacity) = wn_text_width(wn_str_text(&line));
            wn_str_clear(&line);
        }
    }
    wn_str_free(&line);
}

static void add_share(struct wn_str *line, const struct wn_data_side *side) {
    double share = side->data ? wn_dataset_share(side->data) : 1;
    if (isnan(share))
        wn_str_addf(line, "%lld rows", (long long)wn_dataset_rows(side->data));
    else
        wn_str_addf(line, "%.0f%%", 100 * share);
}

// Into a text of its own, as wide as the terminal is now.
static void add_table(struct wn_str *frame, const struct wn_output *out, int columns,
                      const struct wn_drift_told *told, size_t most) {
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    if (!file)
        wn_out_of_memory();
    struct wn_output memory = {
        .file = file, .terminal = true, .colour = out->colour, .width = columns};
    wn_drift_print_so_far(&memory, told, most);
    fclose(file);
    wn_str_add_bytes(frame, text, length);
    free(text);
}

static void add_line(struct wn_str *frame, const struct wn_str *line, int columns) {
    struct wn_str shown = {0};
    wn_text_fit(&shown, wn_str_text(line), columns);
    wn_str_addf(frame, "%s\n", wn_str_text(&shown));
    wn_str_free(&shown);
}

static void draw(struct wn_drift_live *live, const struct wn_drift_told *told,
                 const struct wn_str *line) {
    struct winsize size = size_of(live->out);
    struct wn_str frame = {0};
    int height = size.ws_row < LEAST_HEIGHT ? LEAST_HEIGHT : size.ws_row;
    int columns = size.ws_col > 1 ? size.ws_col - 1 : 1;
    add_erasure(live, size.ws_col, &frame);
    size_t before = frame.length;
    add_table(&frame, live->out, columns, told, (size_t)height - 3);
    add_line(&frame, line, columns);
    note_widths(live, frame.text + before);
    wn_print_bytes(live->out, frame.text, frame.length);
    wn_print_flush(live->out);
    wn_str_free(&frame);
}

static void show(struct wn_drift_live *live, struct wn_data_side *ref, struct wn_data_side *cur,
                 const struct wn_drift_setup *setup) {
    struct wn_drift drift;
    struct wn_err err;
    struct wn_str line = {0};
    struct wn_drift_setup quick = *setup;
    const struct wn_drift_told told = {
        .drift = &drift,
        .ref = wn_data_side_profile(ref),
        .cur = wn_data_side_profile(cur),
        .setup = &quick,
        .ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0,
    };
    quick.all_tests = false;
    if (wn_drift_run(told.ref, told.cur, &quick, &drift, &err) == WN_OK) {
        wn_str_addf(&line, "not final: %zu of %zu columns drifted, by ", drift.drifted,
                    drift.count);
        add_share(&line, ref);
        wn_str_add(&line, " of the reference and ");
        add_share(&line, cur);
        wn_str_add(&line, " of the current data");
        draw(live, &told, &line);
    }
    wn_drift_free(&drift);
    wn_str_free(&line);
}

static void show_if_due(struct wn_drift_live *live, struct wn_data_side *ref,
                        struct wn_data_side *cur, const struct wn_drift_setup *setup) {
    double now = wn_monotonic();
    if (now < live->next)
        return;
    show(live, ref, cur, setup);
    // What it costs must not be what takes the time.
    live->next = wn_monotonic() + fmax(redraw_every, 10 * (wn_monotonic() - now));
}

static void end(struct wn_drift_live *live) {
    struct wn_str frame = {0};
    add_erasure(live, size_of(live->out).ws_col, &frame);
    wn_print(live->out, wn_str_text(&frame));
    wn_print_flush(live->out);
    wn_str_free(&frame);
    free(live->widths);
    live->widths = NULL;
}

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

// A frame that was cut in the middle must not leave its colour.
static void leave_clean(int number) {
    ssize_t ignored = write(STDOUT_FILENO, "\x1b[0m\n", 5);
    (void)ignored;
    raise(number);
}

static void watch_for_signals(void) {
    struct sigaction before, action = {.sa_handler = leave_clean, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            sigaction(numbers[i], &action, NULL);
}

static void let_signals_be(void) {
    struct sigaction now;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler == leave_clean)
            signal(numbers[i], SIG_DFL);
}

void wn_drift_live_read(struct wn_drift_live *live, struct wn_data_side *ref,
                        struct wn_data_side *cur, const struct wn_drift_setup *setup) {
    bool more_ref = wn_data_side_step(ref, 0), more_cur = wn_data_side_step(cur, 0);
    watch_for_signals();
    while (more_ref || more_cur) {
        more_ref = more_ref && wn_data_side_step(ref, ROWS_BY_TURNS);
        more_cur = more_cur && wn_data_side_step(cur, ROWS_BY_TURNS);
        show_if_due(live, ref, cur, setup);
    }
    end(live);
    let_signals_be();
}
