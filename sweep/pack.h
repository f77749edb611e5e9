// SPDX-License-Identifier: GPL-3.0-or-later
// Packing the files of attempts that are over into the sweep's archive logs.sqlar, so that a
// hundred thousand trials are not as many inodes. Nothing is removed before the archive that has
// it is committed; whatever is killed in between, packing once more does no harm.
#ifndef WN_PACK_H
#define WN_PACK_H

#include "core/store/store.h"

struct wn_attempt_id {
    int64_t trial, attempt;
};

struct wn_attempts {
    struct wn_attempt_id *items;
    size_t count, capacity;
};

struct wn_packing { // what to do, and what came of it
    const char *sweep_dir;
    int64_t cap;       // limits.log: logs that stay files are trimmed to it
    int64_t most;      // larger files stay: they are few, for a disk has room for few
    bool try_only;     // count, and change nothing (without a cap)
    int64_t files;     // that were packed
    int64_t freed;     // bytes on the disk
    bool has_no_holes; // of the file system: a log could not be trimmed
};

// Packs the logs and metrics files of attempts whose end is committed; those without files, and
// those whose shim still lives, are passed over. Everything or, on failure, nothing is packed.
enum wn_status wn_pack(struct wn_packing *packing, const struct wn_attempt_id *attempts,
                       size_t count, struct wn_err *err);

// Up to how large a file a runner packs, which has the whole of it in memory.
#define WN_PACK_MOST (1 << 20)
// So many attempts at once: each batch costs a flush of the disk, which costs those who make files
// meanwhile as much as a few hundred logs do.
#define WN_PACK_BATCH 4000

// Adds the attempts that have files although the store says that they are over.
enum wn_status wn_pack_find(struct wn_store *store, int64_t sweep, const char *sweep_dir,
                            struct wn_attempts *found, struct wn_err *err);

#endif
