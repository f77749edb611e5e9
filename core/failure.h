// SPDX-License-Identifier: GPL-3.0-or-later
// What a program that failed said last, as one line; and the signature of such a line, which is the
// same for failures of the same kind. Pure functions over text of any bytes.
#ifndef WN_FAILURE_H
#define WN_FAILURE_H

#include <stddef.h>

// The line that tells why, from the end of a log: of a Python traceback its exception with the
// innermost place, "ValueError: bad lr (train.py:12 in fit)"; else the last line with something on
// it; "" where there is none. UTF-8 without control characters, at most a few hundred bytes. The
// caller frees.
char *wn_failure_line(const char *text, size_t length);

// The line with what differs by chance taken out: numbers and addresses become #, of paths the last
// part stays. The caller frees.
char *wn_failure_signature(const char *line);

#endif
