// SPDX-License-Identifier: GPL-3.0-or-later
// winnow rm: deletes a sweep, its rows first and then its files, so that no row ever names files
// that are gone. The owner's lock is held meanwhile, so that no runner can begin.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/remove_tree.h"
#include "sweep/folder.h"
#include "sweep/owner.h"
#include "sweep/session.h"

static int64_t trial_count(const struct wn_sweep_row *row) {
    int64_t count = 0;
    for (int i = 0; i < WN_TRIAL_STATES; i++)
        count += row->counts[i];
    return count;
}

static enum wn_status confirm(const struct wn_invocation *invocation,
                              const struct wn_sweep_row *row, struct wn_err *err) {
    if (wn_args_has(invocation, "yes"))
        return WN_OK;
    if (!isatty(STDIN_FILENO))
        return wn_fail(err, WN_BAD_INPUT, "add --yes to delete %s without being asked", row->name);
    char answer[16] = "";
    wn_say("delete %s and its %lld trials for good? [y/N] ", row->name,
           (long long)trial_count(row));
    if (!fgets(answer, sizeof answer, stdin) || (answer[0] != 'y' && answer[0] != 'Y'))
        return wn_fail(err, WN_NO, "%s is kept", row->name);
    return WN_OK;
}

static enum wn_status remove_rows(struct wn_store *store, int64_t sweep, struct wn_err *err) {
    enum wn_status status = wn_store_begin(store, err);
    if (status != WN_OK)
        return status;
    status = wn_store_remove_sweep(store, sweep, err);
    if (status == WN_OK)
        return wn_store_commit(store, err);
    wn_store_rollback(store);
    return status;
}

static enum wn_status remove_sweep(struct wn_store *store, const struct wn_sweep_row *row,
                                   struct wn_err *err) {
    char *dir = wn_sweep_folder(store, row->id);
    bool has_files = access(dir, F_OK) == 0;
    int lock = -1;
    enum wn_status status = WN_OK;
    if (has_files)
        status = wn_owner_acquire(dir, &lock, err);
    if (status == WN_OK)
        status = remove_rows(store, row->id, err);
    if (status == WN_OK && has_files)
        status = wn_remove_tree(dir, err);
    if (lock >= 0)
        close(lock);
    free(dir);
    return status;
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_store *store;
    struct wn_sweep_row row = {0};
    enum wn_status status = wn_open_sweep(invocation, WN_STORE_WRITE, &store, &row, err);
    if (status != WN_OK)
        return status;
    if (wn_sweep_alive(store, row.id))
        status = wn_fail(err, WN_BAD_INPUT, "%s is running: stop it first (winnow stop %s --now)",
                         row.name, row.name);
    if (status == WN_OK)
        status = confirm(invocation, &row, err);
    if (status == WN_OK)
        status = remove_sweep(store, &row, err);
    if (status == WN_OK)
        wn_printf(&invocation->out, "deleted %s\n", row.name);
    wn_sweep_row_clear(&row);
    wn_store_close(store);
    return status;
}

static const struct wn_option options[] = {
    {.name = "yes", .letter = 'y', .help = "do not ask"},
    {0},
};

static const struct wn_example examples[] = {
    {"winnow rm svm-2", "delete a sweep, after a question"},
    {"winnow rm --yes svm-2", "the same in a script"},
    {0},
};

const struct wn_command wn_command_rm = {
    .name = "rm",
    .writes = true,
    .summary = "delete a sweep with its results and files",
    .also = "delete remove del purge clean",
    .options = {options},
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP}},
    .description = "Deletes a sweep's trials, metrics, logs and artifacts for good. A sweep that "
                   "runs is refused.",
    .examples = examples,
    .no_means = "the question was not answered with yes",
    .run = run,
};
