// SPDX-License-Identifier: GPL-3.0-or-later
// Files are read a block at a time, from where it is needed; a log out of the archive, which is
// small (WN_PACK_MOST), is held whole.
#include "sweep/logview.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "sweep/reader.h"

enum { BLOCK = 1 << 18 };

struct wn_logview {
    struct wn_log *log; // NULL: all of it is in `whole`
    struct wn_str whole;
    char *block; // what was read last
    int64_t begin;
    size_t length;
};

// ---- opening ------------------------------------------------------------------------------------

static enum wn_status unpack(struct wn_logview *view, struct wn_err *err) {
    size_t length;
    enum wn_status status;
    do {
        status = wn_log_read(view->log, view->block, BLOCK, &length, err);
        wn_str_add_bytes(&view->whole, view->block, status == WN_OK ? length : 0);
    } while (status == WN_OK && length);
    wn_log_close(view->log);
    view->log = NULL;
    return status;
}

enum wn_status wn_logview_open(struct wn_logs *logs, int64_t trial, int64_t attempt,
                               struct wn_logview **view, struct wn_err *err) {
    struct wn_log *log;
    enum wn_status status = wn_log_open(logs, trial, attempt, &log, err);
    if (status != WN_OK)
        return status;
    *view = wn_calloc(1, sizeof **view);
    (*view)->log = log;
    (*view)->block = wn_malloc(BLOCK);
    if (wn_log_packed(log))
        status = unpack(*view, err);
    if (status != WN_OK)
        wn_logview_close(*view);
    return status;
}

void wn_logview_close(struct wn_logview *view) {
    if (!view)
        return;
    wn_log_close(view->log);
    wn_str_free(&view->whole);
    free(view->block);
    free(view);
}

int64_t wn_logview_size(const struct wn_logview *view) {
    return view->log ? wn_log_size(view->log) : (int64_t)view->whole.length;
}

// ---- bytes --------------------------------------------------------------------------------------

struct piece {
    const char *bytes;
    size_t length;
};

// Bytes from *at on; *at moves where a hole is. None: the end.
static struct piece from(struct wn_logview *view, int64_t *at) {
    if (!view->log) {
        size_t start = (size_t)*at < view->whole.length ? (size_t)*at : view->whole.length;
        return (struct piece){view->whole.text + start, view->whole.length - start};
    }
    bool held = *at >= view->begin && *at + WN_LOGVIEW_LINE < view->begin + (int64_t)view->length;
    if (!held) {
        view->length = wn_log_read_at(view->log, at, view->block, BLOCK);
        view->begin = *at;
    }
    size_t skip = (size_t)(*at - view->begin);
    return (struct piece){view->block + skip, view->length - skip};
}

// Bytes just before `at`, at most a block of them.
static struct piece before(struct wn_logview *view, int64_t at) {
    int64_t start = at > BLOCK ? at - BLOCK : 0, moved = start;
    if (!view->log)
        return (struct piece){view->whole.text + start, (size_t)(at - start)};
    if (start < view->begin || at > view->begin + (int64_t)view->length) {
        view->length = wn_log_read_at(view->log, &moved, view->block, (size_t)(at - start));
        view->begin = moved;
    }
    if (view->begin >= at) // nothing but a hole
        return (struct piece){0};
    int64_t skip = start > view->begin ? start - view->begin : 0;
    return (struct piece){view->block + skip, (size_t)(at - view->begin - skip)};
}

// ---- lines --------------------------------------------------------------------------------------

bool wn_logview_line(struct wn_logview *view, int64_t *at, struct wn_str *line) {
    struct piece piece = from(view, at);
    wn_str_clear(line);
    if (!piece.length)
        return false;
    size_t most = piece.length < WN_LOGVIEW_LINE ? piece.length : WN_LOGVIEW_LINE;
    const char *end = memchr(piece.bytes, '\n', most);
    size_t length = end ? (size_t)(end - piece.bytes) : most;
    wn_str_add_bytes(line, piece.bytes, length);
    *at += (int64_t)length + (end != NULL);
    return true;
}

