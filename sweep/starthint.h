// SPDX-License-Identifier: GPL-3.0-or-later
// A command that could not be started is most often a script that stands right there: what to write
// instead.
#ifndef WN_STARTHINT_H
#define WN_STARTHINT_H

// Why `program` could not be started in the folder `cwd` with this errno, as "did you mean
// ./train.py?". NULL: nothing is known. Looks only; the caller frees.
char *wn_start_hint(const char *cwd, const char *program, int error);

#endif
