// SPDX-License-Identifier: GPL-3.0-or-later
// What the shim is told: `winnow-shim NAME=NUMBER... -- COMMAND [ARGUMENT...]`.
#ifndef WN_SHIM_OPTIONS_H
#define WN_SHIM_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct wn_options { // limits: 0 is none; times in nanoseconds
    int64_t trial, attempt;
    int64_t wall, cpu, silence, grace;
    int64_t memory; // bytes
    int64_t leases; // descriptors to be kept open
    char *const *command;
};

// False: the words are not as they should be.
bool wn_options_read(char *const *words, struct wn_options *options);

#endif
