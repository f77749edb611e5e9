// SPDX-License-Identifier: GPL-3.0-or-later
// The place of drift among the tabs. Nothing is watched by this version, and the screen says so.
#include "tui/tui.h"

static const struct wn_binding bindings[] = {{0}};

static void *open_screen(const struct wn_place *place) {
    (void)place;
    return NULL;
}

static void close_screen(void *state) {
    (void)state;
}

static void draw(const void *state, const struct wn_view *view) {
    const struct wn_pane *pane = &view->pane;
    (void)state;
    wn_put(pane, 2, 2, WN_HEAD, "No data is watched for drift.");
    wn_put(pane, 4, 2, WN_PLAIN,
           "winnow drift REFERENCE CURRENT compares two data sets, column by column;");
    wn_put(pane, 5, 2, WN_PLAIN, "winnow stat --stream tells since when a series is another.");
}

static bool act(void *state, struct wn_tui *tui, int action, const struct wn_key *key) {
    (void)state, (void)tui, (void)action, (void)key;
    return false;
}

const struct wn_screen wn_screen_drift = {
    .name = "drift",
    .tab = "Drift",
    .bindings = bindings,
    .open = open_screen,
    .close = close_screen,
    .draw = draw,
    .act = act,
};
