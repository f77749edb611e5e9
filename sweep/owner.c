// SPDX-License-Identifier: GPL-3.0-or-later
// The lock of a sweep's owner. Locks of open file descriptions, unlike POSIX record locks, also
// exclude a second owner within one process and are not lost when another descriptor is closed.
#include "sweep/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/str.h"

static struct flock whole_file(void) {
    return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
}

// A runner that is killed while it starts a process leaves the lock to that process until it
// executes: a matter of milliseconds, so whoever finds the lock held looks again for a second.
static int lock_patiently(int fd) {
    enum { LOOKS = 100, PAUSE_US = 10000 };
    struct flock lock = whole_file();
    for (int look = 1;; look++) {
        if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
            return 0;
        if ((errno != EAGAIN && errno != EACCES) || look == LOOKS)
            return -1;
        usleep(PAUSE_US);
    }
}

enum wn_status wn_owner_acquire(const char *sweep_dir, int *fd, struct wn_err *err) {
    char *path = wn_format("%s/lock", sweep_dir);
    enum wn_status status = WN_OK;
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (*fd < 0)
        status = wn_fail(err, WN_ENVIRONMENT, "cannot open %s: %s", path, strerror(errno));
    else if (lock_patiently(*fd) == 0)
        status = WN_OK;
    else if (errno == EAGAIN || errno == EACCES)
        status = wn_fail(err, WN_ENVIRONMENT,
                         "another runner works on this sweep: wait for it, or stop it with "
                         "`winnow stop`");
    else
        status = wn_fail(err, WN_ENVIRONMENT, "cannot lock %s: %s", path, strerror(errno));
    if (status != WN_OK && *fd >= 0) {
        close(*fd);
        *fd = -1;
    }
    free(path);
    return status;
}

void wn_owner_release(int fd) {
    struct flock lock = whole_file();
    lock.l_type = F_UNLCK;
    fcntl(fd, F_OFD_SETLK, &lock);
}

// A read lock keeps other owners away as well.
void wn_owner_wait_for_room(int fd, bool waits) {
    struct flock lock = whole_file();
    lock.l_type = waits ? F_RDLCK : F_WRLCK;
    fcntl(fd, F_OFD_SETLK, &lock);
}

// The lock that is held: F_UNLCK, F_WRLCK or F_RDLCK.
static short lock_held(const char *sweep_dir) {
    char *path = wn_format("%s/lock", sweep_dir);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    free(path);
    if (fd < 0)
        return F_UNLCK;
    struct flock lock = whole_file();
    bool asked = fcntl(fd, F_OFD_GETLK, &lock) == 0;
    close(fd);
    return asked ? lock.l_type : F_UNLCK;
}

bool wn_owner_alive(const char *sweep_dir) {
    return lock_held(sweep_dir) != F_UNLCK;
}

bool wn_owner_waits_for_room(const char *sweep_dir) {
    return lock_held(sweep_dir) == F_RDLCK;
}
