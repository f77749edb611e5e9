// SPDX-License-Identifier: GPL-3.0-or-later
// Room on the file system of a folder. A runner starts no trials where room is low, and tells
// readers by its lock (owner.h), so that nothing need be written to tell it.
#ifndef WN_DISK_H
#define WN_DISK_H

#include <stdbool.h>
#include <stddef.h>

// Low: less than 256 MiB or 1 % of the file system, whichever is smaller, or so few files that may
// still be made. Once low, it must have a quarter more to be called ample. An unreadable folder is
// never low.
enum wn_room { WN_ROOM_AMPLE, WN_ROOM_SCARCE, WN_ROOM_LOW };
enum wn_room wn_disk_room(const char *dir);

// "3 MiB are left on the disk of DIR", or "12 files may ...", for messages; returns out.
char *wn_disk_text(const char *dir, char *out, size_t room);

#endif
