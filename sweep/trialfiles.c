// SPDX-License-Identifier: GPL-3.0-or-later
// The exit record as one flat JSON object with its keys in a fixed order: whatever differs by a
// byte is torn or foreign. Times are written in whole microseconds, the precision they are read in.
#include "sweep/trialfiles.h"

#include <string.h>

#include "sweep/line.h"

// An array of arrays has no pointers, so the shim has no page of data to relocate.
static const char cut_names[WN_CUTS][8] = {
    [WN_CUT_NONE] = "none",     [WN_CUT_REQUEST] = "request", [WN_CUT_WALL] = "wall",
    [WN_CUT_CPU] = "cpu",       [WN_CUT_SILENCE] = "silence", [WN_CUT_MEMORY] = "memory",
    [WN_CUT_KERNEL] = "kernel",
};

const char *wn_cut_name(enum wn_cut cut) {
    return cut_names[cut];
}

static void add_key(struct wn_line *line, const char *key, int64_t value) {
    wn_line_add(line, key);
    wn_line_add_number(line, value);
}

static void add_seconds(struct wn_line *line, const char *key, double seconds) {
    if (!(seconds > -9e12 && seconds < 9e12)) // what no clock says, and what has no microseconds
        seconds = 0;
    int64_t micros = (int64_t)(seconds * 1e6 + (seconds < 0 ? -0.5 : 0.5));
    wn_line_add(line, key);
    if (micros < 0)
        wn_line_add(line, "-");
    uint64_t size = micros < 0 ? 0 - (uint64_t)micros : (uint64_t)micros;
    wn_line_add_number(line, (int64_t)(size / 1000000));
    char fraction[8] = ".000000";
    size %= 1000000;
    for (int i = 6; i > 0; i--, size /= 10)
        fraction[i] = (char)('0' + size % 10);
    wn_line_add(line, fraction);
}

size_t wn_record_format(const struct wn_exit_record *record, char *text, size_t room) {
    if (!room)
        return 0;
    struct wn_line line = {.text = text, .room = room};
    add_key(&line, "{\"trial\":", record->trial);
    add_key(&line, ",\"attempt\":", record->attempt);
    add_key(&line, ",\"start_error\":", record->start_error);
    add_key(&line, ",\"exit_code\":", record->exit_code);
    add_key(&line, ",\"exit_signal\":", record->exit_signal);
    wn_line_add(&line, ",\"cut\":\"");
    wn_line_add(&line, cut_names[record->cut]);
    add_key(&line, "\",\"survivors\":", record->survivors);
    add_seconds(&line, ",\"started\":", record->started);
    add_seconds(&line, ",\"ended\":", record->ended);
    add_seconds(&line, ",\"user_cpu\":", record->user_cpu);
    add_seconds(&line, ",\"system_cpu\":", record->system_cpu);
    add_key(&line, ",\"peak_memory\":", record->peak_memory);
    wn_line_add(&line, "}\n");
    return line.length;
}

static bool scan_key(struct wn_scan *scan, const char *key, int64_t *value) {
    return wn_scan_word(scan, key) && wn_scan_number(scan, value);
}

static bool scan_small(struct wn_scan *scan, const char *key, int32_t *value) {
    int64_t wide;
    if (!scan_key(scan, key, &wide) || wide < INT32_MIN || wide > INT32_MAX)
        return false;
    *value = (int32_t)wide;
    return true;
}

static bool scan_cut(struct wn_scan *scan, enum wn_cut *cut) {
    if (!wn_scan_word(scan, ",\"cut\":\""))
        return false;
    for (int i = 0; i < WN_CUTS; i++)
        if (wn_scan_word(scan, cut_names[i])) {
            *cut = (enum wn_cut)i;
            return wn_scan_word(scan, "\"");
        }
    return false;
}

// Whole seconds, a point and exactly six digits.
static bool scan_seconds(struct wn_scan *scan, const char *key, double *seconds) {
    const int64_t most = INT64_MAX / 1000000 - 1;
    int64_t whole, micros;
    if (!wn_scan_word(scan, key))
        return false;
    bool negative = wn_scan_word(scan, "-");
    if (!wn_scan_number(scan, &whole) || whole < 0 || whole > most || !wn_scan_word(scan, "."))
        return false;
    const char *first = scan->at;
    if (!wn_scan_number(scan, &micros) || micros < 0 || scan->at - first != 6)
        return false;
    *seconds = (double)(whole * 1000000 + micros) / 1e6 * (negative ? -1 : 1);
    return true;
}

bool wn_record_parse(const char *line, size_t length, struct wn_exit_record *record) {
    struct wn_scan scan = {.at = line, .end = line + length};
    return scan_key(&scan, "{\"trial\":", &record->trial) &&
           scan_key(&scan, ",\"attempt\":", &record->attempt) &&
           scan_small(&scan, ",\"start_error\":", &record->start_error) &&
           scan_small(&scan, ",\"exit_code\":", &record->exit_code) &&
           scan_small(&scan, ",\"exit_signal\":", &record->exit_signal) &&
           scan_cut(&scan, &record->cut) &&
           scan_small(&scan, ",\"survivors\":", &record->survivors) &&
           scan_seconds(&scan, ",\"started\":", &record->started) &&
           scan_seconds(&scan, ",\"ended\":", &record->ended) &&
           scan_seconds(&scan, ",\"user_cpu\":", &record->user_cpu) &&
           scan_seconds(&scan, ",\"system_cpu\":", &record->system_cpu) &&
           scan_key(&scan, ",\"peak_memory\":", &record->peak_memory) && wn_scan_word(&scan, "}") &&
           scan.at == scan.end;
}
