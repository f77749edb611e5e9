// SPDX-License-Identifier: GPL-3.0-or-later
// Standard output with its manners: colours by NO_COLOR, TERM and the terminal; EPIPE is silent.
#include "cli/print.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { DEFAULT_WIDTH = 80, NARROWEST = 20 };

bool wn_takes_escapes(int fd) {
    const char *term = getenv("TERM");
    return isatty(fd) && term && *term && strcmp(term, "dumb") != 0;
}

static bool wants_colour(const char *color, int fd) {
    const char *no_color = getenv("NO_COLOR");
    if (strcmp(color, "auto") != 0)
        return strcmp(color, "always") == 0;
    return wn_takes_escapes(fd) && !(no_color && *no_color);
}

static int width_of(int fd) {
    const char *columns = getenv("COLUMNS");
    int width = columns ? atoi(columns) : 0;
    struct winsize size;
    if (width <= 0 && ioctl(fd, TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
    if (width <= 0)
        return DEFAULT_WIDTH;
    return width < NARROWEST ? NARROWEST : width;
}

void wn_output_open(struct wn_output *out, FILE *file, const char *color) {
    bool terminal = isatty(fileno(file));
    *out = (struct wn_output){
        .file = file,
        .terminal = terminal,
        .colour = wants_colour(color, fileno(file)),
        .width = terminal ? width_of(fileno(file)) : 0,
    };
}

static bool note_error(struct wn_output *out, bool good) {
    if (!good && !out->error)
        out->error = errno ? errno : EIO;
    return out->error == 0;
}

bool wn_print_bytes(struct wn_output *out, const void *bytes, size_t length) {
    if (out->error)
        return false;
    errno = 0;
    return note_error(out, fwrite(bytes, 1, length, out->file) == length);
}

bool wn_print(struct wn_output *out, const char *text) {
    return wn_print_bytes(out, text, strlen(text));
}

bool wn_printf(struct wn_output *out, const char *format, ...) {
    if (out->error)
        return false;
    va_list args;
    va_start(args, format);
    errno = 0;
    bool good = vfprintf(out->file, format, args) >= 0;
    va_end(args);
    return note_error(out, good);
}

bool wn_print_flush(struct wn_output *out) {
    if (out->error)
        return false;
    errno = 0;
    return note_error(out, fflush(out->file) == 0);
}

enum wn_status wn_output_finish(struct wn_output *out, struct wn_err *err) {
    wn_print_flush(out);
    if (out->error == 0 || out->error == EPIPE)
        return WN_OK;
    return wn_fail(err, WN_ENVIRONMENT, "cannot write to standard output: %s",
                   strerror(out->error));
}

const char *wn_role(const struct wn_output *out, enum wn_role role) {
    static const char *const sequences[] = {
        [WN_ROLE_PLAIN] = "\033[0m", [WN_ROLE_HEAD] = "\033[1m",  [WN_ROLE_DIM] = "\033[2m",
        [WN_ROLE_GOOD] = "\033[32m", [WN_ROLE_WARN] = "\033[33m", [WN_ROLE_BAD] = "\033[31m",
    };
    return out->colour ? sequences[role] : "";
}

void wn_complain(const char *sentence) {
    fprintf(stderr, "winnow: %s\n", sentence);
}

void wn_say(const char *format, ...) {
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
}

void wn_say_diags(const struct wn_diags *diags) {
    struct wn_str text = {0};
    wn_diags_print(diags, &text);
    fputs(wn_str_text(&text), stderr);
    wn_str_free(&text);
}
