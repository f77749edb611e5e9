// SPDX-License-Identifier: GPL-3.0-or-later
// The shim's words. There is one reader (the executor), so they are read strictly.
#include "sweep/shim/options.h"

#include <string.h>

#include "sweep/line.h"

static bool read_milliseconds(struct wn_scan *scan, int64_t *nanos) {
    return wn_scan_number(scan, nanos) && !__builtin_mul_overflow(*nanos, 1000000, nanos);
}

static bool read_word(const char *word, struct wn_options *options) {
    struct wn_scan scan = {.at = word, .end = word + strlen(word)};
    bool good = false;
    if (wn_scan_word(&scan, "trial="))
        good = wn_scan_number(&scan, &options->trial);
    else if (wn_scan_word(&scan, "attempt="))
        good = wn_scan_number(&scan, &options->attempt);
    else if (wn_scan_word(&scan, "wall="))
        good = read_milliseconds(&scan, &options->wall);
    else if (wn_scan_word(&scan, "cpu="))
        good = read_milliseconds(&scan, &options->cpu);
    else if (wn_scan_word(&scan, "silence="))
        good = read_milliseconds(&scan, &options->silence);
    else if (wn_scan_word(&scan, "grace="))
        good = read_milliseconds(&scan, &options->grace);
    else if (wn_scan_word(&scan, "memory="))
        good = wn_scan_number(&scan, &options->memory);
    else if (wn_scan_word(&scan, "leases="))
        good = wn_scan_number(&scan, &options->leases);
    return good && scan.at == scan.end;
}

bool wn_options_read(char *const *words, struct wn_options *options) {
    *options = (struct wn_options){0};
    for (; *words; words++) {
        const char *word = *words;
        if (word[0] == '-' && word[1] == '-' && !word[2]) {
            options->command = words + 1;
            return words[1] != NULL;
        }
        if (!read_word(word, options))
            return false;
    }
    return false;
}
