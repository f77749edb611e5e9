// SPDX-License-Identifier: GPL-3.0-or-later
// The configurations that a sweep would run, in order, with their command lines.
#ifndef WN_CLI_PLAN_LIST_H
#define WN_CLI_PLAN_LIST_H

#include "cli/args.h"
#include "core/spec.h"

// Prints at most `limit` configurations (-1: all there are), as JSON lines or as shell commands.
enum wn_status wn_plan_list(const struct wn_spec *spec, int64_t limit, bool json,
                            struct wn_output *out, struct wn_err *err);

#endif
