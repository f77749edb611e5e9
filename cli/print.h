// SPDX-License-Identifier: GPL-3.0-or-later
// Where data goes: standard output, with its colours, its width, and the first error that happened.
// After an error nothing more is written; a reader that closed its pipe is no error to speak of.
#ifndef WN_CLI_PRINT_H
#define WN_CLI_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/str.h"

struct wn_output {
    FILE *file;
    bool terminal;
    bool colour;
    int width; // columns; of a pipe: 0, no limit
    int error; // errno of the first failed write, 0: none
};

// A terminal that knows escape sequences, by TERM.
bool wn_takes_escapes(int fd);

// `color` is "auto", "always" or "never". Reads NO_COLOR, TERM and COLUMNS.
void wn_output_open(struct wn_output *out, FILE *file, const char *color);
// Flushes. WN_ENVIRONMENT where something could not be written; a closed pipe counts as done.
enum wn_status wn_output_finish(struct wn_output *out, struct wn_err *err);

// All return false once nothing can be written any more: whoever prints much should then stop.
bool wn_print(struct wn_output *out, const char *text);
bool wn_print_bytes(struct wn_output *out, const void *bytes, size_t length);
bool wn_printf(struct wn_output *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool wn_print_flush(struct wn_output *out);

enum wn_role { WN_ROLE_PLAIN, WN_ROLE_HEAD, WN_ROLE_DIM, WN_ROLE_GOOD, WN_ROLE_WARN, WN_ROLE_BAD };
// The escape sequence that turns a role on (PLAIN: everything off), "" without colours.
const char *wn_role(const struct wn_output *out, enum wn_role role);

// Talk, on stderr: "winnow: sentence".
void wn_complain(const char *sentence);
// Hints and progress of a command, on stderr, as they are.
void wn_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void wn_say_diags(const struct wn_diags *diags);

#endif
