// SPDX-License-Identifier: GPL-3.0-or-later
// Help texts, made from the command table.
#ifndef WN_CLI_HELP_H
#define WN_CLI_HELP_H

#include "cli/command.h"
#include "core/base/str.h"

// The overview: what winnow is and its commands. `width`: columns to fill, 0: as on 80.
void wn_help_overview(struct wn_str *out, int width);
void wn_help_command(const struct wn_command *command, struct wn_str *out, int width);
// "-p, --param=NAME=RANGE"
void wn_help_option_label(const struct wn_option *option, struct wn_str *out);
// What exit codes mean for a command; 0 to 3, NULL where it never ends so.
const char *wn_help_exit_meaning(const struct wn_command *command, int code);

#endif
