// SPDX-License-Identifier: GPL-3.0-or-later
// From the command's start to the moment when nothing is left below the shim: signals, limits,
// samples, and the end of the tree (SIGTERM, grace, SIGKILL until wait4() knows no child).
#ifndef WN_SHIM_WATCH_H
#define WN_SHIM_WATCH_H

#include "sweep/shim/oom.h"
#include "sweep/shim/options.h"
#include "sweep/shim/tree.h"
#include "sweep/trialfiles.h"

enum wn_watch_stage { WN_WATCH_RUNNING, WN_WATCH_ENDING, WN_WATCH_KILLING };

struct wn_watch { // the first part is set by the owner, the rest zeroed; times are monotonic
    const struct wn_options *options;
    struct wn_machine machine;
    int log;             // descriptor, for its size
    const char *metrics; // path, for its size; or NULL
    pid_t command;       // the process
    int64_t started;

    enum wn_watch_stage stage;
    bool gone; // the command itself ended, with `status` as from wait4()
    int status;
    enum wn_cut cut;   // why it was ended, if it was
    int32_t survivors; // most processes seen alive after the command was gone
    int64_t kill_at;   // when grace is over
    int64_t killing_since;
    bool undying; // that was in vain for a while
    int64_t next_sample;
    int64_t output_size, output_at; // of both files, and when that was last seen to change
    int64_t peak;                   // bytes, of the samples
    struct wn_oom oom;
};

void wn_watch_until_gone(struct wn_watch *watch);

#endif
