// SPDX-License-Identifier: GPL-3.0-or-later
// The table of schedulers and its look-ups.
#include "sweep/scheduler.h"

#include <string.h>

#include "core/base/str.h"

#define X(id) extern const struct wn_scheduler_type wn_scheduler_##id;
#include "sweep/schedulers.def"
#undef X

static const struct wn_scheduler_type *const table[] = {
#define X(id) &wn_scheduler_##id,
#include "sweep/schedulers.def"
#undef X
};

enum { TABLE_SIZE = sizeof table / sizeof *table };

const struct wn_scheduler_type *wn_scheduler_find(const char *type) {
    for (size_t i = 0; i < TABLE_SIZE; i++)
        if (strcmp(table[i]->name, type) == 0)
            return table[i];
    return NULL;
}

const struct wn_scheduler_type *const *wn_scheduler_all(size_t *count) {
    *count = TABLE_SIZE;
    return table;
}

const char *wn_scheduler_closest(const char *word) {
    const char *names[TABLE_SIZE];
    for (size_t i = 0; i < TABLE_SIZE; i++)
        names[i] = table[i]->name;
    return wn_closest(word, names, TABLE_SIZE);
}
