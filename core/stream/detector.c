// SPDX-License-Identifier: GPL-3.0-or-later
// The table of detectors.
#include "core/stream/detector.h"

#include <string.h>

#define X(name) extern const struct wn_detector_type wn_detector_##name;
#include "core/stream/detectors.def"
#undef X

static const struct wn_detector_type *const detectors[] = {
#define X(name) &wn_detector_##name,
#include "core/stream/detectors.def"
#undef X
};

const struct wn_detector_type *const *wn_detector_all(size_t *count) {
    *count = sizeof detectors / sizeof *detectors;
    return detectors;
}

const struct wn_detector_type *wn_detector_find(const char *name) {
    for (size_t i = 0; i < sizeof detectors / sizeof *detectors; i++)
        if (strcmp(detectors[i]->name, name) == 0)
            return detectors[i];
    return NULL;
}
