// SPDX-License-Identifier: GPL-3.0-or-later
// Words of the command line become an invocation, by the rows of its command. All texts are
// borrowed from argv. What is asked for by name must be an option of the command.
#ifndef WN_CLI_ARGS_H
#define WN_CLI_ARGS_H

#include <stdint.h>

#include "cli/command.h"
#include "cli/print.h"

struct wn_given {
    const struct wn_option *option;
    const char *text; // NULL for flags
    int64_t integer;  // of NATURAL and COUNT
};

struct wn_invocation {
    const struct wn_command *command; // NULL: none was named
    struct wn_given *given;           // in the order they were given
    size_t given_count, given_capacity;
    const char *operands[4]; // NULL where not given
    size_t operand_count;
    const char **many; // all words of the operand that is `many`
    size_t many_count, many_capacity;
    const char *const *words; // after "--", for commands that take them
    size_t word_count;
    struct wn_output out;
    char **environment; // NULL-terminated; what the process was started with
};

// Reads argv[1] and on. WN_BAD_INPUT with a sentence. --help ends reading: nothing after it counts,
// and missing operands are not missed.
enum wn_status wn_args_parse(int argc, char *const *argv, struct wn_invocation *invocation,
                             struct wn_err *err);
void wn_args_free(struct wn_invocation *invocation);

bool wn_args_has(const struct wn_invocation *invocation, const char *option);
// The last value given, else `fallback`.
const char *wn_args_text(const struct wn_invocation *invocation, const char *option,
                         const char *fallback);
int64_t wn_args_integer(const struct wn_invocation *invocation, const char *option,
                        int64_t fallback);
// All values of an option that repeats; the caller frees the array, not the texts.
const char **wn_args_texts(const struct wn_invocation *invocation, const char *option,
                           size_t *count);

#endif
