// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of states are all there is to it.
#include "tui/widgets/bar.h"

#include <string.h>

struct sign {
    const char *state;
    enum wn_glyph glyph;
    enum wn_look look;
};

static const struct sign signs[] = {
    // of trials and of sweeps
    {"queued", WN_GLYPH_QUEUED, WN_DIM},      {"running", WN_GLYPH_RUNNING, WN_ACCENT},
    {"finished", WN_GLYPH_FINISHED, WN_GOOD}, {"stopped", WN_GLYPH_STOPPED, WN_DIM},
    {"failed", WN_GLYPH_FAILED, WN_BAD},      {"timeout", WN_GLYPH_FAILED, WN_BAD},
    {"oom", WN_GLYPH_FAILED, WN_BAD},         {"nan", WN_GLYPH_FAILED, WN_BAD},
    {"killed", WN_GLYPH_KILLED, WN_WARN},     {"preempted", WN_GLYPH_LOST, WN_WARN},
    {"lost", WN_GLYPH_LOST, WN_WARN},         {"paused", WN_GLYPH_PAUSED, WN_WARN},
    {"interrupted", WN_GLYPH_LOST, WN_WARN},  {"waiting", WN_GLYPH_QUEUED, WN_WARN},
};

static const struct sign *find(const char *state) {
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (strcmp(signs[i].state, state) == 0)
            return &signs[i];
    return &signs[0];
}

void wn_put_sweep_state(const struct wn_pane *pane, struct wn_span span, const char *shown) {
    const struct sign *sign = find(shown);
    const char *glyph = wn_glyph(pane->canvas, sign->glyph);
    if (span.columns > 0)
        wn_put_glyph(pane, span.row, span.column, sign->look, glyph);
    if (span.columns > 1) // in the same colour: a change of colour costs more bytes than a blank
        wn_put_glyph(pane, span.row, span.column + 1, sign->look, " ");
    span.column += 2;
    span.columns -= 2;
    if (span.columns > 0)
        wn_put_span(pane, span, sign->look, sign->state);
}

void wn_put_trial_state(const struct wn_pane *pane, struct wn_span span,
                        enum wn_trial_state state) {
    wn_put_sweep_state(pane, span, wn_trial_state_name(state));
}

enum wn_look wn_trial_state_look(enum wn_trial_state state) {
    return find(wn_trial_state_name(state))->look;
}

void wn_put_bar(const struct wn_pane *pane, struct wn_span span, double share) {
    int full = (int)(share * span.columns + 0.5);
    for (int i = 0; i < span.columns; i++) {
        bool done = i < full;
        wn_put_glyph(pane, span.row, span.column + i, done ? WN_ACCENT : WN_DIM,
                     wn_glyph(pane->canvas, done ? WN_GLYPH_FULL : WN_GLYPH_SHADE));
    }
}
