// SPDX-License-Identifier: GPL-3.0-or-later
// Detectors tell in a stream of numbers when it is not any more what it was. Each value is seen
// once, memory is bounded. One file per detector in core/stream/detectors/, one line in
// detectors.def.
#ifndef WN_STREAM_DETECTOR_H
#define WN_STREAM_DETECTOR_H

#include <stdbool.h>
#include <stddef.h>

struct wn_detector_type {
    const char *name, *summary, *paper;
    bool shares; // it takes zeros and ones alone: errors
    void *(*create)(void);
    // The next value, which is finite; true: it changed. Afterwards it begins anew.
    bool (*add)(void *state, double value);
    void (*free)(void *state);
};

const struct wn_detector_type *wn_detector_find(const char *name); // NULL: none
const struct wn_detector_type *const *wn_detector_all(size_t *count);

#endif
