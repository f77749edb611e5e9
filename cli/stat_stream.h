// SPDX-License-Identifier: GPL-3.0-or-later
// `winnow stat --stream`: a detector over a column of a CSV file, row by row as it comes.
#ifndef WN_CLI_STAT_STREAM_H
#define WN_CLI_STAT_STREAM_H

#include "cli/args.h"

// `word` is FILE or FILE:COLUMN; without a column it is the one called value, else the last one.
// Prints the rows, counted from 0, at which the detector says that something changed, each at once.
// WN_NO: there was none.
enum wn_status wn_stat_stream(struct wn_invocation *invocation, const char *detector,
                              const char *word, struct wn_err *err);

#endif
