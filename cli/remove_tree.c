// SPDX-License-Identifier: GPL-3.0-or-later
// Deleting depth first with fts, which keeps no more than a few descriptors open.
#include "cli/remove_tree.h"

#include <errno.h>
#include <fts.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"

static bool remove_entry(const FTSENT *entry) {
    switch (entry->fts_info) {
    case FTS_D:
        return true; // comes again as FTS_DP, when it is empty
    case FTS_DP:
        return rmdir(entry->fts_accpath) == 0;
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS:
        errno = entry->fts_errno;
        return errno == ENOENT;
    default:
        return unlink(entry->fts_accpath) == 0;
    }
}

enum wn_status wn_remove_tree(const char *folder, struct wn_err *err) {
    char *root = wn_strdup(folder);
    char *roots[] = {root, NULL};
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_XDEV | FTS_NOCHDIR, NULL);
    enum wn_status status = WN_OK;
    if (!walk)
        status = wn_fail(err, WN_ENVIRONMENT, "cannot read %s: %s", folder, strerror(errno));
    for (FTSENT *entry; walk && (entry = fts_read(walk));)
        if (!remove_entry(entry) && status == WN_OK)
            status = wn_fail(err, WN_ENVIRONMENT, "cannot delete %s: %s", entry->fts_path,
                             strerror(errno));
    if (walk)
        fts_close(walk);
    free(root);
    return status;
}
