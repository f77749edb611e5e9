// SPDX-License-Identifier: GPL-3.0-or-later
// Progress as text. Parts are laid out by importance, so that a narrow terminal keeps the counts.
#include "cli/progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/str.h"

enum { BAR_MOST = 20, BAR_LEAST = 6, PART_ROOM = 160, PARTS = 8, NARROWEST = 20, WIDEST = 200 };

static const double terminal_pause = 0.1, plain_pause = 10;

struct tally {
    int64_t ended, failed;
};

static struct tally tally(const struct wn_progress *progress) {
    struct tally tally = {0};
    for (int i = 0; i < WN_TRIAL_STATES; i++) {
        enum wn_trial_state state = (enum wn_trial_state)i;
        if (!wn_trial_ended(state))
            continue;
        tally.ended += progress->counts[i];
        if (wn_trial_failed(state))
            tally.failed += progress->counts[i];
    }
    return tally;
}

static void add_bar(struct wn_str *out, double share, int cells) {
    int full = (int)(share * cells);
    wn_str_add_char(out, '[');
    for (int i = 0; i < cells; i++)
        wn_str_add_char(out, i < full ? '=' : i == full ? '>' : ' ');
    wn_str_add(out, "]  ");
}

static void write_parts(const struct wn_progress *progress, const char *objective,
                        char parts[PARTS][PART_ROOM]) {
    struct tally count = tally(progress);
    memset(parts, 0, sizeof(char[PARTS][PART_ROOM]));
    if (progress->declared)
        snprintf(parts[0], PART_ROOM, "%lld/%lld", (long long)count.ended,
                 (long long)progress->declared);
    else
        snprintf(parts[0], PART_ROOM, "%lld done", (long long)count.ended);
    snprintf(parts[1], PART_ROOM, "%lld running%s", (long long)progress->counts[WN_TRIAL_RUNNING],
             progress->hold[0] ? ", on hold" : "");
    if (count.failed)
        snprintf(parts[2], PART_ROOM, "%lld failed", (long long)count.failed);
    if (progress->has_best && !progress->standing[0])
        snprintf(parts[3], PART_ROOM, "best %.40s %.6g (trial %lld)", objective, progress->best,
                 (long long)progress->best_trial);
    if (progress->rate > 0)
        snprintf(parts[4], PART_ROOM, "%.3g/s", progress->rate);
    if (progress->eta > 0) {
        char eta[32];
        wn_duration_text(progress->eta, eta, sizeof eta);
        snprintf(parts[5], PART_ROOM, "eta %s", eta);
    }
    snprintf(parts[6], PART_ROOM, "%s", progress->waits);
    snprintf(parts[7], PART_ROOM, "%s", progress->standing);
}

static void join(const char parts[PARTS][PART_ROOM], struct wn_str *out) {
    wn_str_clear(out);
    for (int i = 0; i < PARTS; i++)
        if (parts[i][0])
            wn_str_addf(out, "%s%s", out->length ? "  " : "", parts[i]);
}

// The bar takes what room the words leave it, and where that is too little there is none.
static void put_bar_before(struct wn_str *words, const struct wn_progress *progress, int width) {
    int cells = width - (int)words->length - (int)strlen("[]  ");
    if (!progress->declared || cells < BAR_LEAST)
        return;
    struct wn_str line = {0};
    double share = fmin(1, (double)tally(progress).ended / (double)progress->declared);
    add_bar(&line, share, cells < BAR_MOST ? cells : BAR_MOST);
    wn_str_add(&line, wn_str_text(words));
    wn_str_free(words);
    *words = line;
}

void wn_progress_line(const struct wn_progress *progress, const char *objective, int width,
                      struct wn_str *out) {
    static const int least_important_first[] = {4, 5, 6, 2, 3, 1, 7};
    const size_t most = sizeof least_important_first / sizeof *least_important_first;
    char parts[PARTS][PART_ROOM];
    write_parts(progress, objective, parts);
    join(parts, out);
    for (size_t i = 0; (int)out->length > width && i < most; i++) {
        parts[least_important_first[i]][0] = '\0';
        join(parts, out);
    }
    put_bar_before(out, progress, width);
}

static int stderr_width(void) {
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || !size.ws_col)
        return 80;
    return size.ws_col < NARROWEST ? NARROWEST : size.ws_col > WIDEST ? WIDEST : size.ws_col;
}

static void put(const char *text, size_t length) {
    ssize_t ignored = write(STDERR_FILENO, text, length); // a lost terminal must not end the sweep
    (void)ignored;
}

static void draw(struct wn_progress_view *view, const struct wn_progress *progress) {
    struct wn_str line = {0}, whole = {0};
    wn_progress_line(progress, view->objective, view->terminal ? stderr_width() - 1 : WIDEST,
                     &line);
    wn_str_addf(&whole, view->terminal ? "\r%s\033[K" : "%s\n", wn_str_text(&line));
    put(whole.text, whole.length);
    view->line_open = view->terminal;
    wn_str_free(&line);
    wn_str_free(&whole);
}

void wn_progress_show(void *context, const struct wn_progress *progress) {
    struct wn_progress_view *view = context;
    double now = wn_monotonic();
    if (view->quiet || now < view->next_draw)
        return;
    view->next_draw = now + (view->terminal ? terminal_pause : plain_pause);
    draw(view, progress);
}

void wn_progress_notice(void *context, const char *sentence) {
    struct wn_progress_view *view = context;
    struct wn_str text = {0};
    wn_str_addf(&text, "%swinnow: %s\n", view->line_open ? "\r\033[K" : "", sentence);
    put(text.text, text.length);
    view->line_open = false;
    wn_str_free(&text);
}

void wn_progress_end(struct wn_progress_view *view, const struct wn_progress *progress) {
    if (view->quiet)
        return;
    draw(view, progress);
    if (view->line_open)
        put("\n", 1);
    view->line_open = false;
}
