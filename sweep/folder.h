// SPDX-License-Identifier: GPL-3.0-or-later
// The folder of a sweep, and where on the disk it lands: apart from the sweeps before it, so that
// making the logs of one never waits for what became of the logs of another.
#ifndef WN_FOLDER_H
#define WN_FOLDER_H

#include "core/store/store.h"

// The folder of a sweep, absolute; the caller frees it.
char *wn_sweep_folder(const struct wn_store *store, int64_t sweep);

// Makes that folder unless it is there.
enum wn_status wn_sweep_folder_make(const struct wn_store *store, int64_t sweep,
                                    struct wn_err *err);

#endif
