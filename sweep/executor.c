// SPDX-License-Identifier: GPL-3.0-or-later
// The table of executors: executors.def makes the declarations and the rows.
#include "sweep/executor.h"

#include <string.h>

#define X(name) extern const struct wn_executor_type wn_executor_##name;
#include "sweep/executors.def"
#undef X

static const struct wn_executor_type *const executors[] = {
#define X(name) &wn_executor_##name,
#include "sweep/executors.def"
#undef X
};

const struct wn_executor_type *const *wn_executor_all(size_t *count) {
    *count = sizeof executors / sizeof *executors;
    return executors;
}

const struct wn_executor_type *wn_executor_find(const char *name) {
    size_t count;
    const struct wn_executor_type *const *all = wn_executor_all(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}
