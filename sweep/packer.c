// SPDX-License-Identifier: GPL-3.0-or-later
// One piece of work at a time. While it is under way the thread has the batch and nothing else of
// the packer is touched by it; the loop goes on collecting.
#include "sweep/packer.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

struct wn_packer {
    struct wn_packer_setup setup;
    char *store_dir, *sweep_dir;
    struct wn_attempts waiting;
    size_t committed; // of those waiting: the first ones
    bool draining, told_failure, told_no_holes;

    uv_work_t work;
    bool busy, searching;
    struct wn_attempts batch; // the thread's
    struct wn_packing packing;
    struct wn_err err;
    enum wn_status status;
};

struct wn_packer *wn_packer_new(const struct wn_packer_setup *setup) {
    struct wn_packer *packer = wn_calloc(1, sizeof *packer);
    packer->setup = *setup;
    packer->store_dir = wn_strdup(setup->store_dir);
    packer->sweep_dir = wn_strdup(setup->sweep_dir);
    packer->work.data = packer;
    return packer;
}

// ---- on the thread pool -------------------------------------------------------------------------

static enum wn_status search(struct wn_packer *packer) {
    struct wn_store *store;
    enum wn_status status = wn_store_open(packer->store_dir, WN_STORE_READ, &store, &packer->err);
    if (status != WN_OK)
        return status;
    status =
        wn_pack_find(store, packer->setup.sweep, packer->sweep_dir, &packer->batch, &packer->err);
    wn_store_close(store);
    return status;
}

static void work(uv_work_t *work) {
    struct wn_packer *packer = work->data;
    struct wn_attempts *batch = &packer->batch;
    packer->status = packer->searching ? search(packer) : WN_OK;
    for (size_t at = 0; at < batch->count && packer->status == WN_OK; at += WN_PACK_BATCH) {
        size_t left = batch->count - at;
        packer->status = wn_pack(&packer->packing, batch->items + at,
                                 left < WN_PACK_BATCH ? left : WN_PACK_BATCH, &packer->err);
    }
}

// ---- on the loop --------------------------------------------------------------------------------

static void tell(struct wn_packer *packer, bool *told, const char *text) {
    if (!*told && packer->setup.notice)
        packer->setup.notice(packer->setup.context, text);
    *told = true;
}

void wn_packer_tell_no_holes(struct wn_packer *packer) {
    tell(packer, &packer->told_no_holes,
         "limits.log has no effect: the file system of the store cannot take pieces out of files");
}

static void begin(struct wn_packer *packer);

static void after_work(uv_work_t *work, int canceled) {
    struct wn_packer *packer = work->data;
    (void)canceled;
    packer->busy = packer->searching = false;
    packer->batch.count = 0;
    if (packer->packing.has_no_holes)
        wn_packer_tell_no_holes(packer);
    if (packer->status != WN_OK) {
        wn_err_prefix(&packer->err, "logs stay files for now (winnow gc packs them)");
        tell(packer, &packer->told_failure, packer->err.text);
    }
    begin(packer);
}

static void start(struct wn_packer *packer) {
    packer->busy = true;
    packer->packing = (struct wn_packing){
        .sweep_dir = packer->sweep_dir, .cap = packer->setup.cap, .most = WN_PACK_MOST};
    if (uv_queue_work(packer->setup.loop, &packer->work, work, after_work) != 0)
        packer->busy = packer->searching = false;
}

static void begin(struct wn_packer *packer) {
    size_t count = packer->committed;
    if (packer->busy || !count || (count < WN_PACK_BATCH && !packer->draining))
        return;
    struct wn_attempts batch = packer->waiting, rest = packer->batch;
    rest.count = 0;
    for (size_t i = count; i < batch.count; i++)
        *WN_PUSH(rest.items, rest.count, rest.capacity) = batch.items[i];
    batch.count = count;
    packer->batch = batch;
    packer->waiting = rest;
    packer->committed = 0;
    start(packer);
}

void wn_packer_search(struct wn_packer *packer) {
    packer->searching = true;
    start(packer);
}

void wn_packer_add(struct wn_packer *packer, int64_t trial, int64_t attempt) {
    struct wn_attempts *waiting = &packer->waiting;
    *WN_PUSH(waiting->items, waiting->count, waiting->capacity) =
        (struct wn_attempt_id){.trial = trial, .attempt = attempt};
}

void wn_packer_committed(struct wn_packer *packer) {
    packer->committed = packer->waiting.count;
    begin(packer);
}

void wn_packer_drain(struct wn_packer *packer) {
    packer->draining = true;
    begin(packer);
}

bool wn_packer_busy(const struct wn_packer *packer) {
    return packer->busy;
}

void wn_packer_free(struct wn_packer *packer) {
    if (!packer)
        return;
    free(packer->waiting.items);
    free(packer->batch.items);
    free(packer->store_dir);
    free(packer->sweep_dir);
    free(packer);
}
