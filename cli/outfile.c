// SPDX-License-Identifier: GPL-3.0-or-later
// A file that has no name until it is whole, so that nothing is left of it whatever ends us. Where
// the file system has no such files it is written beside its place and renamed into it, and a
// signal that ends us takes it along.
#include "cli/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/common.h"
#include "core/base/mem.h"

// Names and values come from trials: on a terminal they are escaped.
static bool write_out(void *context, const char *bytes, size_t length) {
    struct wn_outfile *file = context;
    return wn_print_text(file->out, bytes, length);
}

static bool write_file(void *context, const char *bytes, size_t length) {
    struct wn_outfile *file = context;
    while (length && !file->error) {
        ssize_t written = write(file->fd, bytes, length);
        if (written < 0 && errno != EINTR)
            file->error = errno;
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        }
    }
    return !file->error;
}

// Another path would not help.
static bool is_of_the_machine(int error) {
    return error == EIO || error == ENOSPC || error == EDQUOT || error == EMFILE ||
           error == ENFILE || error == ENOMEM;
}

// ---- the name beside its place ------------------------------------------------------------------

static char doomed[PATH_MAX + 32]; // what a signal takes along

static void take_along(int number) {
    unlink(doomed);
    raise(number); // its action is the default one by now
}

// What is ignored (nohup) stays so.
static void guard(const char *path) {
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    struct sigaction before, action = {.sa_handler = take_along, .sa_flags = (int)SA_RESETHAND};
    snprintf(doomed, sizeof doomed, "%s", path);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            sigaction(numbers[i], &action, NULL);
}

static int open_unnamed(const char *path, mode_t mode) {
    char *copy = wn_strdup(path);
    int fd = open(dirname(copy), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
    free(copy);
    return fd;
}

static int open_in(struct wn_outfile *file, mode_t mode) {
    const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
    if (!file->temporary)
        return open(file->path, flags, mode);
    int fd = open_unnamed(file->path, mode);
    file->named = fd < 0;
    if (!file->named)
        return fd;
    guard(file->temporary);
    return open(file->temporary, flags, mode);
}

static bool give_name(const struct wn_outfile *file, const char *name) {
    char *self = wn_format("/proc/self/fd/%d", file->fd);
    bool given = linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
    free(self);
    return given;
}

// Over what is there already it goes by way of the other name.
static bool put_in_place(const struct wn_outfile *file) {
    if (give_name(file, file->path))
        return true;
    if (errno != EEXIST)
        return false;
    guard(file->temporary);
    return give_name(file, file->temporary) && rename(file->temporary, file->path) == 0;
}

// ---- opening and closing ------------------------------------------------------------------------

enum wn_status wn_outfile_open(struct wn_outfile *file, struct wn_output *out, const char *path,
                               struct wn_err *err) {
    *file = (struct wn_outfile){.out = out, .fd = -1};
    file->sink = (struct wn_sink){.write = write_out, .context = file};
    if (!path || strcmp(path, "-") == 0)
        return WN_OK;
    file->path = path;
    file->sink.write = write_file;
    struct stat found;
    bool exists = stat(path, &found) == 0;
    if (exists && S_ISDIR(found.st_mode))
        return wn_fail(err, WN_BAD_INPUT, "%s is a folder: name a file in it", path);
    // What is no plain file (a pipe, /dev/null) must stay what it is; a link is followed.
    if (!exists || S_ISREG(found.st_mode)) {
        char resolved[PATH_MAX];
        file->path = file->target = wn_strdup(realpath(path, resolved) ? resolved : path);
        file->temporary = wn_format("%s.%d.part", file->path, (int)getpid());
    }
    file->fd = open_in(file, exists ? found.st_mode & 0777 : 0666);
    if (file->fd >= 0)
        return WN_OK;
    enum wn_status status = is_of_the_machine(errno) ? WN_ENVIRONMENT : WN_BAD_INPUT;
    wn_fail(err, status, "cannot write %s: %s", path, strerror(errno));
    free(file->temporary);
    free(file->target);
    return status;
}

enum wn_status wn_outfile_close(struct wn_outfile *file, enum wn_status status,
                                struct wn_err *err) {
    if (!file->path)
        return status;
    bool wanted = file->temporary && status == WN_OK && !file->error;
    if (wanted && !file->named && !put_in_place(file))
        file->error = errno;
    if (close(file->fd) != 0 && !file->error)
        file->error = errno;
    if (wanted && file->named && !file->error && rename(file->temporary, file->path) != 0)
        file->error = errno;
    if (file->error == EPIPE) // whoever read the named pipe has gone
        file->error = 0;
    if (status == WN_OK && file->error)
        status =
            wn_fail(err, WN_ENVIRONMENT, "cannot write %s: %s", file->path, strerror(file->error));
    if (file->temporary && status != WN_OK)
        unlink(file->temporary);
    free(file->temporary);
    free(file->target);
    return status;
}
