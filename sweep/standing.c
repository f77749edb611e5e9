// SPDX-License-Identifier: GPL-3.0-or-later
// A sweep's state is what the store says and what its lock does.
#include "sweep/standing.h"

#include <math.h>
#include <stdlib.h>

#include "sweep/folder.h"
#include "sweep/owner.h"

bool wn_sweep_alive(const struct wn_store *store, int64_t sweep) {
    char *dir = wn_sweep_folder(store, sweep);
    bool alive = wn_owner_alive(dir);
    free(dir);
    return alive;
}

const char *wn_sweep_shown_state(const struct wn_store *store, const struct wn_sweep_row *row) {
    bool owned = row->state == WN_SWEEP_RUNNING || row->state == WN_SWEEP_PAUSED;
    if (owned && !wn_sweep_alive(store, row->id))
        return "interrupted";
    char *dir = wn_sweep_folder(store, row->id);
    bool waits = row->state == WN_SWEEP_RUNNING && wn_owner_waits_for_room(dir);
    free(dir);
    return waits ? "paused" : wn_sweep_state_name(row->state);
}

struct wn_sweep_pace wn_sweep_pace(const struct wn_sweep_row *row, double now) {
    struct wn_sweep_pace pace = {.share = NAN, .rate = NAN, .left = NAN};
    double spent = row->active > 0 ? row->active : now - row->started;
    for (int state = 0; state < WN_TRIAL_STATES; state++)
        pace.ended += wn_trial_ended((enum wn_trial_state)state) ? row->counts[state] : 0;
    if (row->declared > 0)
        pace.share = fmin(1, (double)pace.ended / (double)row->declared);
    if (pace.ended > 0 && spent > 0 && row->started > 0)
        pace.rate = (double)pace.ended / spent;
    if (row->declared > pace.ended && pace.rate > 0)
        pace.left = (double)(row->declared - pace.ended) / pace.rate;
    return pace;
}
