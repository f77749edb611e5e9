// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers, moments and durations as people read them.
#ifndef WN_NUMBERS_H
#define WN_NUMBERS_H

struct wn_str;
struct wn_value;

// Six significant digits, "nan", "inf"; `out` holds at least 32 bytes.
const char *wn_number_text(double number, char *out);
// Four significant digits, where many numbers stand side by side.
const char *wn_number_brief(double number, char *out);
// The same, but whole numbers in full: steps are counted.
const char *wn_step_text(double step, char *out);
// Appends a value: a number with six significant digits, all else as Python writes it.
void wn_value_people(struct wn_str *out, const struct wn_value *value);
// Local time "2026-11-23 08:47:19", "-" for 0; `out` holds at least 32 bytes.
const char *wn_moment_text(double moment, char *out);

// The same in UTC, "2026-11-23T08:47:19Z"; "" where there is no such year.
const char *wn_utc_text(double moment, char *out);

// "12s", "3m05s", "2h10m", "4d03h", "120d".
void wn_duration_text(double seconds, char *out, int room);
// The same for trials, most of which are short: "0.25s".
void wn_trial_duration_text(double seconds, char *out, int room);

// "123/s", "2.2/s", "9.0/min", "3.6/h" of a number a second, "" for 0; `out` holds at least 32
// bytes.
const char *wn_rate_text(double rate, char *out);

#endif
