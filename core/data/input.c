// SPDX-License-Identifier: GPL-3.0-or-later
// zlib does the reading: what is no gzip it hands through as it is.
#include "core/data/input.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "core/base/mem.h"

enum { BUFFER = 1 << 18 };

struct wn_input {
    char *path;
    gzFile file;
    double size; // 0: unknown
};

static enum wn_status open_fd(const char *path, int *fd, double *size, struct wn_err *err) {
    struct stat about;
    *fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0)
        return wn_fail(err, WN_BAD_INPUT, "cannot read %s: %s", path, strerror(errno));
    *size = 0;
    if (fstat(*fd, &about) == 0 && S_ISREG(about.st_mode))
        *size = (double)about.st_size;
    else if (S_ISDIR(about.st_mode)) {
        close(*fd);
        return wn_fail(err, WN_BAD_INPUT, "%s is a folder: name its files, as in '%s/*.csv'", path,
                       path);
    }
    return WN_OK;
}

enum wn_status wn_input_open(const char *path, struct wn_input **input, struct wn_err *err) {
    int fd;
    double size;
    if (open_fd(path, &fd, &size, err) != WN_OK)
        return WN_BAD_INPUT;
    gzFile file = gzdopen(fd, "rb");
    if (!file)
        wn_out_of_memory();
    gzbuffer(file, BUFFER);
    *input = wn_calloc(1, sizeof **input);
    **input = (struct wn_input){wn_strdup(path), file, size};
    return WN_OK;
}

size_t wn_input_read(void *context, char *bytes, size_t room) {
    struct wn_input *input = context;
    int got = gzread(input->file, bytes, (unsigned)(room < BUFFER ? room : BUFFER));
    return got > 0 ? (size_t)got : 0;
}

enum wn_status wn_input_end(struct wn_input *input, struct wn_err *err) {
    int code;
    const char *text = gzerror(input->file, &code);
    if (code == Z_ERRNO)
        return wn_fail(err, WN_ENVIRONMENT, "cannot read %s: %s", input->path, strerror(errno));
    if (code == Z_BUF_ERROR)
        return wn_fail(err, WN_BAD_INPUT, "%s is cut off: its gzip data ends too early",
                       input->path);
    if (code != Z_OK && code != Z_STREAM_END)
        return wn_fail(err, WN_BAD_INPUT, "%s is damaged: %s", input->path, text);
    return WN_OK;
}

double wn_input_share(struct wn_input *input) {
    z_off_t at = gzoffset(input->file);
    return input->size > 0 && at >= 0 ? fmin((double)at / input->size, 1) : NAN;
}

void wn_input_close(struct wn_input *input) {
    if (!input)
        return;
    gzclose(input->file);
    free(input->path);
    free(input);
}
