// SPDX-License-Identifier: GPL-3.0-or-later
// A comparison of two data sets, told: as a table for people, as Markdown, as JSON.
#ifndef WN_CLI_DRIFT_PRINT_H
#define WN_CLI_DRIFT_PRINT_H

#include "cli/print.h"
#include "core/drift/drift.h"
#include "core/drift/joint.h"

struct wn_drift_told {
    const struct wn_drift *drift;
    const char *ref_name, *cur_name;
    const struct wn_profile *ref, *cur;
    const struct wn_drift_setup *setup;
    const struct wn_joint *joint;   // NULL: not asked for, or not to be had
    const char *const *joint_names; // of its columns
    bool ascii;                     // histograms without block characters
};

void wn_drift_print_table(struct wn_output *out, const struct wn_drift_told *told);
// The `most` worst columns of what is read so far, told as that: verdicts may change yet.
void wn_drift_print_so_far(struct wn_output *out, const struct wn_drift_told *told, size_t most);
void wn_drift_print_md(struct wn_output *out, const struct wn_drift_told *told);
void wn_drift_print_json(struct wn_output *out, const struct wn_drift_told *told);

#endif
