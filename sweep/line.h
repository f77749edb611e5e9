// SPDX-License-Identifier: GPL-3.0-or-later
// Text by hand for the exit record and the shim: numbers and words into a fixed buffer and back.
// Needs no libc beyond memcpy and strlen, as the shim has none. A line that overflowed is empty.
#ifndef WN_LINE_H
#define WN_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wn_line { // set text and room (> 0), the rest zero; always NUL-terminated after an append
    char *text;
    size_t room, length;
    bool overflowed;
};

void wn_line_add(struct wn_line *line, const char *word);
void wn_line_add_number(struct wn_line *line, int64_t number);

struct wn_scan { // what is left to read
    const char *at, *end;
};

// Each reads and steps over what it names, or leaves the place as it is and says false.
bool wn_scan_word(struct wn_scan *scan, const char *word);
bool wn_scan_number(struct wn_scan *scan, int64_t *number); // decimal, perhaps with a minus sign

#endif
