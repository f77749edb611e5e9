// SPDX-License-Identifier: GPL-3.0-or-later
// The two languages of a command line: W&B's macros, ${args}, and braces: {name} of a parameter,
// {seed}, {trial}; {{ is a brace. Any other {...} stays as it is.
#ifndef WN_BRACES_H
#define WN_BRACES_H

#include "core/space.h"

// Whether the text is a macro that W&B replaces.
bool wn_is_macro(const char *text);
// Whether the text uses a parameter, the seed or the trial in braces.
bool wn_braces_used(const struct wn_space *space, const char *text);
// Sets used[i] for each parameter that the text uses in braces.
void wn_braces_mark(const struct wn_space *space, const char *text, bool *used);
// The next name in braces that is none of those and looks like one; *text moves behind its brace.
// NULL: there is none. The caller frees.
char *wn_braces_unknown(const struct wn_space *space, const char **text);

// Appends the text with all that is in braces replaced; values are spelled as Python does.
struct wn_braces {
    const struct wn_space *space;
    const struct wn_config *config;
    int64_t trial;
    uint64_t seed;
};
void wn_braces_fill(const struct wn_braces *braces, const char *text, struct wn_str *out);

#endif
