// SPDX-License-Identifier: GPL-3.0-or-later
// What several commands need: the store, the sweep they are about, and how its state is told.
#ifndef WN_CLI_COMMON_H
#define WN_CLI_COMMON_H

#include "cli/args.h"
#include "cli/emit.h"
#include "core/numbers.h"
#include "core/spec.h"
#include "core/store/store.h"
#include "sweep/searcher.h"
#include "sweep/standing.h"

// The folder that --store or WINNOW_STORE names, else the nearest one; the caller frees.
char *wn_store_folder(const struct wn_invocation *invocation);
// Whether there is a store to read, or neither one nor a wish for a certain one.
bool wn_has_store(const struct wn_invocation *invocation);
// The folder of the slots that sweeps share: WINNOW_SLOTS, else in the user's runtime folder or, as
// there is none, in /tmp; the caller frees. NULL: turned off (WINNOW_SLOTS=off), or we are in a
// trial, which must not wait for what it holds itself.
char *wn_slots_folder(void);
enum wn_status wn_open_store(const struct wn_invocation *invocation, enum wn_store_mode mode,
                             struct wn_store **store, struct wn_err *err);
// Opens the store and finds the sweep that the first operand names. Nothing stays open on failure.
enum wn_status wn_open_sweep(const struct wn_invocation *invocation, enum wn_store_mode mode,
                             struct wn_store **store, struct wn_sweep_row *row, struct wn_err *err);
// A trial's number as an operand.
enum wn_status wn_read_trial(const char *text, int64_t *number, struct wn_err *err);

enum wn_role wn_sweep_state_role(const char *shown);
enum wn_role wn_trial_state_role(enum wn_trial_state state);

// "sweep":"svm","name":"svm","id":3
void wn_emit_sweep(struct wn_emit *emit, const struct wn_sweep_row *row);
// "trials":{"queued":0,...}: a count for every state.
void wn_emit_counts(struct wn_emit *emit, const int64_t *counts);
// "best":{"trial":12,"objective":0.84}, or null.
void wn_emit_best(struct wn_emit *emit, const struct wn_sweep_row *row);
// Prints what was emitted, and a newline; releases it.
void wn_print_json(struct wn_output *out, struct wn_emit *emit);

// The configuration as JSON, nested as the spec nests; the caller frees.
char *wn_params_json(const struct wn_space *space, const struct wn_config *config);
// The searcher of a spec; what stands against it is printed on stderr and summed up in `err`.
enum wn_status wn_new_searcher(const struct wn_spec *spec, uint64_t seed,
                               struct wn_searcher **searcher, struct wn_err *err);
// Prints foreign text: escaped on a terminal, as it is into a pipe.
bool wn_print_text(struct wn_output *out, const char *text, size_t length);
// The same of one line that begins at `column`: a terminal gets it broken at spaces where it is too
// long, further lines after `indent` spaces. No newline at the end.
bool wn_print_folded(struct wn_output *out, const char *text, int column, int indent);
// Whether a locale was asked for that has no UTF-8. Where none was, terminals are taken to show it.
bool wn_locale_is_ascii(void);
// The source of a reader of CSV: `context` is an int, a file descriptor.
size_t wn_read_fd(void *context, char *bytes, size_t room);
// getenv() for modules that do not read the environment themselves.
const char *wn_environment_value(const char *name);

#endif
