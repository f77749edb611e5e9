// SPDX-License-Identifier: GPL-3.0-or-later
// The packer of a runner: collects attempts that ended and packs them on the thread pool, a batch
// at a time, beside the loop. What it does not get to do the next runner does, or winnow gc.
#ifndef WN_PACKER_H
#define WN_PACKER_H

#include <uv.h>

#include "sweep/pack.h"

struct wn_packer;

struct wn_packer_setup {
    uv_loop_t *loop;
    const char *store_dir, *sweep_dir;               // copied
    int64_t sweep, cap;                              // limits.log
    void (*notice)(void *context, const char *text); // on the loop's thread
    void *context;
};

struct wn_packer *wn_packer_new(const struct wn_packer_setup *setup);
// Looks, on the thread pool, for what an earlier runner left.
void wn_packer_search(struct wn_packer *packer);
// An attempt whose end is part of the transaction that is open.
void wn_packer_add(struct wn_packer *packer, int64_t trial, int64_t attempt);
// That transaction is committed: what was added may be packed, and is once it is a batch.
void wn_packer_committed(struct wn_packer *packer);
// From now on everything that may be packed is; it is done when the loop has nothing more to do.
void wn_packer_drain(struct wn_packer *packer);
bool wn_packer_busy(const struct wn_packer *packer);
// The file system has no holes: told once.
void wn_packer_tell_no_holes(struct wn_packer *packer);
// Only where none of its work is under way.
void wn_packer_free(struct wn_packer *packer);

#endif
