// SPDX-License-Identifier: GPL-3.0-or-later
// The reader of CSV against any bytes: it ends, what it yields is UTF-8, and what it yields,
// written out again, reads back as the same rows. The first byte says how many bytes come at once,
// and whether the delimiter is to be found.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/str.h"
#include "core/csv.h"
#include "core/export.h"
#include "core/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bytes {
    const char *at;
    size_t left, step;
};

static size_t read_bytes(void *context, char *bytes, size_t room) {
    struct bytes *from = context;
    size_t length = from->left < from->step ? from->left : from->step;
    length = length < room ? length : room;
    if (length)
        memcpy(bytes, from->at, length);
    from->at += length;
    from->left -= length;
    return length;
}

static void require(bool holds) {
    if (!holds)
        abort();
}

// The rows that are good, written out; a lone empty cell in quotes, for it would be a blank line.
static void rewrite(const char *text, size_t length, size_t step, struct wn_str *out) {
    struct bytes bytes = {text, length, step};
    struct wn_csv *csv = wn_csv_new(&(struct wn_csv_source){read_bytes, &bytes});
    if (step % 2)
        require(strchr(",;\t|", wn_csv_detect(csv)) != NULL);
    struct wn_csv_row row;
    int64_t line = 0;
    while (wn_csv_next(csv, &row)) {
        require(row.line > line && row.count > 0);
        line = row.line;
        if (row.wrong)
            continue;
        for (size_t i = 0; i < row.count; i++) {
            const char *cell = row.cells[i].text;
            require(wn_is_utf8(cell));
            wn_str_add(out, i ? "," : "");
            if (row.count == 1 && !*cell)
                wn_str_add(out, "\"\"");
            else
                wn_csv_text(out, cell);
        }
        wn_str_add_char(out, '\n');
    }
    wn_csv_free(csv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct wn_str once = {0}, twice = {0};
    if (!size)
        return 0;
    wn_str_add(&once, "");
    wn_str_add(&twice, "");
    rewrite((const char *)data + 1, size - 1, (size_t)data[0] + 3, &once);
    rewrite(once.text, once.length, 65536, &twice);
    // Text that begins with a byte order mark of its own loses it.
    bool marked = once.length >= 3 && memcmp(once.text, "\xef\xbb\xbf", 3) == 0;
    require(marked ||
            (once.length == twice.length && memcmp(once.text, twice.text, once.length) == 0));
    wn_str_free(&once);
    wn_str_free(&twice);
    return 0;
}
