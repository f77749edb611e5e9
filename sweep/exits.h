// SPDX-License-Identifier: GPL-3.0-or-later
// Reads exits.jsonl, to which every shim of a sweep appends its record. What is torn (a shim was
// killed, a disk was full) or foreign is passed over.
#ifndef WN_EXITS_H
#define WN_EXITS_H

#include "core/base/err.h"
#include "sweep/trialfiles.h"

// Calls `each` for every whole record from byte `*offset` on, which moves to the end of the last
// complete line. A missing file holds no records. Fails where the file cannot be read.
enum wn_status wn_exits_read(const char *path, int64_t *offset,
                             void (*each)(void *context, const struct wn_exit_record *record),
                             void *context, struct wn_err *err);

#endif
