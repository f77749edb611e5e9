// SPDX-License-Identifier: GPL-3.0-or-later
// An archive of small files in one SQLite file, in the format that `sqlite3 -A` lists and unpacks
// (table sqlar): contents are compressed by zlib where that makes them smaller. Crash-safe: what
// was committed is there, whatever is killed afterwards. A handle belongs to one thread at a time.
#ifndef WN_ARCHIVE_H
#define WN_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

struct wn_archive;

enum wn_archive_mode { WN_ARCHIVE_READ, WN_ARCHIVE_WRITE };

// WRITE makes the file where it is missing and begins the one transaction of the handle; READ says
// WN_NO there. ":memory:" is an archive that is never a file.
enum wn_status wn_archive_open(const char *path, enum wn_archive_mode mode,
                               struct wn_archive **archive, struct wn_err *err);
void wn_archive_close(struct wn_archive *archive); // rolls back what was not committed

enum wn_status wn_archive_commit(struct wn_archive *archive, struct wn_err *err);

struct wn_member {
    const char *name; // with "/" between folders
    int64_t mode, mtime;
    const char *bytes;
    size_t length;
};
// Adds a member, or replaces it. *stored: the bytes that it takes, compressed.
enum wn_status wn_archive_put(struct wn_archive *archive, const struct wn_member *member,
                              size_t *stored, struct wn_err *err);

// A member that is read piece by piece. Nothing of the archive stays locked meanwhile.
struct wn_unpacking;
// WN_NO: there is no such member.
enum wn_status wn_archive_get(struct wn_archive *archive, const char *name,
                              struct wn_unpacking **unpacking, struct wn_err *err);
// The next bytes; 0 at the end, or where the rest is damaged.
size_t wn_unpacking_read(struct wn_unpacking *unpacking, char *bytes, size_t room);
void wn_unpacking_free(struct wn_unpacking *unpacking);

// How many bytes `length` bytes would take in an archive.
size_t wn_archive_size(struct wn_archive *archive, const char *bytes, size_t length);

#endif
