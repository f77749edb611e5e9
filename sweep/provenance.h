// SPDX-License-Identifier: GPL-3.0-or-later
// Where a sweep comes from: the code's git commit and whether it was modified, who ran it, and
// where.
#ifndef WN_PROVENANCE_H
#define WN_PROVENANCE_H

#include <stdbool.h>

struct wn_provenance {
    char *git_commit; // full hash; NULL outside a repository or without git
    bool git_dirty;   // tracked files differ from it
    char *user, *host;
};

// Asks git (in the working directory) and the system. Never fails: what is not known is NULL or
// "unknown".
void wn_provenance_read(struct wn_provenance *provenance);
void wn_provenance_clear(struct wn_provenance *provenance);
// The name of this machine, or "unknown"; the caller frees.
char *wn_provenance_host(void);

#endif
