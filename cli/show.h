// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of `winnow show`: a sweep, its failures, one of its trials.
#ifndef WN_CLI_SHOW_H
#define WN_CLI_SHOW_H

#include "cli/args.h"
#include "core/store/store.h"

enum wn_status wn_show_sweep(struct wn_store *store, const struct wn_sweep_row *row, bool json,
                             struct wn_output *out, struct wn_err *err);
enum wn_status wn_show_trial(struct wn_store *store, const struct wn_sweep_row *row, int64_t number,
                             bool json, struct wn_output *out, struct wn_err *err);
// Its failures in groups, with what the trials of each have in common.
enum wn_status wn_show_failures(struct wn_store *store, const struct wn_sweep_row *row, bool json,
                                struct wn_output *out, struct wn_err *err);

// The parameters of a trial (JSON), a line each: "  optimizer.lr = 0.1".
void wn_show_params(const char *json, struct wn_output *out);

// The versions of its spec: "versions":[...], or lines for people, none where it was never changed.
struct wn_emit;
enum wn_status wn_emit_versions(struct wn_emit *emit, struct wn_store *store, int64_t sweep,
                                struct wn_err *err);
enum wn_status wn_print_versions(struct wn_store *store, int64_t sweep, struct wn_output *out,
                                 struct wn_err *err);

#endif
