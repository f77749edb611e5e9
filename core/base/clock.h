// SPDX-License-Identifier: GPL-3.0-or-later
// The two clocks: wall time for what is stored and shown, monotonic time for how long things take.
#ifndef WN_CLOCK_H
#define WN_CLOCK_H

double wn_now(void);       // Unix seconds
double wn_monotonic(void); // seconds since some fixed moment; never goes back

#endif
