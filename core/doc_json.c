// SPDX-License-Identifier: GPL-3.0-or-later
// JSON is nearly YAML. What it allows and YAML does not is rewritten: tabs between tokens and
// surrogate pairs in texts.
#include <stdlib.h>
#include <string.h>

#include "core/base/str.h"
#include "core/doc_private.h"

bool wn_doc_is_json(const char *text, size_t length) {
    size_t at = 0;
    while (at < length && strchr(" \t\r\n", text[at]))
        at++;
    return at < length && text[at] == '{';
}

static bool read_hex4(const char *text, unsigned *code) {
    static const char hex[] = "0123456789abcdefABCDEF";
    char digits[5] = {text[0], text[1], text[2], text[3], '\0'};
    *code = (unsigned)strtoul(digits, NULL, 16);
    return strspn(digits, hex) == 4;
}

// A surrogate pair \uD83D\uDE00 at `text`: its code point, or 0.
static unsigned surrogate_pair(const char *text, size_t length) {
    unsigned high, low;
    if (length < 12 || text[0] != '\\' || text[1] != 'u' || text[6] != '\\' || text[7] != 'u')
        return 0;
    if (!read_hex4(text + 2, &high) || !read_hex4(text + 8, &low))
        return 0;
    if (high < 0xd800 || high > 0xdbff || low < 0xdc00 || low > 0xdfff)
        return 0;
    return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

char *wn_doc_json_to_yaml(const char *text, size_t *length) {
    struct wn_str yaml = {0};
    bool inside = false;
    for (size_t i = 0; i < *length; i++) {
        unsigned point = inside ? surrogate_pair(text + i, *length - i) : 0;
        if (point) {
            wn_str_addf(&yaml, "\\U%08x", point);
            i += 11;
        } else if (inside && text[i] == '\\' && i + 1 < *length) {
            wn_str_add_bytes(&yaml, text + i++, 2);
        } else {
            inside ^= text[i] == '"';
            wn_str_add_char(&yaml, !inside && text[i] == '\t' ? ' ' : text[i]);
        }
    }
    *length = yaml.length;
    return wn_str_take(&yaml);
}
