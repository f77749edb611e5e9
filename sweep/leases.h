// SPDX-License-Identifier: GPL-3.0-or-later
// Leases of slots (slotfile.h) for the trials of one sweep, shared fairly with all other sweeps of
// the host. Each runner has a file "sweep-K" in the folder, locked while it lives, that says since
// when it waits and for what. A free slot belongs to the waiting sweep that holds fewest slots of
// the kind, and among those to the one that has waited longest: so a sweep alone uses all, two that
// want all end up with half each, and one that needs four GPUs at once is not passed over for ever
// by those that need one. Nothing else is arbitrated: no daemon, no queue.
//
// A lease is descriptors. The shim of a trial inherits them, so the lease lasts as long as the
// trial's tree, whatever becomes of the runner, and a runner that adopts trials has nothing to do.
#ifndef WN_LEASES_H
#define WN_LEASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

struct wn_leases;

struct wn_leases_setup {     // all borrowed; names for as long as the leases are
    const char *dir;         // of the slots
    const char *sweep_dir;   // tells this sweep from all others; exists
    const char *sweep;       // its name, for messages
    size_t cpus;             // CPU slots of this machine
    const char *const *gpus; // names of the GPUs that this sweep may use
    size_t gpu_count;        // at most WN_DEVICES_MAX (slots.h)
};

// Fails where the folder cannot be used.
enum wn_status wn_leases_open(const struct wn_leases_setup *setup, struct wn_leases **leases,
                              struct wn_err *err);
void wn_leases_close(struct wn_leases *leases); // leases that were taken are not given back

struct wn_lease { // zeroed by the owner
    int *fds;     // the shim's, once it was started
    size_t count, capacity;
    uint64_t gpus; // a bit each, by their order in the setup
    bool complete;
};

struct wn_lease_want {
    int64_t trial;
    size_t cpus; // of more than there are all are taken
    size_t gpus;
    uint64_t busy; // GPUs that are not to be taken even if nobody holds them
    double now;    // monotonic
};

// Adds to the lease what it lacks, GPUs first, each kind whole or not at all; true once it is
// complete. Sweeps that wait for CPUs with GPUs in hand cannot wait for each other, as all take
// them in this order. Where false, the sweep is known to wait, and is to come back every 50 ms.
bool wn_leases_take(struct wn_leases *leases, const struct wn_lease_want *want,
                    struct wn_lease *lease);
// What it waits for since the last wn_leases_take() that was false: "waits for a GPU: both are held
// by sweep svm (trials 3, 4)". Valid until the next call.
const char *wn_leases_reason(const struct wn_leases *leases);
// Whether other sweeps have a part in that: else only trials of this sweep hold what it wants.
bool wn_leases_contended(const struct wn_leases *leases);
// The sweep waits for nothing.
void wn_leases_rest(struct wn_leases *leases);

// Closes our copies of the descriptors; what no shim inherited is given back.
void wn_lease_drop(struct wn_lease *lease);

#endif
