// SPDX-License-Identifier: GPL-3.0-or-later
// Which GPUs this machine lets trials use.
#ifndef WN_DEVICES_H
#define WN_DEVICES_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

struct wn_devices {
    char **names; // as CUDA_VISIBLE_DEVICES names them
    size_t count, capacity;
};

// The devices named in `visible` (the value of CUDA_VISIBLE_DEVICES: "0,2" or UUIDs), or, where
// that is NULL, those with a node /dev/nvidiaN; at most WN_DEVICES_MAX (slots.h).
void wn_devices_find(const char *visible, struct wn_devices *devices);
// Whether each trial can have `wanted` of them; err says what to do where not.
enum wn_status wn_devices_check(const struct wn_devices *devices, int64_t wanted,
                                struct wn_err *err);
void wn_devices_clear(struct wn_devices *devices);

#endif
