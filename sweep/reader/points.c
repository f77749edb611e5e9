// SPDX-License-Identifier: GPL-3.0-or-later
// The points of one line, and the two rules about names: `step` (and W&B's `_step`) says when,
// other names that begin with an underscore are W&B's own and no metrics.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "sweep/reader/internal.h"

void wn_points_cut(struct wn_points *points, size_t count) {
    points->step = (struct wn_step){0};
    if (count < points->count)
        points->names.length = points->items[count].name;
    points->count = count;
}

static bool is_word(const char *name, size_t length, const char *word) {
    return length == strlen(word) && memcmp(name, word, length) == 0;
}

static void take_step(struct wn_step *step, const struct wn_step *found) {
    if (isfinite(found->value) && found->rank >= step->rank)
        *step = *found;
}

void wn_points_add(struct wn_points *points, const char *name, size_t length, double value) {
    if (is_word(name, length, "step")) {
        take_step(&points->step, &(struct wn_step){WN_STEP_PLAIN, value});
        return;
    }
    if (is_word(name, length, "_step"))
        take_step(&points->step, &(struct wn_step){WN_STEP_UNDERSCORE, value});
    if (!length || length > WN_NAME_MAX || name[0] == '_')
        return;
    struct wn_point_found *point = WN_PUSH(points->items, points->count, points->capacity);
    point->name = points->names.length;
    point->value = value;
    wn_str_add_bytes(&points->names, name, length);
    wn_str_add_char(&points->names, '\0');
}

void wn_points_stamp(struct wn_points *points, size_t first) {
    for (size_t i = first; i < points->count; i++)
        if (points->items[i].step.rank == WN_STEP_NONE)
            points->items[i].step = points->step;
}

void wn_points_free(struct wn_points *points) {
    wn_str_free(&points->names);
    free(points->items);
}
