// SPDX-License-Identifier: GPL-3.0-or-later
// A spec from the command line: a file, -p words, or a file with options that override it. Shared
// by run, plan and try.
#ifndef WN_CLI_SPEC_ARGS_H
#define WN_CLI_SPEC_ARGS_H

#include "cli/args.h"
#include "core/spec.h"
#include "core/store/store.h"

extern const struct wn_option wn_spec_options[];

// Reads the spec that the first operand (a file, "-": standard input; may be missing), the options
// and the words after "--" describe. Mistakes and warnings are printed on stderr as they are found;
// `err` then sums them up. The caller frees *spec.
enum wn_status wn_spec_from_args(const struct wn_invocation *invocation, struct wn_spec **spec,
                                 struct wn_err *err);

// The same of a file alone, for commands without spec options.
enum wn_status wn_spec_from_file(const char *file, struct wn_spec **spec, struct wn_err *err);

// "trials=5" with the name of an option as the setting of a spec: "budget.trials=5". What is
// another key stays. The caller frees.
char *wn_spec_setting(const char *word);

// The spec as it was stored with a sweep; the caller frees *spec.
enum wn_status wn_spec_stored(const struct wn_sweep_row *sweep, struct wn_spec **spec,
                              struct wn_err *err);

#endif
