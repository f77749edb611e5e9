// SPDX-License-Identifier: GPL-3.0-or-later
// Words of a command as somebody types them in the dashboard: what stands where, so that the next
// one can be completed, and what is to be added so that they run beside it. By the command table.
#ifndef WN_CLI_TYPED_H
#define WN_CLI_TYPED_H

#include "cli/command.h"
#include "tui/tui.h"

struct wn_typed {
    const struct wn_command *command; // NULL: none was named, or there is none of that name
    const struct wn_option *awaited;  // whose value comes next, or NULL
    size_t operands;                  // so far
    const char *first;                // of them, or NULL; borrowed
    bool rest;                        // "--" was: all else is the user's own command
};

// Reads the first `count` of `words`.
struct wn_typed wn_typed_read(const char *const *words, size_t count);
// The option called "--NAME" or "-N" of a command, its value cut off; NULL: none.
const struct wn_option *wn_typed_option(const struct wn_command *command, const char *word);

// What the dashboard asks of the program around it: tui/tui.h
bool wn_typed_only_reads(const char *command);
char **wn_typed_adapt(const char *const *words, const struct wn_tui_subject *subject,
                      const char **refusal);

#endif
