// SPDX-License-Identifier: GPL-3.0-or-later
// Hostile conversations with the optimiser: whatever a line is, the answer is one JSON object on
// one line, and says what it is: trials, an acknowledgement, the best, or an error. Build with
// clang -fsanitize=fuzzer,address,undefined.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/asktell.h"
#include "core/base/diag.h"
#include "core/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// One spec with all that a session can meet: an end, a condition, early stopping, the larger the
// better.
static const struct wn_spec *spec(void) {
    static const char text[] = "method: random\n"
                               "metric: {name: score, goal: maximize}\n"
                               "early_terminate: {type: hyperband, min_iter: 2}\n"
                               "parameters:\n"
                               "  depth: {min: 1, max: 6}\n"
                               "  kind: {values: [tree, 'né']}\n"
                               "  leaves: {values: [2, 4], when: {kind: tree}}\n";
    static struct wn_spec *made;
    struct wn_diags diags = {0};
    if (!made && wn_spec_parse("fuzz.yaml", text, sizeof text - 1, &made, &diags) != WN_OK)
        abort();
    return made;
}

static void check_answer(const struct wn_str *answer) {
    static const char *const kinds[] = {"trials", "ok", "id", "error"};
    struct wn_value value = {0};
    struct wn_err err;
    int found = 0;
    if (strlen(answer->text) != answer->length || strchr(answer->text, '\n'))
        abort();
    if (wn_value_parse_json(answer->text, &value, &err) != WN_OK || value.type != WN_MAP)
        abort();
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        found += wn_value_get(&value, kinds[i]) != NULL;
    if (found != 1)
        abort();
    wn_value_clear(&value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct wn_asktell *session;
    struct wn_str answer = {0};
    struct wn_err err;
    if (wn_asktell_new(spec(), 1, &session, &err) != WN_OK)
        abort();
    for (const char *line = (const char *)data, *end = line + size; line < end;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        size_t length = (size_t)((newline ? newline : end) - line);
        char *copy = malloc(length + 1); // of its very size, so that a step beyond is seen
        if (!copy)
            abort();
        memcpy(copy, line, length);
        copy[length] = '\0';
        wn_asktell_line(session, copy, length, &answer);
        check_answer(&answer);
        free(copy);
        line += length + 1;
    }
    wn_str_free(&answer);
    wn_asktell_free(session);
    return 0;
}
