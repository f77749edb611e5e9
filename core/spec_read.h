// SPDX-License-Identifier: GPL-3.0-or-later
// What the files that turn a document into a spec share: the builder, typed readers that complain
// with a place, and rows of keys. Internal to spec*.c.
//
// spec.c        the keys of a sweep and the whole       spec_param.c  parameters
// spec_read.c   readers of texts, numbers, mappings     spec_check.c  rules across keys
// spec_words.c  the command line's form
#ifndef WN_SPEC_READ_H
#define WN_SPEC_READ_H

#include "core/spec.h"

struct wn_builder {
    struct wn_spec *spec;
    struct wn_diags *diags;
};

struct wn_key_row {
    struct wn_spec_key key;
    void (*read)(struct wn_builder *builder, const char *path, const struct wn_value *value);
};

void wn_spec_error(struct wn_builder *builder, const struct wn_value *at, const char *path,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));
void wn_spec_warn(struct wn_builder *builder, const struct wn_value *at, const char *path,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

// A short text of what was found: 0.1, 'adam', a list of 3. Valid until the next call.
#define WN_FOUND_ROOM 64
struct wn_found {
    char text[WN_FOUND_ROOM];
};
struct wn_found wn_spec_found(const struct wn_value *value);

// Each returns whether the value could be read; it has complained where not.
bool wn_read_text(struct wn_builder *builder, const char *path, const struct wn_value *value,
                  char **text);
bool wn_read_count(struct wn_builder *builder, const char *path, const struct wn_value *value,
                   int64_t least, int64_t *count);
// A quoted number counts, with a warning.
bool wn_read_real(struct wn_builder *builder, const char *path, const struct wn_value *value,
                  double *number);
bool wn_read_flag(struct wn_builder *builder, const char *path, const struct wn_value *value,
                  bool *flag);
bool wn_read_duration(struct wn_builder *builder, const char *path, const struct wn_value *value,
                      double *seconds);
// One text or a list of them, appended.
bool wn_read_texts(struct wn_builder *builder, const char *path, const struct wn_value *value,
                   char ***texts, size_t *count);

// Reads every key of a mapping by its row; unknown keys are warned of (errors where no key is
// of W&B's format), with the closest known one.
void wn_read_rows(struct wn_builder *builder, const char *path, const struct wn_value *map,
                  const struct wn_key_row *rows, size_t count);

// spec_param.c: parameters: {...}
void wn_read_parameters(struct wn_builder *builder, const char *path, const struct wn_value *value);
// spec_check.c: what concerns more than one key.
void wn_check_spec(struct wn_builder *builder, const struct wn_value *document);
// spec.c: a document that is already a tree; `vet` may be NULL.
enum wn_status wn_spec_from_value(const struct wn_value *document, wn_spec_vetter *vet,
                                  struct wn_spec **spec, struct wn_diags *diags);

#endif
