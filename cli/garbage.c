// SPDX-License-Identifier: GPL-3.0-or-later
// Four kinds of garbage: folders of sweeps that have no row, files of trials that are over and not
// packed, artifacts of failures, and free pages of the database.
#include "cli/garbage.h"

#include <dirent.h>
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/remove_tree.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "sweep/folder.h"
#include "sweep/outcome.h"
#include "sweep/owner.h"
#include "sweep/pack.h"
#include "sweep/session.h"

// Larger files are not packed: each would be in memory as a whole.
#define PACK_MOST (64 << 20)

static void tell(const struct wn_collection *collection, const struct wn_garbage *garbage) {
    if (garbage->files || garbage->bytes)
        collection->each(collection->context, garbage);
}

// Files and bytes of a folder with all below it.
static void measure(const char *folder, struct wn_garbage *garbage) {
    char *root = wn_strdup(folder);
    char *roots[] = {root, NULL};
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_XDEV | FTS_NOCHDIR, NULL);
    for (const FTSENT *entry; walk && (entry = fts_read(walk));) {
        if (entry->fts_info == FTS_DP || !entry->fts_statp)
            continue; // came before as FTS_D
        garbage->files += entry->fts_info != FTS_D;
        garbage->bytes += (int64_t)entry->fts_statp->st_blocks * 512;
    }
    if (walk)
        fts_close(walk);
    free(root);
}

// ---- folders of sweeps that are no more ---------------------------------------------------------

#define REMOVED ".removed" // the end of the name of a folder that is being deleted

// Whether a folder belongs to no sweep. `number`: the id in its name.
static enum wn_status is_orphan(struct wn_store *store, int64_t number, bool *orphan,
                                struct wn_err *err) {
    struct wn_sweep_row row = {0};
    enum wn_status status = wn_store_get_sweep(store, number, &row, err);
    *orphan = status == WN_BAD_INPUT;
    wn_sweep_row_clear(&row);
    return *orphan ? WN_OK : status;
}

// Takes the folder away from whoever might make a sweep of that id just now: makers of sweeps have
// the transaction.
static enum wn_status put_aside(struct wn_store *store, int64_t number, const char *folder,
                                const char *aside, struct wn_err *err) {
    bool orphan = false;
    enum wn_status status = wn_store_begin(store, err);
    if (status != WN_OK)
        return status;
    status = is_orphan(store, number, &orphan, err);
    if (status == WN_OK && orphan && !wn_owner_alive(folder) && rename(folder, aside) != 0)
        status = wn_fail(err, WN_ENVIRONMENT, "cannot rename %s: %s", folder, strerror(errno));
    wn_store_rollback(store);
    return status;
}

static enum wn_status collect_folder(const struct wn_collection *collection, const char *folders,
                                     const char *name, struct wn_err *err) {
    char *end;
    int64_t number = strtoll(name, &end, 10);
    bool aside = strcmp(end, REMOVED) == 0, orphan = aside;
    if (end == name || (*end && !aside))
        return WN_OK;
    enum wn_status status = WN_OK;
    if (!aside)
        status = is_orphan(collection->store, number, &orphan, err);
    char *folder = wn_format("%s/%s", folders, name);
    char *target = aside ? wn_strdup(folder) : wn_format("%s" REMOVED, folder);
    struct wn_garbage garbage = {.what = "removed sweep", .sweep = name};
    if (status == WN_OK && orphan && !wn_owner_alive(folder)) {
        measure(folder, &garbage);
        if (!aside && !collection->try_only)
            status = put_aside(collection->store, number, folder, target, err);
        if (status == WN_OK && !collection->try_only)
            status = wn_remove_tree(target, err);
        if (status == WN_OK)
            tell(collection, &garbage);
    }
    free(target);
    free(folder);
    return status;
}

static enum wn_status collect_folders(const struct wn_collection *collection, struct wn_err *err) {
    char *folders = wn_format("%s/sweeps", wn_store_dir(collection->store));
    struct dirent **names;
    int count = scandir(folders, &names, NULL, versionsort);
    enum wn_status status = WN_OK;
    for (int i = 0; i < count; i++) {
        if (status == WN_OK)
            status = collect_folder(collection, folders, names[i]->d_name, err);
        free(names[i]);
    }
    if (count >= 0)
        free(names);
    free(folders);
    return status;
}

// ---- trials that are over -----------------------------------------------------------------------

