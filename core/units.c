// SPDX-License-Identifier: GPL-3.0-or-later
// Durations and sizes as people write them.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/spec.h"

struct unit {
    const char *name;
    double worth;
};

static bool read_number(const char **text, double *number) {
    char *end;
    if ((**text < '0' || **text > '9') && **text != '.')
        return false;
    *number = strtod(*text, &end);
    *text = end;
    return isfinite(*number);
}

static const struct unit *read_unit(const char **text, const struct unit *units) {
    size_t length = strspn(*text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    for (; units->name; units++)
        if (strlen(units->name) == length && strncmp(*text, units->name, length) == 0) {
            *text += length;
            return units;
        }
    return NULL;
}

bool wn_parse_duration(const char *text, double *seconds) {
    static const struct unit units[] = {{"ms", 1e-3}, {"s", 1},    {"sec", 1},   {"m", 60},
                                        {"min", 60},  {"h", 3600}, {"d", 86400}, {"w", 604800},
                                        {"", 1},      {NULL, 0}};
    double total = 0, number;
    if (!*text)
        return false;
    while (*text) {
        if (!read_number(&text, &number))
            return false;
        const struct unit *unit = read_unit(&text, units);
        if (!unit || (!unit->name[0] && (*text || total > 0)))
            return false;
        total += number * unit->worth;
    }
    *seconds = total;
    return isfinite(total);
}

bool wn_parse_size(const char *text, uint64_t *bytes) {
    static const struct unit units[] = {
        {"", 1},         {"B", 1},        {"k", 1e3},     {"kB", 1e3},     {"K", 0x1p10},
        {"KB", 1e3},     {"KiB", 0x1p10}, {"Ki", 0x1p10}, {"M", 0x1p20},   {"MB", 1e6},
        {"MiB", 0x1p20}, {"Mi", 0x1p20},  {"G", 0x1p30},  {"GB", 1e9},     {"GiB", 0x1p30},
        {"Gi", 0x1p30},  {"T", 0x1p40},   {"TB", 1e12},   {"TiB", 0x1p40}, {"Ti", 0x1p40},
        {NULL, 0},
    };
    double number;
    if (!read_number(&text, &number))
        return false;
    text += strspn(text, " ");
    const struct unit *unit = read_unit(&text, units);
    if (!unit || *text || number * unit->worth >= 0x1p63)
        return false;
    *bytes = (uint64_t)(number * unit->worth);
    return true;
}

const char *wn_size_text(double bytes, char *out) {
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    size_t unit = 0;
    for (; bytes >= 1000 && unit + 1 < sizeof units / sizeof *units; unit++)
        bytes /= 1024;
    snprintf(out, 32, unit && bytes < 99.95 ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
    return out;
}
