// SPDX-License-Identifier: GPL-3.0-or-later
// Capture patterns: PCRE2 over bytes, whose named groups are metrics. Compiled here for whoever
// checks one and for whoever matches with it, so that both agree on what a pattern is.
#ifndef WN_PATTERN_H
#define WN_PATTERN_H

#include "core/base/err.h"

struct pcre2_real_code_8;

// WN_BAD_INPUT with a sentence where the pattern is none, or names no group. The caller frees the
// code with pcre2_code_free().
enum wn_status wn_pattern_compile(const char *pattern, struct pcre2_real_code_8 **code,
                                  struct wn_err *err);

// The same, for the answer alone.
enum wn_status wn_pattern_check(const char *pattern, struct wn_err *err);

#endif
