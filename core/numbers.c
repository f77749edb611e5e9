// SPDX-License-Identifier: GPL-3.0-or-later
// What is not finite is told as Python tells it.
#include "core/numbers.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#include "core/value.h"

static const char *number_in(int digits, double number, char *out) {
    if (isfinite(number))
        snprintf(out, 32, "%.*g", digits, number);
    else
        wn_float_repr(number, out);
    return out;
}

const char *wn_number_text(double number, char *out) {
    return number_in(6, number, out);
}

const char *wn_number_brief(double number, char *out) {
    return number_in(4, number, out);
}

const char *wn_moment_text(double moment, char *out) {
    time_t seconds = (time_t)moment;
    struct tm local;
    if (moment <= 0 || !localtime_r(&seconds, &local) ||
        strftime(out, 32, "%Y-%m-%d %H:%M:%S", &local) == 0)
        snprintf(out, 32, "-");
    return out;
}
