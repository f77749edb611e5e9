// SPDX-License-Identifier: GPL-3.0-or-later
// The part of `winnow plan` that is not about single parameters: what rules configurations out,
// what ends the sweep, and what each trial gets. Used by cmd_plan.c alone.
#ifndef WN_CLI_PLAN_SETTINGS_H
#define WN_CLI_PLAN_SETTINGS_H

#include "cli/emit.h"
#include "cli/print.h"
#include "core/spec.h"

void wn_plan_settings(const struct wn_spec *spec, struct wn_output *out);
void wn_plan_emit_settings(const struct wn_spec *spec, struct wn_emit *emit);

#endif
