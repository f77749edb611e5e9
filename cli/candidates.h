// SPDX-License-Identifier: GPL-3.0-or-later
// How a command line could go on, for the dashboard: commands, options and their choices, sweeps,
// trials, parameters, keys of a spec, files. All that is asked of the store is bounded, whatever it
// holds.
#ifndef WN_CLI_CANDIDATES_H
#define WN_CLI_CANDIDATES_H

#include "core/base/str.h"
#include "core/store/store.h"

// Appends a line for each way in which the last of the words, NULL-ended, could go on: the whole
// word, a tab, and a note. `store` may be NULL.
void wn_candidates(struct wn_store *store, const char *const *words, struct wn_str *out);

#endif
