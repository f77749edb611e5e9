// SPDX-License-Identifier: GPL-3.0-or-later
// What the files of the document reader share. Internal to doc*.c.
//
// doc.c       entry points, files            doc_yaml.c    libyaml's events into a tree
// doc_json.c  JSON made digestible as YAML   doc_map.c     duplicate keys, merge keys
//                                            doc_scalar.c  what a plain scalar means
#ifndef WN_DOC_PRIVATE_H
#define WN_DOC_PRIVATE_H

#include "core/doc.h"

// The budget of a whole document: nodes of its tree, keys and expanded aliases among them.
enum { WN_DOC_DEPTH = 64, WN_DOC_NODES = 200000, WN_DOC_ANCHORS = 1000 };

// Reads the one document of a YAML text into `value`; false where something was wrong, which is
// then in `diags`. The value may be half filled.
bool wn_doc_read_yaml(const char *text, size_t length, struct wn_value *value,
                      struct wn_diags *diags);

// The 1-based place of a byte.
void wn_doc_place(const char *text, size_t offset, int *line, int *column);

bool wn_doc_is_json(const char *text, size_t length);
// The same as YAML, with lines and columns nearly kept. The caller frees.
char *wn_doc_json_to_yaml(const char *text, size_t *length);

// Complains of each key that a map holds twice.
void wn_doc_find_duplicates(const struct wn_value *map, struct wn_diags *diags);
// Replaces the entry `<<` by the entries of the map or maps it holds; the map's own entries win.
// False where `<<` holds something else, after complaining.
bool wn_doc_merge(struct wn_value *map, struct wn_diags *diags);

#endif
