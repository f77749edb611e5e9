// SPDX-License-Identifier: GPL-3.0-or-later
// Man pages in mdoc, printed from the command table and the table of spec keys.
#ifndef WN_CLI_MANPAGE_H
#define WN_CLI_MANPAGE_H

#include "cli/command.h"
#include "core/base/str.h"

void wn_manpage_overview(struct wn_str *out);                                  // winnow.1
void wn_manpage_command(const struct wn_command *command, struct wn_str *out); // winnow-NAME.1
void wn_manpage_spec(struct wn_str *out);                                      // winnow-spec.5

#endif
