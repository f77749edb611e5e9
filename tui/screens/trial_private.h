// SPDX-License-Identifier: GPL-3.0-or-later
// What the keys of a trial's screen change: trial_curve.c has those of the curve, trial.c all
// others.
#ifndef WN_SCREEN_TRIAL_PRIVATE_H
#define WN_SCREEN_TRIAL_PRIVATE_H

#include "tui/screens/trial.h"
#include "tui/tui.h"

enum wn_trial_action {
    LOG = WN_ACTION_OWN,
    CHART,
    FACTS,
    METRIC,
    METRIC_BACK,
    METRIC_CHOOSE,
    ZOOM_IN,
    ZOOM_OUT,
    PAN_LEFT,
    PAN_RIGHT,
    RESET,
    LOG_Y,
    AXIS_X,
    SMOOTH,
    WHOLE,
    OVERLAY,
    REPEATS,
    SEARCH,
    NEXT,
    PREVIOUS,
    FOLLOW,
    RETRY,
    KILL,
    CLONE,
    COMPARE,
    COPY,
    TRIAL_BACK,
    TRIAL_NEXT,
    LEAVE,
};

enum { WN_TRIAL_SMOOTHINGS = 4 };

struct wn_trial_smoothing {
    enum wn_smoothing kind;
    double width;
    const char *text;
};
extern const struct wn_trial_smoothing wn_trial_smoothings[WN_TRIAL_SMOOTHINGS];

struct wn_trial_page {
    struct wn_trial_wish wish; // as it is now; the smoothing is told by `smoothing`
    size_t smoothing;
    struct wn_trial_shown shown;
    struct wn_trial_query *model; // NULL: nothing was loaded yet
    char *others;                 // its own number and theirs, as places tell them
    int64_t found;                // where the sought text was found last; -1: nowhere
};

// Something else is to be loaded.
void wn_trial_want(struct wn_trial_page *state);
bool wn_trial_has_chart(const struct wn_trial_page *state);
// All of the curve again, without crosshair.
void wn_trial_reset_curve(struct wn_trial_page *state);
void wn_trial_zoom(struct wn_trial_page *state, double factor);
// False: it is no action of the curve.
bool wn_trial_act_on_curve(struct wn_trial_page *state, struct wn_tui *tui, int action);

#endif
