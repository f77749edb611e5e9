// SPDX-License-Identifier: GPL-3.0-or-later
// Tags and notes on the command line: which sweep or trials they are about, and how they are shown.
#ifndef WN_CLI_LABELS_H
#define WN_CLI_LABELS_H

#include "cli/common.h"

// "good slow": the tags of a sweep (WN_WHOLE_SWEEP) or a trial, parted by spaces.
enum wn_status wn_tags_text(struct wn_store *store, int64_t sweep, int64_t trial,
                            struct wn_str *text, struct wn_err *err);
// Prints "tags" and "notes" where there are any; of a sweep the notes of its trials too.
enum wn_status wn_print_labels(struct wn_store *store, int64_t sweep, int64_t trial,
                               struct wn_output *out, struct wn_err *err);
// "tags":["good"],"notes":[{"trial":null,"text":"...","user":"...","created":...}]
enum wn_status wn_emit_labels(struct wn_emit *emit, struct wn_store *store, int64_t sweep,
                              int64_t trial, struct wn_err *err);
// "tags":["good"]
enum wn_status wn_emit_tags(struct wn_emit *emit, struct wn_store *store, int64_t sweep,
                            int64_t trial, struct wn_err *err);

// A word that is a number names a trial.
bool wn_names_trial(const char *word);
// WN_BAD_INPUT where the sweep has no such trial.
enum wn_status wn_check_trial(struct wn_store *store, const struct wn_sweep_row *sweep,
                              int64_t trial, struct wn_err *err);

#endif
