// SPDX-License-Identifier: GPL-3.0-or-later
// Documents from texts and files. What is no text at all is refused here, before any parsing.
#include "core/doc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/str.h"
#include "core/doc_private.h"

void wn_doc_place(const char *text, size_t offset, int *line, int *column) {
    *line = *column = 1;
    for (size_t i = 0; i < offset; i++) {
        *column = text[i] == '\n' ? 1 : *column + 1;
        *line += text[i] == '\n';
    }
}

static void refuse_nul(const char *text, size_t offset, struct wn_diags *diags) {
    int line, column;
    wn_doc_place(text, offset, &line, &column);
    wn_diag_add(diags, WN_ERROR, line, column, "",
                "a NUL byte: this is not a text file in UTF-8; save it as one");
}

static bool is_text(const char *text, size_t length, struct wn_diags *diags) {
    const char *nul = length ? memchr(text, '\0', length) : NULL;
    if (!length)
        wn_diag_add(diags, WN_ERROR, 0, 0, "", "is empty: a sweep needs method and parameters");
    else if (length > WN_DOC_MAX_BYTES)
        wn_diag_add(diags, WN_ERROR, 0, 0, "", "is larger than %zu MiB: is it a sweep file?",
                    WN_DOC_MAX_BYTES >> 20);
    else if (nul)
        refuse_nul(text, (size_t)(nul - text), diags);
    else
        return true;
    return false;
}

enum wn_status wn_doc_parse(const char *text, size_t length, struct wn_value *value,
                            struct wn_diags *diags) {
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    enum { MARK = sizeof byte_order_mark - 1 };
    size_t errors = diags->errors;
    *value = (struct wn_value){0};
    if (!is_text(text, length, diags))
        return WN_BAD_INPUT;
    if (length >= MARK && memcmp(text, byte_order_mark, MARK) == 0) {
        text += MARK;
        length -= MARK;
    }
    char *yaml = wn_doc_is_json(text, length) ? wn_doc_json_to_yaml(text, &length) : NULL;
    bool good = wn_doc_read_yaml(yaml ? yaml : text, length, value, diags);
    free(yaml);
    if (good && diags->errors == errors)
        return WN_OK;
    wn_value_clear(value);
    return WN_BAD_INPUT;
}

// ---- files --------------------------------------------------------------------------------------

static enum wn_status read_fd(int fd, const char *path, struct wn_str *text, struct wn_err *err) {
    char piece[65536];
    ssize_t got;
    while ((got = read(fd, piece, sizeof piece)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return wn_fail(err, WN_BAD_INPUT, "cannot read %s: %s", path, strerror(errno));
        if (text->length + (size_t)got > WN_DOC_MAX_BYTES)
            return wn_fail(err, WN_BAD_INPUT, "%s is larger than %zu MiB: is it a sweep file?",
                           path, WN_DOC_MAX_BYTES >> 20);
        wn_str_add_bytes(text, piece, (size_t)got);
    }
    return WN_OK;
}

enum wn_status wn_doc_read_file(const char *path, char **text, size_t *length, struct wn_err *err) {
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return wn_fail(err, WN_BAD_INPUT, "cannot open %s: %s", path, strerror(errno));
    struct wn_str read = {0};
    enum wn_status status = read_fd(fd, standard ? "standard input" : path, &read, err);
    if (!standard)
        close(fd);
    if (status != WN_OK) {
        wn_str_free(&read);
        return status;
    }
    *length = read.length;
    *text = wn_str_take(&read);
    return WN_OK;
}