// The beginning of the line that ends before `at`, which is the byte behind its last one.
static int64_t line_start(struct wn_logview *view, int64_t at) {
    struct piece piece = before(view, at);
    size_t most = piece.length < WN_LOGVIEW_LINE ? piece.length : WN_LOGVIEW_LINE;
    const char *end = piece.bytes + piece.length;
    const char *newline = most ? memrchr(end - most, '\n', most) : NULL;
    if (newline)
        return at - (end - newline) + 1;
    return piece.length ? at - (int64_t)most : at;
}

int64_t wn_logview_back(struct wn_logview *view, int64_t at, size_t lines) {
    int64_t size = wn_logview_size(view);
    at = line_start(view, at < size ? at : size);
    for (; lines && at > 0; lines--)
        at = line_start(view, at - 1);
    return at;
}

// ---- searching ----------------------------------------------------------------------------------

struct search {
    char *text;
    size_t length;
    bool any_case; // the text is in small letters
    char *lower;   // a block in small letters
};

static void to_lower(char *to, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        to[i] = (char)(c + (c >= 'A' && c <= 'Z' ? 32 : 0));
    }
}

// The first place of the text in a piece, or the last one; NULL: it is not there.
static const char *look(struct search *search, const struct piece *piece, bool first) {
    const char *bytes = piece->bytes, *last = NULL;
    if (search->any_case) {
        to_lower(search->lower, bytes, piece->length);
        bytes = search->lower;
    }
    const char *end = bytes + piece->length, *at = bytes;
    while ((at = memmem(at, (size_t)(end - at), search->text, search->length)) != NULL) {
        last = at++;
        if (first)
            break;
    }
    return last ? piece->bytes + (last - bytes) : NULL;
}

static int64_t find_forward(struct wn_logview *view, int64_t at, struct search *search) {
    for (;;) {
        struct piece piece = from(view, &at);
        size_t whole = piece.length;
        piece.length = whole < BLOCK ? whole : BLOCK;
        const char *found = piece.length ? look(search, &piece, true) : NULL;
        if (found)
            return at + (found - piece.bytes);
        if (piece.length < search->length)
            return -1;
        at += (int64_t)(piece.length - search->length + 1);
    }
}

static int64_t find_backward(struct wn_logview *view, int64_t at, struct search *search) {
    while (at > 0) {
        struct piece piece = before(view, at);
        const char *found = piece.length ? look(search, &piece, false) : NULL;
        if (found)
            return at - (piece.bytes + (int64_t)piece.length - found);
        if (piece.length == (size_t)at)
            return -1;
        int64_t step =
            piece.length > search->length ? (int64_t)(piece.length - search->length + 1) : BLOCK;
        at = at > step ? at - step : 0;
    }
    return -1;
}

int64_t wn_logview_find(struct wn_logview *view, int64_t at, bool forward, const char *text) {
    struct search search = {.text = wn_strdup(text), .length = strlen(text), .any_case = true};
    int64_t found = -1;
    for (const char *c = text; *c; c++)
        search.any_case = search.any_case && !isupper((unsigned char)*c);
    search.lower = search.any_case ? wn_malloc(BLOCK) : NULL;
    if (search.length && search.length < WN_LOGVIEW_LINE)
        found = forward ? find_forward(view, at, &search) : find_backward(view, at, &search);
    free(search.text);
    free(search.lower);
    return found < 0 ? -1 : wn_logview_back(view, found, 0);
}

// ---- for a terminal -----------------------------------------------------------------------------

void wn_logview_plain(const struct wn_str *line, size_t most, struct wn_str *plain) {
    size_t end = line->length, start;
    while (end > 0 && line->text[end - 1] == '\r')
        end--;
    for (start = end; start > 0 && line->text[start - 1] != '\r';)
        start--;
    struct wn_str stripped = {0};
    wn_strip_escapes(&stripped, wn_str_text(line) + start, end - start);
    wn_str_clear(plain);
    for (size_t i = 0; i < stripped.length && plain->length < most; i++)
        if (stripped.text[i])
            wn_str_add_char(plain, stripped.text[i]);
    wn_str_free(&stripped);
}
