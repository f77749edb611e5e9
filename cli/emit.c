// SPDX-License-Identifier: GPL-3.0-or-later
// JSON text in order.
#include "cli/emit.h"

#include <math.h>
#include <stdio.h>

#include "core/value.h"

static void begin(struct wn_emit *emit, const char *key) {
    if (emit->comma)
        wn_str_add_char(&emit->text, ',');
    if (key) {
        wn_json_string(&emit->text, key);
        wn_str_add_char(&emit->text, ':');
    }
    emit->comma = true;
}

void wn_emit_open(struct wn_emit *emit, const char *key, char bracket) {
    begin(emit, key);
    wn_str_add_char(&emit->text, bracket);
    emit->comma = false;
}

void wn_emit_close(struct wn_emit *emit, char bracket) {
    wn_str_add_char(&emit->text, bracket);
    emit->comma = true;
}

void wn_emit_raw(struct wn_emit *emit, const char *key, const char *json) {
    begin(emit, key);
    wn_str_add(&emit->text, json ? json : "null");
}

void wn_emit_null(struct wn_emit *emit, const char *key) {
    wn_emit_raw(emit, key, NULL);
}

void wn_emit_text(struct wn_emit *emit, const char *key, const char *text) {
    if (!text) {
        wn_emit_null(emit, key);
        return;
    }
    begin(emit, key);
    wn_json_string(&emit->text, text);
}

void wn_emit_real(struct wn_emit *emit, const char *key, double number) {
    begin(emit, key);
    wn_json_number(&emit->text, number);
}

void wn_emit_integer(struct wn_emit *emit, const char *key, int64_t number) {
    begin(emit, key);
    wn_str_addf(&emit->text, "%lld", (long long)number);
}

void wn_emit_bool(struct wn_emit *emit, const char *key, bool yes) {
    wn_emit_raw(emit, key, yes ? "true" : "false");
}

void wn_emit_time(struct wn_emit *emit, const char *key, double moment) {
    wn_emit_real(emit, key, moment > 0 ? moment : NAN);
}
