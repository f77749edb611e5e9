// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers and moments as people read them.
#ifndef WN_NUMBERS_H
#define WN_NUMBERS_H

// Six significant digits, "nan", "inf"; `out` holds at least 32 bytes.
const char *wn_number_text(double number, char *out);
// Four significant digits, where many numbers stand side by side.
const char *wn_number_brief(double number, char *out);
// Local time "2026-11-23 08:47:19", "-" for 0; `out` holds at least 32 bytes.
const char *wn_moment_text(double moment, char *out);

#endif
