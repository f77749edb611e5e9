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

const char *wn_step_text(double step, char *out) {
    if (step != floor(step) || fabs(step) >= 1e15)
        return wn_number_text(step, out);
    snprintf(out, 32, "%.0f", step);
    return out;
}

void wn_value_people(struct wn_str *out, const struct wn_value *value) {
    char number[32];
    if (value->type == WN_FLOAT)
        wn_str_add(out, wn_number_text(value->number, number));
    else
        wn_value_python(out, value);
}

const char *wn_moment_text(double moment, char *out) {
    time_t seconds = (time_t)moment;
    struct tm local;
    if (moment <= 0 || !localtime_r(&seconds, &local) ||
        strftime(out, 32, "%Y-%m-%d %H:%M:%S", &local) == 0)
        snprintf(out, 32, "-");
    return out;
}

const char *wn_utc_text(double moment, char *out) {
    time_t seconds = (time_t)moment;
    struct tm utc;
    if (!gmtime_r(&seconds, &utc) || !strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &utc))
        *out = '\0';
    return out;
}

void wn_duration_text(double seconds, char *out, int room) {
    long long s = seconds > 0 ? (long long)(seconds + 0.5) : 0;
    if (s < 60)
        snprintf(out, (size_t)room, "%llds", s);
    else if (s < 3600)
        snprintf(out, (size_t)room, "%lldm%02llds", s / 60, s % 60);
    else if (s < 86400)
        snprintf(out, (size_t)room, "%lldh%02lldm", s / 3600, s / 60 % 60);
    else if (s < 8640000)
        snprintf(out, (size_t)room, "%lldd%02lldh", s / 86400, s / 3600 % 24);
    else
        snprintf(out, (size_t)room, "%lldd", s / 86400);
}

void wn_trial_duration_text(double seconds, char *out, int room) {
    if (seconds < 60)
        snprintf(out, (size_t)room, "%.2fs", seconds);
    else
        wn_duration_text(seconds, out, room);
}

const char *wn_rate_text(double rate, char *out) {
    out[0] = '\0';
    if (rate >= 1)
        snprintf(out, 32, rate >= 100 ? "%.0f/s" : "%.1f/s", rate);
    else if (rate * 60 >= 1)
        snprintf(out, 32, "%.1f/min", rate * 60);
    else if (rate > 0)
        snprintf(out, 32, "%.1f/h", rate * 3600);
    return out;
}
