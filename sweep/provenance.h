// SPDX-License-Identifier: GPL-3.0-or-later
// Where a sweep comes from: who ran it and where, the code's git commit, what of the code is not
// committed.
#ifndef WN_PROVENANCE_H
#define WN_PROVENANCE_H

#include <stdbool.h>

struct wn_code {     // the code in the working directory; all NULL outside a repository
    char *commit;    // full hash; NULL also before the first commit
    char *patch;     // git diff HEAD, UTF-8, at most 1 MiB; NULL: nothing differs
    char *untracked; // names of files and folders that git neither knows nor ignores, a line each
};
// Asks git in the folder `cwd`. Never fails: what is not known is NULL. It takes as long as its
// slowest question, and at most a few seconds: then git is ended and its answer missing.
void wn_code_read(const char *cwd, struct wn_code *code);
void wn_code_clear(struct wn_code *code);

// The name of the user and of this machine; the caller frees.
char *wn_provenance_user(void);
char *wn_provenance_host(void);

#endif
