// SPDX-License-Identifier: GPL-3.0-or-later
// Who owns a sweep: the runner that holds an open-file-description write lock on
// STORE/sweeps/ID/lock. The kernel drops the lock with its holder, so a lock that is held means a
// runner that lives.
#ifndef WN_OWNER_H
#define WN_OWNER_H

#include <stdbool.h>

#include "core/base/err.h"

// Becomes the owner; the lock lasts until it is released or *fd is closed (it is close-on-exec).
// Fails where another runner holds it for more than a second.
enum wn_status wn_owner_acquire(const char *sweep_dir, int *fd, struct wn_err *err);

// Is the owner no more, though the descriptor stays open.
void wn_owner_release(int fd);

// Tells whoever asks that the owner waits for room on its disk, or that it does no more. It is told
// by the kind of its lock, for nothing can be written then.
void wn_owner_wait_for_room(int fd, bool waits);
// Whether it does; false where there is no owner.
bool wn_owner_waits_for_room(const char *sweep_dir);

// Whether a runner holds the lock now, here or in another process. Changes nothing.
bool wn_owner_alive(const char *sweep_dir);

#endif
