// SPDX-License-Identifier: GPL-3.0-or-later
// The table of distributions and its look-ups. Its order is the manual's.
#include "core/dist.h"

#include <string.h>

#include "core/base/str.h"

#define X(id) extern const struct wn_dist wn_dist_##id;
#include "core/dists.def"
#undef X

static const struct wn_dist *const table[] = {
#define X(id) &wn_dist_##id,
#include "core/dists.def"
#undef X
};

enum { TABLE_SIZE = sizeof table / sizeof *table };

const struct wn_dist *wn_dist_find(const char *name) {
    for (size_t i = 0; i < TABLE_SIZE; i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return NULL;
}

const struct wn_dist *const *wn_dist_all(size_t *count) {
    *count = TABLE_SIZE;
    return table;
}

const char *wn_dist_closest(const char *word) {
    const char *names[TABLE_SIZE];
    for (size_t i = 0; i < TABLE_SIZE; i++)
        names[i] = table[i]->name;
    return wn_closest(word, names, TABLE_SIZE);
}
