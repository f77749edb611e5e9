// SPDX-License-Identifier: GPL-3.0-or-later
// Clocks as seconds in a double (exact to well under a microsecond for centuries).
#include "core/base/clock.h"

#include <time.h>

static double read_clock(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

double wn_now(void) {
    return read_clock(CLOCK_REALTIME);
}

double wn_monotonic(void) {
    return read_clock(CLOCK_MONOTONIC);
}
