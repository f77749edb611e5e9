// SPDX-License-Identifier: GPL-3.0-or-later
// One trial in the foreground, run as a real one (executor, shim, limits, environment) in a folder
// of its own that is deleted afterwards. Its output is shown as it comes, with what was read of it.
#ifndef WN_CLI_TRYOUT_H
#define WN_CLI_TRYOUT_H

#include "cli/print.h"
#include "core/spec.h"
#include "sweep/outcome.h"
#include "sweep/series.h"

struct wn_tryout {
    const struct wn_spec *spec; // borrowed, as all below
    char *const *environment;   // what the trial inherits
    struct wn_output *out;
    // Filled by the run; the caller releases with wn_tryout_clear().
    struct wn_series_set series; // what was reported
    double seconds;              // how long it ran
    double first_point;          // seconds from its start to the first metric; NaN: none came
    struct wn_outcome outcome;   // how it ended
};

enum wn_status wn_tryout_run(struct wn_tryout *tryout, const struct wn_config *config,
                             struct wn_err *err);
void wn_tryout_clear(struct wn_tryout *tryout);

#endif
