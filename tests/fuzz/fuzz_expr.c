// SPDX-License-Identifier: GPL-3.0-or-later
// Hostile expressions: any text is refused with a sentence or computes an answer; and whatever is
// accepted stands for one value, so that it can be put in brackets and used as a part of another.
// Build with clang -fsanitize=fuzzer,address,undefined.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {"lr",        "adam.lr", "adam.deep.beta",
                                    "eval/loss", "top-1",   "a\"b"};
enum { NAMES = sizeof names / sizeof *names };

static struct wn_expr *compile(const char *text) {
    struct wn_expr *expr;
    struct wn_err err = {0};
    if (wn_expr_new(text, names, NAMES, &expr, &err) != WN_OK && (expr || !*err.text))
        abort();
    return expr;
}

static enum wn_truth test(struct wn_expr *expr) {
    for (size_t i = 0; i < NAMES; i++)
        wn_expr_bind_number(expr, i, (double)i);
    return wn_expr_test(expr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = wn_strndup((const char *)data, size);
    struct wn_expr *expr = compile(text);
    if (expr) {
        enum wn_truth truth = test(expr);
        char *wrapped = wn_format("CASE WHEN (%s) THEN 1 END", text);
        struct wn_expr *whole = compile(wrapped);
        if (whole && (test(whole) == WN_TRUE) != (truth == WN_TRUE))
            abort();
        free(wrapped);
        wn_expr_free(whole);
    }
    wn_expr_free(expr);
    free(text);
    return 0;
}
