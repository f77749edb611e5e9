// SPDX-License-Identifier: GPL-3.0-or-later
// Writes JSON piece by piece into a text; commas are its own business. `key` is NULL inside of
// lists and for the outermost value. NaN and infinities become null.
#ifndef WN_CLI_EMIT_H
#define WN_CLI_EMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/str.h"

struct wn_emit {
    struct wn_str text;
    bool comma; // the next value needs one before it
};

void wn_emit_open(struct wn_emit *emit, const char *key, char bracket);     // '{' or '['
void wn_emit_close(struct wn_emit *emit, char bracket);                     // '}' or ']'
void wn_emit_text(struct wn_emit *emit, const char *key, const char *text); // NULL: null
void wn_emit_real(struct wn_emit *emit, const char *key, double number);
void wn_emit_integer(struct wn_emit *emit, const char *key, int64_t number);
void wn_emit_bool(struct wn_emit *emit, const char *key, bool yes);
void wn_emit_null(struct wn_emit *emit, const char *key);
void wn_emit_raw(struct wn_emit *emit, const char *key, const char *json); // NULL: null
void wn_emit_time(struct wn_emit *emit, const char *key, double moment);   // 0: null

#endif
