// SPDX-License-Identifier: GPL-3.0-or-later
// At most twice AHEAD frames are on their way, 2 kB of a key that is held. A whole screen counts as
// many.
#include "tui/lag.h"

enum { AHEAD = 4 };
// Seconds; one that never answered may be unable to.
static const double PATIENCE = 5, FIRST_PATIENCE = 1;

bool wn_lag_sent(struct wn_lag *lag, bool whole, double now) {
    lag->frames += whole ? AHEAD : 1;
    if (lag->asked || lag->frames < AHEAD)
        return false;
    lag->asked = true;
    lag->frames = 0;
    lag->since = now;
    return true;
}

void wn_lag_answered(struct wn_lag *lag) {
    lag->answers = true;
    lag->asked = false;
}

bool wn_lag_ready(const struct wn_lag *lag, double now) {
    return !lag->asked || lag->frames < AHEAD ||
           now - lag->since > (lag->answers ? PATIENCE : FIRST_PATIENCE);
}
