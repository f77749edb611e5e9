// SPDX-License-Identifier: GPL-3.0-or-later
// A sweep's state is what the store says and what its lock does.
#include "sweep/standing.h"

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
