// SPDX-License-Identifier: GPL-3.0-or-later
// Slot files. Locks of open file descriptions rather than flock(): they go with the last descriptor
// just the same, but can be asked for (F_OFD_GETLK) without being taken for a moment.
#include "sweep/slotfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/base/str.h"

enum { FIRST_DESCRIPTOR = 5 };

enum wn_status wn_slot_folder(const char *dir, struct wn_err *err) {
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return wn_fail(err, WN_ENVIRONMENT, "cannot make %s: %s", dir, strerror(errno));
    return wn_slot_folder_check(dir, err);
}

enum wn_status wn_slot_folder_check(const char *dir, struct wn_err *err) {
    struct stat about;
    if (lstat(dir, &about) != 0 && errno == ENOENT)
        return WN_OK;
    if (lstat(dir, &about) != 0)
        return wn_fail(err, WN_ENVIRONMENT, "cannot look at %s: %s", dir, strerror(errno));
    if (!S_ISDIR(about.st_mode))
        return wn_fail(err, WN_ENVIRONMENT, "%s is not a folder", dir);
    if (about.st_uid != geteuid() || (about.st_mode & 022))
        return wn_fail(err, WN_ENVIRONMENT, "%s can be changed by other users", dir);
    return WN_OK;
}

int64_t wn_slot_key(const char *sweep_dir) {
    struct stat about = {0};
    if (stat(sweep_dir, &about) != 0)
        return 0;
    return (int64_t)(wn_mix64(about.st_dev) ^ about.st_ino);
}

int wn_slot_open(const char *dir, const char *name, bool make) {
    char *path = wn_format("%s/%s", dir, name);
    for (char *c = path + strlen(dir) + 1; *c; c++)
        *c = *c == '/' ? '_' : *c;
    int fd = open(path, O_RDWR | (make ? O_CREAT : 0) | O_CLOEXEC | O_NOFOLLOW, 0600);
    free(path);
    if (fd < 0 || fd >= FIRST_DESCRIPTOR)
        return fd;
    int above = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_DESCRIPTOR);
    close(fd);
    return above;
}

bool wn_slot_lock(int fd) {
    const struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

bool wn_slot_held(int fd) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

// ---- the line -----------------------------------------------------------------------------------

void wn_slot_read_line(int fd, char line[WN_SLOT_LINE]) {
    ssize_t length = pread(fd, line, WN_SLOT_LINE - 1, 0);
    line[length > 0 ? length : 0] = '\0';
    line[strcspn(line, "\n")] = '\0';
}

// In one write, over what was there: what is left of a longer line is behind the newline.
void wn_slot_write_line(int fd, const char *line) {
    char whole[WN_SLOT_LINE];
    int length = snprintf(whole, sizeof whole - 1, "%s", line);
    size_t end = length < (int)sizeof whole - 2 ? (size_t)length : sizeof whole - 2;
    whole[end++] = '\n';
    ssize_t ignored = pwrite(fd, whole, end, 0);
    (void)ignored;
}

char *wn_slot_field(char **rest) {
    char *field = *rest;
    size_t length = strcspn(field, "\t");
    *rest += length + (field[length] == '\t');
    field[length] = '\0';
    return field;
}

void wn_slot_write_holder(int fd, const struct wn_slot_holder *holder) {
    char line[WN_SLOT_LINE];
    snprintf(line, sizeof line, "%lld\t%lld\t%.0f\t%s", (long long)holder->key,
             (long long)holder->trial, holder->since, holder->sweep);
    wn_slot_write_line(fd, line);
}

void wn_slot_read_holder(int fd, struct wn_slot_holder *holder) {
    char line[WN_SLOT_LINE], *rest = line;
    wn_slot_read_line(fd, line);
    holder->key = strtoll(wn_slot_field(&rest), NULL, 10);
    holder->trial = strtoll(wn_slot_field(&rest), NULL, 10);
    holder->since = strtod(wn_slot_field(&rest), NULL);
    snprintf(holder->sweep, sizeof holder->sweep, "%s", wn_slot_field(&rest));
}

// ---- all of them --------------------------------------------------------------------------------

static int is_slot(const struct dirent *entry) {
    return wn_starts_with(entry->d_name, "cpu-") || wn_starts_with(entry->d_name, "gpu-");
}

void wn_slot_each(const char *dir,
                  void (*each)(void *context, const char *name,
                               const struct wn_slot_holder *holder),
                  void *context) {
    struct dirent **entries;
    int count = scandir(dir, &entries, is_slot, versionsort);
    for (int i = 0; i < count; i++) {
        struct wn_slot_holder holder;
        int fd = wn_slot_open(dir, entries[i]->d_name, false);
        bool held = fd >= 0 && wn_slot_held(fd);
        if (held)
            wn_slot_read_holder(fd, &holder);
        if (fd >= 0)
            close(fd);
        each(context, entries[i]->d_name, held ? &holder : NULL);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}
