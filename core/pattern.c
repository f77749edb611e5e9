// SPDX-License-Identifier: GPL-3.0-or-later
// Capture patterns, compiled.
#include "core/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "core/base/mem.h"

enum wn_status wn_pattern_compile(const char *pattern, struct pcre2_real_code_8 **code,
                                  struct wn_err *err) {
    int error;
    PCRE2_SIZE offset;
    uint32_t groups = 0;
    *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_NEVER_UTF, &error,
                          &offset, NULL);
    if (!*code && error == PCRE2_ERROR_HEAP_FAILED)
        wn_out_of_memory();
    if (!*code) {
        char why[256];
        pcre2_get_error_message(error, (PCRE2_UCHAR *)why, sizeof why);
        return wn_fail(err, WN_BAD_INPUT, "capture '%.300s': %s, at character %zu", pattern, why,
                       offset + 1);
    }
    pcre2_pattern_info(*code, PCRE2_INFO_NAMECOUNT, &groups);
    if (groups)
        return WN_OK;
    pcre2_code_free(*code);
    *code = NULL;
    return wn_fail(err, WN_BAD_INPUT,
                   "capture '%.300s' has no named group: write (?<NAME>...) around the number",
                   pattern);
}

enum wn_status wn_pattern_check(const char *pattern, struct wn_err *err) {
    pcre2_code *code;
    enum wn_status status = wn_pattern_compile(pattern, &code, err);
    pcre2_code_free(code);
    return status;
}
