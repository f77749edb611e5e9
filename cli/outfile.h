// SPDX-License-Identifier: GPL-3.0-or-later
// Where exported data goes: standard output, or a file (-o) that appears whole or not at all.
#ifndef WN_CLI_OUTFILE_H
#define WN_CLI_OUTFILE_H

#include "cli/args.h"
#include "core/export.h"

struct wn_outfile {
    struct wn_sink sink; // writes here
    struct wn_output *out;
    const char *path; // NULL: standard output
    char *target;     // the same, links followed
    char *temporary;  // a name beside it; NULL: written in place
    bool named;       // it has that name
    int fd;
    int error; // errno of the first failed write
};

// `path` NULL or "-": standard output.
enum wn_status wn_outfile_open(struct wn_outfile *file, struct wn_output *out, const char *path,
                               struct wn_err *err);
// Puts the file in place where all went well (`status` of what was written), else removes it.
// Returns `status`, or why the file could not be written.
enum wn_status wn_outfile_close(struct wn_outfile *file, enum wn_status status, struct wn_err *err);

#endif
