// SPDX-License-Identifier: GPL-3.0-or-later
// One place that words an error, so that all errors look alike.
#include "core/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum wn_status wn_fail(struct wn_err *err, enum wn_status status, const char *format, ...) {
    if (err) {
        va_list args;
        va_start(args, format);
        vsnprintf(err->text, sizeof err->text, format, args);
        va_end(args);
        err->status = status;
    }
    return status;
}

enum wn_status wn_err_prefix(struct wn_err *err, const char *format, ...) {
    char whole[sizeof err->text];
    va_list args;
    va_start(args, format);
    int used = vsnprintf(whole, sizeof whole, format, args);
    va_end(args);
    if (used >= 0 && (size_t)used < sizeof whole) {
        int room = (int)(sizeof whole - (size_t)used);
        snprintf(whole + used, (size_t)room, ": %.*s", room, err->text);
    }
    memcpy(err->text, whole, sizeof whole);
    return err->status;
}
