// SPDX-License-Identifier: GPL-3.0-or-later
// Completion scripts for shells, printed from the command table.
#ifndef WN_CLI_COMPLETE_H
#define WN_CLI_COMPLETE_H

#include <stdbool.h>

#include "core/base/str.h"

// `shell` is bash, zsh or fish; false where it is none of them.
bool wn_complete_script(const char *shell, struct wn_str *out);

#endif
