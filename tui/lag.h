// SPDX-License-Identifier: GPL-3.0-or-later
// How far a terminal is behind what it was sent. Over a slow link frames queue up beyond what the
// kernel can tell (in sshd, in the network), and a key that is held goes on long after it was let
// go. So every few frames the terminal is asked for a sign of life, and no further frames are drawn
// before it answers: those between are left out.
#ifndef WN_LAG_H
#define WN_LAG_H

#include <stdbool.h>

struct wn_lag {      // zero: nothing was sent yet
    bool answers;    // it did once
    bool asked;      // an answer is to come
    unsigned frames; // since it was asked
    double since;    // when that was
};

// A frame was sent, a whole screen perhaps. True: the terminal is to be asked now.
bool wn_lag_sent(struct wn_lag *lag, bool whole, double now);
void wn_lag_answered(struct wn_lag *lag);
// Whether a further frame may be sent. A terminal that does not answer is not waited for.
bool wn_lag_ready(const struct wn_lag *lag, double now);

#endif
