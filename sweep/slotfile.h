// SPDX-License-Identifier: GPL-3.0-or-later
// Slot files: one small file per CPU slot ("cpu-0") and GPU ("gpu-GPU-a") in a folder that all
// sweeps of a host and user share. A slot is held while an open file description has the write lock
// of its file, so the kernel frees it with the last process that has the descriptor; the one line
// in the file says who holds it, and means nothing while nobody does. Asking changes nothing.
#ifndef WN_SLOTFILE_H
#define WN_SLOTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

enum { WN_SLOT_LINE = 4096 }; // bytes of the line at most, with its end

struct wn_slot_holder {
    int64_t key; // of the sweep: wn_slot_key()
    int64_t trial;
    double since; // Unix seconds
    char sweep[128];
};

// Makes the folder where it is missing. Fails where it is not a folder of this user alone.
enum wn_status wn_slot_folder(const char *dir, struct wn_err *err);

// The same without making it: one that is not there is fine.
enum wn_status wn_slot_folder_check(const char *dir, struct wn_err *err);

// What tells one sweep of this host from all others: made of its folder's device and inode.
int64_t wn_slot_key(const char *sweep_dir);

// Opens DIR/NAME (a slash in the name becomes "_"), made where missing if `make`, for asking or for
// locking; never one of the descriptors 0 to 4, which a shim is given. -1 and errno on failure.
int wn_slot_open(const char *dir, const char *name, bool make);
bool wn_slot_lock(int fd); // false: another description has the lock
bool wn_slot_held(int fd); // by another description than this one

// The line of a file, without its end; "" where there is none.
void wn_slot_read_line(int fd, char line[WN_SLOT_LINE]);
// Writes a line (without its end), of which as much is kept as fits. Errors are ignored: it only
// serves messages and fairness.
void wn_slot_write_line(int fd, const char *line);
// The next field of a line, fields being parted by tabs; "" where there is none left.
char *wn_slot_field(char **rest);

void wn_slot_write_holder(int fd, const struct wn_slot_holder *holder);
void wn_slot_read_holder(int fd, struct wn_slot_holder *holder);

// The slots of a folder in the order of their names, numbers counted; `holder` is NULL for a free
// one. A folder that is not there has none.
void wn_slot_each(const char *dir,
                  void (*each)(void *context, const char *name,
                               const struct wn_slot_holder *holder),
                  void *context);

#endif
