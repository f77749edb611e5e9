// SPDX-License-Identifier: GPL-3.0-or-later
// Man pages in mdoc, printed from the tables of commands, of spec keys and of the dashboard's keys.
#ifndef WN_CLI_MANPAGE_H
#define WN_CLI_MANPAGE_H

#include "cli/command.h"
#include "core/base/str.h"

void wn_manpage_overview(struct wn_str *out);                                  // winnow.1
void wn_manpage_command(const struct wn_command *command, struct wn_str *out); // winnow-NAME.1
void wn_manpage_spec(struct wn_str *out);                                      // winnow-spec.5
void wn_manpage_keys(struct wn_str *out);                                      // winnow-keys.7

#endif
