// SPDX-License-Identifier: GPL-3.0-or-later
// A text that every match of a pattern contains, so that most lines need no matching.
#ifndef WN_READER_LITERAL_H
#define WN_READER_LITERAL_H

// The longest such text that is easily seen in a valid PCRE2 pattern, or ""; the caller frees.
char *wn_pattern_literal(const char *pattern);

#endif
