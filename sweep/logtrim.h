// SPDX-License-Identifier: GPL-3.0-or-later
// Keeping a log within limits.log although its trial writes to the file itself: a hole is punched
// between the beginning and the end that are kept, a half each, and a notice stands before it. The
// file keeps its length and its offsets, the trial is never in the way of anything.
#ifndef WN_LOGTRIM_H
#define WN_LOGTRIM_H

#include <stdbool.h>
#include <stdint.h>

struct wn_logtrim {
    const char *path; // borrowed
    int64_t cap;      // limits.log; 0: no limit
    int64_t read;     // bytes whose points are committed; the hole ends before
    int64_t hole_end; // of the hole so far; 0: none is known
};

// Punches what is over the cap; unless `all`, only when it has become much. False: the file system
// has no holes. A file that is not there or is none is left alone.
bool wn_logtrim(struct wn_logtrim *trim, bool all);

#endif
