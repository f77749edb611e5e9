// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzes the reader of exit records (libFuzzer): any bytes are refused or taken, and what is taken
// and written again is taken as the same record.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sweep/trialfiles.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    struct wn_exit_record record = {0}, again = {0};
    char line[WN_RECORD_MAX], second[WN_RECORD_MAX];
    if (!wn_record_parse((const char *)bytes, length, &record))
        return 0;
    size_t written = wn_record_format(&record, line, sizeof line);
    if (!written || !wn_record_parse(line, written - 1, &again))
        abort();
    size_t repeated = wn_record_format(&again, second, sizeof second);
    if (repeated != written || again.trial != record.trial || again.cut != record.cut)
        abort();
    return 0;
}
