// SPDX-License-Identifier: GPL-3.0-or-later
// Room on a file system: bytes and inodes, as far as it has a bound on them.
#include "sweep/disk.h"

#include <math.h>
#include <stdio.h>
#include <sys/statvfs.h>

struct room {
    double free, low;
};

static struct room bytes_of(const struct statvfs *about) {
    double block = (double)about->f_frsize, all = (double)about->f_blocks * block;
    return (struct room){.free = (double)about->f_bavail * block,
                         .low = fmin(256 * 0x1p20, all / 100)};
}

static struct room files_of(const struct statvfs *about) {
    return (struct room){.free = (double)about->f_favail,
                         .low = fmin(1000, (double)about->f_files / 100)};
}

static enum wn_room judge(struct room room) {
    if (room.free < room.low)
        return WN_ROOM_LOW;
    return room.free < room.low * 1.25 ? WN_ROOM_SCARCE : WN_ROOM_AMPLE;
}

enum wn_room wn_disk_room(const char *dir) {
    struct statvfs about;
    if (statvfs(dir, &about) != 0)
        return WN_ROOM_AMPLE;
    enum wn_room bytes = judge(bytes_of(&about)), files = judge(files_of(&about));
    return bytes > files ? bytes : files;
}

char *wn_disk_text(const char *dir, char *out, size_t room) {
    struct statvfs about;
    if (statvfs(dir, &about) != 0)
        snprintf(out, room, "the disk is full");
    else if (judge(files_of(&about)) > judge(bytes_of(&about)))
        snprintf(out, room, "the disk has no room for more than %.0f files", files_of(&about).free);
    else
        snprintf(out, room, "%.1f MiB are left on the disk", bytes_of(&about).free / 0x1p20);
    return out;
}
