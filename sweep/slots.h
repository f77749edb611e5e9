// SPDX-License-Identifier: GPL-3.0-or-later
// Devices (GPUs) of this runner and which trial holds which: at most 64, a bit each.
#ifndef WN_SLOTS_H
#define WN_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WN_DEVICES_MAX 64

struct wn_slots {
    const char *const *names; // borrowed
    size_t count;             // at most WN_DEVICES_MAX
    uint64_t held;
};

// Whether `wanted` devices are free.
bool wn_slots_suffice(const struct wn_slots *slots, int64_t wanted);
// Takes `wanted` free devices; false (and nothing taken) where there are too few.
bool wn_slots_take(struct wn_slots *slots, int64_t wanted, uint64_t *taken);
// Takes those of the named devices ("0,3") that are free; what is not among ours does not matter.
uint64_t wn_slots_claim(struct wn_slots *slots, const char *names);
// Takes devices that are known to be free.
void wn_slots_hold(struct wn_slots *slots, uint64_t devices);
void wn_slots_give_back(struct wn_slots *slots, uint64_t taken);
// "0,3": the names of the devices in `taken`, for CUDA_VISIBLE_DEVICES; the caller frees.
char *wn_slots_names(const struct wn_slots *slots, uint64_t taken);
// Whether a list ("0,3") has this name.
bool wn_slots_name_in(const char *list, const char *name);

#endif
