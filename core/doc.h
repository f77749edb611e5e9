// SPDX-License-Identifier: GPL-3.0-or-later
// Reads YAML or JSON text into one tree of values that remember line and column (libyaml events).
// Scalars follow PyYAML (YAML 1.1: yes/no, 010, 1_000, 1:30, << merges, anchors), except that 1e-5
// is a number. Budgets on size, depth and alias expansion make hostile files end in a message.
#ifndef WN_DOC_H
#define WN_DOC_H

#include <stddef.h>

#include "core/base/diag.h"
#include "core/value.h"

// Parses `length` bytes. Returns WN_OK, or WN_BAD_INPUT with the mistakes (syntax, duplicate keys,
// NUL bytes, invalid UTF-8, budgets, a second document, an empty document) added to `diags`;
// several may be reported at once. `value` is cleared on failure.
enum wn_status wn_doc_parse(const char *text, size_t length, struct wn_value *value,
                            struct wn_diags *diags);

// Reads a whole file of at most WN_DOC_MAX_BYTES; "-" is standard input. The caller frees *text.
#define WN_DOC_MAX_BYTES ((size_t)8 << 20)
enum wn_status wn_doc_read_file(const char *path, char **text, size_t *length, struct wn_err *err);

// What a plain scalar means, by the same rules (used by -p and --where style arguments).
struct wn_value wn_doc_scalar(const char *text);

#endif