static enum wn_status pack(const struct wn_collection *collection, const struct wn_sweep_row *row,
                           const char *dir, struct wn_err *err) {
    struct wn_attempts found = {0};
    struct wn_packing packing = {
        .sweep_dir = dir, .most = PACK_MOST, .try_only = collection->try_only};
    enum wn_status status = wn_pack_find(collection->store, row->id, dir, &found, err);
    for (size_t at = 0; at < found.count && status == WN_OK; at += WN_PACK_BATCH) {
        size_t left = found.count - at;
        status =
            wn_pack(&packing, found.items + at, left < WN_PACK_BATCH ? left : WN_PACK_BATCH, err);
    }
    const struct wn_garbage garbage = {
        .what = "logs to pack", .sweep = row->name, .files = packing.files, .bytes = packing.freed};
    if (status == WN_OK)
        tell(collection, &garbage);
    free(found.items);
    return status;
}

struct artifacts {
    const struct wn_collection *collection;
    const char *dir;
    struct wn_garbage *garbage;
    enum wn_status status;
    struct wn_err *err;
};

static bool remove_artifacts(void *context, const struct wn_trial_row *row) {
    struct artifacts *artifacts = context;
    if (!wn_trial_ended(row->state) || wn_trial_counts(row->state) ||
        !wn_outcome_is_accepted(row->state, row->killed_by))
        return true;
    char *folder = wn_format("%s/artifacts/%lld", artifacts->dir, (long long)row->number);
    if (access(folder, F_OK) == 0) {
        measure(folder, artifacts->garbage);
        if (!artifacts->collection->try_only)
            artifacts->status = wn_remove_tree(folder, artifacts->err);
    }
    free(folder);
    return artifacts->status == WN_OK;
}

static enum wn_status collect_artifacts(const struct wn_collection *collection,
                                        const struct wn_sweep_row *row, const char *dir,
                                        struct wn_err *err) {
    struct wn_garbage garbage = {.what = "artifacts of failures", .sweep = row->name};
    struct artifacts artifacts = {
        .collection = collection, .dir = dir, .garbage = &garbage, .err = err};
    enum wn_status status =
        wn_store_each_trial(collection->store, row->id, remove_artifacts, &artifacts, err);
    if (status == WN_OK)
        status = artifacts.status;
    if (status == WN_OK)
        tell(collection, &garbage);
    return status;
}

// The owner's lock is held, so that no runner begins meanwhile.
static enum wn_status collect_sweep(const struct wn_collection *collection,
                                    const struct wn_sweep_row *row, struct wn_err *err) {
    char *dir = wn_sweep_folder(collection->store, row->id);
    int lock = -1;
    enum wn_status status = WN_OK;
    bool free_of_runners = access(dir, F_OK) == 0 && !wn_owner_alive(dir);
    if (free_of_runners && !collection->try_only)
        free_of_runners = wn_owner_acquire(dir, &lock, NULL) == WN_OK;
    if (free_of_runners)
        status = pack(collection, row, dir, err);
    if (status == WN_OK && free_of_runners && collection->failed_artifacts)
        status = collect_artifacts(collection, row, dir, err);
    if (lock >= 0)
        close(lock);
    free(dir);
    return status;
}

struct sweeps { // of a store
    const struct wn_collection *collection;
    struct wn_err *err;
    enum wn_status status;
    bool alive; // one of them has an owner
};

static bool each_sweep(void *context, const struct wn_sweep_row *row) {
    struct sweeps *sweeps = context;
    char *dir = wn_sweep_folder(sweeps->collection->store, row->id);
    sweeps->alive = sweeps->alive || wn_owner_alive(dir);
    free(dir);
    sweeps->status = collect_sweep(sweeps->collection, row, sweeps->err);
    return sweeps->status == WN_OK;
}

// ---- the database -------------------------------------------------------------------------------

static enum wn_status compact(const struct wn_collection *collection, struct wn_err *err) {
    struct wn_garbage garbage = {.what = "free pages"};
    int64_t all;
    enum wn_status status = wn_store_free_bytes(collection->store, &garbage.bytes, &all, err);
    if (status != WN_OK || garbage.bytes < 1 << 20 || garbage.bytes < all / 5)
        return status;
    if (!collection->try_only)
        status = wn_store_compact(collection->store, err);
    if (status == WN_OK)
        tell(collection, &garbage);
    return status;
}

enum wn_status wn_collect_garbage(const struct wn_collection *collection, struct wn_err *err) {
    struct sweeps sweeps = {.collection = collection, .err = err};
    enum wn_status status = collect_folders(collection, err);
    if (status == WN_OK)
        status = wn_store_each_sweep(collection->store, each_sweep, &sweeps, err);
    if (status == WN_OK)
        status = sweeps.status;
    // A writer would wait for as long as that takes.
    return status == WN_OK && !sweeps.alive ? compact(collection, err) : status;
}
