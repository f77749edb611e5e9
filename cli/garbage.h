// SPDX-License-Identifier: GPL-3.0-or-later
// What of a store's files could go: looking and doing are one walk, so that what --dry-run tells is
// what happens.
#ifndef WN_CLI_GARBAGE_H
#define WN_CLI_GARBAGE_H

#include "core/store/store.h"

struct wn_garbage {
    const char *what;     // "removed sweep", "logs", ...
    const char *sweep;    // its name, or the name of its folder; NULL: of the whole store
    int64_t files, bytes; // that go; bytes on the disk
};

struct wn_collection {
    struct wn_store *store;
    bool try_only;                                                 // look, and change nothing
    bool failed_artifacts;                                         // of trials that failed for good
    void (*each)(void *context, const struct wn_garbage *garbage); // after it is gone
    void *context;
};

// Sweeps that have an owner are passed over.
enum wn_status wn_collect_garbage(const struct wn_collection *collection, struct wn_err *err);

#endif
