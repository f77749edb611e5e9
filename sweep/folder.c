// SPDX-License-Identifier: GPL-3.0-or-later
// Where nothing else is asked for, ext4 puts a new folder and its files into the block group of its
// parent, and for minutes after files were removed it passes over their inodes one by one: a sweep
// of a thousand short trials takes twice as long after another one was packed or removed. So the
// folder of all sweeps is marked as the top of unrelated ones (chattr +T), which ext4 spreads, by
// their names at the time they are made. Elsewhere the mark means nothing and is not missed.
#include "sweep/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/str.h"

char *wn_sweep_folder(const struct wn_store *store, int64_t sweep) {
    char resolved[PATH_MAX];
    const char *dir = realpath(wn_store_dir(store), resolved);
    return wn_format("%s/sweeps/%lld", dir ? dir : wn_store_dir(store), (long long)sweep);
}

static void spread_what_is_in(const char *folder) {
    int flags, fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0) {
        flags |= FS_TOPDIR_FL;
        ioctl(fd, FS_IOC_SETFLAGS, &flags);
    }
    close(fd);
}

// Under a name that was never used, for a name that comes again leads to the same place.
static bool make_spread(const char *parent, const char *folder) {
    uint64_t drawn = 0;
    if (getrandom(&drawn, sizeof drawn, 0) != (ssize_t)sizeof drawn)
        drawn = (uint64_t)(wn_now() * 1e6);
    char *fresh = wn_format("%s/new-%016" PRIx64, parent, drawn);
    bool made = mkdir(fresh, 0755) == 0 && rename(fresh, folder) == 0;
    if (!made) {
        int error = errno;
        rmdir(fresh);
        errno = error;
    }
    free(fresh);
    return made || errno == ENOTEMPTY || errno == EEXIST;
}

enum wn_status wn_sweep_folder_make(const struct wn_store *store, int64_t sweep,
                                    struct wn_err *err) {
    char *folder = wn_sweep_folder(store, sweep);
    char *parent = wn_format("%s/sweeps", wn_store_dir(store));
    enum wn_status status = WN_OK;
    if (mkdir(parent, 0755) == 0)
        spread_what_is_in(parent);
    if (access(folder, F_OK) != 0 && !make_spread(parent, folder))
        status =
            wn_fail(err, WN_ENVIRONMENT, "cannot make the folder %s: %s", folder, strerror(errno));
    free(parent);
    free(folder);
    return status;
}
